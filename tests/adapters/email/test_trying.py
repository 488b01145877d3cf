"""`mci-router adapter email --try`: a mail in and the answer out, with nothing but a running router."""

import asyncio
import json
import smtplib
from pathlib import Path

import pytest

from mci_router.adapters.email.process import running
from mci_router.adapters.email.trying import NoKey, tried
from tests.support.service import PATIENCE_S, Workspace

MAIL = """From: Sam <sam@example.org>
To: support@company.example
Message-ID: <try-1@example.org>
Subject: Sign-in

I forgot my password and cannot sign in
"""


async def test_a_mail_is_answered_and_the_answer_printed(workspace: Workspace, tmp_path: Path) -> None:
    """The adapter and its key are made with the operator's; a restart keeps the secret of the threads."""
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"operator": workspace.key}))
    printed: asyncio.Queue[str] = asyncio.Queue()

    async with (
        tried(workspace.url, keys, printed.put_nowait, lmtp="127.0.0.1:0") as settings,
        running(settings) as adapter,
    ):
        assert adapter.listener
        await asyncio.to_thread(_hand_over, adapter.listener.port)
        (contact,) = (await workspace.api.get("/v1/contacts")).json()["items"]
        said = {"kind": "agent", "author": "ann", "text": "We look into it.", "client_id": "a1"}
        assert (await workspace.api.post(f"/v1/contacts/{contact['id']}/messages", json=said)).status_code == 201
        async with asyncio.timeout(PATIENCE_S):
            while "We look into it." not in (shown := await printed.get()):
                pass
    assert "To: sam@example.org\n" in shown
    assert "Subject: Re: Sign-in\n" in shown
    assert "Reply-To: support+" in shown

    async with tried(workspace.url, keys, printed.put_nowait, lmtp="127.0.0.1:0") as again:
        assert again.secret == settings.secret


async def test_a_missing_key_is_said(tmp_path: Path) -> None:
    """With where it is looked for, and how it is made."""
    with pytest.raises(NoKey, match="run `make run` first"):
        async with tried("http://127.0.0.1:9", tmp_path / "keys.json", print):
            pass


def _hand_over(port: int) -> None:
    with smtplib.LMTP("127.0.0.1", port) as server:
        server.sendmail("sam@example.org", "support@company.example", MAIL)
