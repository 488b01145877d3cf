"""Figures of agents and cohorts, and how wide their intervals are."""

import random

import pytest

from mci_router.insight.agent_tallies import MEASURES, Tally, of_agent, of_cohort, ratio_interval, total
from mci_router.insight.shares import wilson

CSAT, AHT = MEASURES["csat"], MEASURES["aht_s"]


def test_a_share_of_one_agent_has_wilsons_interval() -> None:
    """As everywhere where few answers are shown."""
    figure = of_agent(CSAT, [Tally(answered=20, good=18), Tally(answered=20, good=16), Tally()])
    low, high = wilson(34, 40)
    assert (figure.value, figure.n, figure.measured) == (0.85, 40, True)
    assert (figure.low, figure.high) == (round(low, 4), round(high, 4))


def test_a_handle_time_has_an_interval_over_days() -> None:
    """By hand: days of 10 contacts of 300 s and of 340 s: R = 320, v = 2 * (200² + 200²) / 20² = 400, t = 12.706."""
    figure = of_agent(AHT, [Tally(handled=10, handle_ms=3_000_000), Tally(handled=10, handle_ms=3_400_000)])
    assert (figure.value, figure.n) == (320, 20)
    assert figure.low == pytest.approx(320 - 12.706 * 20)
    assert figure.high == pytest.approx(320 + 12.706 * 20)
    assert of_agent(AHT, [Tally(handled=10, handle_ms=3_000_000)]).low is None


def test_nothing_has_no_figure() -> None:
    """No share of nobody."""
    figure = of_cohort(CSAT, [Tally(), Tally()])
    assert (figure.value, figure.low, figure.n, figure.measured) == (None, None, 0, False)


def test_a_cohort_of_unlike_agents_has_the_wider_interval() -> None:
    """1,000 answers of ten agents who differ say less of the next agent than 1,000 answers of one."""
    agents = [Tally(answered=100, good=100 if number % 2 else 60) for number in range(10)]
    figure, alone = of_cohort(CSAT, agents), of_agent(CSAT, [total(agents)])
    assert figure.value == alone.value
    assert figure.high is not None
    assert alone.high is not None
    assert figure.high - (figure.low or 0) > 3 * (alone.high - (alone.low or 0))


def test_the_interval_over_agents_holds_what_it_says() -> None:
    """Cohorts of 20 agents, each with a share of their own around 0.8: 19 of 20 intervals have the true one; Wilson's,
    which takes every answer for itself, has it far less often.
    """
    chance, ours, usual, tried = random.Random(7), 0, 0, 400  # noqa: S311 — no secret is made of it
    for _ in range(tried):
        agents = []
        for _ in range(20):
            share, n = chance.betavariate(16, 4), chance.randint(30, 120)
            agents.append((float(sum(chance.random() < share for _ in range(n))), float(n)))
        low, high = ratio_interval(agents) or (0, 0)
        good, of = sum(part for part, _ in agents), sum(of for _, of in agents)
        naive = wilson(int(good), int(of))
        ours += low <= 0.8 <= high
        usual += naive[0] <= 0.8 <= naive[1]
    print(f"intervals with the true share, of {tried}: over agents {ours / tried:.1%}, Wilson's {usual / tried:.1%}")
    assert 0.92 <= ours / tried <= 0.98
    assert usual / tried < 0.75
