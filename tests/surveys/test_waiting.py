"""Surveys of one workspace that cannot be asked now keep those of no other one waiting."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.errors import EngineUnavailable
from mci_router.ids import new_id
from mci_router.lifecycle.afterwards.survey_follow_ups import SurveyFollowUps
from mci_router.specs.snapshot import Snapshot
from mci_router.surveys.inviting import MOST_AT_ONCE
from tests.support.outbound import WIDGET, adapter
from tests.support.service import Workspace, eventually
from tests.support.surveys import CSAT, invitations, resolved, settled, surveyed, undecided

Make = Callable[..., Awaitable[Workspace]]

BY_MACHINE = {**CSAT, "after": ["agent", "automation"]}
MANY = MOST_AT_ONCE + 1
ENDED = text(
    """
    INSERT INTO contacts SELECT (jsonb_populate_record(c, jsonb_build_object('id', CAST(:id AS text)))).*
    FROM contacts c WHERE id = :like
    """
)
CANDIDATE = text("INSERT INTO survey_candidates (workspace_id, contact_id) VALUES (:w, :id)")
DUE = text(
    """
    INSERT INTO survey_invitations SELECT (jsonb_populate_record(i, jsonb_build_object('contact_id', CAST(:id AS text),
      'state', 'due', 'sent_at', NULL, 'token', '\\x' || md5(:id), 'due_at', i.due_at - interval '1 hour'))).*
    FROM survey_invitations i WHERE contact_id = :like
    """
)


ANSWERED = text(
    """
    INSERT INTO survey_answers SELECT (jsonb_populate_record(a, jsonb_build_object('contact_id', CAST(:id AS text)))).*
    FROM survey_answers a WHERE contact_id = :like
    """
)
UNTOLD = text("UPDATE survey_invitations SET state = 'sent', untold = true WHERE contact_id = :id")
LEFT = text("SELECT count(*) FROM survey_invitations WHERE workspace_id = :w AND untold")


async def many_more(workspace: Workspace, like: str) -> list[str]:
    """As many contacts again as two looks find, that are to be decided about, and to be asked; their ids."""
    made = [{"id": new_id("contact"), "w": workspace.id, "like": like} for _ in range(2 * MANY)]
    async with workspace.ledger() as session:
        await session.execute(ENDED, made)
        await session.execute(CANDIDATE, made[:MANY])
        await session.execute(DUE, made[MANY:])
    return [one["id"] for one in made]


async def many_answers(workspace: Workspace, like: str) -> None:
    """More answers than one look finds, that something follows from."""
    made = [{"id": new_id("contact"), "like": like} for _ in range(MANY)]
    async with workspace.ledger() as session:
        for statement in (ENDED, DUE, ANSWERED, UNTOLD):
            await session.execute(statement, made)


async def untold(workspace: Workspace) -> int:
    """From how many answers something is still to follow."""
    async with workspace.ledger() as session:
        return int(await session.scalar(LEFT, {"w": workspace.id}) or 0)


PROBLEMS = EngineUnavailable(), ValueError("no configuration of this version")


@pytest.mark.parametrize("problem", PROBLEMS)
async def test_many_answers_that_nothing_can_follow_from_keep_no_other_workspace_waiting(
    make: Make, parts: Parts, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    """Their workspace's id comes first. Once it is well again they are followed."""
    stuck, other = await make(surveyed(BY_MACHINE)), await make(surveyed(BY_MACHINE))
    contacts = []
    for workspace in (stuck, other):
        await adapter(workspace, **WIDGET)
        contacts.append((await resolved(workspace))["id"])
        await settled(workspace, {"id": contacts[-1]})
    answer = {"contact_id": contacts[0], "score": 5, "comment": "all is well"}
    assert (await stuck.api.post("/v1/survey-answers", json=answer)).status_code == 200
    follow_up = SurveyFollowUps._follow_up

    async def fails(self: SurveyFollowUps, row: Mapping[str, Any]) -> str | None:
        if row["workspace_id"] == stuck.id:
            raise problem
        return await follow_up(self, row)

    async def none(workspace: Workspace) -> bool:
        return await untold(workspace) == 0

    await eventually(lambda: none(stuck))
    with monkeypatch.context() as broken:
        broken.setattr(SurveyFollowUps, "_follow_up", fails)
        await many_answers(stuck, contacts[0])
        assert (await other.api.post("/v1/survey-answers", json={**answer, "contact_id": contacts[1]})).is_success
        await eventually(lambda: none(other))
        assert await untold(stuck) == MANY
    await eventually(lambda: none(stuck))


@pytest.mark.parametrize("problem", PROBLEMS)
async def test_many_that_cannot_be_asked_keep_no_other_workspace_waiting(
    make: Make, parts: Parts, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    """Though they come first, and are more than one look finds. Once their workspace is well again they are asked."""
    stuck, other = await make(surveyed(BY_MACHINE)), await make(surveyed(BY_MACHINE))
    for workspace in (stuck, other):
        await adapter(workspace, **WIDGET)
    first = await resolved(stuck)
    await settled(stuck, first)
    get = parts.snapshots.get

    async def fails(workspace: str) -> Snapshot:
        if workspace == stuck.id:
            raise problem
        return await get(workspace)

    with monkeypatch.context() as broken:
        broken.setattr(parts.snapshots, "get", fails)
        waiting = await many_more(stuck, first["id"])
        contact = await resolved(other)
        assert (await settled(other, contact))["state"] == "sent"
        assert await undecided(stuck) == MANY

    async def all_asked() -> bool:
        states = {one: row["state"] for one, row in (await invitations(stuck)).items()}
        return {states.get(one) for one in waiting} == {"sent"}

    await eventually(all_asked)
