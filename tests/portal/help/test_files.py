"""Files beside what is written in the portal: taken in once, kept over mistakes, and read by their customer alone."""

import io
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import text

from mci_router.api.parts import Parts
from tests.portal.help.conftest import Make, Visit, with_portal
from tests.portal.help.test_cases import COMPLAINT, SAM, written
from tests.support.help_pages import Visitor
from tests.support.outbound import reply
from tests.support.rows import every
from tests.support.service import Workspace


def photo() -> bytes:
    """A picture as a camera makes it, which says where it was taken."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "JPEG")
    return out.getvalue()


async def send(sam: Visitor, action: str, *files: tuple[str, bytes], status: int = 200, **fields: str) -> None:
    """Sends the form with this action on the page that is open, with files."""
    filled = {**sam.page.forms[action], **fields}
    url = str(sam.answer.url.join(action))
    sam.answer = await sam.client.post(url, data=filled, files=[("files", (name, data)) for name, data in files])
    assert sam.answer.status_code == status, " ".join(sam.page.text.split())


async def kept(workspace: Workspace) -> list[list[dict[str, Any]]]:
    """The files of the messages of the newest contact's case."""
    case = (await workspace.api.get("/v1/contacts")).json()["items"][0]["case_id"]
    items = (await workspace.api.get(f"/v1/cases/{case}/messages")).json()["items"]
    return [item["attachments"] for item in items]


async def test_a_photo_goes_with_what_is_written(portal: Workspace, visit: Visit) -> None:
    """With the contact and with later messages; shown with a small picture, saved under its name, and sandboxed."""
    sam = await visit(portal)
    await sam.open("write")
    await send(sam, "write", ("../meter <b>.jpg", photo()), email=SAM, text=COMPLAINT)
    await send(sam, "case/messages", ("bill.pdf", b"%PDF-1.7\n1 0 obj"), text="and the bill")
    assert [[one["name"] for one in files] for files in await kept(portal)] == [["meter _b_.jpg"], ["bill.pdf"]]
    (jpg,) = (await kept(portal))[0]
    (preview,) = [had["src"] for tag, had in sam.page.tags if tag == "img" and "preview" in had["src"]]
    small = await sam.client.get(str(sam.answer.url.join(preview)))
    assert Image.open(io.BytesIO(small.content)).format == "WEBP"
    read = await sam.client.get(f"{sam.root}/case/files/{jpg['id']}")
    assert read.content == photo()
    assert read.headers["content-disposition"].startswith("attachment")
    assert read.headers["content-security-policy"].startswith("sandbox")
    assert read.headers["cache-control"] == "no-store"


async def test_a_file_speaks_for_itself(portal: Workspace, visit: Visit) -> None:
    """Beside no words, and beside such as nobody can read."""
    sam = await visit(portal)
    for words in ("", "\u200b"):
        await sam.open("write")
        await send(sam, "write", ("meter.jpg", photo()), email=SAM, text=words)
        assert [[one["name"] for one in files] for files in await kept(portal)] == [["meter.jpg"]]


async def test_files_of_others_and_of_notes_are_not_found(portal: Workspace, visit: Visit) -> None:
    """Without a pass, with that of another case, and beside what agents write to each other."""
    sam, contact = await written(portal, visit)
    noted = await portal.api.post("/v1/attachments", params={"name": "note.txt"}, content=b"he is difficult")
    await reply(portal, contact, "look at this", kind="note", attachments=[{"id": noted.json()["id"]}])
    pat = await visit(portal)
    await pat.open("write")
    await send(pat, "write", ("mine.txt", b"mine"), email="pat@example.com", text=COMPLAINT)
    ((mine,),) = await kept(portal)
    eve = await visit(portal)
    for who, file in ((sam, noted.json()["id"]), (sam, mine["id"]), (eve, mine["id"]), (pat, "att_x")):
        assert (await who.client.get(f"{who.root}/case/files/{file}")).status_code == 404
    assert (await pat.client.get(f"{pat.root}/case/files/{mine['id']}")).content == b"mine"


async def test_a_file_that_may_not_be_read_any_longer_is_not_found(portal: Workspace, visit: Visit) -> None:
    """As its own row says, whatever the message beside it does; nor is its small picture."""
    sam = await visit(portal)
    await sam.open("write")
    found = ("state = 'blocked'", "state = 'blocked', object = NULL", "state = 'removing'")
    await send(sam, "write", *[("meter.jpg", photo())] * len(found), email=SAM, text=COMPLAINT)
    (files,) = await kept(portal)
    for file, state in zip(files, found, strict=True):
        async with portal.ledger() as session:
            query = text(f"UPDATE attachments SET {state}, next_at = 'infinity' WHERE id = :id")
            await session.execute(query, {"id": file["id"]})
        for part in ("", "/preview"):
            assert (await sam.client.get(f"{sam.root}/case/files/{file['id']}{part}")).status_code == 404, state


