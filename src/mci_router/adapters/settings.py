"""Settings that all adapters share, read from the environment."""

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class AdapterSettings(BaseSettings):
    """Where the router is, and the key of the adapter. An adapter's own settings have its prefix."""

    model_config = SettingsConfigDict(populate_by_name=True, extra="ignore")

    router_url: str = Field(validation_alias=AliasChoices("MCI_ROUTER_URL", "router_url"))
    adapter_key: SecretStr = Field(validation_alias=AliasChoices("MCI_ADAPTER_KEY", "adapter_key"))
