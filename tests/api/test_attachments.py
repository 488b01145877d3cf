"""Attachments: a file is uploaded once, used in one message, and read by a link that is good for it alone."""

import asyncio
import io
import json
import tempfile
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from PIL import Image
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.attachments import store
from mci_router.attachments.removal import OF_CUSTOMER, Removal, erase
from mci_router.attachments.store import Store
from mci_router.attachments.uploads import Sent, Uploads
from mci_router.clock import utc_now
from mci_router.conversations import retention
from mci_router.errors import AttachmentsFull, AttachmentStoreUnavailable, TooManyUploads
from mci_router.settings import Settings
from tests.api.test_messages import say, window
from tests.support.bucket import cloud_of
from tests.support.conversations import accepted, staffed, taken
from tests.support.customers import chat, site_key, site_token
from tests.support.documents import small
from tests.support.files import kept, picture, problem, upload
from tests.support.outbound import adapter, by, key_of
from tests.support.outbound import chat as adapters_chat
from tests.support.receiver import receiving
from tests.support.service import PATIENCE_S, TLS, Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]
PDF = b"%PDF-1.7\n1 0 obj"
WITHOUT_KEY = {"Authorization": ""}


async def posted(workspace: Workspace, contact: str, *files: dict[str, Any], text: str = "", **more: Any) -> Any:
    """The answer to a message with files."""
    body = {"text": text, "attachments": [{"id": one["id"]} for one in files], **more}
    return await workspace.api.post(f"/v1/contacts/{contact}/messages", json=body)


