"""Surveys that workspaces of tests have, and customers who are sent them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from mci_router.api.parts import Parts
from tests.support.conversations import COMPLAINT, staffed
from tests.support.outbound import chat
from tests.support.service import Workspace, eventually

PUBLIC = "https://ask.example.com"
CSAT: dict[str, Any] = {"name": "after_chat", "title": "After a chat", "kind": "csat", "delay_s": 0, "quiet_days": 0}
ROWS = text("SELECT * FROM survey_invitations WHERE workspace_id = :w ORDER BY contact_id")
SO_FAR = text(
    """
    SELECT c.state, c.outcome, c.topic, c.ended_at, i.state AS invitation, i.why, i.due_at, now() AS now,
      EXISTS (SELECT FROM survey_candidates s WHERE s.contact_id = c.id) AS undecided,
      (SELECT count(*) FROM survey_candidates) AS undecided_in_all,
      (SELECT count(*) FROM survey_invitations WHERE state = 'due' AND due_at <= now()) AS due_in_all
    FROM contacts c LEFT JOIN survey_invitations i ON i.contact_id = c.id WHERE c.id = :c
    """
)


def surveyed(*surveys: Mapping[str, Any], **workspace: Any) -> dict[str, Any]:
    """The small workspace with some agents, and surveys."""
    document = staffed()
    document["surveys"] = [dict(one) for one in surveys or (CSAT,)]
    document["workspace"] |= workspace
    return document


async def ended(workspace: Workspace, said: str = COMPLAINT, agent: str = "ann", **contact: Any) -> dict[str, Any]:
    """A contact that came by the adapter `widget`, and that an agent has completed."""
    async with workspace.desk(agent) as desk:
        posted = await chat(workspace, text=said, **contact)
        while (offer := await desk.expect("offer.created"))["contact"]["id"] != posted["id"]:
            continue
        assignment = (await desk.do("offer.accept", offer_id=offer["offer_id"]))["assignment_id"]
        await desk.do("assignment.complete", assignment_id=assignment, disposition="solved")
        await desk.do("wrap_up.done", assignment_id=assignment)
        await workspace.until_state(posted["id"], "completed")
    return posted


async def resolved(workspace: Workspace, **contact: Any) -> dict[str, Any]:
    """A contact that came by the adapter `widget`, and that automation has resolved."""
    posted = await chat(workspace, text="I cannot sign in, login does not work", **contact)
    response = await workspace.api.post(f"/v1/contacts/{posted['id']}/resolve", json={})
    assert response.status_code == 200, response.text
    await workspace.projected()
    return posted


def token_of(parts: Parts, row: Mapping[str, Any]) -> str:
    """The token of a survey, which the ledger does not have."""
    return parts.survey_links.token(row["nonce"])


async def invitations(workspace: Workspace) -> dict[str, dict[str, Any]]:
    """What was decided about contacts, by their ids."""
    async with workspace.database.transaction() as session:
        return {row["contact_id"]: dict(row) for row in (await session.execute(ROWS, {"w": workspace.id})).mappings()}


async def settled(workspace: Workspace, contact: Mapping[str, Any]) -> dict[str, Any]:
    """The survey of a contact, once it is sent, or it is known that it is not."""

    async def known() -> dict[str, Any] | None:
        row = (await invitations(workspace)).get(contact["id"])
        return row if row and row["state"] != "due" else None

    try:
        found: dict[str, Any] = await eventually(known)
    except TimeoutError as late:
        async with workspace.database.transaction() as session:
            so_far = (await session.execute(SO_FAR, {"c": contact["id"]})).mappings().one_or_none()
        raise AssertionError(f"the survey of {contact['id']} is not settled: {so_far and dict(so_far)}") from late
    return found


async def undecided(workspace: Workspace) -> int:
    """How many contacts are not decided about yet."""
    query = text("SELECT count(*) FROM survey_candidates WHERE workspace_id = :w")
    async with workspace.ledger() as session:
        return int(await session.scalar(query, {"w": workspace.id}) or 0)


async def all_decided(workspace: Workspace) -> None:
    """Waits until it is decided about all contacts that have ended."""

    async def none() -> bool:
        return await undecided(workspace) == 0

    await eventually(none)
