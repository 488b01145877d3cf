"""Trying it: an adapter for a router of this machine, whose answers are printed where no mail server is at hand."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr

from mci_router.adapters.email.settings import EmailSettings
from mci_router.adapters.router import Router
from mci_router.adapters.settings import key_of_a_header

ADAPTER = "email"
ADDRESS = "support@company.example"
LMTP = "127.0.0.1:8024"
SPEC = {
    "title": "E-mail",
    "channels": ["email", "web"],
    "trust": "authenticated",
    "answers": "messages",
    "capabilities": {"html": True, "attachments": True},
    "outbound": {"by": "stream"},
}
SCOPES = ["contacts:write", "messages:write", "messages:deliver"]
SHOWN = ("From", "To", "Reply-To", "Subject", "Auto-Submitted")

Say = Callable[[str], Any]


class NoKey(Exception):
    """There is no operator's key at hand: say where `make run` has put it."""


class Printer:
    """A mail server that delivers nothing: it prints what it takes."""

    def __init__(self, say: Say) -> None:
        self._say = say

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        """Prints a mail."""
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        mail = BytesParser(EmailMessage, policy=default).parsebytes(content)
        body = mail.get_body(("plain",))
        heads = "\n".join(f"{name}: {mail[name]}" for name in SHOWN if mail[name])
        self._say(f"{heads}\n\n{body.get_content().strip() if body else ''}\n")
        return "250 2.0.0 printed"


@asynccontextmanager
async def tried(url: str, keys: Path, say: Say, *, lmtp: str = LMTP) -> AsyncIterator[EmailSettings]:
    """Makes the workspace's adapter and a key for it, and yields its settings; mails that go out are printed.

    Raises NoKey, Refused, RouterAway.
    """
    key = await _adapters_key(url, _operators_key(keys))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Printer(say), hostname="localhost"), "127.0.0.1", 0)
    try:
        yield EmailSettings(
            router_url=url,
            adapter_key=key,
            adapter=ADAPTER,
            address=ADDRESS,
            secret=_kept_secret(keys.parent / "email.secret"),
            lmtp=lmtp,
            smtp=f"127.0.0.1:{server.sockets[0].getsockname()[1]}",
            smtp_starttls=False,
            dkim=False,
        )
    finally:
        server.close()


async def _adapters_key(url: str, operator: str) -> str:
    async with Router(url, operator, ADAPTER) as router:
        await router.put(f"/v1/adapters/{ADAPTER}", SPEC)
        made = await router.post(
            "/v1/api-keys", {"name": "e-mail", "adapter": ADAPTER, "trust": "authenticated", "scopes": SCOPES}
        )
    return str(made["key"])


def _operators_key(keys: Path) -> str:
    try:
        key = SecretStr(str(json.loads(keys.read_text())["operator"]))
        return key_of_a_header(key).get_secret_value()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoKey(f"{keys} holds no operator's key: run `make run` first, or name the file with --keys") from error


def _kept_secret(path: Path) -> str:
    """Returns the secret by which answers find their conversations, also after a restart."""
    if not path.exists():
        path.touch(0o600)
        path.write_text(secrets.token_hex(32))
    return path.read_text()
