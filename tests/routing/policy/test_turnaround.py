"""What a customer is promised: a moment that the queue can keep, on the clock of its zone, in words."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from mci_router.routing.calls import LineFigures
from mci_router.routing.policy.hours import DAYS, HORIZON_DAYS, due_at, is_open, open_s
from mci_router.routing.policy.turnaround import HELD_BACK, Turnaround
from mci_router.routing.policy.turnaround_words import acknowledgement, by_words
from mci_router.specs.queues import OpenHours, QueueSpec
from tests.support.proof import FULL
from tests.support.rows import every

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = OpenHours.model_validate(
    {
        "timezone": "Europe/Berlin",
        "week": {day: [{"open": "09:00", "close": "17:00"}] for day in DAYS[:5]},
        "holidays": ["2026-12-25"],
    }
)
MONDAY = datetime(2026, 12, 7, 14, 10, tzinfo=BERLIN)


def queue(hours: OpenHours | None = OFFICE, *, target_s: float = 3_600, deferrable: bool = False) -> QueueSpec:
    level = {"goal": 0.8, "target_s": target_s}
    return QueueSpec.model_validate({"name": "mail", "service_level": level, "hours": hours, "deferrable": deferrable})


def figures(ahead: int = 0, staffed: int = 0, **more: Any) -> LineFigures:
    known = {"waiting": ahead, "queue_waiting": ahead, "servers": float(staffed), "ready": 0, "staffed": staffed}
    other = {"handle_ms": 600_000.0, "abandoned_per_s": 0.0, "head_wait_ms": 0, "last_waits_ms": ()}
    return LineFigures(**{"ahead": ahead, **known, **other, **more})


@every(
    ("place", "at", "said"),
    [
        # 10 in line of five agents, 10 min each: 22 min by the share model and the recent waits, 27 at the most
        (Turnaround(queue(), figures(10, 5, head_wait_ms=1_200_000), 0), MONDAY, "today by 15:00"),
        # nobody is signed in: 11 contacts at 6 an hour are 110 min, and 10 min to answer: 16:10
        (Turnaround(queue(), figures(10), 6 / 3600), MONDAY, "today by 16:30"),
        # the same after closing time counts from the morning on
        (Turnaround(queue(), figures(10), 6 / 3600), MONDAY.replace(hour=18), "by tomorrow at 11:00"),
        # nothing is known but when an interim service level has it due: that holds, at all hours
        (Turnaround(queue(), figures(3), 0, MONDAY.replace(hour=22, minute=5)), MONDAY, "today by 22:30"),
        # what is known is said all the same
        (Turnaround(queue(), figures(10), 6 / 3600, MONDAY.replace(hour=22)), MONDAY, "today by 16:30"),
        # nothing is known but the target of an hour, and it is Friday afternoon
        (Turnaround(queue(), figures(3), 0), datetime(2026, 12, 4, 16, 30, tzinfo=BERLIN), "by Monday, 7 December at 10:00"),
        # Christmas Eve before a holiday and a weekend
        (Turnaround(queue(), figures(3), 0), datetime(2026, 12, 24, 16, 45, tzinfo=BERLIN), "by Monday, 28 December at 10:00"),
        # deferrable work may be held back for 70 % of its target, however many agents are idle
        (Turnaround(queue(target_s=28_800, deferrable=True), figures(0, 5, ready=5), 0), MONDAY, "by tomorrow at 12:00"),
        # a queue that never closes
        (Turnaround(queue(None), figures(0, 5, ready=5), 0), MONDAY, "today by 14:30"),
        # a million before it, and one answered in a week: at the horizon's end, with its year
        (Turnaround(queue(None), figures(1_000_000), 1 / 604_800), MONDAY, "by Tuesday, 11 January 2028 at 14:30"),
    ],
)  # fmt: skip
def test_by_when(place: Turnaround, at: datetime, said: str) -> None:
    """By hand."""
    assert by_words(place.answer_by(at, BERLIN), at, BERLIN, "en") == said


def test_in_the_customers_language() -> None:
    """Other languages than English and German, which only a queue's own text has, get figures."""
    tomorrow, later = MONDAY.replace(day=8, hour=10, minute=0), MONDAY.replace(day=14, hour=9, minute=30)
    assert by_words(MONDAY.replace(hour=16, minute=30), MONDAY, BERLIN, "de") == "heute bis 16:30 Uhr"
    assert by_words(tomorrow, MONDAY, BERLIN, "de") == "bis morgen um 10:00 Uhr"
    assert by_words(later, MONDAY, BERLIN, "de") == "bis Montag, 14. Dezember, um 09:30 Uhr"
    far = MONDAY.replace(year=2027, hour=9, minute=30)
    assert by_words(far, MONDAY, BERLIN, "de") == "bis Dienstag, 7. Dezember 2027, um 09:30 Uhr"
    assert by_words(later, MONDAY, BERLIN, "fr") == "2026-12-14 09:30"
    known: dict[str, Any] = {"by": tomorrow, "now": MONDAY, "zone": BERLIN, "reference": "K7Q2-9XMD"}
    assert acknowledgement({"fr": "{reference}: {by}"}, "fr", **known) == "K7Q2-9XMD: 2026-12-08 10:00"
    for language, words in (("de", "bis morgen um 10:00 Uhr"), ("it", "by tomorrow at 10:00"), (None, "by tomorrow")):
        said = acknowledgement({}, language, **known)
        assert words in said
        assert "K7Q2-9XMD" in said


