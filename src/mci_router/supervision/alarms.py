"""Alarms: every queue is looked at every few seconds, and what begins or ends to be wrong is journalled once.

Any process may look: the live state counts one look an interval, and keeps for how long an alarm was seen.
"""

import time
from collections.abc import Iterator
from typing import Any

from mci_router.configuration.snapshots import Snapshots
from mci_router.insight.goals import alarms_seen
from mci_router.routing.engine import Engine
from mci_router.routing.live_queues import AlarmSeen
from mci_router.settings import Settings
from mci_router.supervision.queues import QueueNow, QueueWatch
from mci_router.vocabulary import Alarm

OF_THE_LEVEL = (Alarm.AT_RISK, Alarm.BREACHED)
"""These end only after a while without them; the others are over at once, as when somebody signs in."""

INDEX_AGAIN_S = 30
CALM_S = 30.0
SAME_LOOK = 0.8  # of the interval: looks of one process are not all equally far apart


class Alarms:
    """The alarms of workspaces."""

    def __init__(self, engine: Engine, snapshots: Snapshots, watch: QueueWatch, settings: Settings) -> None:
        self._engine = engine
        self._snapshots = snapshots
        self._watch = watch
        self._indexed_at: dict[tuple[str, str], float] = {}
        self._every_ms = round(settings.alarm_interval_s * SAME_LOOK * 1000)
        self._enter_ms = round(settings.alarm_enter_s * 1000)
        self._leave_ms = round(settings.alarm_leave_s * 1000)

    async def turn(self, workspace: str) -> float | None:
        """Looks at a workspace's queues once, and notes what is seen.

        Returns for how many seconds nothing can come of it, unless the journal has something new: nobody waits, and
        what is wrong sounds already. Raises NotFound, EngineUnavailable.
        """
        snapshot = await self._snapshots.get(workspace)
        if not await self._engine.built(workspace):
            return None
        queues = await self._watch.look(snapshot)
        for now in queues:
            if now.unindexed:
                await self._index(workspace, now.queue.name)
        seen = [alarm for now in queues for alarm in self._seen(now)]
        await self._engine.note_alarms(workspace, self._every_ms, [now.queue.name for now in queues], seen)
        return CALM_S if all(map(_calm, queues)) else None

    async def _index(self, workspace: str, queue: str) -> None:
        """Counts those who have waited since before this version; at most twice a minute, since more may come of it
        while routers of both versions run.
        """
        now, at = time.monotonic(), self._indexed_at.get((workspace, queue), -INDEX_AGAIN_S)
        if now - at >= INDEX_AGAIN_S:
            self._indexed_at[workspace, queue] = now
            await self._engine.index_waits(workspace, queue)

    def _seen(self, now: QueueNow) -> Iterator[AlarmSeen]:
        seen = alarms_seen(now.moment)
        for alarm in sorted(seen | set(now.alarms)):
            leave_ms = self._leave_ms if alarm in OF_THE_LEVEL else 0
            yield AlarmSeen(now.queue.name, alarm, alarm in seen, self._enter_ms, leave_ms, facts_of(now))


def _calm(now: QueueNow) -> bool:
    """Returns whether time alone changes nothing about the queue's alarms."""
    return (
        not now.moment.waiting and alarms_seen(now.moment) == set(now.alarms) and not {*OF_THE_LEVEL} & set(now.alarms)
    )


def facts_of(now: QueueNow) -> dict[str, Any]:
    """Returns what the journal says of a queue with an alarm: see `AlarmPayload`."""
    moment = now.moment
    facts = {
        "goal": moment.goal,
        "target_s": moment.target_s,
        "level": _rounded(moment.level),
        "counted": _rounded(moment.counted),
        "waiting": moment.waiting,
        "waiting_late": moment.waiting_late,
        "oldest_wait_s": _rounded(now.oldest_wait_s),
        "expected_wait_s": _rounded(moment.expected_wait_s),
        "staffed": moment.staffed,
        "unstaffed": moment.unstaffed,
        "unservable": moment.unservable,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 3)
