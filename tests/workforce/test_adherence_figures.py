"""Adherence and conformance: worked out by hand, and what holds whatever the day was."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mci_router.insight.agent_time import Span, StateChange
from mci_router.workforce.adherence.figures import Figures, figures
from mci_router.workforce.adherence.timelines import Activity, Planned, Stay, plan, stays

EIGHT = datetime(2026, 5, 4, 8, tzinfo=UTC)
CONTACTS = Activity("contacts", available=True)
LUNCH = Activity("lunch", available=False, paid=False, reasons=frozenset({"lunch"}))
MEETING = Activity("meeting", available=False, reasons=frozenset({"meeting", "training"}))
ANYTHING = Activity("anything", available=False)


def at(minutes: float) -> datetime:
    return EIGHT + timedelta(minutes=minutes)


def planned(*pieces: tuple[Activity, float, float]) -> list[Planned]:
    return [Planned(activity, at(since), at(until)) for activity, since, until in pieces]


def done(*pieces: tuple[str, float]) -> list[Stay]:
    """Presences one after the other from eight o'clock, each until a minute; `away:lunch` has a reason."""
    found, since = [], 0.0
    for said, until in pieces:
        presence, _, reason = said.partition(":")
        found.append(Stay(presence, reason, at(since), at(until)))
        since = until
    return found


DAY: Span = (at(-480), at(960))
SHIFT = planned((CONTACTS, 0, 240), (LUNCH, 240, 270), (CONTACTS, 270, 420), (MEETING, 420, 480))


def off(found: Figures) -> list[tuple[str, str, float, float, bool]]:
    """The differences, with minutes since eight o'clock."""
    return [
        (
            one.planned,
            f"{one.presence}:{one.reason}".rstrip(":"),
            (one.begins_at - EIGHT) / timedelta(minutes=1),
            (one.ends_at - EIGHT) / timedelta(minutes=1),
            one.excused,
        )
        for one in found.differences
    ]


def test_a_day_by_hand() -> None:
    """Eight hours: 20 minutes late, a lunch that began 4 minutes late, a break of 10 unplanned, the meeting missed.

    Scheduled 480 min. Late 20, unplanned 10, meeting 60 as available: 90 out, the 4 minutes are within the grace.
    390 / 480 = 0.8125. Paid 450; worked 20..244 (224), 274..300 (26), 310..480 (170): 420 / 450 = 0.9333.
    """
    said = done(
        ("offline", 20), ("available", 244), ("away:lunch", 274), ("available", 300), ("away:break", 310),
        ("available", 480), ("offline", 960),
    )  # fmt: skip
    found = figures(SHIFT, said, [], DAY)
    assert off(found) == [
        ("contacts", "offline", 0, 20, False),
        ("contacts", "away:break", 300, 310, False),
        ("meeting", "available", 420, 480, False),
    ]
    assert (found.scheduled_s, found.adherent_s) == (480 * 60, 390 * 60)
    assert (found.paid_s, found.worked_s) == (450 * 60, 420 * 60)
    assert found.adherence == 0.8125
    assert found.conformance == pytest.approx(420 / 450)


def test_excused_pieces_count_as_kept() -> None:
    """Fifteen of twenty minutes late were excused: 475 of 480, and the five that are left count, although they are short."""
    said = done(("offline", 20), ("available", 240), ("away:lunch", 270), ("available", 420), ("away:meeting", 480))
    found = figures(SHIFT, said, [(at(-5), at(15))], DAY)
    assert off(found) == [("contacts", "offline", 0, 15, True), ("contacts", "offline", 15, 20, False)]
    assert (found.scheduled_s, found.adherent_s) == (480 * 60, 475 * 60)
    assert found.worked_s == 445 * 60


@pytest.mark.parametrize(
    ("said", "minutes_out"),
    [
        ([("offline", 5), ("available", 60)], 0),  # exactly the grace
        ([("offline", 5.1), ("available", 60)], 5.1),  # longer: all of it, not what is above
        ([("available", 30), ("offline", 34), ("available", 60)], 4),  # short, but touches no change of activity
        ([("available", 56), ("offline", 60)], 0),  # gone a little early
        ([("offline", 60)], 60),  # who never came gets nothing for the edges
    ],
)
def test_the_grace_is_for_changes_of_activity(said: list[tuple[str, float]], minutes_out: float) -> None:
    """A difference is forgiven as a whole or not at all, and only where one activity ends or begins."""
    found = figures(planned((CONTACTS, 0, 60)), done(*said), [], DAY)
    assert found.scheduled_s - found.adherent_s == pytest.approx(minutes_out * 60)


