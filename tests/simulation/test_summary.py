"""The summary that a simulated day ends with."""

import io
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from rich.console import Console

from mci_router.simulation import summary, trace
from mci_router.simulation.names import shortened
from mci_router.simulation.run import Day
from tests.simulation.days import agent, contact, queue, save


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


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["calls", "chat"], ["calls", "chat"]),
        (["a name of thirty characters", "short"], ["a name of…", "short"]),
        (["support in german", "support in french"], ["support …n", "support …h"]),
        (["support one desk", "support two desk"], ["support o…", "support t…"]),
        (["a very long one support desk", "a very long two support desk"], ["a ver… (0)", "a ver… (1)"]),
        (["calls", "calls"], ["calls (0)", "calls (1)"]),
        (["\u4e1c" * 8, "\u4e1c" * 7 + "a"], ["\u4e1c" * 3 + "…\u4e1c", "\u4e1c" * 4 + "…a"]),
    ],
)
def test_long_names_are_told_apart(names: list[str], shown: list[str]) -> None:
    """By their ends, else by their ids; also where a character takes two columns."""
    assert shortened([*zip(map(str, count()), names, strict=False)], 10) == shown


def test_the_summary_says_whether_deferrable_work_is_held_back(day: Day, tmp_path: Path) -> None:
    """It is under every policy, unless the day is played plain."""
    mail = [queue(0, "mail", deferrable=True), agent(1, {0: 1.0}), contact(0, 0, 1.0, 5.0)]
    read = trace.read(save(tmp_path / "mail.jsonl", mail))
    told = []
    for plain in (False, True):
        page = io.StringIO()
        summary.show(Console(file=page, width=100), replace(day, trace=read, outcomes=[], plain=plain))
        told.append(page.getvalue().splitlines()[:2])
    assert "mail: held back while too few agents are idle, under every policy (not with --plain)" in told[0]
    assert told[1][0].endswith(", plain")
    assert "mail: served like all other work (--plain)" in told[1]
