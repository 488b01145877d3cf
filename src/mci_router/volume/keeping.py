"""Keeping: the matrix is kept up to date.

Contacts are counted, topics classed and moved between cells, once for all processes, and surges found.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from mci_router.configuration.snapshots import Snapshots
from mci_router.errors import DatabaseUnavailable
from mci_router.insight.handling import Handling
from mci_router.routing.engine import Engine
from mci_router.routing.engine.shards import each
from mci_router.specs.resources import TopicSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.matrix import cell_of
from mci_router.values import value
from mci_router.vocabulary import Volume, VolumeWeight
from mci_router.volume.classes import MatrixPosition, VolumeRules
from mci_router.volume.histories import Histories
from mci_router.volume.meter import VolumeMeter
from mci_router.volume.surges import Surge

IDLE_S = 10  # how late a process hears that another one has counted a workspace's first contact of an hour


@value
class Move:
    """A topic's change of position, and the text in Redis that it replaces.

    `journalled` is what the journal says of the move; None where the change is not news.
    """

    replaced: str
    position: Mapping[str, Any]
    journalled: Mapping[str, Any] | None


class Volumes:
    """The volume of topics, the same in every process."""

    def __init__(
        self, engine: Engine, snapshots: Snapshots, meter: VolumeMeter, handling: Handling, histories: Histories
    ) -> None:
        self._snapshots = snapshots
        self._engine = engine
        self._meter = meter
        self._handling = handling
        self._histories = histories
        self._kept: dict[str, tuple[int, float]] = {}  # by which configuration, and when

    async def turn(self) -> None:
        """Counts what this process has noted, and keeps every workspace: now and then also one without contacts.

        Raises EngineUnavailable, after the other workspaces are kept.
        """
        works: list[Callable[[], Awaitable[None]]] = [self._meter.flush]
        works += [partial(self.keep, snapshot) for snapshot in filter(self._due, self._snapshots.cached())]
        await each(works, lambda work: work())

    async def keep(self, snapshot: Snapshot) -> None:
        """Reads the workspace's volumes, and moves the topics whose cell has changed. Raises EngineUnavailable."""
        workspace, meter = snapshot.workspace_id, self._meter
        self._kept[workspace] = snapshot.revision, time.monotonic()
        await meter.read(workspace, rules_of(snapshot), await self._handle_times(snapshot))
        if not meter.whole(workspace):
            with suppress(DatabaseUnavailable):
                await self._histories.restore(workspace)
        positions, rates = meter.positions(workspace), meter.rates(workspace)
        moved = False
        for name, topic in snapshot.topics.items():
            if to := move(topic, meter.classes(workspace).get(name), positions.get(name), rates, snapshot.revision):
                await self._engine.move_topic(workspace, name, to.replaced, to.position, to.journalled)
                moved = True
        if gone := [
            name
            for name, (position, _) in positions.items()
            if name not in snapshot.topics and position.revision < snapshot.revision
        ]:
            await meter.forget_positions(workspace, gone)
        if moved or gone:
            await meter.read_positions(workspace)

    def _due(self, snapshot: Snapshot) -> bool:
        workspace = snapshot.workspace_id
        revision, at = self._kept.get(workspace, (None, 0.0))
        busy = self._meter.noted(workspace) or self._meter.contacts(workspace) or not self._meter.whole(workspace)
        return bool(busy) or revision != snapshot.revision or time.monotonic() - at >= IDLE_S

    async def surges(self, snapshot: Snapshot) -> list[Surge]:
        """Returns the surges under way, as of the last `keep`; none where the workspace does not want them.

        Raises EngineUnavailable.
        """
        return await self._meter.surges(snapshot.workspace_id) if snapshot.spec.surge_detection else []

    async def _handle_times(self, snapshot: Snapshot) -> Mapping[str, float]:
        if snapshot.spec.volume_weight is not VolumeWeight.HANDLE_TIME:
            return {}
        try:
            figures = await self._handling.figures(snapshot.workspace_id)
        # without the ledger contacts count alike; the minimum stay keeps topics in their cells
        except DatabaseUnavailable:
            return {}
        return {topic: topic_figures.handle_time_s for topic, topic_figures in figures.items()}


def rules_of(snapshot: Snapshot) -> VolumeRules:
    """Returns the workspace's rules for classing topics."""
    spec = snapshot.spec
    return VolumeRules(
        spec.high_volume_share, spec.high_volume_leave_share, spec.volume_floor, spec.volume_minimum_stay_s
    )


def move(
    topic: TopicSpec,
    volume: Volume | None,
    at: tuple[MatrixPosition, str] | None,
    rates: Mapping[str, int],
    revision: int,
) -> Move | None:
    """Returns what has to change about a topic's position, if anything.

    None also where a newer configuration set the position. `volume` is the measured one, None while there is none. The
    first position of a topic and its first measured volume are no news: otherwise a workspace's first busy hour would
    move all its topics.
    """
    position, replaced = at or (None, "")
    if position and position.revision > revision:
        return None
    measured, volume = volume is not None, volume or topic.expected_volume
    cell = cell_of(volume, topic.touch)
    if position and (position.cell, position.volume, position.measured) == (cell, volume, measured):
        return None
    now = {"cell": cell, "volume": volume, "measured": measured, "revision": revision}
    touched = position is not None and cell_of(position.volume, topic.touch) is not position.cell
    first = position is None or (measured and not position.measured and not touched)
    if first or (position and position.cell is cell):
        return Move(replaced, now, None)
    rate, total = rates.get(topic.name, 0), sum(rates.values())
    return Move(
        replaced, now, {"rate": rate, "share": round(rate / (total or 1), 4), "cause": "touch" if touched else "volume"}
    )
