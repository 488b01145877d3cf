"""An agent's time, cut at the bounds of intervals."""

from datetime import UTC, datetime, timedelta

from mci_router.insight.agent_time import Spans, StateChange, States, marks, times, united

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


BOUNDS = [at(0), at(15), at(30), at(45)]


def test_states_are_cut_at_the_bounds() -> None:
    """Available from before the period, away across a bound, lost and back, and open at the edge: now."""
    changes = [
        StateChange(at(-60), reachable=True),
        StateChange(at(-50), presence="available"),
        StateChange(at(10), presence="away"),
        StateChange(at(20), presence="available"),
        StateChange(at(25), reachable=False),
        StateChange(at(32), reachable=True),
    ]
    found = times(States.of(changes), Spans.of([]), BOUNDS, at(40))
    assert [one.by_presence for one in found] == [
        {"available": 600, "away": 300},
        {"available": 300, "away": 300},
        {"available": 480, "away": 0},
    ]
    assert [one.signed_in_s for one in found] == [900, 600, 480]


def test_serving_two_at_once_is_time_that_counts_once() -> None:
    """And occupancy is its share of the time signed in; nobody signed in has none."""
    changes = [StateChange(at(0), presence="available", reachable=True)]
    served = [(at(-5), at(5)), (at(3), at(6)), (at(12), at(20)), (at(44), at(99))]
    found = times(States.of(changes), Spans.of(served), BOUNDS, at(45))
    assert [one.serving_s for one in found] == [9 * 60, 5 * 60, 60]
    assert [one.occupancy() for one in found] == [9 / 15, 5 / 15, 1 / 15]
    assert times(States.of([]), Spans.of(served), BOUNDS, at(45))[0].occupancy() is None


def test_spans_that_touch_are_one_and_those_outside_count_nowhere() -> None:
    """Whatever their order."""
    spans = [(at(2), at(3)), (at(0), at(1)), (at(1), at(2)), (at(9), at(9))]
    assert united(spans) == [(at(0), at(3))]
    together = Spans.of(spans).united()
    assert (together.begins.tolist(), together.ends.tolist()) == (marks([at(0)]).tolist(), marks([at(3)]).tolist())
    assert Spans.of([(at(-9), at(-1)), (at(46), at(50))]).seconds_in(marks(BOUNDS)).tolist() == [0, 0, 0]
