"""An agent's own schedule over the socket: read, time off asked for, and shifts swapped, each agent only for themselves."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.support.schedules import ZONE, at, next_monday, sent, team
from tests.support.service import TestDesk, Workspace
from tests.workforce.schedules.test_binding import bound, by_hand

Make = Callable[..., Awaitable[Workspace]]
SECRET = "an operation that nobody here knows of"


async def refused(desk: TestDesk, kind: str, slug: str, **data: Any) -> None:
    """Checks that a frame is refused with that problem."""
    assert (await desk.do(kind, **data))["problem"]["type"] == f"/problems/{slug}"


async def test_a_day_is_read_with_its_pieces(make: Make) -> None:
    """Today's shift and those to come, in pieces with titles, by the workspace's days; without approved time off."""
    workspace = await make(team("ann", "ben"))
    today = datetime.now(ZONE).date()
    pieces = [
        {"activity": "contacts", "begins_at": at(today, "08:00"), "ends_at": at(today, "12:00")},
        {"activity": "lunch", "begins_at": at(today, "12:00"), "ends_at": at(today, "12:30")},
        {"activity": "contacts", "begins_at": at(today, "12:30"), "ends_at": at(today, "16:00")},
    ]
    made = await sent(
        workspace, "POST", "/schedules", 202, name="Now", begins_on=str(today), ends_on=str(today + timedelta(1))
    )
    await sent(workspace, "POST", f"/schedules/{made['id']}/shifts", 201, agent="ann", pieces=pieces)
    await sent(workspace, "POST", f"/schedules/{made['id']}/shifts", 201, **by_hand("ann", today + timedelta(days=1)))
    await sent(workspace, "POST", f"/schedules/{made['id']}/shifts", 201, **by_hand("ben", today))
    async with workspace.desk("ann") as ann:
        assert (await ann.do("plan.read"))["shifts"] == []  # a draft binds nobody
        await sent(workspace, "POST", f"/schedules/{made['id']}/publish")
        plan = await ann.do("plan.read")
        assert (plan["timezone"], plan["scheduled"], plan["today"]) == ("Europe/Berlin", True, str(today))
        first, second = plan["shifts"]
        assert [(one["activity"], one["title"]) for one in first["pieces"]] == [
            ("contacts", "Contacts"),
            ("lunch", "Lunch"),
            ("contacts", "Contacts"),
        ]
        assert [first["day"], second["day"]] == [plan["today"], plan["tomorrow"]]

        off = {"begins_on": str(today), "ends_on": str(today + timedelta(days=1)), "begins": "15:00", "ends": "08:30"}
        asked = (await ann.do("time_off.ask", **off))["time_off"]
        assert (await ann.do("plan.read"))["shifts"] == plan["shifts"]  # what is only asked for changes nothing
        await sent(workspace, "POST", f"/time-off/{asked['id']}/approve")
        shorter, later = (await ann.do("plan.read"))["shifts"]
        assert _instant(shorter["pieces"][-1]["ends_at"]) == _instant(at(today, "15:00"))
        assert _instant(later["pieces"][0]["begins_at"]) == _instant(at(today + timedelta(days=1), "08:30"))


async def test_time_off_is_asked_for_and_withdrawn(make: Make) -> None:
    """Whole days by the workspace's clock, also over a change of the clocks; what was asked is seen with its state."""
    workspace = await make(team("ann", "ben"))
    autumn = _last_sunday_of_october()
    async with workspace.desk("ann") as ann:
        asked = await ann.do("time_off.ask", begins_on=str(autumn), ends_on=str(autumn), reason=SECRET)
        off = asked["time_off"]
        assert _instant(off["ends_at"]) - _instant(off["begins_at"]) == timedelta(hours=25)
        (shown,) = (await ann.do("plan.read"))["time_off"]
        assert (shown["state"], shown["reason"], shown["agent"]) == ("asked", SECRET, "ann")
        await sent(workspace, "POST", f"/time-off/{off['id']}/decline", why="Too many are off")
        (shown,) = (await ann.do("plan.read"))["time_off"]
        assert (shown["state"], shown["decided_why"]) == ("declined", "Too many are off")
        await refused(ann, "time_off.withdraw", "already_decided", time_off_id=off["id"])

        again = (await ann.do("time_off.ask", begins_on=str(autumn), ends_on=str(autumn)))["time_off"]
        withdrawn = (await ann.do("time_off.withdraw", time_off_id=again["id"], why="Not needed"))["time_off"]
        assert (withdrawn["state"], withdrawn["decided_why"]) == ("withdrawn", "Not needed")
    audit = (await workspace.api.get(f"/v1/audit?target={again['id']}")).json()["items"]
    assert [(one["action"], one["actor"]["kind"], one["actor"]["id"]) for one in audit] == [
        ("time_off.withdrawn", "agent", "ann"),
        ("time_off.asked", "agent", "ann"),
    ]