async def test_files_stay_when_something_is_wrong(portal: Workspace, visit: Visit) -> None:
    """What was sent with a mistake need not be chosen again; the field of it cannot be forged."""
    sam = await visit(portal)
    await sam.open("write")
    await send(sam, "write", ("meter.jpg", photo()), status=422, text=COMPLAINT)
    assert "Taken in: meter.jpg" in sam.answer.text
    await send(sam, "write", ("meter.jpg", photo()), status=422, email="nonsense", text=COMPLAINT)
    assert "meter.jpg, meter.jpg" in sam.answer.text
    await send(sam, "write", email=SAM, text=COMPLAINT)
    assert [[one["name"] for one in files] for files in await kept(portal)] == [["meter.jpg"] * 2]
    await sam.open("write")
    await send(sam, "write", kept="forged.field", email=SAM, text="another complaint")
    assert await kept(portal) == [[]]


async def test_a_form_with_a_file_that_is_sent_twice_makes_one_contact(portal: Workspace, visit: Visit) -> None:
    """The bytes come twice, and are other files by their ids: the words decide."""
    sam = await visit(portal)
    page = await sam.open("write")
    url, filled = str(sam.answer.url), {**page.forms["write"], "email": SAM, "text": COMPLAINT}
    for _ in range(2):
        answer = await sam.client.post(url, data=filled, files=[("files", ("meter.jpg", photo()))])
        assert answer.status_code == 200, answer.text
    assert len((await portal.api.get("/v1/contacts")).json()["items"]) == 1
    sam.answer = answer
    url, filled = str(answer.url.join("case/messages")), {**sam.page.forms["case/messages"], "text": "more"}
    for _ in range(2):
        answer = await sam.client.post(url, data=filled, files=[("files", ("meter.jpg", photo()))])
        assert answer.status_code == 200, answer.text
    assert [len(files) for files in await kept(portal)] == [1, 1]
    answer = await sam.client.post(url, data={**filled, "text": "else"}, files=[("files", ("meter.jpg", photo()))])
    assert answer.status_code == 422


@every(
    "files",
    [
        [("empty.txt", b"")],
        [("photo.jpg", b"MZ\x90\x00 no photo")],
        [(f"{number}.txt", b"x") for number in range(6)],
        [("large.txt", b"x" * 3_000_000)],
    ],
)
async def test_a_file_that_is_not_taken_is_said_at_its_field(
    portal: Workspace,
    service: tuple[str, Parts],
    visit: Visit,
    monkeypatch: pytest.MonkeyPatch,
    files: list[tuple[str, bytes]],
) -> None:
    """And nothing is lost of the rest; a form that is larger than all files may be is a page that says so."""
    monkeypatch.setattr(service[1].settings, "attachment_most_bytes", 2_900_000)
    sam = await visit(portal)
    await sam.open("write")
    await send(sam, "write", *files, status=422, email=SAM, text=COMPLAINT)
    assert [had["name"] for _, had in sam.page.tags if had.get("aria-invalid")] == ["files"]
    assert sam.page.forms["write"]["text"] == COMPLAINT
    assert not (await portal.api.get("/v1/contacts")).json()["items"]
    answer = await sam.client.post(f"{sam.root}/write", files=[("files", ("huge.txt", b"x" * 4_000_000))])
    assert (answer.status_code, answer.headers["content-type"]) == (413, "text/html; charset=utf-8")


async def test_files_wait_for_their_scan(make: Make, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is not found harmless in time is not used; the form can be sent again once it is."""
    monkeypatch.setattr("mci_router.portal.help.files.MOST_LOOKS", 1)
    monkeypatch.setattr("mci_router.portal.help.files.LOOK_S", 0)
    document = with_portal()
    document["workspace"]["attachments"] = {"scan_url": "http://127.0.0.1:9/scan"}
    portal = await make(document)
    sam = await visit(portal)
    await sam.open("write")
    await send(sam, "write", ("meter.jpg", photo()), status=422, email=SAM, text=COMPLAINT)
    assert "still looking at your files" in sam.answer.text
    async with portal.ledger() as session:
        await session.execute(
            text("UPDATE attachments SET state = 'clean' WHERE workspace_id = :id"), {"id": portal.id}
        )
    await send(sam, "write")
    assert [len(files) for files in await kept(portal)] == [1]
