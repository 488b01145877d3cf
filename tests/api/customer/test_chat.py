"""A customer's chat over a real socket: writing, waiting, being answered, and what stays hidden."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from tests.support.customers import chat, site_key, site_token
from tests.support.service import TestDesk, Workspace

Make = Callable[..., Awaitable[Workspace]]

COMPLAINT = "a formal complaint, I demand a manager"
SIGN_IN = "I cannot sign in, login does not work"
FRAUD = "someone stole my card, fraud"


async def write(client: TestDesk, text: str, **more: Any) -> dict[str, Any]:
    """Writes a message; the ack's data."""
    return await client.do("message.send", client_id=uuid4().hex, text=text, **more)


async def token_of(workspace: Workspace, sub: str = "crm-42") -> str:
    """A token that the workspace's site has signed."""
    return site_token(await site_key(workspace), sub)


async def test_a_customer_writes_waits_and_is_served(workspace: Workspace) -> None:
    """The message is a contact of the customer; state, place and expected wait are told when they change."""
    async with workspace.desk("ann", available=False) as ann, chat(workspace, await token_of(workspace)) as client:
        said = await write(client, COMPLAINT, context={"product": "app", "screen": "bill", "error_code": "E7"})
        contact = await workspace.contact(said["contact"]["id"])
        assert (contact["channel"], contact["trust"]) == ("chat", "authenticated")
        assert contact["context"] == {"product": "app", "screen": "bill", "error_code": "E7"}
        waiting = await client.expect("contact.updated", state="queued", place=1)
        assert waiting["contact_id"] == contact["id"]
        assert waiting["agent"] is None
        await ann.do("presence.set", state="available")
        offer = await ann.expect("offer.created")
        await ann.do("offer.accept", offer_id=offer["offer_id"])
        assert (await client.expect("contact.updated", state="assigned"))["agent"] is None
        assert await client.do("heartbeat") != {}