async def test_time_off_that_was_taken_is_not_withdrawn_afterwards(make: Make) -> None:
    """By the agent, who would have been off without having had time off; what was not decided can be, at any time."""
    workspace = await make(team("ann", "ben"))
    today, tomorrow = datetime.now(ZONE).date(), datetime.now(ZONE).date() + timedelta(days=1)
    async with workspace.desk("ann") as ann:
        begun, undecided, to_come = [
            (await ann.do("time_off.ask", begins_on=str(day), ends_on=str(tomorrow)))["time_off"]["id"]
            for day in (today, today, tomorrow)
        ]
        for one in (begun, to_come):
            await sent(workspace, "POST", f"/time-off/{one}/approve")
        await refused(ann, "time_off.withdraw", "already_decided", time_off_id=begun)
        for one in (undecided, to_come):
            assert (await ann.do("time_off.withdraw", time_off_id=one))["time_off"]["state"] == "withdrawn"
        states = {one["id"]: one["state"] for one in (await ann.do("plan.read"))["time_off"]}
        assert states == {begun: "approved", undecided: "withdrawn", to_come: "withdrawn"}
    await sent(workspace, "POST", f"/time-off/{begun}/withdraw")


async def test_no_agent_sees_or_touches_anothers_time_off(make: Make) -> None:
    """Nor the reason, nor that there is any: not in the plan, not in the choices for a swap, and it is not theirs."""
    workspace = await make(team("ann", "ben"))
    monday = next_monday()
    _, (of_ann, _) = await bound(workspace, by_hand("ann", monday), by_hand("ben", monday + timedelta(days=1)))
    async with workspace.desk("ben") as ben, workspace.desk("ann") as ann:
        off = (await ben.do("time_off.ask", begins_on=str(monday), ends_on=str(monday), reason=SECRET))["time_off"]
        await sent(workspace, "POST", f"/time-off/{off['id']}/approve")
        seen = [
            await ann.do("plan.read"),
            await ann.do("swap.choices", shift_id=of_ann, other="ben"),
            await ann.do("swap.ask", shift_id=of_ann, other="ben"),
        ]
        assert seen[0]["time_off"] == []
        assert not any(SECRET in repr(one) or off["id"] in repr(one) for one in seen)
        assert SECRET in repr(await ben.do("plan.read"))
        await refused(ann, "time_off.withdraw", "not_found", time_off_id=off["id"])
        assert (await ben.do("plan.read"))["time_off"][0]["state"] == "approved"


async def test_a_swap_is_agreed_between_two_and_approved_by_a_third(make: Make) -> None:
    """Who is asked sees both shifts and why, and agrees; then a key approves, and the shifts have changed hands."""
    workspace = await make(team("ann", "ben", "eva"))
    monday, friday = next_monday(), next_monday() + timedelta(days=4)
    _, (of_ann, of_ben) = await bound(workspace, by_hand("ann", monday), by_hand("ben", friday))
    async with workspace.desk("ann") as ann, workspace.desk("ben") as ben, workspace.desk("eva") as eva:
        choices = await ann.do("swap.choices", shift_id=of_ann)
        assert [(one["name"], one["works_then"]) for one in choices["colleagues"]] == [("ben", False), ("eva", False)]
        assert choices["shifts"] == []
        (theirs,) = (await ann.do("swap.choices", shift_id=of_ann, other="ben"))["shifts"]
        assert theirs["id"] == of_ben
        await refused(ann, "swap.choices", "not_found", shift_id=of_ben)
        await refused(ann, "swap.ask", "not_found", shift_id=of_ben, other="eva")

        asked = (await ann.do("swap.ask", shift_id=of_ann, other="ben", other_shift_id=of_ben, reason="A concert"))[
            "swap"
        ]
        (shown,) = (await ben.do("plan.read"))["swaps"]
        assert (shown["agent"], shown["reason"], shown["shift"]["id"]) == ("ann", "A concert", of_ann)
        assert shown["other_shift"]["begins_at"] == theirs["begins_at"]
        assert (await eva.do("plan.read"))["swaps"] == []
        for kind, stranger in (("accept", ann), ("accept", eva), ("decline", eva), ("withdraw", ben)):
            await refused(stranger, f"swap.{kind}", "not_found", swap_id=asked["id"])
        assert (await ben.do("swap.accept", swap_id=asked["id"]))["swap"]["state"] == "accepted"
        await refused(ben, "swap.accept", "already_decided", swap_id=asked["id"])
        await sent(workspace, "POST", f"/swaps/{asked['id']}/approve")
        assert [one["day"] for one in (await ann.do("plan.read"))["shifts"]] == [str(friday)]
        assert [one["day"] for one in (await ben.do("plan.read"))["shifts"]] == [str(monday)]


