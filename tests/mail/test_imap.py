"""A mailbox on a real Dovecot is read as mails come, and each mail once, whatever is forgotten."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from mci_router.adapters.email.imap import Mark, keep_mark, read_mark, said_of
from tests.mail.conftest import OURS, post_of, shop
from tests.mail.dovecot import PASSWORD, Dovecot
from tests.mail.letters import letter
from tests.mail.servers import Customers, hand_over
from tests.support.outbound import reply
from tests.support.service import Workspace, eventually


def of(dovecot: Dovecot, state: Path, user: str) -> dict[str, Any]:
    """The settings that read a mailbox."""
    login = {"imap_user": user, "imap_password": PASSWORD, "imap_state": state}
    return {"imap": f"127.0.0.1:{dovecot.imap}", "imap_tls": False, "address": user, **login}


async def until_contacts(workspace: Workspace, number: int) -> list[dict[str, Any]]:
    async def there() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await workspace.api.get("/v1/contacts")).json()["items"]
        return found if len(found) == number else []

    found: list[dict[str, Any]] = await eventually(there)
    return found


async def test_what_is_there_and_what_comes_is_read_once(
    make: Any, customers: Customers, dovecot: Dovecot, tmp_path: Path
) -> None:
    """Before the adapter begins; while it idles; answers to what it sent; and all again where its mark is lost or the
    mailbox was made again: the router knows what it has.
    """
    workspace, state = await make(shop()), tmp_path / "mark.json"
    complaint = letter(message_id="there@example.org", subject="There before")
    assert (await hand_over(dovecot.lmtp, complaint, OURS))[0].startswith("250")
    async with post_of(workspace, customers, **of(dovecot, state, OURS)) as post:
        (first,) = await until_contacts(workspace, 1)
        await reply(workspace, first, "We look into it.")
        _, _, mail = await post.goes()
        to = mail["Reply-To"].addresses[0].addr_spec
        answer = letter(
            "Thank you, where do I record my voicemail?", message_id="answer@example.org", subject="Re: There before"
        )
        await hand_over(dovecot.lmtp, answer.replace(b"To: support@shop.example", f"To: {to}".encode()), to)

        async def answered() -> bool:
            said = (await workspace.api.get(f"/v1/cases/{first['case_id']}/messages")).json()["items"]
            return len(said) == 3

        assert await eventually(answered)
        apart = letter(
            "Another matter: how do I set up my voicemail", message_id="idle@example.org", sender="kim@example.org"
        )
        await hand_over(dovecot.lmtp, apart, OURS)
        await until_contacts(workspace, 2)
        assert mail["Subject"] == "Re: There before"

        async def marked() -> bool:
            return read_mark(state).uid == 3

        await eventually(marked)
    for lost in (lambda: state.unlink(), lambda: keep_mark(state, Mark(7, 3)), lambda: state.write_text("{")):
        lost()
        async with post_of(workspace, customers, **of(dovecot, state, OURS)) as post:

            async def read_again() -> bool:
                return post.adapter.taking.counted["taken"] == 3

            await eventually(read_again)
        assert set(json.loads(state.read_text())) == {"validity", "uid"}
    assert len(await until_contacts(workspace, 2)) == 2


async def test_a_mailbox_waits_while_the_router_is_away(
    make: Any, customers: Customers, dovecot: Dovecot, tmp_path: Path, monkeypatch: Any
) -> None:
    """Nothing is skipped: what could not be taken is tried again."""
    monkeypatch.setattr("mci_router.adapters.email.imap.AGAIN_S", 0.05)
    user, workspace = "waiting@shop.example", await make(shop())
    await hand_over(dovecot.lmtp, letter(message_id="waits@example.org"), user)
    settings = of(dovecot, tmp_path / "mark.json", user)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        away = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        async with post_of(workspace, customers, **settings, router_url=away) as post:
            assert (await post.comes(letter(message_id="at-door@example.org"), user)) == "451 4.3.0 router_away"

            async def tried() -> bool:
                return post.adapter.taking.counted["router_away"] > 2

            await eventually(tried)
    async with post_of(workspace, customers, **settings):
        await until_contacts(workspace, 1)


def test_what_a_server_says_unasked_is_no_mail() -> None:
    """Another program has read a mail meanwhile: its flag comes before the mail that we ask for."""
    flag, mail = b"5 (FLAGS (\\Seen) UID 9)", (b"6 (UID 10 BODY[] {5}", b"hello")
    assert said_of([flag, mail, b")"], b"BODY") == b"hello"
    assert said_of([(b"6 (BODY[] {5}", b"hello"), b" UID 10)", flag], b"BODY") == b"hello"
    assert said_of([flag, b"6 (UID 10 RFC822.SIZE 5)"], b"RFC822") == b"6 (UID 10 RFC822.SIZE 5)"
    with pytest.raises(OSError, match="not shown"):
        said_of([flag], b"BODY")
