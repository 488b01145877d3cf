"""Keeps the matrix up to date: counts contacts, classes topics, moves them between cells once for all processes, and finds surges."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from mci_router.configuration.snapshots import Snapshots
from mci_router.errors import DatabaseUnavailable
from mci_router.insight.handling import Handling
from mci_router.routing.engine import Engine
from mci_router.routing.engine.shards import each
from mci_router.specs import TopicSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.matrix import cell_of
from mci_router.vocabulary import Volume, VolumeWeight
from mci_router.volume.classes import Place, VolumeRules
from mci_router.volume.meter import VolumeMeter
from mci_router.volume.surges import Surge


@dataclass(frozen=True, slots=True)
class Move:
    """A topic's new place. `told` is what is journalled of it, None for a move that is none."""

    seen: str
    place: Mapping[str, Any]
    told: Mapping[str, Any] | None


class Volumes:
    """The volume of topics, in every process alike."""

    def __init__(self, engine: Engine, snapshots: Snapshots, meter: VolumeMeter, handling: Handling) -> None:
        self._snapshots = snapshots
        self._engine = engine
        self._meter = meter
        self._handling = handling

    async def turn(self) -> None:
        """Counts what this process has noted, and keeps every workspace. Raises EngineUnavailable when the others are kept."""
        works: list[Callable[[], Awaitable[None]]] = [self._meter.flush]
        works += [partial(self.keep, snapshot) for snapshot in self._snapshots.held()]
        await each(works, lambda work: work())

    async def keep(self, snapshot: Snapshot) -> None:
        """Reads the workspace's volumes, and moves the topics whose cell is another now. Raises EngineUnavailable."""
        workspace, meter = snapshot.workspace_id, self._meter
        await meter.read(workspace, rules_of(snapshot), await self._handle_times(snapshot))
        places, rates = meter.places(workspace), meter.rates(workspace)
        moved = False
        for name, topic in snapshot.topics.items():
            if to := move(topic, meter.classes(workspace).get(name), places.get(name), rates, snapshot.revision):
                await self._engine.move_topic(workspace, name, to.seen, to.place, to.told)
                moved = True
        if gone := [name for name, (place, _) in places.items() if name not in snapshot.topics and place.revision < snapshot.revision]:
            await meter.forget_places(workspace, gone)
        if moved or gone:
            await meter.read_places(workspace)

    async def surges(self, snapshot: Snapshot) -> list[Surge]:
        """The surges under way, as of the last `keep`; none where the workspace does not want them. Raises EngineUnavailable."""
        return await self._meter.surges(snapshot.workspace_id) if snapshot.spec.surge_detection else []

    async def _handle_times(self, snapshot: Snapshot) -> Mapping[str, float]:
        if snapshot.spec.volume_weight is not VolumeWeight.HANDLE_TIME:
            return {}
        try:
            figures = await self._handling.figures(snapshot.workspace_id)
        except DatabaseUnavailable:  # contacts count alike meanwhile; the minimum stay keeps topics where they are
            return {}
        return {topic: one.handle_time_s for topic, one in figures.items()}


def rules_of(snapshot: Snapshot) -> VolumeRules:
    """The workspace's rules for classing topics."""
    spec = snapshot.spec
    return VolumeRules(spec.high_volume_share, spec.high_volume_leave_share, spec.volume_floor, spec.volume_minimum_stay_s)


def move(topic: TopicSpec, volume: Volume | None, at: tuple[Place, str] | None, rates: Mapping[str, int], revision: int) -> Move | None:
    """What has to change about a topic's place; None if nothing does, or a newer configuration put it there.

    `volume` is the measured one, None while there is none. The first place of a topic and its first measured volume are no news:
    else a workspace's first busy hour would move them all.
    """
    place, seen = at or (None, "")
    if place and place.revision > revision:
        return None
    measured, volume = volume is not None, volume or topic.expected_volume
    cell = cell_of(volume, topic.touch)
    if place and (place.cell, place.volume, place.measured) == (cell, volume, measured):
        return None
    now = {"cell": cell, "volume": volume, "measured": measured, "revision": revision}
    touched = place is not None and cell_of(place.volume, topic.touch) is not place.cell
    first = place is None or (measured and not place.measured and not touched)
    if first or (place and place.cell is cell):
        return Move(seen, now, None)
    rate, total = rates.get(topic.name, 0), sum(rates.values())
    return Move(seen, now, {"rate": rate, "share": round(rate / (total or 1), 4), "cause": "touch" if touched else "volume"})