def test_a_difference_over_a_change_is_one() -> None:
    """Gone from three minutes before a meeting until three minutes into it: six minutes, which is more than five."""
    pieces = planned((CONTACTS, 0, 60), (MEETING, 60, 90))
    found = figures(pieces, done(("available", 57), ("offline", 63), ("away:training", 90)), [], DAY)
    assert off(found) == [("contacts", "offline", 57, 60, False), ("meeting", "offline", 60, 63, False)]
    assert figures(pieces, done(("available", 58), ("offline", 62), ("away:meeting", 90)), [], DAY).adherence == 1


def test_what_runs_is_judged_until_now_and_now_is_no_change() -> None:
    """Two minutes away in the middle of a piece count at once; of the time to come nothing is scheduled yet."""
    found = figures(planned((CONTACTS, 0, 480)), done(("available", 98), ("away:break", 100)), [], (at(-480), at(100)))
    assert (found.scheduled_s, found.adherent_s) == (6000, 5880)


def test_a_shift_over_midnight_is_cut_at_it_and_days_add_up() -> None:
    """The part of each day is that day's; a late return around midnight is judged as the whole that it is."""
    pieces = planned((CONTACTS, 0, 60), (LUNCH, 60, 90), (CONTACTS, 90, 180))
    said = done(("available", 60), ("away:lunch", 98), ("available", 180))
    whole = figures(pieces, said, [], (at(0), at(180)))
    first, second = figures(pieces, said, [], (at(0), at(94))), figures(pieces, said, [], (at(94), at(180)))
    assert off(whole) == [("contacts", "away:lunch", 90, 98, False)]
    assert (first.scheduled_s, first.adherent_s) == (94 * 60, 90 * 60)
    assert first.scheduled_s + second.scheduled_s == whole.scheduled_s
    assert first.adherent_s + second.adherent_s == whole.adherent_s


def test_whoever_works_longer_conforms_by_more_than_one() -> None:
    """Conformance counts time, whenever it was worked: an hour after the shift makes up for one that was missed."""
    pieces = planned((CONTACTS, 0, 60))
    assert figures(pieces, done(("offline", 60), ("available", 120)), [], DAY).conformance == 1
    assert figures(pieces, done(("offline", 60), ("available", 120)), [], DAY).adherence == 0
    assert figures(pieces, done(("available", 90)), [], DAY).conformance == 1.5
    assert figures([], done(("available", 90)), [], DAY).conformance is None
    assert figures([], done(("available", 90)), [], DAY).adherence is None


def test_what_an_activity_takes() -> None:
    """Contacts: available alone. Away: its reasons, any without them; not the router's own; offline if unpaid."""
    assert [CONTACTS.fits(*one) for one in (("available", ""), ("away", "break"), ("offline", ""))] == [1, 0, 0]
    assert [LUNCH.fits(*one) for one in (("away", "lunch"), ("away", "break"), ("offline", ""))] == [1, 0, 1]
    assert [ANYTHING.fits(*one) for one in (("away", "any"), ("away", "not_responding"), ("offline", ""))] == [1, 0, 0]


def test_states_become_stays() -> None:
    """Unreachable is offline; the same again is no change; before the first word nobody is there."""
    changes = [
        StateChange(at(-60), reachable=True),
        StateChange(at(10), presence="available", reason=""),
        StateChange(at(20), reachable=False),
        StateChange(at(25), reachable=True),
        StateChange(at(30), presence="away", reason="lunch"),
        StateChange(at(35), presence="away", reason="lunch"),
        StateChange(at(40), presence="offline", reason=""),
    ]
    found = stays(changes, at(0), at(60))
    assert [(one.presence, one.reason, one.begins_at, one.ends_at) for one in found] == [
        ("offline", "", at(0), at(10)),
        ("available", "", at(10), at(20)),
        ("offline", "", at(20), at(25)),
        ("available", "", at(25), at(30)),
        ("away", "lunch", at(30), at(40)),
        ("offline", "", at(40), at(60)),
    ]
    assert stays([], at(0), at(60)) == [Stay("offline", "", at(0), at(60))]
    assert stays(changes, at(21), at(24)) == [Stay("offline", "", at(21), at(24))]


