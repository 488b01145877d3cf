"""A name that is used again is another agent's: what the former one has asked for, or was excused from, is not theirs."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import httpx
import pytest

from mci_router.specs.resources import AgentSpec
from mci_router.workforce import bounds
from tests.support.schedules import ZONE, at, next_monday, sent, team
from tests.support.service import PATIENCE_S, TLS, Workspace
from tests.workforce.schedules.test_binding import bound, by_hand

Make = Callable[..., Awaitable[Workspace]]
MONDAY = next_monday()


async def made_again(workspace: Workspace, name: str) -> None:
    """Deletes an agent, and makes another of the same name."""
    path = f"/v1/agents/{name}"
    shown = (await workspace.api.get(path)).json()
    spec = {member: value for member, value in shown.items() if member in AgentSpec.model_fields and member != "name"}
    assert (await workspace.api.delete(path)).status_code == 204
    assert (await workspace.api.put(path, json=spec)).is_success


async def test_requests_of_a_former_agent_are_not_the_new_ones(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither at the desk nor in lists, nobody decides them, nothing is planned around them, and they count for nothing."""
    monkeypatch.setattr(bounds, "MOST_UNDECIDED", 1)
    workspace = await make(team("ann", "ben"))
    _, (shift, _) = await bound(workspace, by_hand("ann", MONDAY), by_hand("ben", MONDAY))
    times = {"begins_at": at(MONDAY, "08:00"), "ends_at": at(MONDAY, "16:00")}
    off = await sent(workspace, "POST", "/time-off", 201, agent="ann", **times)
    await sent(workspace, "POST", f"/time-off/{off['id']}/approve")
    undecided = await sent(workspace, "POST", "/time-off", 201, agent="ann", **times)
    swap = await sent(workspace, "POST", "/swaps", 201, shift_id=shift, other="ben", reason="a dentist")
    async with workspace.desk("ann") as ann:
        assert (await ann.do("plan.read"))["shifts"][0]["pieces"] == []  # off

    await made_again(workspace, "ann")
    async with workspace.desk("ann") as ann, workspace.desk("ben") as ben:
        plan = await ann.do("plan.read")
        assert (plan["time_off"], plan["swaps"]) == ([], [])
        assert plan["shifts"][0]["pieces"] != []
        assert (await ben.do("plan.read"))["swaps"] == []
    assert [(await sent(workspace, "GET", path))["items"] for path in ("/time-off?agent=ann", "/swaps")] == [[], []]
    await sent(workspace, "POST", f"/time-off/{undecided['id']}/approve", 404)
    await sent(workspace, "POST", f"/swaps/{swap['id']}/accept", 404, agent="ben")
    await sent(workspace, "POST", "/time-off", 201, agent="ann", **times)
    await sent(workspace, "POST", "/swaps", 201, shift_id=shift, other="ben")


async def test_a_former_agents_exceptions_excuse_nobody_else(make: Make) -> None:
    """They stand for days that were over before, which were the former one's, and are not listed."""
    workspace = await make(team("ann", "ben"))
    today = datetime.now(ZONE).date()
    yesterday = today - timedelta(days=1)
    made = await sent(
        workspace, "POST", "/schedules", 202, name="Now", begins_on=str(yesterday), ends_on=str(today + timedelta(1))
    )
    for day in (yesterday, today):
        body = by_hand("ann", day, "00:00", "24:00")
        await sent(workspace, "POST", f"/schedules/{made['id']}/shifts", 201, **body)
    await sent(workspace, "POST", f"/schedules/{made['id']}/publish", accept_breaches=True)
    for day in (yesterday, today):
        excuse = {"begins_at": at(day, "00:00"), "ends_at": at(day, "24:00"), "why": "The line was down"}
        await sent(workspace, "POST", "/exceptions", 201, agent="ann", **excuse)

    async def adherence(day: object) -> float:
        return float((await sent(workspace, "GET", f"/adherence?day={day}"))["agents"][0]["adherence"])

    assert (await adherence(yesterday), await adherence(today)) == (1.0, 1.0)
    await made_again(workspace, "ann")
    assert (await adherence(yesterday), await adherence(today)) == (1.0, 0.0)
    assert (await sent(workspace, "GET", "/exceptions?agent=ann"))["items"] == []


async def test_a_former_agents_calendar_shows_nothing_of_the_new_one(make: Make) -> None:
    """Its address opens nothing, until a new one is made."""
    workspace = await make(team("ann"))
    await bound(workspace, by_hand("ann", MONDAY))
    async with httpx.AsyncClient(timeout=PATIENCE_S, verify=TLS) as anybody:

        async def status(address: str) -> int:
            return (await anybody.get(f"{workspace.url}/calendar/{address.rpartition('/')[2]}")).status_code

        before = (await sent(workspace, "POST", "/agents/ann/calendar", 201))["url"]
        assert await status(before) == 200
        await made_again(workspace, "ann")
        assert await status(before) == 404
        after = (await sent(workspace, "POST", "/agents/ann/calendar", 201))["url"]
        assert (await status(before), await status(after)) == (404, 200)
