"""The sensitivity models of workspaces that add examples of their own: made and judged by whoever sees them first, held by all.

As with topics no process leads: what the rows say holds. A model that the gate refuses changes nothing: the one before stays in force,
which is ours unless another one was live.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from mci_router.classifier.sensitivity.examples import Examples
from mci_router.classifier.sensitivity.gate import Judged, judge, wanted_version
from mci_router.classifier.sensitivity.model import SensitivityModel, our_model
from mci_router.classifier.sensitivity.shipping import unpacked
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable, NotFound
from mci_router.learning import register
from mci_router.learning.worker import Worker, WorkerGone
from mci_router.models import SensitivityModelRow as Row
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import ModelState

log = logging.getLogger(__name__)

CLAIM_S = 120  # ten times what making one takes
MOST_KEPT = 10  # rows a workspace
LOOK_S = 0.05


@dataclass(slots=True)
class _Held:
    """What this process holds for one workspace: the model in force, and the revision of the configuration that was looked at."""

    model: SensitivityModel
    revision: int | None = None
    settled: bool = False  # whether the model that the configuration asks for was judged
    work: "asyncio.Task[None] | None" = None


class SensitivityModels:
    """Each workspace's model of sensitivity."""

    def __init__(self, database: Database, snapshots: Snapshots, worker: Worker, judging: Callable[[Examples], Judged] = judge) -> None:
        self._database = database
        self._snapshots = snapshots
        self._worker = worker
        self._judging = judging
        self._held: dict[str, _Held] = {}

    def model(self, workspace: str) -> SensitivityModel:
        """The model in force; ours where nothing else was ever live."""
        held = self._held.get(workspace)
        return held.model if held else our_model()

    def looked(self, snapshot: Snapshot) -> bool:
        """Returns whether the model in force is held here, for a workspace that has, or may have, one of its own."""
        held = self._held.get(snapshot.workspace_id)
        return held.revision is not None if held else not snapshot.spec.sensitivity_examples

    async def refresh(self) -> None:
        """Takes up what configurations ask for, and what other processes have judged."""
        snapshots = {snapshot.workspace_id: snapshot for snapshot in self._snapshots.held()}
        for workspace, snapshot in snapshots.items():
            held = self._held.get(workspace)
            if snapshot.spec.sensitivity_examples or held:
                held = held or self._held.setdefault(workspace, _Held(our_model()))
                if (held.revision != snapshot.revision or not held.settled) and (held.work is None or held.work.done()):
                    held.work = asyncio.create_task(self._settle(workspace, held), name=f"sensitivity of {workspace}")
        for gone in set(self._held) - set(snapshots):
            if work := self._held.pop(gone).work:
                work.cancel()

    async def ready(self, workspace: str) -> None:
        """Returns once the model that the workspace asks for was judged, wherever, and this process holds the one in force."""
        while True:
            await self.refresh()
            held, snapshot = self._held.get(workspace), await self._snapshots.get(workspace)
            if held is None or (held.settled and held.revision == snapshot.revision):
                return
            await asyncio.sleep(LOOK_S)

    async def close(self) -> None:
        """Ends all work; claims lapse."""
        works = [held.work for held in self._held.values() if held.work]
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)

    async def _settle(self, workspace: str, held: _Held) -> None:
        try:
            snapshot = await self._snapshots.get(workspace)
            additions: dict[str, Sequence[str]] = {str(kind): texts for kind, texts in snapshot.spec.sensitivity_examples.items() if texts}
            version = await asyncio.to_thread(wanted_version, additions) if additions else None
            async with self._database.transaction() as session:
                mine = await _claimed(session, workspace, version)
            if mine and version:
                await self._judge(workspace, version, additions)
            async with self._database.transaction() as session:
                model, held.settled = await _in_force(session, workspace, version)
            if model is None or model.version != held.model.version:
                held.model = model or our_model()
            held.revision = snapshot.revision
        except NotFound:
            return
        except (DatabaseUnavailable, WorkerGone) as problem:
            log.warning("the sensitivity model of %s waits: %s", workspace, problem)
        except Exception:
            log.exception("the sensitivity model of %s cannot be brought up to date; the one before stays in force", workspace)

    async def _judge(self, workspace: str, version: str, additions: Mapping[str, Sequence[str]]) -> None:
        judged = await self._worker.run(self._judging, additions)
        async with self._database.transaction() as session:
            if await register.lock(session, workspace):
                await _conclude(session, workspace, version, judged)
        log.info("sensitivity model %s of %s: %s", version, workspace, "; ".join(judged.reasons))


