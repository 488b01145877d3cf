"""Settings of the adapter, read from the environment."""

from typing import Literal, TypeAlias

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from mci_router.adapters.settings import AdapterSettings

Language: TypeAlias = Literal["en", "de", "fr", "es", "it", "pt"]
"""The languages that the adapter speaks."""

API_URL = "https://api.twilio.com"


class TwilioSettings(AdapterSettings):
    """Environment variables are upper case, with the prefix `MCI_TWILIO_` but for those that all adapters share."""

    model_config = SettingsConfigDict(env_prefix="MCI_TWILIO_")

    adapter: str = "twilio"  # its name in the workspace

    account_sid: str = Field(pattern=r"^AC[0-9a-f]{32}$")
    auth_token: SecretStr
    """Proves that a webhook is Twilio's, and that what we ask of its API is ours."""

    public_url: str
    """Where Twilio finds the adapter. It signs this URL, which a proxy may rewrite before we see it."""

    api_url: str = API_URL
    files_url: str = ""  # where Twilio finds the router, to fetch files from it; empty: as we do
    media_hosts: list[str] = ["mms.twiliocdn.com", "media.twiliocdn.com", "s3-external-1.amazonaws.com"]
    """To which its API may lead on for a file: without our credentials."""

    number: str = ""  # ours, from which those are written to who wrote on the help pages; empty: they are not

    host: str = "127.0.0.1"  # loopback: exposing it is a decision, not a default
    port: int = Field(8080, ge=0, le=65_535)
    hold_s: float = Field(12, gt=0, le=14)  # Twilio waits for 15 s, and does not come again by itself
    give_up_s: float = Field(600, gt=0)  # as the router does unless its adapter says otherwise
    retry_s: float = Field(1, gt=0)  # the first pause; each is twice the one before, up to 30 s

    language: Language = "en"  # spoken to callers of whom the router knows none
    languages: dict[str, Language] = {}  # by the number that is called, as `{"+4930901820": "de"}`
    menu: dict[str, str] = {}  # topics by the digits of a menu that stands before us, as `{"1": "billing"}`
    music_url: str = ""  # an https URL of what callers hear while they wait; empty: silence
    say_every_s: int = Field(60, ge=10, le=600)  # how often callers hear their place in line
    ring_s: int = Field(20, ge=5, le=600)  # for which an agent's telephone rings before the caller waits again
    callback: bool = True  # callers whose number is known may choose to be called back
    record: bool = False  # calls with agents, which callers are told
    look_s: float = Field(1, gt=0)  # how often the router is asked where callers are

    @field_validator("public_url", "api_url", "router_url")
    @classmethod
    def url(cls, value: str) -> str:
        """Returns the URL without its last slash. Raises ValueError if it is none."""
        if not value.startswith(("https://", "http://")) or "?" in value or "#" in value:
            raise ValueError("is no URL that paths can be put behind: send https://host, and a path if there is one")
        return value.rstrip("/")
