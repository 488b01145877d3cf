"""The service level in both forms: what counts, what is forgiven, and that nothing is none."""

from hypothesis import given
from hypothesis import strategies as st

from mci_router.insight.service_level import ServiceLevelTally
from tests.support.rows import every


@every(
    ("tally", "level", "strict", "abandonment"),
    [
        (ServiceLevelTally(), None, None, None),
        (ServiceLevelTally(answered=10, answered_in_time=8), 0.8, 0.8, 0.0),
        (ServiceLevelTally(answered=8, answered_in_time=8, abandoned_late=2), 0.8, 0.8, 0.2),
        (ServiceLevelTally(answered=8, answered_in_time=8, abandoned_in_time=2), 1.0, 0.8, 0.2),
        (ServiceLevelTally(answered=8, answered_in_time=8, abandoned_short=2), 1.0, 0.8, 0.0),
        (
            ServiceLevelTally(answered=4, answered_in_time=2, abandoned_short=1, abandoned_in_time=1, abandoned_late=4),
            0.25,
            0.2,
            5 / 9,
        ),
        (ServiceLevelTally(abandoned_short=3), None, 0.0, None),
        (ServiceLevelTally(abandoned_in_time=3), None, 0.0, 1.0),
        (ServiceLevelTally(abandoned_late=3), 0.0, 0.0, 1.0),
    ],
)
def test_the_formulas(
    tally: ServiceLevelTally, level: float | None, strict: float | None, abandonment: float | None
) -> None:
    """Answered in time ÷ (answered + abandoned late); strictly ÷ all offered; abandonment without the short ones."""
    assert (tally.service_level(), tally.strict_service_level(), tally.abandonment()) == (level, strict, abandonment)


counts = st.integers(0, 1_000)


@given(counts, counts, counts, counts, counts)
def test_the_strict_form_is_never_better_and_all_are_shares(
    in_time: int, late: int, short: int, soon: int, after: int
) -> None:
    """Of any counts: each in [0, 1] or none, strict at most the forgiving one, offered the sum of its parts."""
    tally = ServiceLevelTally(in_time + late, in_time, short, soon, after)
    level, strict, abandonment = tally.service_level(), tally.strict_service_level(), tally.abandonment()
    assert all(share is None or 0 <= share <= 1 for share in (level, strict, abandonment))
    assert level is None or (strict is not None and strict <= level)
    assert tally.offered == in_time + late + short + soon + after
    assert tally.abandoned == short + soon + after