@st.composite
def calendars(draw: st.DrawFn) -> OpenHours:
    """Hours in a zone that changes its clock, with closed days."""
    week = {}
    for day in draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True)):
        opens = draw(st.integers(0, 22))
        closes = draw(st.integers(opens + 1, 24)) % 24
        week[day] = [{"open": time(opens), "close": time(closes)}]
    zone = draw(st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]))
    return OpenHours.model_validate({"timezone": zone, "week": week})


@settings(max_examples=400 if FULL else 30, deadline=None)
@given(
    hours=st.one_of(st.none(), calendars()),
    hour=st.integers(0, 24 * 300),
    ahead=st.integers(0, 300),
    staffed=st.integers(0, 3),
    rate=st.sampled_from([0, 1 / 3600, 20 / 3600]),
    deferrable=st.booleans(),
)
def test_the_promise_can_be_kept(
    hours: OpenHours | None, hour: int, ahead: int, staffed: int, rate: float, deferrable: bool
) -> None:
    """Over a year with both changes of the clock: it leaves the open time that the work takes, is at most half an hour
    later, on the half hour of the wall's clock, in the future, and never earlier for who comes behind. Nothing is
    promised beyond the horizon.
    """
    now = datetime(2026, 1, 1, 0, 17, tzinfo=UTC) + timedelta(hours=hour)
    place = Turnaround(queue(hours, deferrable=deferrable), figures(ahead, staffed), rate)
    by = place.answer_by(now, BERLIN)
    due = due_at(now, place.work_s, hours)
    assert now < by
    assert timedelta(0) <= by - due < timedelta(minutes=30)
    local = by.astimezone(ZoneInfo(hours.timezone) if hours else BERLIN)
    assert (local.minute % 30, local.second, local.microsecond) == (0, 0, 0)
    beyond = due >= now + timedelta(days=HORIZON_DAYS)
    assert beyond or open_s(now, by, hours) >= place.work_s - 1e-3
    assert place.work_s >= (HELD_BACK * 3_600 if deferrable else 0) + 600
    behind = Turnaround(place.queue, figures(ahead + 7, staffed), rate)
    assert behind.answer_by(now, BERLIN) >= by
    assert beyond or hours is None or is_open(due - timedelta(milliseconds=1), hours)
