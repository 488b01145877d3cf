"""What workforce management is asked for is bounded: what cannot be reckoned with is refused, and says where."""

from datetime import timedelta
from typing import Any

import pytest

from mci_router.workforce.agents_needed import agents_needed
from tests.support.rows import every
from tests.support.schedules import next_monday, team

DAY = next_monday().isoformat()
AT_EIGHT = f"{DAY}T08:00:00Z"
FAR = ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:45:00Z", "9999-12-31T23:45:00-14:00")
SCHEDULES, STAFFING = "/v1/workforce/schedules", "/v1/staffing"


def demand(**changes: Any) -> list[dict[str, Any]]:
    """Returns the demand of one quarter-hour."""
    return [{"queue": "desk", "channel": "chat", "begins": AT_EIGHT, "arrivals": 10, "aht_s": 60, **changes}]


async def refused(workspace: Any, method: str, path: str, **sent: Any) -> dict[str, Any]:
    """Returns the problem of a request that is not valid."""
    answer = await workspace.api.request(method, path, **sent)
    assert answer.status_code == 422, (path, sent, answer.text)
    found: dict[str, Any] = answer.json()
    assert found["detail"]
    return found


async def test_no_day_is_too_far_for_an_answer(make: Any) -> None:
    """The first and the last days of the calendar have no day before or after them to reckon with."""
    workspace = await make(team("ann"))
    for day in ("0001-01-01", "9999-12-31"):
        row = {"begins": AT_EIGHT, "group": "desk", "agents": 1}
        body: dict[str, Any] = {"name": "Far", "begins_on": day, "ends_on": day}
        for rows in ([], [row]):
            found = await refused(workspace, "POST", SCHEDULES, json={**body, "requirement": rows})
            assert found["errors"][0]["where"] == "body.begins_on"
        found = await refused(workspace, "POST", STAFFING, json={"day": day, "demand": demand()})
        assert found["errors"][0]["where"] == "body.day"


@pytest.mark.parametrize("at", FAR)
async def test_no_moment_is_too_far_for_an_answer(make: Any, at: str) -> None:
    """Nor the moments, in any offset: of requirements, demand, shifts, time off, and of what is read."""
    workspace = await make(team("ann"))
    made = await workspace.api.post(SCHEDULES, json={"name": "By hand", "begins_on": DAY, "ends_on": DAY})
    shifts = f"{SCHEDULES}/{made.json()['id']}/shifts"
    piece = {"activity": "contacts", "begins_at": AT_EIGHT, "ends_at": f"{DAY}T12:00:00Z"}
    shift = (await workspace.api.post(shifts, json={"agent": "ann", "pieces": [piece]})).json()["shift"]
    week = {"name": "Far", "begins_on": DAY, "ends_on": DAY}
    for row in ({"begins": at}, {"begins": AT_EIGHT, "ends": at}):
        rows = [{"group": "desk", "agents": 1, **row}]
        await refused(workspace, "POST", SCHEDULES, json={**week, "requirement": rows})
    for change in ({"begins_at": at}, {"ends_at": at}):
        await refused(workspace, "POST", shifts, json={"agent": "ann", "pieces": [{**piece, **change}]})
        times = {"begins_at": AT_EIGHT, "ends_at": f"{DAY}T09:00:00Z", **change}
        await refused(workspace, "POST", "/v1/workforce/time-off", json={"agent": "ann", **times})
    await refused(workspace, "PATCH", f"/v1/workforce/shifts/{shift['id']}", json={"begins_at": at})
    await refused(workspace, "POST", STAFFING, json={"day": DAY, "demand": demand(begins=at)})
    await refused(workspace, "GET", "/v1/workforce/shifts", params={"since": at, "until": at})
    for path in ("/v1/service-levels/interim", "/v1/service-levels/proposal"):
        await refused(workspace, "GET", path, params={"until": at})


async def test_a_day_that_nobody_could_staff_is_refused_at_once(make: Any) -> None:
    """Its first guess would take minutes, or be none."""
    workspace = await make(team("ann"))
    found = await refused(
        workspace, "POST", STAFFING, json={"day": DAY, "demand": demand(arrivals=50_000, aht_s=86_400)}
    )
    assert "at most can be played" in found["detail"]
    await refused(workspace, "POST", STAFFING, json={"day": DAY, "demand": demand(aht_s=5e-324)})


@pytest.mark.parametrize("goal", [1e-300, 1e-5, 0.999999999])
async def test_any_goal_has_a_guess(make: Any, goal: float) -> None:
    """A goal that rounds to none or to all is taken for the nearest that Erlang's formula has."""
    workspace = await make(team("ann"))
    body = {"day": DAY, "demand": demand(), "goals": [{"queue": "desk", "goal": goal}], "seconds": 10}
    made = await workspace.api.post(STAFFING, json=body)
    assert made.status_code == 202, made.text
    assert made.json()["guess"]["requirement"]
    assert (await workspace.api.delete(f"{STAFFING}/{made.json()['id']}")).status_code == 200


async def test_a_requirement_has_fifty_groups_at_most(make: Any) -> None:
    """Each is looked at quarter-hour by quarter-hour while the request waits."""
    workspace = await make(team("ann"))
    ends = next_monday() + timedelta(days=13)
    rows = [
        {"begins": AT_EIGHT, "ends": f"{ends}T20:00:00Z", "group": f"group_{number}", "agents": 1}
        for number in range(51)
    ]
    body = {"name": "Wide", "begins_on": DAY, "ends_on": str(ends), "requirement": rows}
    found = await refused(workspace, "POST", SCHEDULES, json=body)
    assert found["errors"][0]["where"] == "body.requirement.50"


@every("patience_s", [None, 8_000, 90_000])
@every("goal", [0.0001, 0.5, 0.9999])
def test_a_line_that_hardly_moves_is_not_summed_for_ever(patience_s: float | None, goal: float) -> None:
    """The load is a hair below a whole number of agents, or the line so long that no float has its likelihood."""
    load = 2_000 - 1e-9
    found = agents_needed(load / 900, 900, goal=goal, target_s=20, patience_s=patience_s)
    assert goal * load <= found < 2_300
