"""Erlang B, C and A: against exact sums by another way, against published figures, and against a checked table."""

import json
from collections.abc import Iterator
from decimal import Decimal, getcontext
from fractions import Fraction
from itertools import islice
from math import factorial, inf, prod
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mci_router.workforce.agents_needed import agents_needed
from mci_router.workforce.erlang import erlang_b, erlang_c, line_figures
from tests.support.rows import every

GOLDEN = Path(__file__).parents[3] / "shared" / "data" / "erlang_golden.json"
EXACT = 1e-6
DIGITS = 1e-9
ASKED = {"n", "lam_per_s", "aht", "patience", "t"}
STATES = 160  # of a chain with patience that is summed here: the rest is below 1e-30

# agents, calls a second, handle time, patience, target
LINES = [
    (1, "0.001", 300, 60, 20),
    (3, "0.02", 180, 90, 15),
    (5, "0.05", 120, 45, 0),
    (10, "0.04", 300, 300, 30),
    (12, "0.02", 300, 600, 20),
    (20, "0.1", 240, 100, 10),
]


WHERE = "beside the repository" if GOLDEN.exists() else "which does not lie beside the repository: nothing to check"


def golden(part: str) -> list[dict[str, Any]]:
    """A part of the table."""
    rows: list[dict[str, Any]] = json.loads(GOLDEN.read_text())[part] if GOLDEN.exists() else []
    return rows


@pytest.mark.parametrize(("agents", "load"), [(1, "1/2"), (2, "3/2"), (5, "4"), (14, "10"), (40, "37"), (120, "111")])
def test_b_and_c_are_the_sums_of_their_definition(agents: int, load: str) -> None:
    """B = (aⁿ/n!) ÷ Σ aʲ/j!, and C from the whole chain of waiting calls, in fractions."""
    a = Fraction(load)
    states = [a**busy / factorial(busy) for busy in range(agents + 1)]
    assert erlang_b(agents, float(a)) == pytest.approx(float(states[-1] / sum(states)), abs=1e-12)
    waiting = states[-1] / (1 - a / agents)
    assert erlang_c(agents, float(a)) == pytest.approx(float(waiting / (sum(states[:-1]) + waiting)), abs=1e-12)


@pytest.mark.parametrize(("agents", "calls", "aht", "patience", "target"), LINES)
def test_a_is_the_sum_of_its_chain(agents: int, calls: str, aht: int, patience: int, target: int) -> None:
    """Every figure of Erlang A, by partial fractions in 80 digits instead of the incomplete beta function."""
    exact = _exact(agents, Decimal(calls), Decimal(aht), Decimal(patience), Decimal(target))
    found = line_figures(agents, float(calls), aht, patience_s=patience, target_s=target)
    for name, value in exact.items():
        assert getattr(found, name) == pytest.approx(float(value), abs=1e-9), name


def _exact(agents: int, calls: Decimal, aht: Decimal, patience: Decimal, target: Decimal) -> dict[str, Decimal]:
    getcontext().prec = 80
    leave, finish = 1 / patience, 1 / aht
    weights = [Decimal(1)]
    for state in range(1, agents + STATES):
        weights.append(weights[-1] * calls / (min(state, agents) * finish + max(0, state - agents) * leave))
    whole = sum(weights)
    chances = [weight / whole for weight in weights]
    queue = sum((state - agents) * chance for state, chance in enumerate(chances) if state > agents)
    waits = islice(_waits(agents * finish, leave, target), STATES)
    busy = list(zip(chances[agents:], waits, strict=True))
    return {
        "waiting": sum((chance for chance, _ in busy), Decimal(0)),
        "in_time": sum(chances[:agents], Decimal(0)) + sum((chance * wait[0] for chance, wait in busy), Decimal(0)),
        "left_in_time": sum((chance * wait[1] for chance, wait in busy), Decimal(0)),
        "abandoned": leave * queue / calls,
        "mean_wait_s": queue / calls,
        "queue_length": Decimal(queue),
        "occupancy": sum((min(s, agents) * chance for s, chance in enumerate(chances)), Decimal(0)) / agents,
    }


