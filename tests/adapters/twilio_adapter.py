"""The adapter beside the double and a workspace of the shared service: real sockets between all three."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from mci_router.adapters.twilio.app import create_app
from mci_router.adapters.twilio.settings import TwilioSettings
from tests.adapters.twilio_double import ACCOUNT, PUBLIC, TOKEN, Double, twilio
from tests.support.documents import small
from tests.support.outbound import adapter, key_of
from tests.support.receiver import serving
from tests.support.service import Workspace

Make: TypeAlias = Callable[..., Awaitable[Workspace]]

SPEC: dict[str, Any] = {
    "title": "Twilio",
    "channels": ["sms", "messaging", "voice"],
    "capabilities": {"receipts": True, "max_chars": 1600, "attachments": True},
    "outbound": {"by": "stream"},
    "trust": "authenticated",
}
SCOPES = (
    "contacts:write",
    "contacts:read",
    "contacts:sensitive",
    "contacts:supervise",
    "messages:deliver",
    "messages:write",
)


def phones() -> dict[str, Any]:
    """A small workspace whose agents take text messages and calls, each at a telephone of their own."""
    document = small()
    for number, agent in enumerate(document["agents"]):
        agent["capacity"] = {"units": 6, "channels": {"voice": 1, "sms": 3, "messaging": 3}}
        agent["endpoint"] = ("+4930555001", "sip:fred@phones.example")[number]
    return document


async def settings_for(workspace: Workspace, double: Double, **more: Any) -> TwilioSettings:
    """The environment of an adapter of the workspace, which exists then."""
    await adapter(workspace, "twilio", **SPEC)
    key = await key_of(workspace, *SCOPES, adapter="twilio", trust="authenticated")
    said = {
        "router_url": workspace.url,
        "adapter_key": key["key"],
        "adapter": "twilio",
        "public_url": PUBLIC,
        "account_sid": ACCOUNT,
        "auth_token": TOKEN,
        "api_url": double.url,
        "retry_s": 0.05,
        **more,
    }
    return TwilioSettings.model_validate(said)


@asynccontextmanager
async def carrying(workspace: Workspace, **more: Any) -> AsyncIterator[Double]:
    """The adapter at work; the double to which it talks."""
    async with twilio() as double, running(await settings_for(workspace, double, **more), double):
        yield double


@asynccontextmanager
async def running(settings: TwilioSettings, double: Double) -> AsyncIterator[None]:
    """An adapter that the double asks."""
    async with serving(create_app(settings), lifespan="on") as double.adapter:
        yield
