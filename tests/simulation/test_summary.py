"""The summary that a simulated day ends with."""

import io

from rich.console import Console

from mci_router.simulation import summary
from mci_router.simulation.run import Day


def test_the_summary_says_what_an_incident_did(broken_day: Day) -> None:
    """In one line: how many it answered, for how many it was still broken, and the minutes saved."""
    told = io.StringIO()
    summary.show(Console(file=told, width=200), broken_day)
    line = "calls at $5 from 0.01 to 0.12 h: answered by the incident 4, still broken for 2; minutes of agents' time saved 2 × 120 s = 4"
    assert line in told.getvalue().splitlines()


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