async def test_a_photo_is_uploaded_used_and_read_by_its_link(make: Make) -> None:
    """With a contact, with a message of it, and in the messages of its case; a link is for one file."""
    workspace = await make(staffed())
    png = picture()
    first = await upload(workspace, png, "../Foto\r\n.png", "image/png")
    assert (first["name"], first["content_type"], first["bytes"], first["state"]) == (
        *("Foto.png", "image/png"),
        *(len(png), "stored"),
    )
    elsewhere = {"url": "https://files.example/1", "name": "1.txt", "content_type": "text/plain"}
    contact = await workspace.post("", channel="chat", attachments=[{"id": first["id"]}, elsewhere])
    (message,) = (await window(workspace, contact["case_id"]))["items"]
    (shown,) = message["attachments"]
    assert (shown["id"], message["text"]) == (first["id"], "")
    brief = {name: first[name] for name in ("id", "name", "content_type", "bytes")}
    assert (await workspace.contact(contact["id"]))["attachments"] == [elsewhere, brief]
    bill = await upload(workspace, PDF, "bill.pdf", "application/pdf")
    said = await posted(workspace, contact["id"], bill, client_id="c1")
    assert said.status_code == 201, said.text
    again = await posted(workspace, contact["id"], bill, client_id="c1")
    assert (again.status_code, again.json()["message"]["id"]) == (200, said.json()["message"]["id"])
    (link,) = said.json()["message"]["attachments"]
    read = await workspace.api.get(link["url"], headers=WITHOUT_KEY)
    assert (read.status_code, read.content, read.headers["content-type"]) == (200, PDF, "application/pdf")
    for name, value in (
        ("content-disposition", "attachment; filename=\"bill.pdf\"; filename*=UTF-8''bill.pdf"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("cross-origin-resource-policy", "same-origin"),
    ):
        assert read.headers[name] == value
    assert "private" in read.headers["cache-control"]
    small_one = await workspace.api.get(shown["preview_url"], headers=WITHOUT_KEY)
    assert Image.open(io.BytesIO(small_one.content)).format == "WEBP"
    for wrong in (
        link["url"].replace(bill["id"], first["id"]),
        link["url"].replace("/content", "/preview"),
        link["url"].replace("expires=1", "expires=2"),
        link["url"][:-3],
        link["url"].replace(bill["id"], "att_" + uuid4().hex),
    ):
        refused = await workspace.api.get(wrong)
        assert (refused.status_code, problem(refused.json())) == (403, "attachment_link_invalid")
    new = await workspace.api.get(f"/v1/attachments/{bill['id']}")
    assert new.json()["message_id"] == said.json()["message"]["id"]
    usage = (await workspace.api.get("/v1/attachments")).json()
    assert (usage["files"], usage["bytes"]) == (2, len(png) + len(PDF))
    assert (
        f'mci_attachments_bytes{{workspace="{workspace.name}"}} {float(usage["bytes"])}'
        in (await workspace.api.get("/metrics")).text
    )


async def test_a_file_is_used_once_and_by_who_may(make: Make) -> None:
    """Twice at once, by another workspace, unknown, or named twice: each is a clear problem, and nothing is written."""
    workspace, other = await make(staffed()), await make()
    contact = await workspace.post("my parcel is late", channel="chat")
    file, foreign = await upload(workspace, picture()), await upload(other, picture())
    both = await asyncio.gather(*(posted(workspace, contact["id"], file, text=one) for one in ("a", "b")))
    assert sorted(one.status_code for one in both) == [201, 409]
    used = {"channel": "chat", "text": "hi", "attachments": [{"id": file["id"]}]}
    first = await workspace.api.post("/v1/contacts", json=used)
    assert (first.status_code, problem(first.json())) == (409, "attachment_used")
    assert first.json()["attachment"] == file["id"]
    for one in (foreign, {"id": "att_" + "0" * 32}):
        refused = await posted(workspace, contact["id"], one)
        assert (refused.status_code, problem(refused.json())) == (422, "unknown_attachment")
        refused = await workspace.api.post("/v1/contacts", json={**used, "attachments": [{"id": one["id"]}]})
        assert (refused.status_code, problem(refused.json())) == (422, "unknown_attachment")
        assert (await workspace.api.get(f"/v1/attachments/{foreign['id']}")).status_code == 404
    twice = await posted(workspace, contact["id"], file, file)
    assert "names a file twice" in twice.json()["detail"]
    fresh = await upload(workspace, picture())
    together = {**used, "attachments": [{"id": fresh["id"]}], "customer": {"external_id": "c1"}}
    answers = await asyncio.gather(*(workspace.api.post("/v1/contacts", json=together) for _ in range(3)))
    assert sorted(one.status_code for one in answers) == [201, 409, 409]
    repeated = await upload(workspace, picture())
    body, key = {**used, "attachments": [{"id": repeated["id"]}]}, {"Idempotency-Key": "k1"}
    one, two = [(await workspace.api.post("/v1/contacts", json=body, headers=key)).json()["id"] for _ in range(2)]
    assert one == two


async def test_desks_and_chats_send_their_own_files(make: Make) -> None:
    """An agent what it uploaded, a customer the same; neither reads or sends what is another's."""
    workspace = await make(staffed())
    anns, bobs = await workspace.token("ann"), await workspace.token("bob")
    site = await site_key(workspace)
    vera, karl = site_token(site, "vera"), site_token(site, "karl")
    async with workspace.desk("ann") as ann, chat(workspace, vera) as client:
        photo = await upload(workspace, picture(), token=vera)
        said = await client.do("message.send", client_id="1", attachments=[{"id": photo["id"]}])
        assert said["message"]["attachments"][0]["preview_url"]
        contact = said["contact"]["id"]
        offer = await ann.expect("offer.created")
        await ann.do("offer.accept", offer_id=offer["offer_id"])
        of_ann, of_bob = await upload(workspace, PDF, "a.pdf", token=anns), await upload(workspace, PDF, token=bobs)
        about = {"contact_id": contact, "kind": "agent", "client_id": "d1"}
        sent = await ann.do("message.send", **about, attachments=[{"id": of_ann["id"]}])
        heard = await client.expect("message.created")
        while heard["message"]["kind"] != "agent":
            heard = await client.expect("message.created")
        assert heard["message"]["attachments"][0]["url"] == sent["message"]["attachments"][0]["url"]
        refused = await ann.do("message.send", **{**about, "client_id": "d2"}, attachments=[{"id": of_bob["id"]}])
        assert problem(refused["problem"]) == "unknown_attachment"
        of_karl = await upload(workspace, picture(), token=karl)
        refused = await client.do("message.send", client_id="2", attachments=[{"id": of_karl["id"]}])
        assert problem(refused["problem"]) == "unknown_attachment"
        for token, status in ((vera, 200), (karl, 404), (bobs, 404)):
            headers = {"Authorization": f"Bearer {token}"}
            assert (await workspace.api.get(f"/v1/attachments/{photo['id']}", headers=headers)).status_code == status
    for token in ("nonsense", "mci_nonsense"):
        answer = await workspace.api.post(
            "/v1/attachments", params={"name": "a"}, content=b"x", headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code == 401
    reader = await key_of(workspace, "contacts:read")
    assert (await upload(workspace, b"x", status=403, headers=by(reader)))["scopes"]
    foreign = await workspace.api.post(
        *("/v1/attachments?name=a",),
        content=b"x",
        headers={"Authorization": f"Bearer {vera}", "Origin": "https://elsewhere.example"},
    )
    assert (foreign.status_code, problem(foreign.json())) == (403, "origin_refused")
    preflight = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    async with httpx.AsyncClient(base_url=workspace.url, verify=TLS, timeout=PATIENCE_S) as browser:
        allowed = await browser.options("/v1/attachments", headers=preflight)
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (204, "*")


async def test_a_sensitive_contacts_file_is_for_who_may_see_it(make: Make) -> None:
    """A key that may not see such contacts gets neither the file nor a link to it, unless to hear of its own upload."""
    workspace = await make(staffed())
    file = await upload(workspace, picture())
    await workspace.post("someone stole my card, fraud", channel="chat", attachments=[{"id": file["id"]}])
    plain = await key_of(workspace, "contacts:read", "contacts:write")
    assert (await workspace.api.get(f"/v1/attachments/{file['id']}", headers=by(plain))).status_code == 404
    own = await upload(workspace, picture(), headers=by(plain))
    body = {"channel": "chat", "text": "my account was hacked, fraud", "attachments": [{"id": own["id"]}]}
    assert (await workspace.api.post("/v1/contacts", json=body, headers=by(plain))).status_code == 201
    seen = (await workspace.api.get(f"/v1/attachments/{own['id']}", headers=by(plain))).json()
    assert (seen["url"], seen["state"]) == (None, "stored")


async def test_an_adapter_gets_files_where_its_channel_takes_them(make: Make) -> None:
    """A message with one is refused for a channel without; else it goes with a link that lasts."""
    workspace = await make(staffed())
    await adapter(workspace)
    contact = await adapters_chat(workspace)
    file = await upload(workspace, picture())
    refused = await posted(workspace, contact["id"], file, kind="agent", author="ann")
    assert (refused.status_code, refused.json()["cannot"]) == (422, "attachments")
    async with receiving() as channel:
        outbound = {"by": "webhook", "url": f"{channel.url}/out"}
        await adapter(workspace, outbound=outbound, capabilities={"attachments": True})
        assert (await posted(workspace, contact["id"], file, kind="agent", author="ann")).status_code == 201
        (received,) = await channel.until(1)
        (sent,) = received.event["data"]["attachments"]
        assert (sent["id"], sent["content_type"]) == (file["id"], "image/png")
        assert (await workspace.api.get(sent["url"], headers=WITHOUT_KEY)).content == picture()


async def test_hostile_files_are_only_bytes(make: Make) -> None:
    """Markup, drawings with scripts, programs and bombs are kept as they are, and nothing in them ever runs."""
    workspace = await make()
    html, svg = b"<!doctype html><script>alert(1)</script>", b"<svg><script>alert(1)</script></svg>"
    polyglot, bomb = b"GIF89a/*<html><script>alert(1)</script>", b"PK\x03\x04" + b"\x00" * 100
    for content, kind, served in (
        (html, "text/html", "application/octet-stream"),
        (svg, "image/svg+xml", "application/octet-stream"),
        (polyglot, "image/gif", "image/gif"),
        (bomb, "application/zip", "application/zip"),
        (b"MZ\x90\x00" + b"\x00" * 60, "", "application/octet-stream"),
    ):
        file = await upload(workspace, content, "x", kind)
        read = await workspace.api.get(file["url"])
        assert (read.content, read.headers["content-type"], file["preview_url"]) == (content, served, None)
        assert read.headers["content-disposition"].startswith("attachment")
    lie = await upload(workspace, html, "x.png", "image/png", status=415)
    assert (problem(lie), lie["is"]) == ("attachment_type_mismatch", "text/html")
    assert problem(await upload(workspace, b"", status=422)) == "invalid_request"
    assert problem(await upload(workspace, b"x", name="", status=422)) == "invalid_request"
    assert len(await kept(workspace)) == 5


async def test_a_file_that_is_too_large_is_refused_early(workspace: Workspace, settings: Settings) -> None:
    """By its header before a byte is read; without one at the byte that is too much. Nothing is left of it."""
    most = settings.attachment_most_bytes
    reader, writer = await asyncio.open_connection(*_address(workspace))
    head = f"POST /v1/attachments?name=a HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {workspace.key}\r\n"
    writer.write(f"{head}Content-Length: {most + 1}\r\n\r\n".encode())
    assert b" 413 " in await reader.readline()
    writer.close()

    async def pieces() -> AsyncIterator[bytes]:
        left = most + 1
        while left:
            size = min(left, 1_048_576)
            yield b"\x01" * size
            left -= size

    found = await upload(workspace, pieces(), status=413)
    assert (problem(found), "MCI_ATTACHMENT_MOST_BYTES" in found["detail"]) == ("attachment_too_large", True)
    reader, writer = await asyncio.open_connection(*_address(workspace))
    writer.write(f"{head}Content-Length: 1000\r\n\r\nonly this".encode())
    await writer.drain()
    writer.close()  # in the middle
    assert (await workspace.api.get("/v1/attachments")).json()["files"] == 0
    assert await kept(workspace) == []


async def test_fifty_uploads_at_once_are_not_held_in_memory(workspace: Workspace, settings: Settings) -> None:
    """50 MB come in, and a small part of it is in memory at any time."""
    uploads, piece = Uploads(settings, workspace.database), b"\x01" * 65_536

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(16):
            yield piece
            await asyncio.sleep(0)

    sent = Sent(workspace.id, "key:k", "a.bin", "application/octet-stream")
    tracemalloc.start()
    try:
        found = await asyncio.gather(*(uploads.take(sent, pieces()) for _ in range(50)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert {one["bytes"] for one in found} == {1_048_576}
    assert peak < 20_000_000


class Held(Store):
    """A store that takes a file once it is let."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.attachments_url, settings.data_dir)
        self.asked, self.let = asyncio.Event(), asyncio.Event()

    async def put(self, name: str, file: IO[bytes]) -> None:
        self.asked.set()
        await self.let.wait()
        await super().put(name, file)


async def test_a_file_that_is_removed_while_it_comes_in_leaves_nothing(
    workspace: Workspace, settings: Settings
) -> None:
    """As when its customer is erased: the bytes that reach the store afterwards go, too."""
    uploads = Uploads(settings, workspace.database)
    uploads.store = held = Held(settings)

    async def whole() -> AsyncIterator[bytes]:
        yield b"four"

    sent = Sent(workspace.id, "customer:cus_1", "a.txt", "text/plain")
    coming = asyncio.create_task(uploads.take(sent, whole()))
    await held.asked.wait()
    async with workspace.ledger() as session:
        await erase(session, workspace.id, "cus_1")
    await Removal(workspace.database, held, orphans_keep_s=86_400).turn()
    held.let.set()
    with pytest.raises(AttachmentStoreUnavailable):
        await coming
    store = Path(urlsplit(str(settings.attachments_url)).path) / workspace.id
    assert not store.exists() or not list(store.iterdir())
    assert await kept(workspace) == []
    assert await uploads.account(workspace.id) == (0, 0)


async def test_who_sends_too_slowly_is_told(
    workspace: Workspace, service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an answer that the description of the API has."""
    monkeypatch.setattr(service[1].settings, "attachment_timeout_s", 0.05)

    async def trickle() -> AsyncIterator[bytes]:
        for _ in range(12):
            yield b"x"
            await asyncio.sleep(0.05)

    assert problem(await upload(workspace, trickle(), status=408)) == "request_too_slow"
    assert await kept(workspace) == []


async def test_a_slow_upload_and_one_too_many_are_refused(workspace: Workspace, settings: Settings) -> None:
    """A sender has a bounded time, a bounded number of unused files, and the workspace a bounded number of bytes."""
    bounded = settings.model_copy(
        update={"attachment_timeout_s": 0.05, "attachments_unused_most": 2, "attachments_of_workspace_bytes": 12}
    )
    uploads = Uploads(bounded, workspace.database)

    async def slow() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.Event().wait()

    async def quick(content: bytes = b"four") -> AsyncIterator[bytes]:
        yield content

    customer = Sent(workspace.id, "customer:c1", "a.txt", "text/plain")
    with pytest.raises(TimeoutError):
        await uploads.take(customer, slow())
    waiting = [asyncio.create_task(uploads.take(customer, slow())) for _ in range(8)]
    await asyncio.sleep(0)
    with pytest.raises(TooManyUploads):
        await uploads.take(customer, quick())
    await asyncio.gather(*waiting, return_exceptions=True)
    for _ in range(2):
        await uploads.take(customer, quick())
    with pytest.raises(TooManyUploads):
        await uploads.take(customer, quick())
    key = Sent(workspace.id, "key:k1", "a.txt", "text/plain")
    with pytest.raises(AttachmentsFull):
        await uploads.take(key, quick(b"four and more"))
    await uploads.take(key, quick())
    with pytest.raises(AttachmentsFull):
        await uploads.take(key, quick())
    assert await uploads.account(workspace.id) == (3, 12)


async def test_who_sends_at_once_has_no_more_unused_files_than_one_after_the_other(
    workspace: Workspace, settings: Settings
) -> None:
    """Each counts the others' files; those of other senders do not wait for that."""
    uploads = Uploads(settings.model_copy(update={"attachments_unused_most": 2}), workspace.database)

    async def quick() -> AsyncIterator[bytes]:
        yield b"four"

    for number in range(5):
        sender = Sent(workspace.id, f"customer:c{number}", "a.txt", "text/plain")
        came = await asyncio.gather(*(uploads.take(sender, quick()) for _ in range(6)), return_exceptions=True)
        assert sum(isinstance(one, dict) for one in came) == 2
        assert sum(isinstance(one, TooManyUploads) for one in came) == 4


async def words() -> AsyncIterator[bytes]:
    yield b"words"


async def test_what_no_message_has_goes_bytes_first(
    workspace: Workspace, settings: Settings, service: tuple[str, Parts], tmp_path: Path
) -> None:
    """Orphans, and what a crash or a store that was away has left: no object stays, and no row says there is one."""
    _, parts = service
    store = Path(urlsplit(str(settings.attachments_url)).path) / workspace.id
    orphan, used = await upload(workspace, picture()), await upload(workspace, picture())
    await workspace.post("hi", channel="chat", attachments=[{"id": used["id"]}])
    assert {one.name for one in store.iterdir()} == {
        f"{one['id']}{end}" for one in (orphan, used) for end in ("", ".preview")
    }
    (tmp_path / "file").touch()
    broken = Uploads(settings.model_copy(update={"attachments_url": f"file://{tmp_path}/file/x"}), workspace.database)

    with pytest.raises(AttachmentStoreUnavailable):
        await broken.take(Sent(workspace.id, "key:k", "a", "text/plain"), words())
    assert [one.state for one in await kept(workspace)] == ["stored", "stored", "uploading"]
    late = "UPDATE attachments SET created_at = now() - interval '25 h', next_at = now() WHERE workspace_id = :id"
    async with workspace.ledger() as session:
        await session.execute(text(late), {"id": workspace.id})
    removal = Removal(workspace.database, parts.uploads.store, orphans_keep_s=86_400)
    await removal.sweep()

    async def gone() -> bool:
        return [one.id for one in await kept(workspace)] == [used["id"]]

    await eventually(gone)  # the service's own loop may have taken them
    assert {one.name for one in store.iterdir()} == {used["id"], f"{used['id']}.preview"}
    assert await parts.uploads.account(workspace.id) == (1, len(picture()))
    assert (await workspace.api.get(orphan["url"])).status_code == 403


async def test_what_a_store_did_not_take_goes_within_minutes_and_counts_no_longer(
    workspace: Workspace, settings: Settings, tmp_path: Path
) -> None:
    """Who sends a file again while the store is away would else have used up all that the workspace may keep, and what
    the store has of it would fill a disk that is full.
    """
    (tmp_path / "file").touch()
    away = Uploads(settings.model_copy(update={"attachments_url": f"file://{tmp_path}/file/x"}), workspace.database)
    for _ in range(2):
        with pytest.raises(AttachmentStoreUnavailable):
            await away.take(Sent(workspace.id, "key:k", "a", "text/plain"), words())
    assert await away.account(workspace.id) == (2, 10)
    when = "SELECT count(*) FROM attachments WHERE workspace_id = :id AND next_at < now() + interval '6 min'"
    soon = "UPDATE attachments SET next_at = now() WHERE workspace_id = :id"
    async with workspace.ledger() as session:
        assert await session.scalar(text(when), {"id": workspace.id}) == 2
        await session.execute(text(soon), {"id": workspace.id})
    await Removal(workspace.database, Store(settings.attachments_url, tmp_path), orphans_keep_s=86_400).turn()

    async def nothing() -> bool:
        return await away.account(workspace.id) == (0, 0) and await kept(workspace) == []

    await eventually(nothing)  # the service's own loop may have taken them


async def test_an_upload_that_finds_no_room_for_its_bytes_is_told(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the folder of temporary files is full, that is said, and is no fault that nobody knows."""
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: Path("/dev/full").open("r+b"))  # noqa: SIM115
    assert problem(await upload(workspace, PDF, status=503)) == "attachment_store_unavailable"
    assert "no room in the folder of temporary files: No space left on device" in caplog.text
    assert await kept(workspace) == []


async def test_a_file_that_breaks_off_is_cut_and_no_part_passes_for_the_whole(
    workspace: Workspace, service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Who reads it hears that it is not all, of a preview too, whose length is not said; the log has a line of it, and
    no page.
    """
    monkeypatch.setattr(store, "READING", {"max_retries": 0})
    with cloud_of(monkeypatch) as cloud:
        monkeypatch.setattr(service[1].uploads, "store", store.Store("s3://files", Path("nowhere")))
        file = await upload(workspace, picture())
        for link in (file["url"], file["preview_url"]):
            cloud.breaks = [20]
            with pytest.raises(httpx.RemoteProtocolError):
                await workspace.api.get(link, headers=WITHOUT_KEY)
    assert "failed to read on" in caplog.text
    assert not [one for one in caplog.records if one.exc_info]


async def test_files_go_with_their_messages_and_customers(make: Make, service: tuple[str, Parts]) -> None:
    """By redaction, by retention, and with all that a customer has sent: rows, bytes and what others say of them."""
    workspace, (_, parts) = await make(small()), service
    files = [await upload(workspace, picture()) for _ in range(4)]
    person = {"channel": "chat", "customer": {"external_id": "u1"}}
    contact = await workspace.post("hello", channel_ref="one", attachments=[{"id": files[0]["id"]}], **person)
    said = (await posted(workspace, contact["id"], files[1], text="a photo")).json()["message"]
    redacted = await workspace.api.post(f"/v1/messages/{said['id']}/redact", json={"why": "the wrong person"})
    assert redacted.json()["attachments"] == []
    assert (await workspace.api.get(said["attachments"][0]["url"])).status_code == 403
    first = (await window(workspace, contact["case_id"]))["items"][0]
    await workspace.api.post(f"/v1/messages/{first['id']}/redact", json={"why": "asked for"})
    assert (await workspace.contact(contact["id"]))["attachments"] == []
    await posted(workspace, contact["id"], files[2], text="another")
    await workspace.api.post(f"/v1/contacts/{contact['id']}/resolve")
    await workspace.until_state(contact["id"], "resolved")
    await workspace.projected()
    await retention.forget(workspace.database, workspace.id, 1, utc_now().replace(year=utc_now().year + 1))
    open_one = await workspace.post("hello", channel_ref="two", attachments=[{"id": files[3]["id"]}], **person)
    assert [one.id for one in await kept(workspace) if one.state == "stored"] == [files[3]["id"]]
    async with workspace.ledger() as session:
        await erase(session, workspace.id, open_one["customer_id"])
    assert (await window(workspace, open_one["case_id"]))["items"][0]["attachments"] == []

    async def gone() -> bool:
        return await parts.uploads.account(workspace.id) == (0, 0) and not await kept(workspace)

    await eventually(gone)


async def test_all_files_of_a_customer_go_when_the_customer_asks_for_it(make: Make, service: tuple[str, Parts]) -> None:
    """Of every case and whoever sent them, with their bytes; who reads them hears of it, and nobody else loses any."""
    workspace, other, (_, parts) = await make(staffed()), await make(), service
    site = await site_key(workspace)
    mine, anothers, unused = await upload(workspace, PDF), await upload(workspace, PDF), site_token(site, "vera")
    await upload(workspace, PDF, token=unused)
    async with workspace.desk("ann") as ann:
        vera = {"channel": "chat", "customer": {"external_id": "vera", "trust": "authenticated"}}
        contact = await workspace.post("a formal complaint", attachments=[{"id": mine["id"]}], **vera)
        await accepted(ann, contact["id"])
        karl = await workspace.post("hello", channel="chat", attachments=[{"id": anothers["id"]}])
        path = f"/v1/customers/{contact['customer_id']}/attachments"
        assert (await other.api.delete(path)).status_code == 404
        for _ in range(2):
            assert (await workspace.api.delete(path)).status_code == 204
        changed = (await ann.expect("message.updated"))["message"]
        assert (changed["text"], changed["attachments"]) == ("a formal complaint", [])
    assert (await workspace.api.get(mine["url"])).status_code == 403
    assert (await workspace.contact(contact["id"]))["attachments"] == []

    async def gone() -> bool:
        return [one.id for one in await kept(workspace)] == [anothers["id"]]

    await eventually(gone)
    assert await parts.uploads.account(workspace.id) == (1, len(PDF))
    trail = (await workspace.api.get("/v1/audit", params={"action": "customer.attachments_erased"})).json()["items"]
    assert {one["target"] for one in trail} == {contact["customer_id"]}
    into = {"into": karl["customer_id"]}
    assert (await workspace.api.post(f"/v1/customers/{contact['customer_id']}/merge", json=into)).status_code == 200
    assert (await workspace.api.delete(path)).status_code == 409


async def test_files_of_a_customer_are_found_by_their_cases(workspace: Workspace) -> None:
    """By an index, and not by a look at the files of everybody."""
    about = {"workspace": workspace.id, "customer": "cus_1"}
    async with workspace.ledger() as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join((await session.execute(text(f"EXPLAIN {OF_CUSTOMER[-1].text}"), about)).scalars())
    assert "ix_attachments_workspace_id_case_id" in plan, plan


async def test_a_scan_decides(make: Make) -> None:
    """The call is signed; until the answer a file waits; an infected one is never served, and its bytes go."""
    async with receiving() as scanner:
        scanner.answer, scanner.says = lambda _: 503, b""
        document = staffed()
        document["workspace"]["attachments"] = {"scan_url": f"{scanner.url}/scan"}
        workspace = await make(document)
        secret = (await workspace.api.post("/v1/attachments/scan/rotate-secret")).json()["secret"]
        for body in (b"{", b"[]", b'{"overlap_s": 60}'):  # what it cannot do is refused, and nothing is rotated
            how: dict[str, Any] = {"content": body, "headers": {"Content-Type": "application/json"}}
            assert (await workspace.api.post("/v1/attachments/scan/rotate-secret", **how)).status_code in (400, 422)
        contact = await workspace.post("hello", channel="chat")
        file = await upload(workspace, picture(), "a.png")
        assert (file["state"], file["url"]) == ("scanning", None)
        (call,) = await scanner.until(1)
        assert call.signed_by(secret)
        assert call.event["data"]["sha256"] == file["sha256"]
        early = await posted(workspace, contact["id"], file)
        assert (early.status_code, problem(early.json())) == (409, "attachment_scanning")
        scanner.answer, scanner.says = lambda _: 200, b'{"verdict": "clean"}'

        async def state() -> str | None:
            found = (await workspace.api.get(f"/v1/attachments/{file['id']}")).json()["state"]
            return found if found != "scanning" else None

        assert await eventually(state) == "clean"
        assert (await posted(workspace, contact["id"], file)).status_code == 201
        scanner.says = json.dumps({"verdict": "infected", "detail": "EICAR"}).encode()
        bad = await upload(workspace, b"bad words", "bad.txt")

        async def blocked() -> bool:
            (row,) = [one for one in await kept(workspace) if one.id == bad["id"]]
            return (row.state, row.object, row.why) == ("blocked", None, "EICAR")

        await eventually(blocked)
        refused = await posted(workspace, contact["id"], bad)
        assert (refused.status_code, problem(refused.json())) == (409, "attachment_blocked")
        trail = (await workspace.api.get("/v1/audit", params={"action": "attachment.*"})).json()["items"]
        assert [one["after"]["attachment"] for one in trail] == [bad["id"]]


async def test_a_file_that_does_not_wait_for_its_scan_is_blocked_where_it_is_shown(make: Make) -> None:
    """The desk hears of it: the message says `blocked`, and the link leads nowhere."""
    async with receiving() as scanner:
        scanner.answer, scanner.delay_s = lambda _: 200, 0.3
        scanner.says = b'{"verdict": "infected", "detail": "EICAR"}'
        document = staffed()
        document["workspace"]["attachments"] = {"scan_url": f"{scanner.url}/scan", "scan_blocks": False}
        workspace = await make(document)
        async with workspace.desk("ann") as ann:
            contact, _ = await taken(workspace, ann)
            file = await upload(workspace, picture())
            said = await posted(workspace, contact, file, text="look")
            assert said.status_code == 201, said.text
            (sent,) = said.json()["message"]["attachments"]
            changed = (await ann.expect("message.updated"))["message"]["attachments"][0]
            assert (changed["state"], changed["url"], changed["preview_url"]) == ("blocked", None, None)
            assert (await workspace.api.get(sent["url"])).status_code == 403
            assert (await say(workspace, contact, "and?"))["message"]["attachments"] == []


def _address(workspace: Workspace) -> tuple[str, int]:
    host, _, port = urlsplit(workspace.url).netloc.partition(":")
    return host, int(port)
