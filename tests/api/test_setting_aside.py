"""A contact that needs all of an agent is not kept out for ever by small ones."""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import select

from mci_router.models import Event
from tests.support.documents import small
from tests.support.service import Workspace, eventually
from tests.support.watching import watching

COMPLAINT = "a formal complaint, I demand a manager"
Make = Callable[..., Awaitable[Workspace]]


async def events_of_agent(workspace: Workspace, agent: str) -> list[str]:
    asked = select(Event.type).where(
        Event.workspace_id == workspace.id, Event.agent == agent, Event.type.like("%aside%")
    )
    async with workspace.ledger() as session:
        return list((await session.scalars(asked.order_by(Event.id))).all())


async def test_an_agent_takes_no_more_until_the_call_that_must_be_served_fits(make: Make) -> None:
    """The call counts as waiting for ten minutes already: its agent, with a chat and room for two more, is kept for it,
    and a new chat waits although it would fit.
    """
    document: dict[str, Any] = small()
    for queue in document["queues"]:
        queue["wrap_up_s"] = 0
    room = {"units": 6, "channels": {"voice": 1, "chat": 3}}
    document["agents"] = [{"name": "ann", "title": "Ann", "skills": [{"skill": "billing"}], "capacity": room}]
    workspace = await make(document)
    async with workspace.desk("ann") as ann:
        await workspace.post(COMPLAINT)
        chat = await ann.expect("offer.created")
        taken = await ann.do("offer.accept", offer_id=chat["offer_id"])
        call = await workspace.post(COMPLAINT, channel="voice", priority=10)

        async def set_aside() -> bool:
            return await events_of_agent(workspace, "ann") == ["agent.set_aside"]

        await eventually(set_aside)
        async with watching(workspace) as screen:
            seen = await screen.until(lambda seen: seen["agents"]["ann"]["aside_for"] is not None)
            assert (seen["agents"]["ann"]["aside_for"], bool(seen["agents"]["ann"]["aside_since"])) == ("voice", True)
        other = await workspace.post(COMPLAINT)
        assert other["state"] == "queued"
        await ann.do("assignment.complete", assignment_id=taken["assignment_id"], disposition="solved", notes="")
        offered = await ann.expect("offer.created")
        assert offered["contact"]["id"] == call["id"]
        assert (await workspace.contact(other["id"]))["state"] == "queued"

        async def ended() -> bool:
            return await events_of_agent(workspace, "ann") == ["agent.set_aside", "agent.set_aside_ended"]

        await eventually(ended)