def test_a_plan_has_one_piece_at_a_time() -> None:
    """Pieces of the same activity that touch are one: there is no change between them that the grace could use."""
    pieces = planned((CONTACTS, 30, 60), (CONTACTS, 0, 30), (LUNCH, 50, 90))
    assert plan(pieces) == planned((CONTACTS, 0, 60), (LUNCH, 60, 90))
    assert (
        figures(
            pieces, done(("available", 28), ("offline", 32), ("available", 60), ("offline", 90)), [], DAY
        ).adherent_s
        == 86 * 60
    )


ACTIVITIES = (CONTACTS, LUNCH, MEETING, ANYTHING)
STATES = ("available:", "offline:", "away:lunch", "away:meeting", "away:not_responding")
lengths = st.integers(1, 40)
plans = st.lists(st.tuples(st.sampled_from(ACTIVITIES), lengths, st.integers(0, 5)), min_size=1, max_size=8)
days = st.lists(st.tuples(st.sampled_from(STATES), lengths), min_size=1, max_size=16)
spans = st.lists(st.tuples(st.integers(-10, 200), lengths), max_size=4)


def laid(pieces: list[tuple[Activity, int, int]]) -> list[Planned]:
    found, since = [], 0
    for activity, minutes, gap in pieces:
        found.append(Planned(activity, at(since + gap), at(since + gap + minutes)))
        since += gap + minutes
    return found


def lived(pieces: list[tuple[str, int]]) -> list[Stay]:
    found, since = [], 0
    for state, minutes in pieces:
        presence, _, reason = state.partition(":")
        found.append(Stay(presence, reason, at(since), at(since + minutes)))
        since += minutes
    return [*found, Stay("offline", "", at(since), at(1000))]


@given(plans, days, spans, st.integers(0, 20), st.integers(0, 20))
@settings(max_examples=200, deadline=None)
def test_what_always_holds(
    pieces: list[tuple[Activity, int, int]],
    day: list[tuple[str, int]],
    excuses: list[tuple[int, int]],
    grace: int,
    more: int,
) -> None:
    """Adherence lies in [0, 1]; neither an excuse nor more grace ever lowers it or the time worked; what is out is
    listed; days that are cut anywhere add up.
    """
    wanted, said = laid(pieces), lived(day)
    excused = [(at(since), at(since + minutes)) for since, minutes in excuses]
    strict = figures(wanted, said, [], DAY, grace * 60)
    milder = figures(wanted, said, excused, DAY, grace * 60)
    patient = figures(wanted, said, excused, DAY, (grace + more) * 60)
    assert 0 <= strict.adherent_s <= milder.adherent_s <= patient.adherent_s <= strict.scheduled_s
    assert strict.worked_s <= milder.worked_s
    listed = sum((one.ends_at - one.begins_at).total_seconds() for one in milder.differences if not one.excused)
    assert listed == pytest.approx(milder.scheduled_s - milder.adherent_s)
    for cut in (at(37), at(120)):
        parts = [figures(wanted, said, excused, bounds, grace * 60) for bounds in ((DAY[0], cut), (cut, DAY[1]))]
        assert sum(part.adherent_s for part in parts) == pytest.approx(milder.adherent_s)
        assert sum(part.worked_s for part in parts) == pytest.approx(milder.worked_s)


@given(plans)
@settings(max_examples=100, deadline=None)
def test_who_does_what_is_planned_has_all_of_both(pieces: list[tuple[Activity, int, int]]) -> None:
    """Identical timelines: adherence 1, and conformance 1 where anything is paid, without any grace."""
    wanted = laid(pieces)
    said = [
        Stay("available" if one.activity.available else "away", next(iter(sorted(one.activity.reasons)), "" if one.activity.available else "else"), one.begins_at, one.ends_at)
        for one in wanted
    ]  # fmt: skip
    found = figures(wanted, said, [], DAY, 0)
    assert found.adherence == 1
    assert found.conformance in (1, None)
    assert found.differences == ()
