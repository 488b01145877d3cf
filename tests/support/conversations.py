"""Conversations that desks have, for tests of what becomes of them."""

from copy import deepcopy
from typing import Any

import pytest
from sqlalchemy import text

from tests.support.documents import SMALL, small
from tests.support.service import TestDesk, Workspace, eventually

COMPLAINT = "a formal complaint, I demand a manager"
TECH: dict[str, Any] = {
    "name": "tech_desk",
    "position": 90,
    "service_level": {"goal": 0.8, "target_s": 60},
    "units": 2,
    "skills": [{"skill": "tech"}],
}


def staffed(**desk: Any) -> dict[str, Any]:
    """The small workspace with ann and bob for complaints, tess for these and the tech desk; `desk` changes the
    complaints' queue.
    """
    ann = SMALL["agents"][0]
    bob = {**ann, "name": "bob", "title": "Bob"}
    tess = {**ann, "name": "tess", "title": "Tess", "skills": [*ann["skills"], {"skill": "tech", "proficiency": 4}]}
    document = small(skills=[*SMALL["skills"], {"name": "tech"}], agents=[*deepcopy(SMALL["agents"]), bob, tess])
    document["queues"] = [*document["queues"], deepcopy(TECH)]
    document["queues"][1].update(desk)
    return document


async def taken(workspace: Workspace, desk: TestDesk, said: str = COMPLAINT) -> tuple[str, str]:
    """A contact that the agent has accepted, and the assignment."""
    contact = (await workspace.post(said))["id"]
    return contact, await accepted(desk, contact)


async def accepted(desk: TestDesk, contact: str) -> str:
    """The assignment of a contact that the desk is offered, and takes."""
    while (offer := await desk.expect("offer.created"))["contact"]["id"] != contact:
        continue
    answer = await desk.do("offer.accept", offer_id=offer["offer_id"])
    await desk.expect("assignment.started", assignment_id=answer["assignment_id"])
    return str(answer["assignment_id"])


def slug(reply: dict[str, Any]) -> str:
    """Which problem a frame was answered with."""
    return str(reply["problem"]["type"]).removeprefix("/problems/")


async def ledger_row(workspace: Workspace, contact: str) -> dict[str, Any]:
    """State, agent, queue and rung as the ledger has them, without the live state laid over."""
    query = text("SELECT state, agent, queue, rung, assignment_id FROM contacts WHERE id = :id")
    async with workspace.ledger() as session:
        return dict((await session.execute(query, {"id": contact})).mappings().one())


async def until_ledger(workspace: Workspace, contact: str, **columns: Any) -> dict[str, Any]:
    """The ledger's row, once it has these values: the projector follows within milliseconds."""
    row: dict[str, Any] = {}

    async def agrees() -> bool:
        row.update(await ledger_row(workspace, contact))
        return columns.items() <= row.items()

    try:
        await eventually(agrees)
    except TimeoutError:
        pytest.fail(f"The ledger has {row}, and not {columns}")
    return row


async def until_event(workspace: Workspace, contact: str, *types: str) -> list[dict[str, Any]]:
    """The contact's journal in the ledger, once it ends with entries of these types."""

    async def told() -> list[dict[str, Any]] | None:
        events = await workspace.events(contact)
        return events if [event["type"] for event in events][-len(types) :] == list(types) else None

    found: list[dict[str, Any]] = await eventually(told)
    return found
