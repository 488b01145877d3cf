"""How an agent kept the plan, among the figures of the week and the month, beside the cohort."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from mci_router.coaching.calendar import week_of
from tests.support.schedules import ZONE, at, sent, team
from tests.support.service import Workspace
from tests.workforce.schedules.test_binding import by_hand

Make = Callable[..., Awaitable[Workspace]]


async def test_adherence_stands_among_the_figures(make: Make) -> None:
    """It is that of the adherence report: who never came has none, who was excused has all, and the cohort both."""
    workspace = await make(team("ann", "ben"))
    yesterday = datetime.now(ZONE).date() - timedelta(days=1)
    days = {"begins_on": str(yesterday), "ends_on": str(yesterday)}
    made = await sent(workspace, "POST", "/schedules", 202, name="Over", **days)
    for agent in ("ann", "ben"):
        await sent(workspace, "POST", f"/schedules/{made['id']}/shifts", 201, **by_hand(agent, yesterday))
    await sent(workspace, "POST", f"/schedules/{made['id']}/publish")
    whole = {"begins_at": at(yesterday, "08:00"), "ends_at": at(yesterday, "16:00")}
    await sent(workspace, "POST", "/exceptions", 201, agent="ben", why="The line was down", **whole)

    week = week_of(yesterday)
    answer = (await workspace.api.get(f"/v1/coaching/agents/ann/weeks/{week.name}")).json()
    mine, cohort = answer["figures"]["adherence"], answer["cohorts"][0]["figures"]["adherence"]
    assert (mine["value"], mine["n"], mine["low"]) == (0.0, 8, None)
    assert (cohort["value"], cohort["n"]) == (0.5, 16)
    report = await sent(workspace, "GET", f"/adherence?day={yesterday}")
    assert report["adherence"] == cohort["value"]
    assert {one["agent"]: one["adherence"] for one in report["agents"]} == {"ann": 0.0, "ben": 1.0}
    compared = (await workspace.api.get("/v1/coaching/cohorts")).json()["cohorts"]
    both = [(one["figures"]["adherence"], one["agents"]) for one in compared]
    assert [(figure["value"], figure["n"], figure["rank"]) for figure, _ in both] == [(0.5, 16, None)]
    assert {one["agent"]: one["figures"]["adherence"]["value"] for _, agents in both for one in agents} == {
        "ann": 0.0,
        "ben": 1.0,
    }

    month = (await workspace.api.get(f"/v1/coaching/agents/ben/months/{week.first + timedelta(days=3):%Y-%m}")).json()
    (its_week,) = [one for one in month["weeks"] if one["week"] == week.name]
    assert (its_week["figures"]["adherence"]["value"], its_week["figures"]["adherence"]["n"]) == (1.0, 8)
    before = week_of(yesterday - timedelta(days=70))
    empty = (await workspace.api.get(f"/v1/coaching/agents/ann/weeks/{before.name}")).json()
    assert empty["figures"]["adherence"]["value"] is None
