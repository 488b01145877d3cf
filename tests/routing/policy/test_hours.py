"""A queue's clock runs only while it is open: blocks, weekends, holidays, time zones and clock changes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from mci_router.routing.policy.hours import OpenTimes, due_at, is_open, next_change, open_s, opens_at, with_calendars
from mci_router.specs import OpenHours
from tests.support.rows import every

HOUR = 3_600


def hours(timezone: str = "UTC", holidays: tuple[str, ...] = (), **week: list[tuple[str, str]]) -> OpenHours:
    days = {day: [{"open": opens, "close": closes} for opens, closes in blocks] for day, blocks in week.items()}
    return OpenHours.model_validate({"timezone": timezone, "week": days, "holidays": list(holidays)})


def office(timezone: str = "UTC", holidays: tuple[str, ...] = ()) -> OpenHours:
    return hours(timezone, holidays, **{day: [("09:00", "17:00")] for day in ("mon", "tue", "wed", "thu", "fri")})


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# 2026-03-02 is a Monday.
@every(
    ("start", "target_s", "due"),
    [
        ("2026-03-02T10:00", HOUR, "2026-03-02T11:00"),
        ("2026-03-02T07:30", HOUR, "2026-03-02T10:00"),
        ("2026-03-02T16:30", HOUR, "2026-03-03T09:30"),
        ("2026-03-02T16:00", HOUR, "2026-03-02T17:00"),
        ("2026-03-02T17:00", HOUR, "2026-03-03T10:00"),
        ("2026-03-06T16:30", HOUR, "2026-03-09T09:30"),
        ("2026-03-07T12:00", HOUR, "2026-03-09T10:00"),
        ("2026-03-02T09:00", 40 * HOUR, "2026-03-06T17:00"),
        ("2026-03-02T09:00", 40 * HOUR + 60, "2026-03-09T09:01"),
    ],
)
def test_the_clock_stands_still_at_night_and_over_the_weekend(start: str, target_s: float, due: str) -> None:
    """Nine to five on weekdays: what is left over goes on at the next opening."""
    assert due_at(utc(start), target_s, office()) == utc(due)


def test_without_hours_the_clock_always_runs() -> None:
    """The target after the start."""
    assert due_at(utc("2026-03-07T23:59:30"), 60, None) == utc("2026-03-08T00:00:30")


def test_a_day_may_have_several_blocks_in_any_order() -> None:
    """Lunch does not count."""
    split = hours(mon=[("13:00", "17:00"), ("08:00", "12:00")])
    assert due_at(utc("2026-03-02T11:30"), HOUR, split) == utc("2026-03-02T13:30")
    assert due_at(utc("2026-03-02T12:30"), HOUR, split) == utc("2026-03-02T14:00")
    assert due_at(utc("2026-03-02T16:30"), HOUR, split) == utc("2026-03-09T08:30")


def test_blocks_that_overlap_are_refused() -> None:
    """An hour is an hour: who joins two shifts writes one block. Blocks that only touch are two."""
    with pytest.raises(ValidationError, match="overlap"):
        hours(mon=[("08:00", "12:00"), ("10:00", "14:00")])
    touching = hours(mon=[("08:00", "12:00"), ("12:00", "14:00")])
    assert due_at(utc("2026-03-02T09:00"), 4 * HOUR, touching) == utc("2026-03-02T13:00")


def test_a_holiday_is_closed_in_spite_of_the_week() -> None:
    """Good Friday and Easter Monday 2026 with the weekend between."""
    easter = office(holidays=("2026-04-03", "2026-04-06"))
    assert due_at(utc("2026-04-02T16:30"), HOUR, easter) == utc("2026-04-07T09:30")
    assert due_at(utc("2026-04-03T10:00"), HOUR, easter) == utc("2026-04-07T10:00")


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-01-05T07:00", "2026-01-05T09:00"),
        ("2026-07-06T06:00", "2026-07-06T08:00"),
        ("2026-07-06T14:30", "2026-07-07T07:30"),
    ],
)
def test_hours_are_local_to_their_time_zone(start: str, due: str) -> None:
    """Nine in Berlin is eight in UTC in winter, seven in summer."""
    assert due_at(utc(start), HOUR, office("Europe/Berlin")) == utc(due)


def test_the_day_is_the_queues_own_and_not_utcs() -> None:
    """Sunday evening in UTC is Monday morning in Auckland."""
    assert due_at(utc("2026-03-01T20:00"), HOUR, office("Pacific/Auckland")) == utc("2026-03-01T21:00")


@pytest.mark.parametrize(("day", "length_h"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_a_clock_change_counts_as_the_time_it_takes(day: str, length_h: int) -> None:
    """Berlin's short and long Sundays: open from midnight to six, one hour less or more of it is real."""
    name = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[date.fromisoformat(day).weekday()]
    night = hours("Europe/Berlin", (), **{name: [("00:00", "06:00")]})
    midnight = datetime.combine(date.fromisoformat(day), datetime.min.time(), ZoneInfo("Europe/Berlin")).astimezone(UTC)
    real_h = 6 + length_h - 24
    assert due_at(midnight, real_h * HOUR, night) == midnight + timedelta(hours=real_h)
    assert due_at(midnight, real_h * HOUR + 1, night) > midnight + timedelta(days=6)


