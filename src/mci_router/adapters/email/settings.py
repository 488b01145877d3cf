"""Settings of the e-mail adapter, read from the environment. Each default carries its unit and its reason."""

from functools import partial
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, StringConstraints, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from mci_router.adapters.settings import AdapterSettings
from mci_router.vocabulary import Trust


def _place(at: str, *, anywhere: bool = False) -> str:
    """Returns where a server is, as `host` or `host:port`, or the path of a socket; `anywhere`: a port alone means all
    addresses of this machine. Raises ValueError if it is none.
    """
    if at and "/" not in at:
        try:
            parts = urlsplit(f"//{at}")
            named = parts.port is None or anywhere or bool(parts.hostname)
        except ValueError:
            named = False
        if not named:
            raise ValueError(f"{at!r} is no place of a server: write it as host:port")
    return at


Place = Annotated[str, AfterValidator(_place)]
OwnPlace = Annotated[str, AfterValidator(partial(_place, anywhere=True))]
Address = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^@\s<>,]+@[^@\s<>,]+$", max_length=254)]


class EmailSettings(AdapterSettings):
    """Environment variables are upper case with the prefix `MCI_EMAIL_`, but for the two that all adapters share."""

    model_config = SettingsConfigDict(env_prefix="MCI_EMAIL_")

    adapter: str = "email"  # its name in the workspace

    address: Address
    """Ours, from which customers hear. Replies come to it, with a thread's token behind a `+`."""
    name: str = ""  # beside the address; an agent's name is not shown
    aliases: Annotated[tuple[str, ...], NoDecode] = ()  # more addresses of ours that come here, with commas between
    secret: SecretStr = Field(min_length=32)
    """Makes the tokens of threads, and signs the Message-IDs of what we send."""

    lmtp: OwnPlace = ""  # `host:port`, or the path of a socket; empty: no mails are taken by LMTP
    imap: Place = ""  # `host` or `host:port`; empty: no mailbox is read
    imap_user: str = ""
    imap_password: SecretStr = SecretStr("")
    imap_folder: str = "INBOX"
    imap_tls: bool = True  # from the first byte, as on port 993
    imap_state: Path = Path("mci-email.json")  # how far the mailbox is read

    smtp: Place = ""  # `host` or `host:port` of the server that sends; empty: nothing is sent
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_starttls: bool = True  # required: a mail is not sent in the clear unless this says so
    smtp_verify: bool = True  # the server's certificate
    smtp_timeout_s: float = 60  # servers that check a mail take their time before they say 250
    connections: int = 8  # at once, to the server
    connections_of_domain: int = 2  # at once, with mails for one domain: large providers refuse more
    longest_pause_s: float = 900  # of a domain that takes nothing: it is tried four times an hour
    give_up_s: float = 259_200  # three days, as long as the router lets a message wait

    authserv_id: str = ""  # what our mail server calls itself in Authentication-Results; empty: nobody is believed
    dkim: bool = True  # signatures are checked here where our mail server says nothing of them
    trust: Trust = Trust.AUTHENTICATED  # the most that a mail is believed, at most that of the key
    automatic_per_hour: int = 10  # mails that no person wrote, to one address: the last guard against loops
    workers: int = 2  # processes that parse mails

    @model_validator(mode="before")
    @classmethod
    def _split(cls, values: dict[str, object]) -> dict[str, object]:
        if isinstance(listed := values.get("aliases"), str):
            values["aliases"] = tuple(one.strip() for one in listed.split(",") if one.strip())
        return values

    @field_validator("lmtp")
    @classmethod
    def _with_a_port(cls, at: str) -> str:
        """Returns where mails are taken. Raises ValueError if it says no port: none is customary."""
        if at and "/" not in at and not at.rpartition(":")[2].isdigit():
            raise ValueError(f"{at!r} has no port: write it as host:port, or the path of a socket, with a / in it")
        return at

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not (self.lmtp or self.imap or self.smtp):
            raise ValueError("set MCI_EMAIL_LMTP or MCI_EMAIL_IMAP to take mails, MCI_EMAIL_SMTP to send them")
        return self

    @property
    def domain(self) -> str:
        """The domain of our address, and of the Message-IDs that we make."""
        return self.address.rpartition("@")[2].lower()

    @property
    def ours(self) -> frozenset[str]:
        """All addresses of ours, in lower case."""
        return frozenset(one.lower() for one in (self.address, *self.aliases))
