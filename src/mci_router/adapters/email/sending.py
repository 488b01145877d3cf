"""Sending: a mail goes to our mail server by SMTP, encrypted. A domain that takes nothing is left alone for a while."""

import asyncio
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import StrEnum

import aiosmtplib

log = logging.getLogger(__name__)

FIRST_PAUSE_S = 1.0
ENCRYPTED, CLEAR = 587, 25


class Came(StrEnum):
    """What became of an attempt."""

    SENT = "sent"
    LATER = "later"
    NEVER = "never"
    """The mail itself is refused, or we are: it says nothing of the customer's address."""
    NOBODY = "nobody"
    """There is nobody at the address."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt's result; `why` has the server's status and nothing that is private."""

    came: Came
    why: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """The mail server that sends for us."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    starttls: bool = True
    verify: bool = True
    timeout_s: float = 60


@dataclass(slots=True)
class _Domain:
    places: asyncio.Semaphore
    failures: int = 0
    until: float = 0


@dataclass(slots=True)
class Sending:
    """Sends mails, each over a connection of its own: a few at once, and fewer to one domain."""

    server: Server
    places: asyncio.Semaphore
    of_domain: int
    longest_pause_s: float
    first_pause_s: float = FIRST_PAUSE_S
    clock: Callable[[], float] = field(default_factory=lambda: asyncio.get_running_loop().time)
    _domains: dict[str, _Domain] = field(default_factory=dict)

    async def send(self, mail: EmailMessage, sender: str, recipient: str) -> Attempt:
        """Tries once, when it is the domain's turn; `sender` hears where it is not delivered."""
        domain = self._domains.setdefault(
            recipient.rpartition("@")[2].lower(), _Domain(asyncio.Semaphore(self.of_domain))
        )
        async with domain.places:
            await asyncio.sleep(max(0.0, domain.until - self.clock()))
            async with self.places:
                attempt = await self._tried(mail, sender, recipient)
        self._noted(domain, attempt)
        return attempt

    def _noted(self, domain: _Domain, attempt: Attempt) -> None:
        """Leaves a domain alone for twice as long each time that it takes nothing."""
        if attempt.came is not Came.LATER:
            domain.failures, domain.until = 0, 0
            return
        pause = min(self.longest_pause_s, self.first_pause_s * 2 ** min(domain.failures, 20))
        domain.failures += 1
        domain.until = self.clock() + pause

    async def _tried(self, mail: EmailMessage, sender: str, recipient: str) -> Attempt:
        to = self.server
        options = ["SMTPUTF8"] if not (sender + recipient).isascii() else []
        try:
            await aiosmtplib.send(
                mail,
                sender=sender,
                recipients=[recipient],
                mail_options=options,
                hostname=to.host,
                port=to.port,
                username=to.user or None,
                password=to.password or None,
                start_tls=to.starttls,
                tls_context=_context(to) if to.starttls else None,
                timeout=to.timeout_s,
                local_hostname="mci-router",
            )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            return _of_recipient(refused.recipients[0])
        except aiosmtplib.SMTPNotSupported as error:  # of a server without STARTTLS it is our fault
            return Attempt(Came.NEVER if "UTF8" in str(error).upper() else Came.LATER, "not_supported")
        except aiosmtplib.SMTPAuthenticationError as refused:
            log.error("the mail server does not let us in: %s", refused.code)
            return Attempt(Came.LATER, f"status_{refused.code}")
        except aiosmtplib.SMTPResponseException as refused:
            return _by_code(refused.code)
        except UnicodeError:  # this mail cannot be written: the domain is not to blame, and time does not mend it
            return Attempt(Came.NEVER, "not_writable")
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            return Attempt(Came.LATER, type(error).__name__)
        return Attempt(Came.SENT)


def _of_recipient(refused: aiosmtplib.SMTPRecipientRefused) -> Attempt:
    """Returns what the refusal of a recipient means. Status 5.7 is about who sends, and not about the address."""
    attempt = _by_code(refused.code)
    ours = attempt.came is Came.LATER or refused.message.lstrip().startswith("5.7.")
    return attempt if ours else Attempt(Came.NOBODY, attempt.why)


def _by_code(code: int) -> Attempt:
    return Attempt(Came.NEVER if 500 <= code < 600 else Came.LATER, f"status_{code}")


def _context(server: Server) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not server.verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
