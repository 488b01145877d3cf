"""Mail servers for tests: the customers', which takes what we send, and a mail server that hands us mails by LMTP."""

import asyncio
import smtplib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.service import PATIENCE_S


@dataclass
class Customers:
    """The customers' mail server: keeps what it takes, and answers as a test says, by recipient."""

    answers: dict[str, list[str]] = field(default_factory=dict)
    mails: "asyncio.Queue[tuple[str, str, Message]]" = field(default_factory=asyncio.Queue)
    port: int = 0

    async def handle_RCPT(  # noqa: N802
        self, _: SMTP, __: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answers.get(address):
            return self.answers[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        mail = BytesParser(policy=default).parsebytes(envelope.content or b"")  # type: ignore[arg-type]
        mail.raw = envelope.content  # type: ignore[attr-defined]  # as it came: to write it again may change it
        found = (envelope.mail_from or "", envelope.rcpt_tos[0], mail)
        self.mails.put_nowait(found)
        return "250 ok"

    async def next(self) -> tuple[str, str, Any]:
        """The next mail: who hears of it if it comes back, to whom it goes, and itself."""
        async with asyncio.timeout(PATIENCE_S):
            return await self.mails.get()


@asynccontextmanager
async def customers_server(**how: Any) -> AsyncIterator[Customers]:
    customers = Customers()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(customers, hostname="mx.example.org", **how), "127.0.0.1", 0)
    customers.port = server.sockets[0].getsockname()[1]
    yield customers
    server.close()


async def hand_over(at: int | str, raw: bytes, *recipients: str, sender: str = "sam@example.org") -> list[str]:
    """Hands a mail over by LMTP, as a mail server does, at a port or a socket; what it hears, one line a recipient."""

    def hand() -> list[str]:
        host, port = ("127.0.0.1", at) if isinstance(at, int) else (at, 0)
        with smtplib.LMTP(host, port, timeout=PATIENCE_S) as client:
            client.ehlo_or_helo_if_needed()
            client.mail(sender)
            answers = [client.rcpt(one) for one in recipients]
            if refused := [f"{code} {text.decode()}" for code, text in answers if code != 250]:
                return refused
            client.putcmd("data")
            assert client.getreply()[0] == 354
            client.send(_dotted(raw))
            replies = [client.getreply() for _ in recipients]
            return [f"{code} {text.decode()}" for code, text in replies]

    return await asyncio.to_thread(hand)


def _dotted(raw: bytes) -> bytes:
    lines = raw.replace(b"\r\n", b"\n").split(b"\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b"\r\n.\r\n"
