"""What binds agents is told by webhooks, once, and only once it binds."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from tests.support.events import assert_documented
from tests.support.receiver import Receiver
from tests.support.schedules import at, next_monday, sent, team
from tests.support.service import Workspace
from tests.webhooks.support import hook
from tests.workforce.schedules.test_binding import by_hand, drafted

Make = Callable[..., Awaitable[Workspace]]


async def test_a_schedule_and_changes_of_it_are_told(make: Make, receiver: Receiver) -> None:
    """Drafts are nobody's business; a shift that changes hands is cancelled for one and added for the other."""
    workspace = await make(team("ann", "ben"))
    await hook(workspace, receiver.url, events=["schedule.*", "shift.*"])
    monday = next_monday()
    shifts = [by_hand("ann", monday), by_hand("ann", monday + timedelta(days=1)), by_hand("ben", monday)]
    schedule, (first, _, third) = await drafted(workspace, *shifts)
    await sent(workspace, "PATCH", f"/shifts/{first}", begins_at=at(monday, "09:00"))
    await sent(workspace, "POST", f"/schedules/{schedule}/publish")
    (published,) = await receiver.until(1)
    week = {"begins_on": str(monday), "ends_on": str(monday + timedelta(days=6))}
    assert published.type == "mci.schedule.published"
    assert published.event["subject"] == schedule
    assert published.event["data"] == {"schedule": schedule, **week, "shifts": 3, "agents": 2}

    await sent(workspace, "PATCH", f"/shifts/{first}", begins_at=at(monday, "10:00"))
    asked = await sent(workspace, "POST", "/swaps", 201, shift_id=third, other="ann")
    await sent(workspace, "POST", f"/swaps/{asked['id']}/accept", agent="ann")
    await sent(workspace, "POST", f"/swaps/{asked['id']}/approve", accept_breaches=True)
    await sent(workspace, "POST", f"/schedules/{schedule}/shifts", 201, **by_hand("ben", monday + timedelta(days=3)))
    await sent(workspace, "DELETE", f"/shifts/{first}", 204)
    await sent(workspace, "POST", f"/schedules/{schedule}/withdraw")
    told = await receiver.until(7)
    changes = [(one.event["data"]["agent"], one.event["data"]["change"]) for one in told if "shift" in one.type]
    assert sorted(changes) == [
        ("ann", "added"),
        ("ann", "cancelled"),
        ("ann", "changed"),
        ("ben", "added"),
        ("ben", "cancelled"),
    ]
    (withdrawn,) = [one for one in told if one.type == "mci.schedule.withdrawn"]
    assert withdrawn.event["data"] == {"schedule": schedule, **week, "shifts": 3, "agents": 2}
    for one in told:
        assert_documented(one.event)


async def test_what_is_refused_is_not_told(make: Make, receiver: Receiver) -> None:
    """A change that breaks a rule is taken back with its news."""
    workspace = await make(team("ann"))
    await hook(workspace, receiver.url, events=["schedule.*", "shift.*"])
    monday = next_monday()
    schedule, (shift,) = await drafted(workspace, by_hand("ann", monday))
    await sent(workspace, "POST", f"/schedules/{schedule}/publish")
    late = [{"activity": "contacts", "begins_at": at(monday, "08:00"), "ends_at": at(monday, "20:00")}]
    await sent(workspace, "PATCH", f"/shifts/{shift}", 409, pieces=late)
    await sent(workspace, "DELETE", f"/shifts/{shift}", 204)
    told = await receiver.until(2)  # of two subjects, so in any order
    assert sorted(one.type for one in told) == ["mci.schedule.published", "mci.shift.changed"]
