"""What is told of a simulated day: figures, the summary, the picture."""

import io
import sys
from pathlib import Path

import pytest
from rich.console import Console

from mci_router.simulation import figures, outcomes, picture, summary, trace
from mci_router.simulation.outcomes import Abandoned, Answered, ContactOutcome, Informed
from mci_router.simulation.policies import SimulatedPolicy
from mci_router.simulation.run import Day
from mci_router.simulation.trace import Trace
from tests.simulation.days import agent, contact, incident, queue, save

NAMES = {0: "calls at $5 [bold]", 1: "chat", 2: "nobody comes"}


@pytest.fixture
def day(tmp_path: Path) -> Day:
    """Calls: three answered, one of them late; three who left, after 4, 15 and 50 s. One chat."""
    records = [*(queue(number, name) for number, name in NAMES.items()), agent(9, {0: 1.0, 1: 1.0})]
    calls = [contact(number, 0, 100.0 * number, 10.0, 1000.0) for number in range(6)]
    read = trace.read(save(tmp_path / "day.jsonl", [*records, *calls, contact(6, 1, 700.0, 5.0)]))
    return Day(read, SimulatedPolicy.SERVICE_LEVEL, _outcomes(read), 21, 0.5)


def _outcomes(day: Trace) -> list[ContactOutcome]:
    answered = {0: 0, 1: 20_000, 2: 30_000, 6: 0}
    left = {3: 4_000, 4: 15_000, 5: 50_000}
    found: list[ContactOutcome] = []
    for place, one in enumerate(day.contacts):
        came = round(one.t * 1000)
        if place in answered:
            start = came + answered[place]
            found.append(Answered(one, day.agents["9"], start, start + round(one.handle_s * 1000)))
        else:
            found.append(Abandoned(one, came + left[place]))
    return found


@pytest.fixture
def broken_day(tmp_path: Path) -> Day:
    """An incident informs four of six calls: one of them is answered, and one gives up, after they said that it is still broken."""
    calls = [contact(number, 0, 100.0 * number, 10.0, 50.0) for number in range(6)]
    records = [queue(0, "calls at $5"), agent(9, {0: 1.0}), *calls, incident(0, 50.0, 450.0, still_broken=0.5)]
    read = trace.read(save(tmp_path / "day.jsonl", records))
    first, *informed, last = read.contacts
    again = [one.model_copy(update={"t": 450.0}) for one in informed]
    stood: dict[int, Answered | Abandoned] = {2: Answered(again[1], read.agents["9"], 460_000, 470_000), 4: Abandoned(again[3], 500_000)}
    told = [Informed(one, read.incidents[0], round(one.t * 1000), stood.get(place)) for place, one in enumerate(informed, 1)]
    ends = [Answered(one, read.agents["9"], round(one.t * 1000), round(one.t * 1000) + 10_000) for one in (first, last)]
    return Day(read, SimulatedPolicy.SERVICE_LEVEL, [ends[0], *told, ends[1]], 9, 0.5)


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
    told = io.StringIO()
    summary.show(Console(file=told, width=200), broken_day)
    line = "calls at $5 from 0.01 to 0.12 h: answered by the incident 4, still broken for 2; minutes of agents' time saved 2 × 120 s = 4"
    assert line in told.getvalue().splitlines()


def test_the_outcome_of_who_was_informed_says_what_became_of_them(broken_day: Day, tmp_path: Path) -> None:
    """One line a contact, also of those who came again; the picture of such a day can be drawn."""
    outcomes.write(tmp_path / "outcomes.jsonl", broken_day.outcomes)
    lines = (tmp_path / "outcomes.jsonl").read_text().splitlines()
    assert lines[1] == '{"id": 1, "deflected_at": 100.0}'
    assert lines[2] == '{"id": 2, "deflected_at": 200.0, "still_broken": {"t": 450.0, "agent": 9, "start": 460.0, "end": 470.0}}'
    assert lines[4] == '{"id": 4, "deflected_at": 400.0, "still_broken": {"t": 450.0, "abandoned_at": 500.0}}'
    picture.draw(broken_day, tmp_path / "day.png")
    assert (tmp_path / "day.png").read_bytes().startswith(b"\x89PNG")


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


def test_the_summary_has_a_row_for_each_queue_and_fits_100_columns(day: Day) -> None:
    """Names stand as they are, whatever they hold; a queue nobody came to has no share."""
    told = io.StringIO()
    summary.show(Console(file=told, width=100), day)
    lines = told.getvalue().splitlines()
    assert max(map(len, lines)) <= 100
    row = next(line for line in lines if line.startswith("calls at $5 [bold]"))
    assert row.split()[4:] == ["20", "s", "80%", "6", "33.3%", "✗", "50.0%", "50.0%", "20", "s", "50", "s", "50", "s"]
    assert any(line.startswith("nobody comes") and "–" in line for line in lines)
    assert "21 calls of the engine in 0.5 s (42 a second)" in told.getvalue()


def test_outcomes_are_written_whole_or_not_at_all(day: Day, tmp_path: Path) -> None:
    """What was there stays until the new file is complete, and no draft is left."""
    path = tmp_path / "outcomes.jsonl"
    path.write_text("before")

    def broken() -> object:
        yield day.outcomes[0]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        outcomes.write(path, broken())  # type: ignore[arg-type]
    assert path.read_text() == "before"
    outcomes.write(path, day.outcomes)
    assert path.read_text().splitlines()[0] == '{"id": 0, "agent": 9, "start": 0.0, "end": 10.0}'
    assert path.read_text().splitlines()[3] == '{"id": 3, "abandoned_at": 304.0}'
    assert sorted(found.name for found in tmp_path.iterdir()) == ["day.jsonl", "outcomes.jsonl"]


def test_the_picture_counts_arrivals_by_slot_and_who_waits(day: Day) -> None:
    """A contact counts in the slot it came in; who is answered at once never waits."""
    calls = figures.of(day.trace.queues["0"], day.outcomes)
    assert picture.slots(day.trace.queues["0"], calls, 300.0) == [(0, pytest.approx(2 / 3)), (300, 0)]
    assert picture.waiting_over_time(calls)[:4] == [(0, 0), (100, 1), (120, 0), (200, 1)]
    assert [picture.slot_length_s(hours * 3600 - 1) for hours in (1, 8, 24, 72)] == [300, 1800, 1800, 5400]


def test_the_picture_is_a_png(day: Day, tmp_path: Path) -> None:
    """Also for a queue that nobody came to, and names that would be formulas."""
    picture.draw(day, tmp_path / "day.png")
    assert (tmp_path / "day.png").read_bytes().startswith(b"\x89PNG")


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line that says what to install."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(picture.PlotMissing, match=r"pip install 'mci-router\[plot\]'"):
        picture.require()
