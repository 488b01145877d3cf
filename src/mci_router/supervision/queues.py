"""Queues at this moment: what the live state counts, with what the configuration asks of them."""

from collections.abc import Mapping

from mci_router.clock import from_ms
from mci_router.insight.goals import QueueMoment
from mci_router.routing.engine import Engine
from mci_router.routing.live_queues import LiveQueue, LiveQueues
from mci_router.routing.policy.expected_wait import expected_wait
from mci_router.specs.queues import QueueSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.supervision.abilities import Abilities
from mci_router.values import value
from mci_router.vocabulary import Alarm


@value
class QueueNow:
    """A queue at one moment.

    `oldest_at` (ms) is since when the one waits that has waited longest, for `oldest_wait_s` now. `idle` agents could
    serve it and serve nobody. `alarms` has those that sound, since when (ms since the epoch).
    """

    queue: QueueSpec
    moment: QueueMoment
    oldest_at: int | None
    oldest_wait_s: float | None
    idle: int
    alarms: Mapping[Alarm, int]
    unindexed: bool


class QueueWatch:
    """Looks at the queues of workspaces."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._abilities: dict[str, tuple[Snapshot, Abilities]] = {}

    async def look(self, snapshot: Snapshot) -> list[QueueNow]:
        """Returns every queue as it is now, in the order in which queues are tried. Raises EngineUnavailable."""
        live = await self._engine.queue_figures(snapshot.workspace_id)
        waits = await self._expected_waits(snapshot, live)
        able = self._abilities_of(snapshot)
        staffed, idle = able.count(live.staffed), able.count(live.idle)
        now = from_ms(live.at)
        return [
            QueueNow(
                queue=queue,
                moment=_moment(
                    queue,
                    known,
                    waits.get(queue.name),
                    staffed[queue.name],
                    snapshot.shortest_target_s(queue, now),
                ),
                oldest_at=known.oldest_at,
                oldest_wait_s=None if known.oldest_at is None else max(0, live.at - known.oldest_at) / 1000,
                idle=idle[queue.name],
                alarms=known.alarms,
                unindexed=known.unindexed,
            )
            for queue in snapshot.queues_in_order
            if (known := live.queues.get(queue.name))
        ]

    async def _expected_waits(self, snapshot: Snapshot, live: LiveQueues) -> dict[str, float | None]:
        """Returns the expected wait behind those who wait, by queue: the middle of its range, in seconds."""
        asked = {
            name: queue.line
            for name, queue in live.queues.items()
            if queue.line is not None and name in snapshot.queues
        }
        figures = await self._engine.figures_of_lines(
            snapshot.workspace_id, [(name, line, "") for name, line in asked.items()]
        )
        waits = {name: expected_wait(of_line) for name, of_line in zip(asked, figures, strict=True)}
        return {name: wait.middle_s if wait else None for name, wait in waits.items()}

    def _abilities_of(self, snapshot: Snapshot) -> Abilities:
        known = self._abilities.get(snapshot.workspace_id)
        if known is None or known[0] is not snapshot:
            known = self._abilities[snapshot.workspace_id] = snapshot, Abilities(snapshot)
        return known[1]


def _moment(
    queue: QueueSpec, live: LiveQueue, expected_wait_s: float | None, staffed: int, target_s: float
) -> QueueMoment:
    return QueueMoment(
        is_open=not live.closed,
        goal=queue.service_level.goal,
        target_s=target_s,
        level=live.level,
        counted=live.counted,
        waiting=live.waiting,
        waiting_late=live.late,
        expected_wait_s=expected_wait_s,
        staffed=staffed,
        unstaffed=live.unstaffed,
        unservable=live.unservable,
        most_waiting=queue.most_waiting,
    )
