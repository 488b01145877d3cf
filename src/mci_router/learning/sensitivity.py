"""The sensitivity models of workspaces that add examples of their own: one process makes and judges each, all load it.

As with topics, no process leads: the rows decide. A model that the gate refuses changes nothing: the one before stays
in force, which is ours unless another one was live.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from mci_router.classifier.packing import hash_of
from mci_router.classifier.sensitivity.examples import Examples
from mci_router.classifier.sensitivity.gate import JudgedSensitivityModel, judge, wanted_version
from mci_router.classifier.sensitivity.model import SensitivityModel
from mci_router.classifier.sensitivity.stored import DamagedModel, checked, our_model
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable, NotFound, in_the_log
from mci_router.learning import register
from mci_router.learning.lanes import Lane
from mci_router.learning.worker import WorkerGone, WorkFailed
from mci_router.models import SensitivityModelRow as Row
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import ModelState

log = logging.getLogger(__name__)

CLAIM_S = 120  # ten times what making a model takes
MOST_KEPT = 10  # rows a workspace
LOOK_S = 0.05


@dataclass(slots=True)
class _WorkspaceModel:
    """One workspace's model in force in this process, and the revision of the configuration that was last looked at."""

    model: SensitivityModel
    revision: int | None = None
    settled: bool = False  # whether the model that the configuration asks for was judged
    work: "asyncio.Task[None] | None" = None


class SensitivityModels:
    """Each workspace's model of sensitivity."""

    def __init__(
        self,
        database: Database,
        snapshots: Snapshots,
        lane: Lane,
        judging: Callable[[Examples], JudgedSensitivityModel] = judge,
    ) -> None:
        self._database = database
        self._snapshots = snapshots
        self._lane = lane
        self._judging = judging
        self._models: dict[str, _WorkspaceModel] = {}

    def model(self, workspace: str) -> SensitivityModel:
        """Returns the model in force; the one that ships with us where no other was ever live."""
        ours = self._models.get(workspace)
        return ours.model if ours else our_model()

    def looked(self, snapshot: Snapshot) -> bool:
        """Returns whether this process has the model in force of a workspace that has, or may have, one of its own."""
        ours = self._models.get(snapshot.workspace_id)
        return ours.revision is not None if ours else not snapshot.spec.sensitivity_examples

    def settled(self, snapshot: Snapshot) -> bool:
        """Returns whether the model that the configuration asks for was judged, and is the one in force here."""
        ours = self._models.get(snapshot.workspace_id)
        if ours is None:
            return not snapshot.spec.sensitivity_examples
        return ours.settled and ours.revision == snapshot.revision

    async def refresh(self) -> None:
        """Starts work on what configurations ask for and on what other processes have judged."""
        snapshots = {snapshot.workspace_id: snapshot for snapshot in self._snapshots.cached()}
        for workspace, snapshot in snapshots.items():
            ours = self._models.get(workspace)
            if snapshot.spec.sensitivity_examples or ours:
                ours = ours or self._models.setdefault(workspace, _WorkspaceModel(our_model()))
                if (ours.revision != snapshot.revision or not ours.settled) and (ours.work is None or ours.work.done()):
                    ours.work = asyncio.create_task(self._settle(workspace, ours), name=f"sensitivity of {workspace}")
        for gone in set(self._models) - set(snapshots):
            if work := self._models.pop(gone).work:
                work.cancel()

    async def ready(self, workspace: str) -> None:
        """Returns once the model that the workspace asks for is judged, by any process, and is in force in this one."""
        while True:
            await self.refresh()
            ours, snapshot = self._models.get(workspace), await self._snapshots.get(workspace)
            if ours is None or (ours.settled and ours.revision == snapshot.revision):
                return
            await asyncio.sleep(LOOK_S)

    async def close(self) -> None:
        """Ends all work; claims lapse."""
        works = [ours.work for ours in self._models.values() if ours.work]
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)

    async def _settle(self, workspace: str, ours: _WorkspaceModel) -> None:
        try:
            snapshot = await self._snapshots.get(workspace)
            additions: dict[str, Sequence[str]] = {
                str(kind): texts for kind, texts in snapshot.spec.sensitivity_examples.items() if texts
            }
            version = await asyncio.to_thread(wanted_version, additions) if additions else None
            if ours.revision is None:
                await self._load(workspace, version, ours)  # what is in force comes before what is asked for
            async with self._database.transaction() as session:
                mine = await _claimed(session, workspace, version)
            if mine and version:
                await self._judge(workspace, version, additions)
            await self._load(workspace, version, ours)
            ours.revision = snapshot.revision
        except NotFound:
            return
        except (DatabaseUnavailable, WorkerGone) as problem:
            log.warning("the sensitivity model of %s waits: %s", workspace, in_the_log(problem))
        except Exception:
            log.exception(
                "the sensitivity model of %s cannot be brought up to date; the one before stays in force", workspace
            )

    async def _judge(self, workspace: str, version: str, additions: Mapping[str, Sequence[str]]) -> None:
        try:
            judged = await self._lane.run(workspace, self._judging, additions)
        except WorkFailed as problem:  # the same examples would fail again
            judged = JudgedSensitivityModel(b"", False, (f"it could not be made: {problem}",), {})
        async with self._database.transaction() as session:
            if await register.lock(session, workspace):
                await _conclude(session, workspace, version, judged)
        log.info("sensitivity model %s of %s: %s", version, workspace, "; ".join(judged.reasons))

    async def _load(self, workspace: str, version: str | None, ours: _WorkspaceModel) -> None:
        """Loads the model in force; one that is damaged is refused, and judged again."""
        async with self._database.reading() as session:
            live, ours.settled = await _in_force(session, workspace, version)
        if live is None:
            ours.model = our_model()
        elif live.version != ours.model.version:
            try:
                ours.model = await asyncio.to_thread(checked, live.model or b"", live.model_sha256)
            except DamagedModel as problem:
                log.error("sensitivity model %s of %s is refused, and made again: %s", live.version, workspace, problem)
                async with self._database.transaction() as session:
                    await _refuse(session, workspace, live.version)
                ours.model, ours.settled = our_model(), False