def test_blocks_that_a_clock_change_pushes_into_each_other_count_once() -> None:
    """Berlin skips from two to three in March: what is left of these blocks is five hours, and not five and a half."""
    night = hours("Europe/Berlin", (), sun=[("00:00", "02:30"), ("03:00", "06:00")])
    midnight, six = utc("2026-03-28T23:00"), utc("2026-03-29T04:00")
    assert open_s(midnight, six + timedelta(hours=1), night) == 5 * HOUR
    assert due_at(midnight, 5 * HOUR, night) == six
    assert open_s(utc("2026-03-29T00:00"), utc("2026-03-29T02:00"), night) == 2 * HOUR


@pytest.mark.parametrize(
    ("change", "open_utc"),
    [("2026-03-29", [("00:45", "01:00")]), ("2026-10-25", [("23:45", "00:30"), ("01:00", "01:30")])],
)
def test_a_block_that_ends_within_a_clock_change_is_open_when_the_clock_on_the_wall_says_so(
    change: str, open_utc: list[tuple[str, str]]
) -> None:
    """01:45 to 02:30: in March two o'clock is skipped, in October the half hour after two comes twice."""
    night, day = hours("Europe/Berlin", (), sun=[("01:45", "02:30")]), date.fromisoformat(change)
    found, at = [], datetime.combine(day, datetime.min.time(), UTC) - timedelta(hours=2)
    end = at + timedelta(hours=8)
    while (opens := opens_at(at, night)) < end:
        closes = next_change(opens, night)
        assert closes
        found.append((f"{opens:%H:%M}", f"{closes:%H:%M}"))
        at = closes
    assert found == open_utc


CHANGES = {  # a moment near each change of the clocks: an hour, half an hour, at midnight, and a day that is left out
    "Europe/Berlin": ["2026-03-28T12:00", "2026-10-24T12:00"],
    "America/New_York": ["2026-03-07T12:00", "2026-10-31T12:00"],
    "Australia/Lord_Howe": ["2026-04-03T20:00", "2026-10-02T20:00"],
    "Asia/Beirut": ["2026-03-27T12:00", "2026-10-23T12:00"],
    "Pacific/Apia": ["2011-12-29T00:00"],
}
QUARTERS = st.lists(st.integers(0, 95), min_size=2, max_size=6, unique=True).filter(lambda cuts: len(cuts) % 2 == 0)


@settings(max_examples=30)
@given(st.sampled_from(sorted(CHANGES)), st.data())
def test_open_time_is_what_a_count_of_minutes_finds(zone: str, data: st.DataObject) -> None:
    """Over every change of the clocks, for any blocks: each minute whose time on the wall is in a block, and no other."""
    cuts = sorted(data.draw(QUARTERS))
    times = [f"{cut // 4:02}:{cut % 4 * 15:02}" for cut in cuts]
    blocks = list(zip(times[::2], times[1::2], strict=True))
    all_week = hours(zone, (), **dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), blocks))
    start = utc(data.draw(st.sampled_from(CHANGES[zone]))) + timedelta(minutes=data.draw(st.integers(0, 300)))
    length = data.draw(st.integers(0, 2_400))
    local = ((start + timedelta(minutes=minute)).astimezone(ZoneInfo(zone)) for minute in range(length))
    minutes = sum(any(opens <= f"{at:%H:%M}" < closes for opens, closes in blocks) for at in local)
    assert open_s(start, start + timedelta(minutes=length), all_week) == minutes * 60


@settings(max_examples=50)
@given(st.integers(0, 365 * 86_400), st.floats(1, 30 * 86_400), st.floats(1, 86_400))
def test_a_later_target_is_due_later_and_never_before_its_time(second: int, target_s: float, more_s: float) -> None:
    """Of any start: the due time lies in open hours, at least the target away, and grows with the target."""
    start = utc("2026-01-01T00:00") + timedelta(seconds=second)
    due = due_at(start, target_s, office("Europe/Berlin"))
    local = due.astimezone(ZoneInfo("Europe/Berlin"))
    assert due - start >= timedelta(seconds=target_s) - timedelta(milliseconds=1)
    assert due_at(start, target_s + more_s, office("Europe/Berlin")) > due
    assert local.weekday() < 5
    assert 9 <= local.hour + local.minute / 60 <= 17


@every(
    "bad",
    [
        {"timezone": "Mars/Olympus", "week": {"mon": [{"open": "09:00", "close": "17:00"}]}},
        {"timezone": "UTC", "week": {}},
        {"timezone": "UTC", "week": {"mon": []}},
        {"timezone": "UTC", "week": {"mon": [{"open": "17:00", "close": "09:00"}]}},
        {"timezone": "UTC", "week": {"mon": [{"open": "09:00", "close": "09:00"}]}},
        {"timezone": "UTC", "week": {"monday": [{"open": "09:00", "close": "17:00"}]}},
        {"timezone": "UTC", "week": {"mon": [{"open": "09:00+02:00", "close": "17:00"}]}},
        {"timezone": "UTC", "week": {"mon": [{"open": "09:00+02:00", "close": "17:00+02:00"}]}},
    ],
)
def test_hours_that_make_no_sense_are_refused(bad: dict[str, Any]) -> None:
    """Unknown zones and days, never open, backwards, and times with an offset of their own: they are local by the zone."""
    with pytest.raises(ValidationError):
        OpenHours.model_validate(bad)