def _waits(first: Decimal, leave: Decimal, target: Decimal) -> Iterator[tuple[Decimal, Decimal]]:
    """The chance that who finds 0, 1, 2, … waiting is answered by the target, and that who does gives up by then.

    With one more waiting, each partial fraction has one factor more.
    """
    rates: list[Decimal] = []
    shares: list[Decimal] = []
    by_both: list[Decimal] = []
    while True:
        rate = first + len(rates) * leave
        shares = [share * rate / (rate - one) for share, one in zip(shares, rates, strict=True)]
        shares.append(prod((other / (other - rate) for other in rates), start=Decimal(1)))
        rates.append(rate)
        by_both.append((1 - (-(rate + leave) * target).exp()) / (rate + leave))
        both = [share * end for share, end in zip(shares, by_both, strict=True)]
        answered = sum((each * one for each, one in zip(both, rates, strict=True)), Decimal(0))
        yield answered, leave * sum(both, Decimal(0))


def test_published_figures() -> None:
    """Garnett, Mandelbaum and Reiman's example, the Technion's table of Erlang C, and a calculator's 28 agents."""
    patient = line_figures(50, 48 / 60, 60, target_s=20)
    assert patient.mean_wait_s == pytest.approx(20.8, abs=0.05)
    hasty = line_figures(50, 48 / 60, 60, patience_s=120)
    assert hasty.abandoned == pytest.approx(0.031, abs=5e-4)
    assert hasty.mean_wait_s == pytest.approx(3.7, abs=0.05)
    waits = [line_figures(100, an_hour / 3600, 225).mean_wait_s for an_hour in (800, 1400, 1550, 1580, 1585)]
    assert [round(wait) for wait in waits] == [0, 2, 48, 154, 214]
    assert agents_needed(250 / 3600, 330, goal=0.8, target_s=30) == 28


@pytest.mark.parametrize("table", [f"the table {WHERE}"])
def test_the_checked_table(table: str) -> None:
    """Every value of the table beside the project, to 1e-6."""
    assert table
    for row in golden("erlang_c"):
        assert erlang_b(row["n"], row["load"]) == pytest.approx(row["erlang_b"], abs=EXACT)
        assert erlang_c(row["n"], row["load"]) == pytest.approx(row["p_wait"], abs=EXACT)
    for row in golden("erlang_a"):
        found = line_figures(row["n"], row["lam_per_s"], row["aht"], patience_s=row["patience"], target_s=row["t"])
        assert {
            "p_wait": found.waiting,
            "p_ab": found.abandoned,
            "eq": found.queue_length,
            "ew": found.mean_wait_s,
            "occ": found.occupancy,
            "p_block": found.blocked,
            "sl": found.in_time,
            "sl_ex": found.service_level,
            "ab_within_t": found.left_in_time,
        } == pytest.approx({name: row[name] for name in row.keys() - ASKED}, abs=EXACT)
    for row in golden("mmck"):
        found = line_figures(row["n"], row["load"] / row["aht"], row["aht"], room=row["room"], target_s=30)
        assert (found.blocked, found.mean_wait_s, found.waiting, found.in_time) == pytest.approx(
            (row["p_block"], row["ew"], row["p_wait"], row["sl30"]), abs=EXACT
        )
    for row in golden("staff_c"):
        calls = row["calls_per_30min"] / 1800
        assert agents_needed(calls, row["aht"], goal=0.8, target_s=20) == row["n"]
        found = line_figures(row["n"], calls, row["aht"], target_s=20)
        assert (found.in_time, found.mean_wait_s) == pytest.approx((row["sl"], row["asa"]), abs=EXACT)


