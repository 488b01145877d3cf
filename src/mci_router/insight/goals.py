"""Whether a queue meets its goal, at this moment and over a period. Pure.

A level alone rewards neglecting those who are late already: they are counted only once they are answered. So a goal is
met only if, besides, at most 1 − goal of those who wait are past their due time. What a few contacts show is chance:
of fewer than 20 no percentage is judged.
"""

from mci_router.values import value
from mci_router.vocabulary import Alarm, QueueState

ENOUGH = 20  # contacts: of fewer one more or less moves the level by over five points
ROUNDING = 1e-9  # 1 − 0.8 is a little less than 0.2


@value
class QueueMoment:
    """A queue at one moment: its goal and target, its rolling `level` over `counted` contacts, and who waits.

    `expected_wait_s` is the next contact's, None if nobody could serve it. `staffed` agents who are signed in could
    serve the queue; `unstaffed` of the waiting nobody signed in could serve, `unservable` nobody at all. Once
    `most_waiting` wait, more go elsewhere.
    """

    is_open: bool
    goal: float
    target_s: float
    level: float | None = None
    counted: float = 0
    waiting: int = 0
    waiting_late: int = 0
    expected_wait_s: float | None = None
    staffed: int = 0
    unstaffed: int = 0
    unservable: int = 0
    most_waiting: int | None = None


def too_many_late(goal: float, waiting: int, waiting_late: int) -> bool:
    """Returns whether more than 1 − goal of those who wait are late."""
    return waiting_late > (1 - goal) * waiting + ROUNDING


def goal_met(goal: float, level: float | None, counted: float, waiting: int, waiting_late: int) -> bool | None:
    """Returns whether a goal is met; None if too few contacts were counted to say so."""
    if too_many_late(goal, waiting, waiting_late):
        return False
    if level is None or counted < ENOUGH:
        return None
    return level >= goal - ROUNDING


def queue_state(moment: QueueMoment) -> QueueState:
    """Returns how a queue does, by what is seen at this moment alone."""
    met = goal_met(moment.goal, moment.level, moment.counted, moment.waiting, moment.waiting_late)
    if met is False:
        return QueueState.BREACHED
    if moment.is_open and moment.expected_wait_s is not None and moment.expected_wait_s > moment.target_s:
        return QueueState.AT_RISK
    return QueueState.MET if met else QueueState.TOO_FEW


def alarms_seen(moment: QueueMoment) -> frozenset[Alarm]:
    """Returns the alarms for which this moment gives reason."""
    state = queue_state(moment)
    seen = {
        Alarm.AT_RISK: state is QueueState.AT_RISK,
        Alarm.BREACHED: state is QueueState.BREACHED,
        Alarm.UNSTAFFED: moment.is_open and (moment.staffed == 0 or moment.unstaffed > 0),
        Alarm.NOBODY_CAN_SERVE: moment.unservable > 0,
        Alarm.FULL: moment.most_waiting is not None and moment.waiting >= moment.most_waiting,
    }
    return frozenset(alarm for alarm, reason in seen.items() if reason)