async def listed(session: AsyncSession, workspace: str) -> Sequence[Row]:
    """Returns the workspace's models, the latest asked for first, without the weights."""
    query = (
        select(Row).where(Row.workspace_id == workspace).order_by(Row.wanted_at.desc(), Row.version).limit(MOST_KEPT)
    )
    return (await session.scalars(query)).all()


async def _claimed(session: AsyncSession, workspace: str, version: str | None) -> bool:
    """Claims the model asked for; returns whether it is for this process to make.

    Where none is asked for any longer, the live one is retired.
    """
    if await register.lock(session, workspace) is None:
        raise NotFound("There is no such workspace.")
    if version is None:
        await session.execute(
            update(Row)
            .where(Row.workspace_id == workspace, Row.state == ModelState.LIVE)
            .values(state=ModelState.RETIRED)
        )
        return False
    now = await register.now(session)
    claim: dict[str, Any] = {"claimed_until": now + timedelta(seconds=CLAIM_S)}
    row = await session.get(Row, (workspace, version))
    if row is None:
        values = {
            "workspace_id": workspace,
            "version": version,
            "state": ModelState.TRAINING,
            "report": {},
            "wanted_at": now,
            **claim,
        }
        await session.execute(insert(Row).values(**values).on_conflict_do_nothing())
        return True
    return _taken_up(row, now, claim["claimed_until"])


def _taken_up(row: Row, now: datetime, until: datetime) -> bool:
    """Claims a known model if it is to be judged again; returns whether it is.

    That is so if it was retired since, or if the process that claimed it has died.
    """
    if row.state is ModelState.RETIRED:
        row.state, row.wanted_at, row.claimed_until = ModelState.TRAINING, now, until
        return True
    lapsed = row.state is ModelState.TRAINING and (row.claimed_until is None or row.claimed_until <= now)
    if lapsed:
        row.claimed_until = until
    return lapsed


async def _conclude(session: AsyncSession, workspace: str, version: str, judged: JudgedSensitivityModel) -> None:
    row = await session.get(Row, (workspace, version))
    if row is None or row.state is not ModelState.TRAINING:
        return
    row.report, row.claimed_until = {**judged.report, "judgement": list(judged.reasons)}, None
    if not judged.passed:
        row.state, row.reason = ModelState.REJECTED, "; ".join(judged.reasons)
        return
    live = update(Row).where(Row.workspace_id == workspace, Row.state == ModelState.LIVE)
    await session.execute(live.values(state=ModelState.RETIRED, model=None, model_sha256=None))
    row.state, row.reason, row.model = ModelState.LIVE, None, judged.model
    row.model_sha256 = hash_of(judged.model)


async def _in_force(session: AsyncSession, workspace: str, version: str | None) -> tuple[Row | None, bool]:
    """Returns the live model, and whether the one asked for is judged."""
    query = select(Row).where(Row.workspace_id == workspace, Row.state == ModelState.LIVE).options(undefer(Row.model))
    live = await session.scalar(query)
    waiting = select(func.count()).where(
        Row.workspace_id == workspace, Row.version == version, Row.state == ModelState.TRAINING
    )
    return live, version is None or not await session.scalar(waiting)


async def _refuse(session: AsyncSession, workspace: str, version: str) -> None:
    """Has a model that cannot be used made and judged again."""
    unusable = update(Row).where(Row.workspace_id == workspace, Row.version == version, Row.state == ModelState.LIVE)
    await session.execute(unusable.values(state=ModelState.TRAINING, model=None, model_sha256=None, claimed_until=None))
