"""Reading an interval history: other names, other forms, longer intervals, the days on which clocks change."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from mci_router.vocabulary import Channel
from mci_router.workforce.history.reading import COLUMNS, Form, Unreadable, read

BERLIN = ZoneInfo("Europe/Berlin")
OURS = {one: one for one in COLUMNS}


def test_a_history_as_we_write_it() -> None:
    """Rows of one queue and interval add up: two skill groups that are one queue here."""
    lines = [
        "interval;queue;offered;answered;abandoned;aht;sl",
        "2026-11-02T09:15;calls;12;10;2;240,5;0.8",
        "2026-11-02T09:15;calls;3;2;1;100;0.7",
    ]
    ((key, quarter),) = read(lines, Form(BERLIN, OURS), ["calls"]).items()
    assert key == ("calls", "voice", datetime(2026, 11, 2, 8, 15, tzinfo=UTC))
    assert (quarter.arrivals, quarter.handled, quarter.handle_s) == (15, 12, 10 * 240.5 + 200)


def test_an_empty_file_is_called_so() -> None:
    """It has no columns to name: a program that failed has written it."""
    with pytest.raises(Unreadable, match="line 1: the file is empty"):
        read([], Form(BERLIN, OURS), ["calls"])


def test_another_program_s_history() -> None:
    """Its columns and queues have names of its own, and its intervals half an hour, spread over two quarters."""
    names = {**OURS, "interval": "Start", "queue": "Skill", "offered": "Calls", "aht": "AHT", "answered": "Handled"}
    lines = ["Start,Skill,Calls,Handled,AHT", "02.11.2026 09:30,Sales EN,5,4,60"]
    form = Form(BERLIN, names, 30, ",", {"Sales EN": "sales"}, Channel.CHAT)
    found = read(lines, form, ["sales"])
    assert [(at.minute, one.arrivals, one.handled, one.handle_s) for (_, _, at), one in found.items()] == [
        (30, 2.5, 2, 120),
        (45, 2.5, 2, 120),
    ]
    assert {channel for _, channel, _ in found} == {"chat"}


def test_the_hour_that_comes_twice_and_the_one_that_does_not() -> None:
    """Without an offset it is the first; what clocks never showed is a fault."""
    head = "interval;queue;offered"
    twice = read([head, "2026-10-25T02:30;calls;1", "2026-10-25T02:30+01:00;calls;2"], Form(BERLIN, OURS), ["calls"])
    assert [(at.hour, one.arrivals) for (_, _, at), one in twice.items()] == [(0, 1), (1, 2)]
    with pytest.raises(Unreadable, match="did not show 2026-03-29T02:30"):
        read([head, "2026-03-29T02:30;calls;1"], Form(BERLIN, OURS), ["calls"])


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("2026-11-02T09:15;nowhere;1", r"line 2: there is no queue 'nowhere'.*--queue 'nowhere=NAME'"),
        ("tomorrow;calls;1", "line 2: 'tomorrow' is no time: write 2026-11-02T09:15"),
        ("2026-11-02T09:10;calls;1", "does not begin an interval of 15 minutes"),
        ("2026-11-02T09:15;calls;many", "offered is 'many': a number from 0 to 1,000,000 is right there"),
        ("2026-11-02T09:15;calls;-1", "offered is '-1'"),
        ("2026-11-02T09:15;calls;inf", "offered is 'inf'"),
        ("2026-11-02T09:15;calls;nan", "offered is 'nan'"),
    ],
)
def test_a_fault_is_named_with_its_line(line: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(["interval;queue;offered", line], Form(BERLIN, OURS), ["calls"])


def test_faults_are_told_together_and_a_missing_column_first() -> None:
    many = [f"2026-11-02T09:1{n % 5};calls;1" for n in range(100)]
    with pytest.raises(Unreadable) as faults:
        read(["interval;queue;offered", *many], Form(BERLIN, OURS), ["calls"])
    assert len(str(faults.value).splitlines()) == 20
    with pytest.raises(Unreadable, match="line 1: there is no column 'queue'; there are interval, calls"):
        read(["interval;calls", "2026-11-02T09:15;1"], Form(BERLIN, OURS), ["calls"])


def test_hours_are_those_of_the_clock_that_wrote_them() -> None:
    """In Kolkata hours begin at half past of UTC; an hour of UTC is one there too, if it is written as such."""
    form = Form(ZoneInfo("Asia/Kolkata"), OURS, 60)
    for said in ("2026-11-02T09:00", "2026-11-02T03:00Z"):
        assert len(read(["interval;queue;offered", f"{said};calls;4"], form, ["calls"])) == 4
    with pytest.raises(Unreadable, match="60 minutes"):
        read(["interval;queue;offered", "2026-11-02T09:30;calls;4"], form, ["calls"])
