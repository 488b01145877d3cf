"""Whatever a mail has in it, and whatever is wrong with the router: no mail is lost by it."""

import asyncio
from collections.abc import Awaitable, Callable
from email.message import EmailMessage

import pytest
from sqlalchemy import text

from mci_router.adapters import router
from tests.mail.conftest import OURS, Post, post_of, shop
from tests.mail.letters import letter
from tests.mail.servers import Customers
from tests.support.files import picture
from tests.support.outbound import reply, until_delivery
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]


async def test_a_mail_of_what_nobody_sees_is_taken(post: Post) -> None:
    """Its subject stands for its text, and where that shows nothing either, words that say so."""
    unseen = (("\u200b\u200c", "My bill", "My bill"), ("\u200b", "\u200b", "(no text)"), ("\u00ad", "", "(no text)"))
    for number, (said, subject, shown) in enumerate(unseen):
        raw = letter(said, subject=subject, message_id=f"{number}@unseen", sender=f"{number}@example.org")
        heard = await post.comes(raw)
        assert heard.startswith("250 2.0.0 taken")
        assert (await post.workspace.contact(heard.rpartition(" ")[2]))["text"] == shown


async def test_mails_without_an_id_that_say_something_else_are_two(post: Post) -> None:
    """Also where their headers end as nobody writes them, so that the body is not found by an empty line; and one that
    comes again is one.
    """
    head = f"From: sam@example.org\nTo: {OURS}\nSubject: hello\nReferences: <a@b>\n \n"
    said = ("My line is dead.", "Where is my bill?", "My line is dead.")
    heard = [await post.comes(f"{head}{one}\n".encode()) for one in said]
    assert all(one.startswith("250 2.0.0 taken") for one in heard), heard
    assert (len(set(heard)), heard[0]) == (2, heard[2])


async def test_a_mail_waits_for_the_scan_of_its_files(
    make: Make, customers: Customers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mail server hears nothing until then, or after a while that it is to come again: never that it is refused."""
    document = shop()
    document["workspace"]["attachments"] = {"scan_url": "http://127.0.0.1:9/scan"}
    workspace = await make(document)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = "sam@example.org", OURS, "<scanned@example.org>"
    mail.set_content("a formal complaint, see the photo")
    mail.add_attachment(picture(), maintype="image", subtype="png", filename="photo.png")

    async def clean() -> bool:
        async with workspace.ledger() as session:
            query = (
                "UPDATE attachments SET state = 'clean' WHERE workspace_id = :id AND state = 'scanning' RETURNING id"
            )
            return bool((await session.execute(text(query), {"id": workspace.id})).all())

    async with post_of(workspace, customers) as post:
        monkeypatch.setattr(router, "SCAN_S", 0)
        assert await post.comes(mail.as_bytes()) == "451 4.3.0 attachment_scanning"
        assert await clean()
        monkeypatch.undo()
        coming = asyncio.ensure_future(post.comes(mail.as_bytes()))
        await eventually(clean)
        contact = await workspace.contact((await coming).rpartition(" ")[2])
    assert [one["name"] for one in contact["attachments"]] == ["photo.png"]


async def test_a_mail_is_kept_by_its_server_whatever_stands_in_for_the_router(make: Make, customers: Customers) -> None:
    """A proxy's page instead of the router's answer is no reason to refuse a mail; each recipient hears so."""

    async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(page, "127.0.0.1", 0) as proxy:
        url = f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
        async with post_of(await make(shop()), customers, router_url=url, smtp="") as post:
            assert await post.comes(letter(), OURS, OURS) == "451 4.3.0 router_away"


async def test_what_our_own_mail_server_refuses_says_nothing_of_the_customers_address(post: Post) -> None:
    """Neither that it knows no such sender, nor a policy: only that there is no such mailbox."""
    contact = {"id": (await post.comes(letter())).rpartition(" ")[2]}
    customer = (await post.workspace.contact(contact["id"]))["customer_id"]
    for refusal, slug, failing in (
        ("554 5.7.1 Relay access denied", "not_taken", False),
        ("550 5.7.26 unauthenticated", "not_taken", False),
        ("550 5.1.1 no such user", "bounced", True),
    ):
        post.customers.answers["sam@example.org"] = [refusal]
        message = await reply(post.workspace, contact, refusal)
        assert (await until_delivery(post.workspace, message, "failed"))["error"]["slug"] == slug, refusal
        (address,) = (await post.workspace.api.get(f"/v1/customers/{customer}")).json()["addresses"]
        assert (address["failing_since"] is not None) is failing, refusal
