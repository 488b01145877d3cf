"""Reports that add up all at once say what all facts say, however many there are, or that they do not."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text

from tests.support.documents import small
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]
MARCH = {"since": "2026-03-01T00:00:00Z", "until": "2026-04-01T00:00:00Z"}
DAYS, TOPICS = 31, 80  # and two agents: 4,960 facts, more than a page of days has
STAYS = text(
    """
    INSERT INTO daily_stays (workspace_id, grain, zone, day, queue, channel, topic, cell, language, agent, answered,
      handled, talk_ms)
    SELECT :workspace, 'detail', :zone, date '2026-03-01' + d, 'technical', 'chat', 'topic_' || t,
      'low_volume_high_touch', 'en', agent, 1, 1, 60000
    FROM generate_series(0, 30) AS d, generate_series(1, 80) AS t, unnest(ARRAY['ann', 'fred']) AS agent
    """
)
RESULTS = text(
    """
    INSERT INTO daily_resolutions (workspace_id, zone, day, outcome, topic, cell, channel, served_by, ref, version,
      served, confirmed)
    SELECT :workspace, :zone, date '2026-03-01' + d, 'automation', 'topic_' || t, 'high_volume_low_touch', 'chat',
      'article', 'article_' || a, '1', 1, 1
    FROM generate_series(0, 30) AS d, generate_series(1, 80) AS t, generate_series(1, 2) AS a
    """
)
OWN = text("INSERT INTO report_zones (workspace_id, zone) VALUES (:workspace, :zone)")


@pytest.fixture
async def month(make: Make) -> Workspace:
    """A workspace with a month of daily facts."""
    document = small()
    document["workspace"]["timezone"] = "UTC"
    workspace = await make(document)
    async with workspace.database.transaction() as session:
        await session.execute(
            text("DELETE FROM report_zones WHERE workspace_id = :workspace"), {"workspace": workspace.id}
        )
        for statement in (OWN, STAYS, RESULTS):
            await session.execute(statement, {"workspace": workspace.id, "zone": "UTC"})
    return workspace


async def rows(workspace: Workspace, report: str, **query: Any) -> list[dict[str, Any]]:
    answer = await workspace.api.get(f"/v1/reports/{report}", params=MARCH | query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


async def test_the_last_days_of_a_large_month_are_in_it(month: Workspace) -> None:
    """Of agents, of rungs, and of how evenly work is spread: each has what there are facts of, to the last day."""
    agents = await rows(month, "agents", interval="P1D")
    assert {(row["agent"], row["handled"], row["aht_s"]) for row in agents} == {
        ("ann", TOPICS, 60),
        ("fred", TOPICS, 60),
    }
    assert len(agents) == 2 * DAYS
    rungs = await rows(month, "ladder")
    assert {row["served"] for row in rungs} == {2 * DAYS}
    assert len(rungs) == TOPICS
    even = await rows(month, "evenness", interval="P1D")
    assert [row["handled"] for row in even] == [2 * TOPICS] * DAYS


async def test_a_report_that_would_be_cut_says_so(month: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused, with what to do, and never shorter than it should be."""
    monkeypatch.setattr("mci_router.api.ladder_report.MOST_ROWS", TOPICS)
    monkeypatch.setattr("mci_router.api.backlog.MOST_ROWS", DAYS)
    for report in ("ladder", "evenness"):
        answer = await month.api.get(f"/v1/reports/{report}", params=MARCH)
        assert answer.status_code == 422
        assert "take a shorter period" in answer.json()["detail"]