def test_the_ends_of_the_formulas() -> None:
    """No load, no agents, far too many agents, and a line that grows for ever."""
    assert (erlang_b(0, 3.0), erlang_b(5, 0.0), erlang_c(4, 4.0), erlang_c(3, 0.0)) == (1.0, 0.0, 1.0, 0.0)
    assert line_figures(2_000, 0.001, 60).in_time == 1.0
    hasty = line_figures(2, 0.01, 100, patience_s=1e-20)
    assert [hasty.abandoned, hasty.left_in_time] == pytest.approx([0.2, 0.2])  # Erlang B: nobody waits
    growing = line_figures(2, 1.0, 60)
    assert (growing.in_time, growing.mean_wait_s) == (0.0, inf)
    assert agents_needed(0.0, 60, goal=0.8, target_s=20) == 0
    with pytest.raises(ValueError, match="goal"):
        agents_needed(1.0, 60, goal=1.0, target_s=20)
    with pytest.raises(ValueError, match="too long"):
        line_figures(100, 100.0, 60, patience_s=1e9)
    with pytest.raises(ValueError, match="agents"):
        line_figures(0, 1.0, 60)


@settings(max_examples=40)
@given(
    agents=st.integers(1, 300),
    use=st.floats(0.01, 2),
    aht=st.floats(60, 3_000),
    patience=st.floats(1, 3_600),
    target=st.floats(0, 20_000),
)
@example(agents=259, use=1.961, aht=60.0, patience=2_663.0, target=3.0)  # no float holds how likely its longest line is
def test_figures_are_shares_that_fit_together(
    agents: int, use: float, aht: float, patience: float, target: float
) -> None:
    """Whatever the line, also far too few agents for the patient: what is served is what does not leave, and one agent more never makes it worse."""
    calls = agents * use / aht
    found = line_figures(agents, calls, aht, patience_s=patience, target_s=target)
    for share in (found.waiting, found.in_time, found.left_in_time, found.abandoned, found.occupancy):
        assert -1e-9 <= share <= 1 + 1e-9
    assert calls * (1 - found.abandoned) * aht == pytest.approx(found.occupancy * agents, rel=1e-6)
    assert found.in_time + found.abandoned <= 1 + 1e-6
    more = line_figures(agents + 1, calls, aht, patience_s=patience, target_s=target)
    assert more.in_time >= found.in_time - 1e-7


@settings(max_examples=40)
@example(calls=2.0, aht=5.0, goal=0.5, target=183.0)  # five serve half of them, but for less than a float holds
@given(calls=st.floats(1e-4, 2), aht=st.floats(5, 900), goal=st.floats(0.3, 0.98), target=st.floats(0, 3_600))
def test_no_fewer_agents_would_do(calls: float, aht: float, goal: float, target: float) -> None:
    """The number meets the goal, and one less does not: to the digits to which both are summed."""
    needed = agents_needed(calls, aht, goal=goal, target_s=target, patience_s=120)
    assert line_figures(needed, calls, aht, patience_s=120, target_s=target).in_time > goal - DIGITS
    if needed > 1:
        assert line_figures(needed - 1, calls, aht, patience_s=120, target_s=target).in_time < goal + DIGITS


@every("patience", [None, 180.0])
@every("near", [None, 1, 18, 24, 200])
def test_where_agents_are_looked_for_first_changes_nothing(patience: float | None, near: int | None) -> None:
    """The least agents who reach the goal are found from anywhere: one fewer does not reach it."""
    line = {"calls_per_s": 0.12, "aht_s": 150.0, "patience_s": patience, "target_s": 20.0}
    found = agents_needed(**line, goal=0.8, near=near)  # type: ignore[arg-type]
    assert line_figures(found, **line).in_time >= 0.8  # type: ignore[arg-type]
    assert line_figures(found - 1, **line).in_time < 0.8  # type: ignore[arg-type]
