"""The report of surveys: figures with their intervals, who answered, and what is not measured yet."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.ids import new_id
from mci_router.insight.recount import differences, mend
from mci_router.insight.shares import wilson
from mci_router.insight.survey_figures import nps_interval
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]

PERIOD = {"since": "2026-03-01T00:00:00Z", "until": "2026-03-02T00:00:00Z"}
# Contacts of a day, as the ledger has them once they were asked: kind, agent, cell, scores, and how many said nothing.
SENT = (
    ("csat", "ann", "high_volume_low_touch", [5] * 8 + [1] * 2, 10),
    ("csat", "bob", "low_volume_low_touch", [5] * 7 + [2] * 3, 0),
    ("csat", "tess", "low_volume_low_touch", [1] * 10, 0),
    ("nps", "ann", "high_volume_low_touch", [10] * 6 + [8] * 2 + [3] * 2, 0),
)


async def told(workspace: Workspace) -> None:
    """Writes surveys that were sent on the first of March, and their answers."""
    owner = await workspace.post("a formal complaint")
    rows: list[dict[str, Any]] = []
    for kind, agent, cell, scores, silent in SENT:
        for score in [*scores, *[None] * silent]:
            number = len(rows)
            about = {"id": new_id("contact"), "kind": kind, "agent": agent, "cell": cell, "score": score}
            rows.append({**about, "token": number.to_bytes(4, "big") + workspace.id.encode(), "like": owner["id"]})
    columns = (
        "workspace_id, case_id, customer_id, channel, text, priority, context, attachments, skills, masked, sensitive"
    )
    async with workspace.ledger() as session:
        await session.execute(
            text(
                f"INSERT INTO contacts (id, cell, state, accepted_at, outcome, rung, requirement, journal_id, {columns})"
                f" SELECT :id, :cell, 'completed', '2026-03-01T09:00Z', 'agent', 0, '[]', '1', {columns}"
                " FROM contacts WHERE id = :like"
            ),
            [{name: row[name] for name in ("id", "cell", "like")} for row in rows],
        )
        await session.execute(
            text(
                "INSERT INTO survey_invitations (contact_id, workspace_id, survey, kind, language, question, state,"
                " due_at, expires_s, sent_at, expires_at, nonce, token, queue, agent, topic, channel, cell)"
                " VALUES (:id, :w, CAST(:kind AS text), CAST(:kind AS varchar), 'en', '?', 'sent', '2026-03-01T10:00Z', 60, '2026-03-01T10:00Z',"
                " '2026-03-01T11:00Z', :token, :token, 'desk', :agent, '', 'chat', :cell)"
            ),
            [{"w": workspace.id} | {n: row[n] for n in ("id", "kind", "token", "agent", "cell")} for row in rows],
        )
        await session.execute(
            text(
                "INSERT INTO survey_answers (contact_id, workspace_id, score, way, at, changed_at)"
                " VALUES (:id, :w, :score, 'page', now(), now())"
            ),
            [{"w": workspace.id, "id": row["id"], "score": row["score"]} for row in rows if row["score"] is not None],
        )
    async with workspace.database.transaction() as session:
        assert len((await differences(session, workspace.id))[1]) == len(SENT)
        await mend(session, workspace.id)
    async with workspace.database.transaction() as session:
        assert (await differences(session, workspace.id))[1] == []


async def report(workspace: Workspace, **query: str) -> list[dict[str, Any]]:
    response = await workspace.api.get("/v1/reports/surveys", params=PERIOD | query)
    assert response.status_code == 200, response.text
    rows: list[dict[str, Any]] = response.json()["rows"]
    return rows


async def test_the_report_of_surveys(make: Make, parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not measured below 200 a month; then figures with intervals, who answered by cell, and ranks where they differ."""
    workspace = await make()
    await told(workspace)
    csat, nps = await report(workspace, group_by="")
    assert (csat["kind"], csat["sent"], csat["answered"], csat["response_rate"]) == ("csat", 40, 30, 0.75)
    assert (csat["measured"], csat["figure"], csat["low"], csat["mean"]) == (False, None, None, None)
    assert csat["sent_by_cell"]["high_volume_low_touch"] == 20
    assert csat["answered_by_cell"]["high_volume_low_touch"] == 10
    assert csat["answered_by_cell"]["low_volume_low_touch"] == 20
    assert csat["scores"]["5"] == 15
    assert nps["answered"] == 10
    agents = {(row["kind"], row["agent"]): row for row in await report(workspace, group_by="agent")}
    ann, bob, tess = (agents["csat", name] for name in ("ann", "bob", "tess"))
    assert (ann["figure"], ann["low"], ann["high"]) == (None, *wilson(8, 10))
    assert [(one["rank"], one["tied"]) for one in (ann, bob, tess)] == [(1, 2), (1, 2), (3, 1)]
    assert agents["nps", "ann"]["low"] == nps_interval(6, 2, 10).low

    monkeypatch.setattr(parts.settings, "survey_measured_from", 10)
    csat, nps = await report(workspace, group_by="")
    assert (csat["measured"], csat["figure"]) == (True, 15 / 30)
    assert (csat["low"], csat["high"]) == wilson(15, 30)
    assert csat["rank"] is None
    assert (nps["figure"], nps["mean"]) == (40, 8.2)
    by_channel = await report(workspace, group_by="survey,queue,channel,cell,topic")
    assert {(row["survey"], row["queue"], row["channel"]) for row in by_channel} == {
        ("csat", "desk", "chat"),
        ("nps", "desk", "chat"),
    }
    file = await workspace.api.get("/v1/reports/surveys", params=PERIOD | {"format": "csv", "group_by": "agent"})
    lines = file.text.splitlines()
    assert "scores_10" in lines[0]
    assert "answered_by_cell_low_volume_low_touch" in lines[0]
    assert len(lines) == 5


async def test_its_pages(make: Make) -> None:
    """A page goes on where the one before ended; a rank that a page could get wrong is left out."""
    workspace = await make()
    await told(workspace)
    found, link = [], f"/v1/reports/surveys?group_by=agent&limit=3&since={PERIOD['since']}&until={PERIOD['until']}"
    while link:
        response = await workspace.api.get(link)
        found += response.json()["rows"]
        link = response.links.get("next", {}).get("url", "")
    assert [(row["kind"], row["agent"]) for row in found] == [
        *(("csat", name) for name in ("ann", "bob", "tess")),
        ("nps", "ann"),
    ]
    assert [row["rank"] for row in found] == [None] * 4
    wrong = await workspace.api.get("/v1/reports/surveys", params={"group_by": "language"})
    assert wrong.status_code == 422
