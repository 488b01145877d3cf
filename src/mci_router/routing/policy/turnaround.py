"""Turnaround: until when a contact is answered, as its customer is promised. Pure.

work = expected wait, the high end              while agents who could serve it are signed in
       (contacts before it + 1) / lately's rate else, of what the queue answers in a second that it is open
       its target                               where neither is known; until it is due, under an interim service level
work = max(work, 0.7 target)                    of a deferrable queue: so long the reserve may hold it back
by   = now + work + handle time, in open time, on the next half hour
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from mci_router.routing.calls import LineFigures
from mci_router.routing.policy.expected_wait import expected_wait
from mci_router.routing.policy.hours import due_at
from mci_router.specs.queues import QueueSpec
from mci_router.values import value

HELD_BACK = 0.7  # of the target, as in the reserve rule
ROUND_S = 1800


@value
class Turnaround:
    """What is known of a contact's place: the live figures of its line, and what its queue answers in a second that it
    is open, 0 where that is not known. `due` is set under an interim service level.
    """

    queue: QueueSpec
    figures: LineFigures
    answered_per_s: float
    due: datetime | None = None

    @property
    def work_s(self) -> float:
        """The seconds of open time until it is answered."""
        wait, target_s = expected_wait(self.figures), self.queue.service_level.target_s
        if wait:
            wait_s = wait.high_s
        elif self.answered_per_s > 0:
            wait_s = (self.figures.ahead + 1) / self.answered_per_s
        else:
            wait_s = target_s
        if self.queue.deferrable:
            wait_s = max(wait_s, HELD_BACK * target_s)
        return wait_s + self.figures.handle_ms / 1000

    def answer_by(self, now: datetime, workspace_zone: ZoneInfo) -> datetime:
        """Returns until when it is answered: on the half hour of the clock on the wall."""
        unknown = expected_wait(self.figures) is None and not self.answered_per_s
        due = max(now, self.due) if self.due and unknown else due_at(now, self.work_s, self.queue.hours)
        local = due.astimezone(zone_of(self.queue, workspace_zone))
        past_s = (local.minute * 60 + local.second + local.microsecond / 1e6) % ROUND_S
        return due + timedelta(seconds=ROUND_S - past_s) if past_s else due


def zone_of(queue: QueueSpec | None, workspace_zone: ZoneInfo) -> ZoneInfo:
    """Returns the zone in which a queue's customers are told times: that of its hours, or the workspace's."""
    return ZoneInfo(queue.hours.timezone) if queue and queue.hours else workspace_zone
