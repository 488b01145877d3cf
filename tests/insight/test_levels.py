"""The figures of a queue's stays, by each formula."""

from mci_router.insight.levels import ServiceLevelKind, Stays
from tests.support.rows import every

# 120 were answered, 90 of them in time and 100 within 180 s; 30 left the line; 20 moved on; 10 wait.
BUSY = Stays(
    offered=180,
    offered_answered=120,
    in_time=90,
    within_180_s=100,
    abandoned_short=6,
    abandoned_in_time=9,
    abandoned_late=15,
    overflowed=12,
    transferred=8,
    waiting=10,
    answered=125,
    wait_ms=5_000_000,
    excess_ms=1_000_000,
    handled=50,
    talk_ms=9_000_000,
    held_ms=500_000,
    wrap_up_ms=500_000,
    parked_ms=7_000_000,
)


@every(
    ("kind", "expected"),
    [
        (ServiceLevelKind.OURS, 90 / 135),
        (ServiceLevelKind.STRICT, 90 / 150),
        (ServiceLevelKind.ANSWERED_ONLY, 90 / 120),
        (ServiceLevelKind.OF_ALL_QUEUED, 90 / 180),
        (ServiceLevelKind.REGULATORY, 100 / 150),
    ],
)
def test_each_service_level_has_its_formula(kind: ServiceLevelKind, expected: float) -> None:
    """The same stays, five figures; none of nothing."""
    assert BUSY.service_level(kind) == expected
    assert Stays().service_level(kind) is None


def test_all_offered_are_answered_or_left_unanswered_or_wait() -> None:
    """The figures beside the levels; time for which the agent was called away is nobody's handle time."""
    assert BUSY.offered == BUSY.offered_answered + BUSY.left_unanswered + BUSY.waiting
    assert (BUSY.abandonment(), BUSY.asa_s(), BUSY.mean_excess_s(), BUSY.aht_s()) == (24 / 144, 40, 8, 200)
    assert (Stays().abandonment(), Stays().asa_s(), Stays().aht_s(), Stays().waits_s()["p50"]) == (
        None,
        None,
        None,
        None,
    )
