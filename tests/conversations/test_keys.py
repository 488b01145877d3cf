"""Keys of messages are forgotten after 90 days; the messages stay."""

from collections.abc import Awaitable, Callable

from sqlalchemy import text

from mci_router.conversations import keys
from tests.support.conversations import staffed
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]
AGE = "UPDATE message_keys SET received_at = received_at - make_interval(days => :days) WHERE workspace_id = :workspace"


async def test_a_key_is_forgotten_after_ninety_days(make: Make) -> None:
    workspace = await make(staffed())
    contact = (await workspace.post("hello"))["id"]
    said = {"text": "are you there?", "client_id": "c-1"}
    path = f"/v1/contacts/{contact}/messages"
    assert (await workspace.api.post(path, json=said)).status_code == 201
    for days, kept in ((89, 1), (2, 0)):
        async with workspace.database.transaction() as session:
            await session.execute(text(AGE), {"days": days, "workspace": workspace.id})
        await keys.forget(workspace.database)
        async with workspace.database.transaction() as session:
            count = text("SELECT count(*) FROM message_keys WHERE workspace_id = :workspace")
            assert await session.scalar(count, {"workspace": workspace.id}) == kept
