"""Customers who may leave: what their agents offered, who stays, and what that is worth."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.support.conversations import COMPLAINT
from tests.support.documents import small
from tests.support.service import TestDesk, Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]


def leaving() -> dict[str, Any]:
    """The small workspace, in which who complains may leave."""
    document = small()
    document["workspace"]["currency"] = "EUR"
    for topic in document["topics"]:
        if topic["name"] == "complaint":
            topic["value"] = "retention"
    for queue in document["queues"]:
        queue["wrap_up_s"] = 0
    return document


async def served(workspace: Workspace, desk: TestDesk) -> str:
    """A contact that the desk takes: its assignment."""
    await workspace.post(COMPLAINT)
    offer = await desk.expect("offer.created")
    await desk.do("offer.accept", offer_id=offer["offer_id"])
    started = await desk.expect("assignment.started")
    return str(started["assignment_id"])


async def completed(desk: TestDesk, assignment: str, **data: Any) -> dict[str, Any]:
    return await desk.do("assignment.complete", assignment_id=assignment, disposition="solved", **data)


async def report(workspace: Workspace, **query: str) -> dict[str, Any]:
    answer = await workspace.api.get("/v1/reports/retention", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_what_agents_say_is_the_report(make: Make) -> None:
    """By agent, queue and topic: offers made and kept, saves with their interval, the amount; who said nothing counts as
    handled alone.
    """
    workspace = await make(leaving())
    async with workspace.desk("ann") as ann:
        assert "complaint" in (await ann.do("workspace.read"))["retention_topics"]
        for said in (
            {"saved": True, "offers_made": 2, "offers_kept": 1, "amount": "120.10"},
            {"saved": True, "offers_made": 1, "offers_kept": 1, "amount": "0.20"},
            {"saved": False, "offers_made": 3},
            None,
        ):
            ack = await completed(ann, await served(workspace, ann), **({"retention": said} if said else {}))
            assert ack.get("retention") is (True if said else None)

    async def told() -> dict[str, Any] | None:
        found = await report(workspace, group_by="agent,topic")
        return found if found["rows"] and found["rows"][0]["handled"] == 4 else None

    found = await eventually(told)
    (row,) = found["rows"]
    assert (row["agent"], row["topic"], row["queue"]) == ("ann", "complaint", None)
    assert (row["reported"], row["offers_made"], row["offers_kept"], row["saved"]) == (3, 6, 2, 2)
    assert (row["amount"], found["currency"]) == ("120.30", "EUR")
    assert row["save_rate"] == pytest.approx(2 / 3)
    assert (row["save_rate_from"], row["save_rate_to"]) == (
        pytest.approx(0.2077, abs=1e-4),
        pytest.approx(0.9385, abs=1e-4),
    )
    (all_of_it,) = (await report(workspace, group_by=""))["rows"]
    assert (all_of_it["handled"], all_of_it["reported"]) == (4, 3)
    other = await make()
    assert (await report(other))["rows"] == []


async def test_what_cannot_be_is_refused_and_completes_nothing(make: Make) -> None:
    """More kept than made, an amount of who leaves, another topic; the agent may say it once more, rightly."""
    workspace = await make(leaving())
    async with workspace.desk("ann") as ann:
        assignment = await served(workspace, ann)
        for data in (
            {"retention": {"saved": True, "offers_made": 1, "offers_kept": 2}},
            {"retention": {"saved": False, "amount": "5"}},
            {"retention": {"saved": True, "amount": "1.234"}},
            {"retention": {"saved": True}, "topic": "how_to"},
        ):
            refused = await completed(ann, assignment, **data)
            assert refused["problem"]["status"] == 422, refused
        assert (await completed(ann, assignment, retention={"saved": True}))["retention"] is True
    answer = await workspace.api.get("/v1/reports/retention", params={"group_by": "colour"})
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "query.group_by")
