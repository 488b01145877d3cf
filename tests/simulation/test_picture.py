"""The picture of a simulated day."""

import sys
from pathlib import Path

import pytest

from mci_router.simulation import figures, picture
from mci_router.simulation.run import Day


def test_the_picture_counts_arrivals_by_slot_and_who_waits(day: Day) -> None:
    """A contact counts in the slot it came in; who is answered at once never waits."""
    calls = figures.of(day.trace.queues["0"], day.outcomes)
    assert picture.slots(day.trace.queues["0"], calls, 300.0) == [(0, pytest.approx(2 / 3)), (300, 0)]
    assert picture.waiting_over_time(calls)[:4] == [(0, 0), (100, 1), (120, 0), (200, 1)]
    assert [picture.slot_length_s(hours * 3600 - 1) for hours in (1, 8, 24, 72)] == [300, 1800, 1800, 5400]


@pytest.mark.parametrize("name", ["day", "broken_day"])
def test_the_picture_is_a_png(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Also for a queue that nobody came to, names that would be formulas, and a day with an incident."""
    picture.draw(request.getfixturevalue(name), tmp_path / "picture.png")
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line that says what to install."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(picture.PlotMissing, match=r"pip install 'mci-router\[plot\]'"):
        picture.require()
