"""Settings of the Mastodon adapter, read from the environment. Each default carries its unit and its reason."""

from pathlib import Path
from typing import Literal

from pydantic import Field, HttpUrl, SecretStr
from pydantic_settings import SettingsConfigDict

from mci_router.adapters.settings import AdapterSettings


class MastodonSettings(AdapterSettings):
    """Environment variables are upper case with the prefix `MCI_MASTODON_`, but for the two that all adapters share."""

    model_config = SettingsConfigDict(env_prefix="MCI_MASTODON_")

    adapter: str = "mastodon"  # its name in the workspace

    url: HttpUrl
    """The instance on which our account is."""
    token: SecretStr
    """Of our account, with the scopes `read` and `write:statuses`."""
    state: Path = Path("mci-mastodon.json")  # how far the notifications are read, and which thread is whose
    replies: Literal["public", "unlisted"] = "unlisted"  # of answers in public: both are, one is in no timeline
    poll_s: float = Field(5, gt=0)  # a customer waits no longer for us to read; an instance allows one request a second
    recheck_s: float = Field(60, gt=0)  # how soon an edit or a deletion on the network is followed
    media_hosts: tuple[str, ...] = ()  # where the instance keeps its files, beside itself: `files.example.social`
    timeout_s: float = Field(30, gt=0)  # of a request to the instance
    automatic_per_hour: int = Field(10, ge=0)  # messages that no person wrote, to one customer: the guard against loops
