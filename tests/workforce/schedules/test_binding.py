"""What binds agents: changes by hand, swaps and time off keep the rules, or somebody says that they may not."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

from tests.support.schedules import at, next_monday, required, sent, shifts_of, solved, team
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]


def by_hand(agent: str, day: date, begins: str = "08:00", ends: str = "16:00") -> dict[str, Any]:
    """Returns the body of a shift without a break."""
    return {
        "agent": agent,
        "pieces": [{"activity": "contacts", "begins_at": at(day, begins), "ends_at": at(day, ends)}],
    }


async def drafted(workspace: Workspace, *shifts: dict[str, Any]) -> tuple[str, list[str]]:
    """Returns the id of a draft that was filled by hand, and the ids of its shifts."""
    monday = next_monday()
    made = await sent(
        workspace, "POST", "/schedules", 202, name="By hand", begins_on=str(monday), ends_on=str(monday + timedelta(6))
    )
    ids = [
        (await sent(workspace, "POST", f"/schedules/{made['id']}/shifts", 201, **shift))["shift"]["id"]
        for shift in shifts
    ]
    return made["id"], ids


async def bound(workspace: Workspace, *shifts: dict[str, Any]) -> tuple[str, list[str]]:
    """Returns the same of a schedule that is published."""
    schedule, ids = await drafted(workspace, *shifts)
    await sent(workspace, "POST", f"/schedules/{schedule}/publish")
    return schedule, ids


async def test_changes_of_a_draft_are_warned_of(make: Make) -> None:
    """In a draft a shift may break rules: each is named. Publishing refuses it, until somebody says that it may."""
    workspace = await make(team("ann", "ben", work={"rest_h": 11}))
    monday = next_monday()
    tuesday = monday + timedelta(days=1)
    schedule, (first, second) = await drafted(workspace, by_hand("ann", monday), by_hand("ann", tuesday))

    changed = await sent(workspace, "PATCH", f"/shifts/{first}", begins_at=at(monday, "16:00"))
    assert changed["shift"]["ends_at"] == changed["shift"]["pieces"][0]["ends_at"]
    (warning,) = changed["warnings"]
    assert (warning["rule"], warning["agent"], warning["limit"], warning["needed"]) == ("rest", "ann", 11, 8)

    refused = await sent(workspace, "POST", f"/schedules/{schedule}/publish", 409)
    assert refused["type"] == "/problems/rules_broken"
    assert [one["rule"] for one in refused["breaches"]] == ["rest"]
    mended = await sent(workspace, "PATCH", f"/shifts/{second}", agent="ben", group="service")
    assert mended["shift"]["group"] == "service"
    assert mended["warnings"] == []
    assert mended["shift"]["id"] == second  # a draft binds nobody: the shift stays the same
    assert (await sent(workspace, "POST", f"/schedules/{schedule}/publish"))["warnings"] == []


async def test_what_binds_keeps_the_rules(make: Make) -> None:
    """A change of a published shift is refused where it breaks a rule, unless it is accepted; both are as audited."""
    workspace = await make(team("ann", "ben"))
    monday = next_monday()
    schedule, (shift,) = await bound(workspace, by_hand("ann", monday))
    too_long = [{"activity": "contacts", "begins_at": at(monday, "08:00"), "ends_at": at(monday, "20:00")}]
    refused = await sent(workspace, "PATCH", f"/shifts/{shift}", 409, pieces=too_long)
    assert refused["breaches"][0]["message"] == f"ann may work at most 10 hours a day; {monday} needs 12"
    (still,) = await shifts_of(workspace, {"id": schedule})
    assert still["sequence"] == 0

    taken = await sent(workspace, "PATCH", f"/shifts/{shift}", pieces=too_long, accept_breaches=True)
    assert taken["shift"]["sequence"] == 1
    assert [one["rule"] for one in taken["warnings"]] == ["hours_a_day"]
    audit = (await workspace.api.get(f"/v1/audit?target={shift}")).json()["items"]
    assert [entry["action"] for entry in audit] == ["shift.changed", "shift.added"]


async def test_a_published_shift_changes_hands(make: Make) -> None:
    """Given to another agent by hand, it is cancelled for one and made again for the other."""
    workspace = await make(team("ann", "ben"))
    schedule, (shift,) = await bound(workspace, by_hand("ann", next_monday()))
    changed = (await sent(workspace, "PATCH", f"/shifts/{shift}", agent="ben"))["shift"]
    assert changed["id"] != shift
    assert [one["agent"] for one in await shifts_of(workspace, {"id": schedule})] == ["ben"]
    await sent(workspace, "PATCH", f"/shifts/{shift}", 404, agent="ann")
    await sent(workspace, "DELETE", f"/shifts/{changed['id']}", 204)
    assert await shifts_of(workspace, {"id": schedule}) == []


async def test_nonsense_is_refused(make: Make) -> None:
    """Gaps, unknown names, shifts beyond the schedule and longer than a day are 422; what is not there is 404."""
    workspace = await make(team("ann"))
    monday = next_monday()
    schedule, (shift,) = await drafted(workspace, by_hand("ann", monday))
    gap = [
        {"activity": "contacts", "begins_at": at(monday, "08:00"), "ends_at": at(monday, "10:00")},
        {"activity": "contacts", "begins_at": at(monday, "11:00"), "ends_at": at(monday, "12:00")},
    ]
    await sent(workspace, "PATCH", f"/shifts/{shift}", 422, pieces=gap)
    await sent(workspace, "PATCH", f"/shifts/{shift}", 422, agent="nobody")
    await sent(workspace, "PATCH", f"/shifts/{shift}", 422, begins_at=at(monday + timedelta(days=8), "08:00"))
    unknown = [{**gap[0], "activity": "nothing"}]
    await sent(workspace, "PATCH", f"/shifts/{shift}", 422, pieces=unknown)
    long = [{**gap[0], "ends_at": at(monday + timedelta(days=2), "08:00")}]
    await sent(workspace, "PATCH", f"/shifts/{shift}", 422, pieces=long)
    await sent(workspace, "POST", f"/schedules/{schedule}/shifts", 422, agent="ann", pieces=[])
    await sent(workspace, "DELETE", "/shifts/nothing", 404)
    await sent(workspace, "POST", "/schedules/nothing/publish", 404)
    await sent(workspace, "POST", f"/schedules/{schedule}/withdraw", 409)


async def test_a_swap_is_asked_accepted_and_approved(make: Make) -> None:
    """Only who was asked accepts, only what is accepted is approved, and then both shifts have changed hands."""
    workspace = await make(team("ann", "ben", "eva"))
    monday = next_monday()
    friday = monday + timedelta(days=4)
    schedule, (of_ann, of_ben) = await bound(workspace, by_hand("ann", monday), by_hand("ben", friday))
    await sent(workspace, "POST", "/swaps", 422, shift_id=of_ann, other="ann")
    await sent(workspace, "POST", "/swaps", 422, shift_id=of_ann, other="eva", other_shift_id=of_ben)
    asked = await sent(workspace, "POST", "/swaps", 201, shift_id=of_ann, other="ben", other_shift_id=of_ben)
    assert (asked["state"], asked["agent"]) == ("asked", "ann")
    await sent(workspace, "POST", f"/swaps/{asked['id']}/approve", 409)
    await sent(workspace, "POST", f"/swaps/{asked['id']}/accept", 422, agent="eva")
    await sent(workspace, "POST", f"/swaps/{asked['id']}/accept", agent="ben")
    (waiting,) = (await sent(workspace, "GET", "/swaps?state=accepted"))["items"]
    assert waiting["id"] == asked["id"]
    done = await sent(workspace, "POST", f"/swaps/{asked['id']}/approve")
    assert (done["state"], done["warnings"]) == ("approved", [])
    who = {one["begins_at"][:10]: one["agent"] for one in await shifts_of(workspace, {"id": schedule})}
    assert who == {str(monday): "ben", str(friday): "ann"}
    await sent(workspace, "POST", f"/swaps/{asked['id']}/decline", 409)


async def test_a_swap_that_breaks_a_rule_is_refused(make: Make) -> None:
    """What the other would have to work beside their own shifts is checked when it is approved."""
    workspace = await make(team("ann", "ben"))
    monday = next_monday()
    tuesday = monday + timedelta(days=1)
    schedule, (late, _) = await bound(workspace, by_hand("ann", monday, "15:00", "23:00"), by_hand("ben", tuesday))
    asked = await sent(workspace, "POST", "/swaps", 201, shift_id=late, other="ben")
    await sent(workspace, "POST", f"/swaps/{asked['id']}/accept", agent="ben")
    refused = await sent(workspace, "POST", f"/swaps/{asked['id']}/approve", 409)
    assert [(one["rule"], one["agent"]) for one in refused["breaches"]] == [("rest", "ben")]
    assert {one["agent"] for one in await shifts_of(workspace, {"id": schedule})} == {"ann", "ben"}
    done = await sent(workspace, "POST", f"/swaps/{asked['id']}/approve", accept_breaches=True, why="both want it")
    assert [one["rule"] for one in done["warnings"]] == ["rest"]
    entries = (await workspace.api.get("/v1/audit?action=swap.approved")).json()["items"]
    assert [entry["reason"] for entry in entries] == ["both want it"]


async def test_what_is_not_published_is_not_swapped(make: Make) -> None:
    """A draft binds nobody: there is nothing to swap. What was asked can be withdrawn and declined, once."""
    workspace = await make(team("ann", "ben"))
    schedule, (shift,) = await drafted(workspace, by_hand("ann", next_monday()))
    await sent(workspace, "POST", "/swaps", 409, shift_id=shift, other="ben")
    await sent(workspace, "POST", f"/schedules/{schedule}/publish")
    asked = await sent(workspace, "POST", "/swaps", 201, shift_id=shift, other="ben")
    assert (await sent(workspace, "POST", f"/swaps/{asked['id']}/withdraw"))["state"] == "withdrawn"
    await sent(workspace, "POST", f"/swaps/{asked['id']}/accept", 409, agent="ben")


async def test_time_off_is_planned_around(make: Make) -> None:
    """Approved time off keeps an agent out of new schedules; what binds them within it already is named."""
    workspace = await make(team("ann", "ben"))
    monday = next_monday()
    schedule, (shift,) = await bound(workspace, by_hand("ann", monday))
    whole_day = {"begins_at": at(monday, "00:00"), "ends_at": at(monday, "24:00")}
    asked = await sent(workspace, "POST", "/time-off", 201, agent="ann", reason="a wedding", **whole_day)
    approved = await sent(workspace, "POST", f"/time-off/{asked['id']}/approve", why="enjoy it")
    assert (approved["state"], [one["id"] for one in approved["shifts"]]) == ("approved", [shift])
    await sent(workspace, "POST", f"/time-off/{asked['id']}/decline", 409)
    await sent(workspace, "POST", f"/schedules/{schedule}/withdraw")

    made = await solved(workspace, required([monday], "09:00", "12:00", 1), monday, monday)
    assert [one["agent"] for one in await shifts_of(workspace, made)] == ["ben"]
    (shift,) = [one["id"] for one in await shifts_of(workspace, made)]
    given = await sent(workspace, "PATCH", f"/shifts/{shift}", agent="ann")
    assert [one["rule"] for one in given["warnings"]] == ["time_off"]
    entries = (await workspace.api.get("/v1/audit?action=time_off.*")).json()["items"]
    assert {entry["action"] for entry in entries} == {"time_off.asked", "time_off.approved"}
    assert all("wedding" not in str(entry) for entry in entries)

    await sent(
        workspace, "POST", "/time-off", 422, agent="ann", begins_at=at(monday, "24:00"), ends_at=at(monday, "00:00")
    )
    await sent(workspace, "POST", "/time-off", 422, agent="nobody", **whole_day)
    assert (await sent(workspace, "POST", f"/time-off/{asked['id']}/withdraw"))["state"] == "withdrawn"
    assert len((await sent(workspace, "GET", "/time-off?agent=ann&state=withdrawn"))["items"]) == 1


async def test_other_workspaces_see_nothing(make: Make) -> None:
    """Schedules, shifts, swaps and time off of one workspace are 404 for another's key."""
    workspace, other = await make(team("ann", "ben")), await make(team("ann", "ben"))
    monday = next_monday()
    schedule, (shift,) = await bound(workspace, by_hand("ann", monday))
    swap = await sent(workspace, "POST", "/swaps", 201, shift_id=shift, other="ben")
    off = {"agent": "ann", "begins_at": at(monday, "00:00"), "ends_at": at(monday, "24:00")}
    asked = await sent(workspace, "POST", "/time-off", 201, **off)
    for method, path in (
        ("GET", f"/schedules/{schedule}"),
        ("GET", f"/schedules/{schedule}/shifts"),
        ("GET", f"/schedules/{schedule}/cover"),
        ("POST", f"/schedules/{schedule}/withdraw"),
        ("DELETE", f"/schedules/{schedule}"),
        ("DELETE", f"/shifts/{shift}"),
        ("POST", f"/swaps/{swap['id']}/approve"),
        ("POST", f"/time-off/{asked['id']}/approve"),
    ):
        await sent(other, method, path, 404)
    await sent(other, "POST", "/swaps", 404, shift_id=shift, other="ben")
    assert (await sent(other, "GET", "/swaps"))["items"] == []
    assert (await sent(other, "GET", f"/shifts?since={monday}T00:00:00Z&until={monday}T23:00:00Z"))["items"] == []
