"""Where a later rung is cheaper and settles more."""

from mci_router.insight.rungs import RungFigures, suggestions
from mci_router.insight.shares import measured_share
from mci_router.vocabulary import Outcome

AUTOMATION, COMMUNITY, AGENT = Outcome.AUTOMATION, Outcome.COMMUNITY, Outcome.AGENT
LADDERS = {"sign_in": [[AUTOMATION, COMMUNITY, AGENT]]}


def figures(outcome: Outcome, settled: int, n: int, cost: float | None) -> RungFigures:
    return RungFigures("sign_in", outcome, n, measured_share(settled, n), settled, 60.0, cost)


def found(*all_of_them: RungFigures) -> list[tuple[Outcome, Outcome]]:
    return [(one.earlier.outcome, one.later.outcome) for one in suggestions(all_of_them, LADDERS)]


def test_a_later_rung_is_suggested_only_if_it_is_cheaper_and_better_beyond_chance() -> None:
    poor, good = figures(AUTOMATION, 40, 100, 50.0), figures(COMMUNITY, 90, 100, 9.0)
    assert found(poor, good) == [(AUTOMATION, COMMUNITY)]
    assert found(poor, figures(COMMUNITY, 90, 100, 900.0)) == [], "it is dearer"
    assert found(poor, figures(COMMUNITY, 45, 100, 0.0)) == [], "chance may explain it"
    assert found(poor, figures(COMMUNITY, 20, 20, 0.0)) == [], "of 20 nothing is measured yet"
    assert found(poor, figures(COMMUNITY, 90, 100, None)) == [], "its price is not known"
    assert found(figures(AUTOMATION, 90, 100, 9.0), figures(COMMUNITY, 40, 100, 0.0)) == [], "the earlier one is better"


def test_what_failed_is_paid_for_by_what_was_settled() -> None:
    assert figures(AUTOMATION, 20, 100, 50.0).cost_per_settled == 2.5
    assert figures(AUTOMATION, 0, 100, 50.0).cost_per_settled is None
