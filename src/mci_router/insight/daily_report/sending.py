"""Sending: a mail goes to the mail server of `MCI_SMTP_URL`. Its client comes with the extra `adapters` and is needed
only where that is set.
"""

from dataclasses import dataclass
from email.message import EmailMessage
from importlib import import_module
from typing import Any
from urllib.parse import unquote, urlsplit

from mci_router.settings import Settings

PORTS = {"smtp": 587, "smtps": 465, "smtp+clear": 25}
"""`smtp` encrypts by STARTTLS, or sends nothing; `smtps` from the first byte; `smtp+clear` never."""

TIMEOUT_S = 60  # servers that check a mail take their time before they say 250


class NotSent(Exception):
    """A mail was not taken. The words have the server's status, and nothing that is private."""

    def __init__(self, why: str, *, final: bool = False) -> None:
        super().__init__(why)
        self.final = final
        """It will not be taken later, either."""


@dataclass(frozen=True, slots=True, repr=False)
class MailServer:
    """The mail server that sends for us."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    sender: str
    client: Any

    @classmethod
    def of(cls, settings: Settings) -> "MailServer | None":
        """Returns the server of the settings; None if there is none.

        Raises RuntimeError where the settings are not right, or the client is not installed; it says what to do.
        """
        if settings.smtp_url is None:
            return None
        url = urlsplit(settings.smtp_url.get_secret_value())
        if url.scheme not in PORTS or not url.hostname:
            raise RuntimeError("MCI_SMTP_URL must be smtp://, smtps:// or smtp+clear:// with a host")
        if "@" not in settings.mail_from:
            raise RuntimeError("MCI_MAIL_FROM must be the address that mails come from, where MCI_SMTP_URL is set")
        try:
            client = import_module("aiosmtplib")
        except ImportError as error:
            raise RuntimeError("MCI_SMTP_URL needs the extra adapters: pip install 'mci-router[adapters]'") from error
        user, password = unquote(url.username or ""), unquote(url.password or "")
        return cls(url.scheme, url.hostname, url.port or PORTS[url.scheme], user, password, settings.mail_from, client)

    async def send(self, mail: EmailMessage, recipient: str) -> None:
        """Hands a mail over. Raises NotSent."""
        try:
            await self.client.send(
                mail,
                sender=self.sender,
                recipients=[recipient],
                hostname=self.host,
                port=self.port,
                username=self.user or None,
                password=self.password or None,
                use_tls=self.scheme == "smtps",
                start_tls=self.scheme == "smtp",
                timeout=TIMEOUT_S,
                local_hostname="mci-router",
            )
        except self.client.SMTPRecipientsRefused as refused:
            raise _refused(refused.recipients[0].code) from None
        except self.client.SMTPAuthenticationError as refused:  # a matter of settings: somebody mends it
            raise NotSent(f"the mail server does not let us in: status {refused.code}") from None
        except self.client.SMTPResponseException as refused:
            raise _refused(refused.code) from None
        except (self.client.SMTPException, OSError, ValueError) as error:
            raise NotSent(type(error).__name__) from None


def _refused(code: int) -> NotSent:
    return NotSent(f"status {code}", final=500 <= code < 600)
