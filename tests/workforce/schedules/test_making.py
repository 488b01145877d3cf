"""Schedules are made in the background: within every rule, and with what is in the way named."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from tests.support.schedules import DAY_SHIFT, next_monday, required, sent, shifts_of, solved, team
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]


async def test_days_are_made_and_published(make: Make) -> None:
    """A requirement becomes shifts that cover it; published, they bind; withdrawn, they do not any longer."""
    workspace = await make(team("ann", "ben"))
    monday = next_monday()
    days = [monday + timedelta(days=number) for number in range(3)]
    made = await solved(workspace, required(days, "09:00", "17:00", 1), days[0], days[-1])
    assert (made["solving"], made["state"], made["problem"]) == ("solved", "draft", None)
    assert made["figures"]["relax"] == [] == made["figures"]["open"]

    shifts = await shifts_of(workspace, made)
    assert {shift["agent"] for shift in shifts} <= {"ann", "ben"}
    assert len(shifts) >= 3
    for shift in shifts:
        assert shift["begins_at"] == shift["pieces"][0]["begins_at"]
        assert shift["ends_at"] == shift["pieces"][-1]["ends_at"]
        assert [piece["activity"] for piece in shift["pieces"]] == ["contacts", "lunch", "contacts"]
    cover = await sent(workspace, "GET", f"/schedules/{made['id']}/cover")
    (group,) = cover["groups"]
    assert group["required_h"] == 24
    assert group["covered_h"] >= 22.5  # one lunch a day is the most that is lacking
    assert len(cover["rows"]) == 3 * 8 * 4
    lacking = sum(max(0, row["required"] - row["planned"]) for row in cover["rows"]) / 4
    assert lacking == group["short_h"]

    published = await sent(workspace, "POST", f"/schedules/{made['id']}/publish")
    assert (published["state"], published["warnings"]) == ("published", [])
    week = f"since={monday}T00:00:00Z&until={monday + timedelta(days=7)}T00:00:00Z"
    listed = await sent(workspace, "GET", f"/shifts?{week}")
    assert {shift["id"] for shift in listed["items"]} == {shift["id"] for shift in shifts}
    await sent(workspace, "DELETE", f"/schedules/{made['id']}", 409)
    await sent(workspace, "POST", f"/schedules/{made['id']}/publish", 409)
    assert (await sent(workspace, "POST", f"/schedules/{made['id']}/withdraw"))["state"] == "withdrawn"
    assert (await sent(workspace, "GET", f"/shifts?{week}"))["items"] == []


async def test_rules_that_cannot_be_kept_are_named(make: Make) -> None:
    """Who may work two days in a row is not planned for three; the rule that would have to give way is named."""
    workspace = await make(team("ann", work={"days_in_a_row": 2}))
    monday = next_monday()
    days = [monday + timedelta(days=number) for number in range(3)]
    made = await solved(workspace, required(days, "09:00", "12:00", 1), days[0], days[-1], templates=["day"])
    assert len(await shifts_of(workspace, made)) == 2
    (breach,) = made["figures"]["relax"]
    assert (breach["rule"], breach["agent"], breach["limit"], breach["needed"]) == ("days_in_a_row", "ann", 2, 3)
    assert breach["message"] == f"ann may work at most 2 days in a row; from {monday} on it needs 3"
    assert breach["mend"].startswith("raise days_in_a_row of the agent ann")


async def test_what_no_template_and_nobody_covers_is_named(make: Make) -> None:
    """A requirement at night without a template for it, and one of a skill that nobody has, are said in words."""
    workspace = await make(team("ann"))
    monday = next_monday()
    rows = required([monday], "03:00", "05:00", 1)
    made = await solved(workspace, rows, monday, monday)
    assert made["figures"]["uncovered"] == [
        f"desk needs agents on {monday} from 03:00 to 05:00, and no shift template is at work then"
    ]
    rows = required([monday], "09:00", "12:00", 3)
    made = await solved(workspace, rows, monday, monday)
    assert made["figures"]["uncovered"] == [
        f"desk lacks agents for 2 shifts on {monday}, whatever the rules: able agents in all: 1"
    ]


async def test_bad_requirements_are_refused(make: Make) -> None:
    """Unknown names, rows twice for the same time, other skills within a group, and times off the grid are 422."""
    workspace = await make(team("ann"))
    monday = next_monday()
    rows = required([monday], "09:00", "12:00", 1)
    body: dict[str, Any] = {"name": "A day", "begins_on": str(monday), "ends_on": str(monday)}
    twice = await sent(workspace, "POST", "/schedules", 422, **body, requirement=[*rows, *rows])
    assert "body.requirement.1" in twice["detail"]
    other = [*rows, {**required([monday], "12:00", "13:00", 1)[0], "skills": []}]
    await sent(workspace, "POST", "/schedules", 422, **body, requirement=other)
    beyond = required([monday + timedelta(days=3)], "12:00", "13:00", 1)
    await sent(workspace, "POST", "/schedules", 422, **body, requirement=beyond)
    await sent(workspace, "POST", "/schedules", 422, **body, requirement=required([monday], "09:10", "12:00", 1))
    await sent(workspace, "POST", "/schedules", 422, **body, requirement=[{**rows[0], "skills": ["nothing"]}])
    await sent(workspace, "POST", "/schedules", 422, **body, requirement=rows, agents=["nobody"])
    await sent(workspace, "POST", "/schedules", 422, **body, requirement=rows, templates=["nothing"])
    await sent(workspace, "POST", "/schedules", 422, **{**body, "ends_on": str(monday + timedelta(days=14))})
    assert (await sent(workspace, "GET", "/schedules"))["items"] == []


async def test_a_making_is_given_up(make: Make) -> None:
    """A draft that is deleted while it is made is gone; what follows is made as usual."""
    workspace = await make(team(*(f"agent_{number}" for number in range(20))))
    monday = next_monday()
    days = [monday + timedelta(days=number) for number in range(7)]
    rows = required(days, "08:00", "24:00", 7)
    body = {"name": "A week", "begins_on": str(monday), "ends_on": str(days[-1]), "requirement": rows, "seconds": 300}
    made = await sent(workspace, "POST", "/schedules", 202, **body, gap=0)
    await sent(workspace, "POST", f"/schedules/{made['id']}/publish", 409)
    await sent(workspace, "DELETE", f"/schedules/{made['id']}", 204)
    await sent(workspace, "GET", f"/schedules/{made['id']}", 404)
    done = await solved(workspace, required([monday], "09:00", "12:00", 1), monday, monday)
    assert done["solving"] == "solved"


async def test_templates_are_configuration(make: Make) -> None:
    """A template whose breaks have no room is refused; an activity in use is not deleted."""
    workspace = await make(team("ann"))
    late = {**DAY_SHIFT["breaks"][0], "earliest_min": 500, "latest_min": 500}  # type: ignore[index]
    bad = {**DAY_SHIFT, "breaks": [late]}
    assert (await workspace.api.put("/v1/shift_templates/day", json=bad)).status_code == 422
    assert (await workspace.api.delete("/v1/activities/lunch")).status_code == 409
    assert (await workspace.api.get("/v1/activities/lunch")).json()["counts"] == "away"
