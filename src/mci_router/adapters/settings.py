"""Settings that all adapters share, read from the environment."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def web_address(url: str) -> str:
    """Returns the address of a service. Raises ValueError if it is none."""
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return url
    except ValueError:  # of a port that is no number, or a bracket that is not closed
        pass
    raise ValueError("is not a web address, such as http://127.0.0.1:8000")


def key_of_a_header(key: SecretStr) -> SecretStr:
    """Returns a key that a header can carry. Raises ValueError, whose words do not repeat it."""
    if not (secret := key.get_secret_value()).isascii() or not secret.isprintable() or not secret.strip():
        raise ValueError("is empty, or has letters that no key has: paste it as `POST /v1/api-keys` has answered it")
    return key


class AdapterSettings(BaseSettings):
    """Where the router is, and the key of the adapter. An adapter's own settings have its prefix."""

    model_config = SettingsConfigDict(populate_by_name=True, extra="ignore")

    router_url: Annotated[str, AfterValidator(web_address)] = Field(
        validation_alias=AliasChoices("MCI_ROUTER_URL", "router_url")
    )
    adapter_key: Annotated[SecretStr, AfterValidator(key_of_a_header)] = Field(
        validation_alias=AliasChoices("MCI_ADAPTER_KEY", "adapter_key")
    )
