"""Places of many customers are asked together."""

from collections.abc import Sequence
from typing import Any

from mci_router.lifecycle.lines.positions import places, position
from mci_router.routing.calls import LineFigures
from mci_router.specs import QueueSpec, ServiceLevel, WorkspaceSpec
from mci_router.specs.ladders import DEFAULT_LADDERS
from mci_router.specs.snapshot import Snapshot
from tests.support.live import LiveState, VirtualEngine, contact_id, live_state


class Counting(VirtualEngine):
    """Counts the lines whose figures it is asked for."""

    lines = 0

    async def figures_of_lines(
        self, workspace: str, lines: Sequence[tuple[str | int, ...]], **more: Any
    ) -> list[LineFigures]:
        self.lines += len(lines)
        return await super().figures_of_lines(workspace, lines, **more)


def snapshot_of(live: LiveState) -> Snapshot:
    desk = QueueSpec(name="desk", service_level=ServiceLevel(goal=0.8, target_s=20))
    spec = WorkspaceSpec(name="test", title="Test")
    return Snapshot(live.workspace, 1, spec, {}, {"desk": desk}, {}, {}, {}, DEFAULT_LADDERS, {}, {})


async def test_the_figures_of_a_line_are_asked_once_for_all_who_wait_in_it(redis_url: str) -> None:
    """Each has the place and the expected wait that it would have by itself; who does not wait has none."""
    async with live_state(redis_url) as live:
        live.engine.__class__ = Counting
        engine, snapshot = live.engine, snapshot_of(live)
        assert isinstance(engine, Counting)
        await live.agent("ann", units=1)
        for number in range(12):
            await live.enqueue(number)
            live.later(1)
        ids = [contact_id(number) for number in range(12)]
        lives = {
            contact: one for contact, one in zip(ids, await engine.contacts(live.workspace, ids), strict=True) if one
        }
        engine.lines = 0
        found = await places(engine, snapshot, lives)
        assert engine.lines == 1
        assert [found[contact].in_line for contact in ids] == [None, *range(1, 12)]
        for contact in ids:
            alone = await position(engine, snapshot, contact, lives[contact])
            assert alone is not None
            assert (found[contact].in_line, found[contact].expected_wait) == (alone.in_line, alone.expected_wait)
        await live.accept("ann", 0)
        served = {ids[0]: (await engine.contacts(live.workspace, ids[:1]))[0]}
        assert await places(engine, snapshot, {name: one for name, one in served.items() if one}) == {}
