"""LMTP: our mail server hands mails over. It hears 250 once the router has a mail, and keeps what it may try again.

LMTP answers after the data once for each recipient, also where the data themselves are refused.
"""

import asyncio
import logging
import os
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session

from mci_router.adapters.email.bounds import LARGEST, MOST_RECIPIENTS
from mci_router.adapters.email.ids import is_ours
from mci_router.adapters.email.taking import Taking
from mci_router.adapters.email.verdicts import never

log = logging.getLogger(__name__)

LONGEST_LINE = 262_144  # bytes: more than standards allow, as much as the headers may have
IDLE_S = 120
MOST_AT_ONCE = 64  # connections that hand a mail over; each may hold 25 MB
_BEYOND = {
    "552 Error: Too much mail data": never("too_large", f"more than {LARGEST} bytes").reply,
    "500 Line too long (see RFC5321 4.5.3.1.6)": never("line_too_long", f"more than {LONGEST_LINE} bytes").reply,
}


class NoDoor(Exception):
    """Nothing can listen where mails are to be taken: one line for the user."""


class Door:
    """Takes mails from a mail server, for addresses of ours."""

    def __init__(self, taking: Taking, ours: frozenset[str]) -> None:
        self._taking = taking
        self._ours = ours

    async def handle_RCPT(  # noqa: N802 — named by aiosmtpd
        self, _: LMTP, __: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        """Takes a recipient, if that is one of ours."""
        if not is_ours(address, self._ours):
            return "550 5.1.1 not_our_address"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 too_many_recipients"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 ok"

    async def handle_DATA(self, _: LMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        """Takes a mail; says for each recipient what became of it."""
        raw = envelope.content
        assert isinstance(raw, bytes)  # noqa: S101 — nothing is decoded
        verdict = await self._taking.take(raw, envelope.mail_from or "", envelope.rcpt_tos)
        return "\r\n".join([verdict.reply] * len(envelope.rcpt_tos))


class Speaker(LMTP):
    """LMTP as it is spoken: long lines are read, and every recipient hears why data are refused."""

    line_length_limit = LONGEST_LINE

    async def push(self, status: Any) -> None:
        """Says something, and where that refuses data, by its name and as often as there are recipients."""
        if isinstance(status, str) and status in _BEYOND and self.envelope and self.envelope.rcpt_tos:
            status = "\r\n".join([_BEYOND[status]] * len(self.envelope.rcpt_tos))
        await super().push(status)


class Listener:
    """Listens where a mail server hands mails over: `host:port`, or the path of a socket."""

    def __init__(self, door: Door, at: str) -> None:
        self._door = door
        self._at = at
        self._stack = AsyncExitStack()
        self.port = 0

    async def open(self) -> None:
        """Begins to listen. Raises NoDoor."""
        try:
            await self._open()
        except OSError as error:
            raise NoDoor(
                f"mails cannot be taken at {self._at} ({os.strerror(error.errno or 0)}): "
                "stop what uses it, or choose another place with MCI_EMAIL_LMTP"
            ) from error
        log.info("mails are taken by LMTP at %s", self._at)

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        host, _, port = self._at.rpartition(":")
        if "/" in self._at:
            with suppress(FileNotFoundError):
                Path(self._at).unlink()  # noqa: ASYNC240 — once, at the start
            server = await loop.create_unix_server(self._speaker, self._at, backlog=MOST_AT_ONCE)
        else:
            server = await loop.create_server(self._speaker, host.strip("[]"), int(port), backlog=MOST_AT_ONCE)
            self.port = server.sockets[0].getsockname()[1]
        self._stack.callback(server.close)

    async def close(self) -> None:
        """Listens no longer; what is being taken is taken."""
        await self._stack.aclose()

    def _speaker(self) -> Speaker:
        return Speaker(
            self._door,
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            hostname="mci-router",
            ident="LMTP",
            timeout=IDLE_S,
        )