async def test_a_shift_that_is_somebody_elses_by_now_is_not_agreed_to(make: Make) -> None:
    """Who was asked learns that the swap is over, and waits for no decision; who asked can withdraw it."""
    workspace = await make(team("ann", "ben", "eva"))
    monday, friday = next_monday(), next_monday() + timedelta(days=4)
    _, (given, cancelled) = await bound(workspace, by_hand("ann", monday), by_hand("ann", friday))
    async with workspace.desk("ann") as ann, workspace.desk("ben") as ben:
        late, gone = [(await ann.do("swap.ask", shift_id=one, other="ben"))["swap"] for one in (given, cancelled)]
        await sent(workspace, "PATCH", f"/shifts/{given}", agent="eva")
        await sent(workspace, "DELETE", f"/shifts/{cancelled}", 204)
        for one in (late, gone):
            await refused(ben, "swap.accept", "schedule_not_ready", swap_id=one["id"])
        assert {one["state"] for one in (await ben.do("plan.read"))["swaps"]} == {"asked"}
        await ann.do("swap.withdraw", swap_id=late["id"])
        await ben.do("swap.decline", swap_id=gone["id"])


async def test_a_swap_is_declined_or_withdrawn_at_the_desk(make: Make) -> None:
    """By the one who was asked, and by the one who asks: it is over, and says why."""
    workspace = await make(team("ann", "ben"))
    _, (of_ann,) = await bound(workspace, by_hand("ann", next_monday()))
    async with workspace.desk("ann") as ann, workspace.desk("ben") as ben:
        first = (await ann.do("swap.ask", shift_id=of_ann, other="ben"))["swap"]
        await ben.do("swap.decline", swap_id=first["id"], why="I am away")
        second = (await ann.do("swap.ask", shift_id=of_ann, other="ben"))["swap"]
        await ann.do("swap.withdraw", swap_id=second["id"])
        shown = (await ann.do("plan.read"))["swaps"]
        assert [(one["state"], one["decided_why"]) for one in shown] == [("withdrawn", ""), ("declined", "I am away")]


async def test_a_desk_hears_of_its_agents_shifts_alone(make: Make) -> None:
    """What changes after it was published is told at once, to whom it binds; also to the desk that was away."""
    workspace = await make(team("ann", "ben"))
    async with workspace.desk("ann") as ann, workspace.desk("ben") as ben:
        _, (shift,) = await bound(workspace, by_hand("ann", next_monday()))
        await sent(workspace, "PATCH", f"/shifts/{shift}", begins_at=at(next_monday(), "09:00"))
        assert await ann.expect("plan.changed") == {"change": "changed"}
        assert await ben.silent("plan.changed")
        seq = ann.last_seq
        await sent(workspace, "PATCH", f"/shifts/{shift}", agent="ben")
        assert await ben.expect("plan.changed") == {"change": "added"}
    async with workspace.desk("ann", resume=seq) as again:
        assert await again.expect("plan.changed") == {"change": "cancelled"}


@pytest.fixture(scope="module")
async def two(make_shared: Make) -> Workspace:
    return await make_shared(team("ann", "ben"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"begins_on": "2026-01-05", "ends_on": "2026-01-05"},  # is over
        {"begins_on": "2199-12-31", "ends_on": "2198-12-31"},
        {"begins_on": "2100-01-01", "ends_on": "2102-01-01"},
        {"begins_on": "2100-01-01", "ends_on": "2100-01-01", "begins": "12:00", "ends": "12:00"},
        {"begins_on": "2100-01-01", "ends_on": "2100-01-01", "begins": "12:00Z", "ends": "13:00"},
        {"begins_on": "2100-03-28", "ends_on": "2100-03-28", "begins": "02:10", "ends": "02:50", "reason": "x" * 501},
        {"begins_on": "0001-01-01", "ends_on": "0001-01-01"},
        {"begins_on": "2100-01-01", "ends_on": "2100-01-01", "agent": "ben"},
    ],
)
async def test_time_off_that_cannot_be_is_refused(two: Workspace, wrong: dict[str, str]) -> None:
    """What is over, backward, too long, no time of day, or for somebody else is a problem and not a failure."""
    async with two.desk("ann") as ann:
        answer = await ann.do("time_off.ask", **wrong)
        assert answer["problem"]["type"] in ("/problems/invalid_frame", "/problems/invalid_request")
        assert (await ann.do("plan.read"))["time_off"] == []


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _last_sunday_of_october() -> date:
    last = date(datetime.now(ZONE).year + 1, 10, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)
