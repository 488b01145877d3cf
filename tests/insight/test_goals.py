"""Whether a queue meets its goal: by the level, and by those who still wait."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mci_router.insight.goals import ENOUGH, QueueMoment, alarms_seen, goal_met, queue_state, too_many_late
from mci_router.vocabulary import Alarm, QueueState
from tests.support.rows import every

FULL = {"level": 1.0, "counted": 50}


def moment(**facts: Any) -> QueueMoment:
    """A queue that is open and staffed, with a goal of 80 % within a minute."""
    return QueueMoment(**{"is_open": True, "goal": 0.8, "target_s": 60, "staffed": 1, **facts})


@every(
    ("facts", "state"),
    [
        (FULL, QueueState.MET),
        ({"level": 0.8, "counted": 20}, QueueState.MET),
        ({"level": 0.79, "counted": 20}, QueueState.BREACHED),
        ({"level": 0.2, "counted": 19.9}, QueueState.TOO_FEW),
        ({}, QueueState.TOO_FEW),
        ({**FULL, "waiting": 12, "waiting_late": 12}, QueueState.BREACHED),
        ({**FULL, "waiting": 10, "waiting_late": 2}, QueueState.MET),
        ({**FULL, "waiting": 10, "waiting_late": 3}, QueueState.BREACHED),
        ({"waiting": 1, "waiting_late": 1}, QueueState.BREACHED),
        ({**FULL, "waiting": 3, "expected_wait_s": 61}, QueueState.AT_RISK),
        ({**FULL, "waiting": 3, "expected_wait_s": 60}, QueueState.MET),
        ({**FULL, "waiting": 3, "expected_wait_s": 61, "is_open": False}, QueueState.MET),
        ({"waiting": 3, "expected_wait_s": 300}, QueueState.AT_RISK),
    ],
)
def test_a_queue_is_as_its_level_and_its_line_are(facts: dict[str, Any], state: QueueState) -> None:
    """A full level is not met while the line is late; few contacts prove nothing; a long wait ahead is a risk."""
    assert queue_state(moment(**facts)) is state


@every(
    ("facts", "alarms"),
    [
        (FULL, set()),
        ({"staffed": 0}, {Alarm.UNSTAFFED}),
        ({"staffed": 0, "is_open": False}, set()),
        ({"waiting": 2, "unstaffed": 1}, {Alarm.UNSTAFFED}),
        (
            {"waiting": 2, "waiting_late": 2, "unstaffed": 2, "unservable": 1},
            {Alarm.BREACHED, Alarm.UNSTAFFED, Alarm.NOBODY_CAN_SERVE},
        ),
        ({"waiting": 2, "expected_wait_s": 90}, {Alarm.AT_RISK}),
    ],
)
def test_what_is_seen_gives_reason_for_alarms(facts: dict[str, Any], alarms: set[Alarm]) -> None:
    """Each for itself; nobody has to be signed in while a queue is closed."""
    assert alarms_seen(moment(**facts)) == alarms


@given(st.sampled_from([0.5, 0.8, 0.9, 0.95]), st.integers(0, 200), st.integers(0, 200), st.integers(0, 100))
def test_met_never_hides_who_is_late(goal: float, waiting: int, late: int, counted: int) -> None:
    """Whatever the level: met implies that at most 1 − goal of those waiting are late, and that enough were counted."""
    late = min(waiting, late)
    met = goal_met(goal, 1.0, counted, waiting, late)
    if met:
        assert counted >= ENOUGH
        assert late <= round((1 - goal) * waiting, 6)
    assert (met is False) is too_many_late(goal, waiting, late)
