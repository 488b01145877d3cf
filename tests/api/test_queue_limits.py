"""No agent has more contacts of a queue at once than the queue, and the agent's own capacity, allow."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.support.conversations import slug
from tests.support.documents import small
from tests.support.problems import assert_problem
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]


def claims(**queue: Any) -> dict[str, Any]:
    """A queue `claims` beside the desk, and one agent with room for six chats."""
    document = small()
    own = {"name": "claims", "position": 5, "service_level": {"goal": 0.8, "target_s": 60}, "wrap_up_s": None}
    document["queues"].append(own | queue)
    document["topics"] = [
        {"name": "claim", "title": "Claim", "touch": "high", "queue": "claims", "examples": ["I claim my money"]}
    ]
    document["articles"] = []
    room = {"units": 9, "channels": {"chat": 6}}
    document["agents"] = [{"name": "ann", "title": "Ann", "capacity": room}]
    return document


async def claim(workspace: Workspace) -> str:
    return str((await workspace.post("I claim my money", topic="claim"))["id"])


async def test_an_agent_has_no_more_contacts_of_a_queue_than_it_allows(make: Make) -> None:
    """Nor is one pulled; the agent's own limit counts if it is smaller, a wrap-up counts, and a higher limit lets in who
    waits at once.
    """
    workspace = await make(claims(most_per_agent=1))
    async with workspace.desk("ann") as ann:
        first, second, third = [await claim(workspace) for _ in range(3)]
        offer = await ann.expect("offer.created")
        assert offer["contact"]["id"] == first
        taken = await ann.do("offer.accept", offer_id=offer["offer_id"])
        assert slug(await ann.do("contact.pull", contact_id=second)) == "agent_no_room"
        await ann.do("assignment.complete", assignment_id=taken["assignment_id"], disposition="solved", notes="")
        assert (await workspace.contact(second))["state"] == "queued"
        await ann.do("wrap_up.done", assignment_id=taken["assignment_id"])
        offer = await ann.expect("offer.created")
        assert offer["contact"]["id"] == second
        taken = await ann.do("offer.accept", offer_id=offer["offer_id"])

        capacity = {"units": 9, "channels": {"chat": 6}, "queues": {"claims": 1}}
        for resource, change in (
            ("agents/ann", {"capacity": capacity}),
            ("queues/claims", {"most_per_agent": 5}),
        ):
            response = await workspace.api.patch(f"/v1/{resource}", json=change)
            assert response.status_code == 200, response.text
        assert (await workspace.contact(third))["state"] == "queued"
        response = await workspace.api.patch("/v1/agents/ann", json={"capacity": capacity | {"queues": {"claims": 2}}})
        assert response.status_code == 200, response.text
        assert (await ann.expect("offer.created"))["contact"]["id"] == third

        async def both() -> bool:
            states = [(await workspace.contact(contact))["state"] for contact in (second, third)]
            return states == ["assigned", "offered"]

        await eventually(both)


async def test_a_limit_of_a_queue_that_does_not_exist_is_refused(make: Make) -> None:
    """As every name of nothing is, as is a limit of none; and a queue that an agent's limit names stays."""
    workspace = await make(claims())
    capacity = {"units": 9, "channels": {"chat": 6}, "queues": {"nowhere": 1}}
    response = await workspace.api.patch("/v1/agents/ann", json={"capacity": capacity})
    assert_problem(response, 422, "invalid_configuration", "capacity.queues.nowhere")
    response = await workspace.api.patch("/v1/queues/claims", json={"most_per_agent": 0})
    assert_problem(response, 422, "invalid_request", "most_per_agent")
    response = await workspace.api.patch("/v1/agents/ann", json={"capacity": capacity | {"queues": {"claims": 1}}})
    assert response.status_code == 200, response.text
    response = await workspace.api.delete("/v1/queues/claims")
    assert response.status_code == 409, response.text
