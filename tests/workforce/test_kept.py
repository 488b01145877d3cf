"""How a plan was kept over many days: in arrays, and the same as the figures of each day."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mci_router.insight.agent_time import Span, StateChange, States
from mci_router.workforce.adherence.figures import figures
from mci_router.workforce.adherence.kept import Done, kept, reasons_of
from mci_router.workforce.adherence.timelines import Activity, plan, stays
from tests.workforce.test_adherence_figures import ANYTHING, CONTACTS, LUNCH, MEETING, SHIFT, at, planned

ACTIVITIES = (CONTACTS, LUNCH, MEETING, ANYTHING)
REASONS = reasons_of(ACTIVITIES)
MINUTES = st.integers(0, 400).map(lambda number: number * 2)
LENGTHS = st.integers(1, 60).map(lambda number: number * 2)
CHANGES = st.tuples(
    MINUTES,
    st.sampled_from(["available", "away", "offline", None]),
    st.sampled_from([True, True, None, False]),
    st.sampled_from(["lunch", "meeting", "not_responding", "an errand"]),
)
BOUNDS = [at(minute) for minute in (0, 100, 101, 350, 700)]


def changes_of(drawn: list[tuple[int, str | None, bool | None, str]]) -> list[StateChange]:
    """Changes in order, from before the period on."""
    first = [StateChange(at(-60), presence="available", reachable=True)]
    return first + [StateChange(at(minute), *said) for minute, *said in sorted(drawn, key=lambda one: one[0])]  # type: ignore[arg-type]


@settings(max_examples=150, deadline=None)
@given(
    pieces=st.lists(st.tuples(st.sampled_from(ACTIVITIES), MINUTES, LENGTHS), max_size=8),
    said=st.lists(CHANGES, max_size=12),
    excused=st.lists(st.tuples(MINUTES, LENGTHS), max_size=3),
    until=st.sampled_from([350, 700, 900]),
)
def test_it_is_what_the_figures_say(
    pieces: list[tuple[Activity, int, int]],
    said: list[tuple[int, str | None, bool | None, str]],
    excused: list[tuple[int, int]],
    until: int,
) -> None:
    """Whatever was planned, done and excused: of each interval, with what is forgiven as a whole."""
    plans = plan(planned(*((activity, begins, begins + length) for activity, begins, length in pieces)))
    excuses: list[Span] = [(at(begins), at(begins + length)) for begins, length in excused]
    bounds = [min(bound, at(until)) for bound in BOUNDS]
    changes = changes_of(said)
    lived = stays([one for one in changes if one.at < at(until)], at(-60), at(until))
    found = kept(plans, Done(States.of(changes, REASONS), REASONS, at(until)), excuses, bounds)
    for (adherent_s, scheduled_s), since, ends in zip(found, bounds, bounds[1:], strict=False):
        day = figures(plans, lived, excuses, (since, ends))
        assert (adherent_s, scheduled_s) == pytest.approx((day.adherent_s, day.scheduled_s))


def test_who_never_came_has_kept_nothing() -> None:
    """Nobody heard of the agent at all; what was excused counts as kept, and what is to come is not looked at."""
    nobody = Done(States.of(()), REASONS, at(300))
    whole: list[datetime] = [at(0), at(300)]
    assert kept(SHIFT, nobody, [], whole) == [(30 * 60, 300 * 60)]  # lunch is the agent's own time
    assert kept(SHIFT, nobody, [(at(-60), at(60))], whole) == [(90 * 60, 300 * 60)]
    assert kept([], nobody, [(at(0), at(0) + timedelta(hours=1))], whole) == [(0, 0)]