async def listed(session: AsyncSession, workspace: str) -> Sequence[Row]:
    """The workspace's models, the one asked for last first, without the models themselves."""
    query = select(Row).where(Row.workspace_id == workspace).order_by(Row.wanted_at.desc(), Row.version).limit(MOST_KEPT)
    return (await session.scalars(query)).all()


async def _claimed(session: AsyncSession, workspace: str, version: str | None) -> bool:
    """Whether the model asked for is ours to make; where none is asked for any more, none is live either."""
    if await register.lock(session, workspace) is None:
        raise NotFound("There is no such workspace.")
    if version is None:
        await session.execute(
            update(Row).where(Row.workspace_id == workspace, Row.state == ModelState.LIVE).values(state=ModelState.RETIRED)
        )
        return False
    now = await register.now(session)
    claim: dict[str, Any] = {"claimed_until": now + timedelta(seconds=CLAIM_S)}
    row = await session.get(Row, (workspace, version))
    if row is None:
        values = {"workspace_id": workspace, "version": version, "state": ModelState.TRAINING, "report": {}, "wanted_at": now, **claim}
        await session.execute(insert(Row).values(**values).on_conflict_do_nothing())
        return True
    return _taken_up(row, now, claim["claimed_until"])


def _taken_up(row: Row, now: datetime, until: datetime) -> bool:
    """Whether a known model is to be judged: again if it was retired meanwhile, or if whoever claimed it has died."""
    if row.state is ModelState.RETIRED:
        row.state, row.wanted_at, row.claimed_until = ModelState.TRAINING, now, until
        return True
    lapsed = row.state is ModelState.TRAINING and (row.claimed_until is None or row.claimed_until <= now)
    if lapsed:
        row.claimed_until = until
    return lapsed


async def _conclude(session: AsyncSession, workspace: str, version: str, judged: Judged) -> None:
    row = await session.get(Row, (workspace, version))
    if row is None or row.state is not ModelState.TRAINING:
        return
    row.report, row.claimed_until = {**judged.report, "judgement": list(judged.reasons)}, None
    if not judged.holds:
        row.state, row.reason = ModelState.REJECTED, "; ".join(judged.reasons)
        return
    live = update(Row).where(Row.workspace_id == workspace, Row.state == ModelState.LIVE)
    await session.execute(live.values(state=ModelState.RETIRED, model=None))
    row.state, row.reason, row.model = ModelState.LIVE, None, judged.model


async def _in_force(session: AsyncSession, workspace: str, version: str | None) -> tuple[SensitivityModel | None, bool]:
    """The live model, and whether the one that is asked for was judged."""
    query = select(Row).where(Row.workspace_id == workspace, Row.state == ModelState.LIVE).options(undefer(Row.model))
    live = await session.scalar(query)
    waiting = select(func.count()).where(Row.workspace_id == workspace, Row.version == version, Row.state == ModelState.TRAINING)
    settled = version is None or not await session.scalar(waiting)
    model = None
    if live and live.model:
        with suppress(KeyError, ValueError, OSError):  # made by a release that wrote them otherwise: ours will do until it is judged again
            model = await asyncio.to_thread(unpacked, live.model)
    return model, settled
