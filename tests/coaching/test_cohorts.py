"""Cohorts over the API: figures of the days, whether or not these are added up yet."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from mci_router.insight.daily import roll_up
from mci_router.specs.workspace import WorkspaceSpec
from tests.coaching.test_weeks import COMPLAINT, coached
from tests.insight.stays import stay, write
from tests.support.problems import assert_problem
from tests.support.rows import every
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]

ANSWERED = text(
    """
    INSERT INTO interval_surveys (workspace_id, starts_at, kind, survey, queue, agent, topic, channel, cell, sent, answered,
      score_1, score_5)
    VALUES (:workspace, :at, 'csat', 'after_chat', 'desk', :agent, '', 'chat', 'low_volume_high_touch', 50, 50, :bad, :good)
    """
)


async def cohorts(workspace: Workspace, **query: Any) -> dict[str, Any]:
    response = await workspace.api.get("/v1/coaching/cohorts", params=query)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def test_what_agents_did_is_counted_by_days(make: Make) -> None:
    """Handled, AHT, transfers and escalations of both days; before they are added up, and afterwards."""
    workspace = await make(coached())
    now = datetime.now(UTC)
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)
    fates = {"ann": ("answered", "answered", "transferred", "escalated"), "fred": ("answered",)}
    days = [(agent, fate, day) for agent, of_agent in fates.items() for fate in of_agent for day in (0, 1)]
    stays = [
        stay(
            (await workspace.post(**COMPLAINT))["id"],
            "desk",
            noon - timedelta(days=day),
            answered_s=10,
            handled_s=110,
            left_s=130,
            left_as=fate,
            agent=agent,
        )
        for agent, fate, day in days
    ]
    await workspace.projected()
    await write(workspace, *stays)
    before = await cohorts(workspace)
    (floor,) = before["cohorts"]
    ann, fred = floor["agents"]
    assert (floor["name"], floor["size"], floor["handled"]) == ("floor", 2, 10)
    assert (ann["agent"], ann["handled"], fred["handled"]) == ("ann", 8, 2)
    figures = ann["figures"]
    assert {name: (figures[name]["value"], figures[name]["n"]) for name in ("aht_s", "transferred", "escalated")} == {
        "aht_s": (120, 8),
        "transferred": (0.25, 8),
        "escalated": (0.25, 8),
    }
    assert figures["csat"]["value"] is None
    assert figures["csat"]["why"] == "not measured yet: 0 of the 30 that it takes"
    await roll_up(workspace.database, workspace.id, WorkspaceSpec(name="any", title="Any").zone)
    assert await cohorts(workspace) == before
    assert (await cohorts(workspace, name="other"))["cohorts"] == []
    earlier = (now.date() - timedelta(days=3)).isoformat()
    assert (await cohorts(workspace, until=earlier))["cohorts"][0]["handled"] == 0


async def test_a_rank_is_told_or_why_there_is_none(make: Make) -> None:
    """CSAT of 98 % and 40 % of 50 lies apart; of 98 % and 90 % it does not."""
    workspace = await make(coached())
    at = datetime.now(UTC) - timedelta(days=3)
    async with workspace.database.transaction() as session:
        for agent, bad in (("ann", 1), ("fred", 30)):
            known = {"workspace": workspace.id, "at": at, "agent": agent, "bad": bad, "good": 50 - bad}
            await session.execute(ANSWERED, known)
    (floor,) = (await cohorts(workspace))["cohorts"]
    assert [one["figures"]["csat"]["rank"] for one in floor["agents"]] == [1, 2]
    async with workspace.database.transaction() as session:
        better = "UPDATE interval_surveys SET score_1 = 5, score_5 = 45 WHERE workspace_id = :w AND agent = 'fred'"
        await session.execute(text(better), {"w": workspace.id})
    (floor,) = (await cohorts(workspace))["cohorts"]
    assert {(one["figures"]["csat"]["rank"], one["figures"]["csat"]["why"]) for one in floor["agents"]} == {
        (None, "its interval overlaps that of one other")
    }
    assert floor["figures"]["csat"]["why"] == "there is nothing to compare with"


@every(
    ("query", "where"),
    [
        ({"since": "2026-02-01", "until": "2026-01-01"}, "query.since"),
        ({"since": "2026-01-01", "until": "2026-04-04"}, "query.since"),
        ({"since": "5"}, "query.since"),
        ({"by": "height"}, "query.by"),
    ],
)
async def test_a_period_that_cannot_be_is_refused(workspace: Workspace, query: dict[str, str], where: str) -> None:
    """Backwards, longer than 93 days, or no day at all."""
    assert_problem(await workspace.api.get("/v1/coaching/cohorts", params=query), 422, "invalid_request", where)