# 2026-03-06 is a Friday.
@pytest.mark.parametrize(
    ("now", "opened", "opens", "changes"),
    [
        ("2026-03-06T09:00", True, "2026-03-06T09:00", "2026-03-06T17:00"),
        ("2026-03-06T16:59:59", True, "2026-03-06T16:59:59", "2026-03-06T17:00"),
        ("2026-03-06T17:00", False, "2026-03-09T09:00", "2026-03-09T09:00"),
        ("2026-03-07T12:00", False, "2026-03-09T09:00", "2026-03-09T09:00"),
        ("2026-03-06T08:59:59", False, "2026-03-06T09:00", "2026-03-06T09:00"),
    ],
)
def test_a_queue_opens_and_closes_on_time(now: str, opened: bool, opens: str, changes: str) -> None:
    """A block's first moment is open, its last is not; over the weekend it is Monday that counts."""
    assert is_open(utc(now), office()) is opened
    assert opens_at(utc(now), office()) == utc(opens)
    assert next_change(utc(now), office()) == utc(changes)


def test_without_hours_a_queue_is_always_open() -> None:
    """And never changes."""
    now = utc("2026-03-07T12:00")
    assert (is_open(now, None), opens_at(now, None), next_change(now, None)) == (True, now, None)


def test_a_night_shift_is_two_blocks_that_meet_at_midnight() -> None:
    """Closing at 00:00 is the end of the day: no moment between the two is closed, and the clock runs through."""
    night = hours(mon=[("22:00", "00:00")], tue=[("00:00", "06:00")])
    assert is_open(utc("2026-03-03T00:00"), night)
    assert next_change(utc("2026-03-02T23:00"), night) == utc("2026-03-03T06:00")
    assert due_at(utc("2026-03-02T23:30"), HOUR, night) == utc("2026-03-03T00:30")
    with pytest.raises(ValidationError, match="overlap"):
        hours(mon=[("22:00", "00:00"), ("23:00", "23:30")])


def test_a_calendar_that_never_opens_says_so() -> None:
    """Every Monday a holiday for longer than anybody looks ahead: no change, and an opening beyond the horizon."""
    mondays = tuple(str(date(2026, 3, 2) + timedelta(weeks=week)) for week in range(100))
    shut = hours(holidays=mondays, mon=[("09:00", "17:00")])
    assert next_change(utc("2026-03-02T10:00"), shut) is None
    assert opens_at(utc("2026-03-02T10:00"), shut) > utc("2027-03-02T10:00")


def test_shared_calendars_close_beside_a_queues_own_holidays() -> None:
    """Both count; a calendar that is not named does not."""
    own = office(holidays=("2026-03-02",)).model_copy(update={"calendars": ["spring"]})
    merged = with_calendars(own, {"spring": [date(2026, 3, 3)], "autumn": [date(2026, 3, 4)]})
    assert opens_at(utc("2026-03-02T10:00"), merged) == utc("2026-03-04T09:00")
    assert with_calendars(None, {}) is None


def test_open_seconds_leave_out_the_night() -> None:
    """From half an hour before closing to half an hour after opening is one hour; backwards is nothing."""
    assert open_s(utc("2026-03-02T16:30"), utc("2026-03-03T09:30"), office()) == HOUR
    assert open_s(utc("2026-03-03T09:30"), utc("2026-03-02T16:30"), office()) == 0
    assert open_s(utc("2026-03-02T16:30"), utc("2026-03-02T17:30"), None) == HOUR


@settings(max_examples=50)
@given(st.integers(0, 365 * 86_400), st.floats(1, 20 * 86_400))
def test_open_seconds_until_the_due_time_are_the_target(second: int, target_s: float) -> None:
    """The one reckons what the other undoes, and a change lies where open turns to closed."""
    start, zone = utc("2026-01-01T00:00") + timedelta(seconds=second), office("Europe/Berlin")
    assert open_s(start, due_at(start, target_s, zone), zone) == pytest.approx(target_s, abs=0.001)
    change = next_change(start, zone)
    assert change is not None
    assert is_open(change, zone) is not is_open(change - timedelta(milliseconds=1), zone)


def test_open_times_are_worked_out_once_for_many_questions() -> None:
    """Of any two moments of a month with a change of the clock they say what is said of these two alone."""
    first, month = utc("2026-03-10T11:20"), timedelta(days=31)
    for hours in (office(), None):
        times = OpenTimes(first, first + month, hours)
        moments = [first + timedelta(hours=7.35 * number) for number in range(100)]
        for start, end in zip(moments, moments[3::2], strict=False):
            assert times.open_s(start, end) == open_s(start, end, hours)
            assert times.open_s(end, start) == 0
