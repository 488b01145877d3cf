"""The figures of a simulated day: both service levels, the tail, and what an incident spared."""

import pytest

from mci_router.simulation import figures
from mci_router.simulation.run import Day


def test_who_is_informed_counts_in_line_only_from_still_broken(broken_day: Day) -> None:
    """Their wait is from then; who never came again is neither offered nor abandoned."""
    calls = figures.of_queue(broken_day.trace.queues["0"], broken_day.outcomes)
    assert (calls.tally.offered, calls.tally.answered_in_time, calls.tally.abandoned) == (4, 3, 1)
    assert calls.longest_wait_s == 50
    assert figures.overall(broken_day.trace, broken_day.outcomes) == calls


def test_what_an_incident_did_is_contacts_spared_and_minutes_saved(broken_day: Day) -> None:
    """Who came again is not spared; a contact counts as its queue's mean handle time."""
    spared = figures.spared_by(broken_day.trace.incidents[0], broken_day.trace, broken_day.outcomes)
    assert (spared.informed, spared.still_broken, spared.contacts, spared.minutes) == (4, 2, 2, 4)


def test_the_figures_of_a_queue_are_both_service_levels_and_the_tail(day: Day) -> None:
    """The strict form counts everyone, the standard one neither who left at once nor who left in time."""
    calls = figures.of_queue(day.trace.queues["0"], day.outcomes)
    assert calls.tally.strict_service_level() == pytest.approx(2 / 6)
    assert calls.tally.service_level() == pytest.approx(2 / 4)
    assert (calls.tally.abandoned_short, calls.tally.abandoned_in_time, calls.tally.abandoned_late) == (1, 1, 1)
    assert calls.mean_wait_s == pytest.approx(119 / 6)
    assert (calls.p99_wait_s, calls.longest_wait_s) == (50, 50)
    assert figures.overall(day.trace, day.outcomes).tally.offered == 7
    assert figures.of_queue(day.trace.queues["2"], day.outcomes).tally.offered == 0
