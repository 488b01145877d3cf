"""Open hours over a change of the clocks, as answers tell them: by when somebody replies, and when a queue opens."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.support.documents import DAYS, small
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]
Blocks = list[tuple[str, str]]


def next_change(zone: str, *, forward: bool) -> datetime:
    """The first moment (UTC) after the next change of the clocks in a direction that is a day away or more."""
    local, at = ZoneInfo(zone), (datetime.now(UTC) + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    while True:
        before, at = at, at + timedelta(minutes=30)
        shift = (at.astimezone(local).utcoffset() or timedelta()) - (
            before.astimezone(local).utcoffset() or timedelta()
        )
        if (shift > timedelta()) if forward else (shift < timedelta()):
            return at


def only_on(day: datetime, zone: str, blocks: Blocks) -> dict[str, Any]:
    """Hours that are open on that day for the first time from now on."""
    local, name = day.astimezone(ZoneInfo(zone)).date(), DAYS[day.astimezone(ZoneInfo(zone)).weekday()]
    earlier = [(local - timedelta(days=7 * weeks)).isoformat() for weeks in range(1, 60)]
    week = {name: [{"open": begins, "close": ends} for begins, ends in blocks]}
    return {"timezone": zone, "week": week, "holidays": earlier}


CASES: list[tuple[str, bool, Blocks, int, str]] = [
    # Two hours until the clock jumps from 2 to 3, and three after it: the half hour that is skipped is no time.
    ("Europe/Berlin", True, [("00:00", "02:30"), ("03:00", "06:00")], 4 * 3600, "05:00"),
    ("Europe/Berlin", True, [("00:00", "02:30"), ("03:00", "06:00")], 5 * 3600, "06:00"),
    ("Europe/Berlin", True, [("02:00", "03:00"), ("10:00", "12:00")], 3600, "11:00"),
    ("Europe/Berlin", True, [("01:30", "03:30")], 3600, "03:30"),
    # What the clock shows twice is open twice.
    ("Europe/Berlin", False, [("02:00", "03:00"), ("08:00", "09:00")], 7200, "03:00"),
    ("Europe/Berlin", False, [("00:00", "02:30"), ("03:00", "06:00")], 4 * 3600, "04:00"),
    ("America/New_York", True, [("00:00", "02:30"), ("03:00", "06:00")], 4 * 3600, "05:00"),
    ("Australia/Lord_Howe", True, [("01:00", "02:15"), ("02:30", "04:00")], 2 * 3600, "03:30"),
    ("Africa/Cairo", True, [("00:00", "00:30"), ("01:00", "03:00")], 3600, "02:00"),
]


async def test_a_reply_is_due_by_the_clock_on_the_wall(make: Make) -> None:
    """On the day of the change open time counts once, whatever blocks touch or overlap there; twice what comes twice."""
    document, changes = small(), [next_change(zone, forward=forward) for zone, forward, *_ in CASES]
    for number, (change, (zone, _, blocks, target_s, _)) in enumerate(zip(changes, CASES, strict=True)):
        level, hours = {"goal": 0.8, "target_s": target_s}, only_on(change, zone, blocks)
        document["queues"].append(
            {"name": f"desk_{number}", "position": 100 + number, "service_level": level, "hours": hours}
        )
        document["topics"].append({"name": f"t_{number}", "title": "T", "touch": "high", "queue": f"desk_{number}"})
    workspace = await make(document)
    for number, (change, case) in enumerate(zip(changes, CASES, strict=True)):
        route = (await workspace.post(topic=f"t_{number}"))["route"]
        local = ZoneInfo(case[0])
        due = datetime.fromisoformat(route["reply_by"]).astimezone(local)
        assert (due.date(), due.strftime("%H:%M")) == (change.astimezone(local).date(), case[-1]), case
        assert datetime.fromisoformat(route["opens_at"]).astimezone(local).date() == change.astimezone(local).date(), (
            case
        )
