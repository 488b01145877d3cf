"""The register of a workspace's models in the ledger: which one is wanted, who trains it, which one is live.

Every change is made under the workspace's lock, by the state of the rows then: processes agree about models in no other
way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from mci_router.classifier.calibration import Learnt
from mci_router.classifier.packing import hash_of
from mci_router.errors import NotFound, WrongState
from mci_router.learning.claims import CLAIM_S, after
from mci_router.learning.training import Training
from mci_router.models import TriageModel, Workspace
from mci_router.values import value
from mci_router.vocabulary import ModelState

MOST_KEPT = 20  # models a workspace, to return to
MOST_FILES = 5  # of them, that are kept as files, too; the others are made again if an operator returns to them
PENDING = "EXISTS (SELECT FROM triage_models WHERE state = 'training')"
CHANGES = """concat_ws(' ',
  (SELECT md5(string_agg(concat_ws(' ', workspace_id, version, state), ',' ORDER BY workspace_id, version))
   FROM triage_models WHERE state IN ('live','shadow','training')),
  (SELECT concat_ws(' ', count(*), max(settled_at)) FROM corrections WHERE settled_at > now() - interval '30 s'))"""
"""Is another value when another model is in use, or a correction was settled lately."""

LOST_TEXTS = ""
"""In place of the hash of the topics' examples that a model learnt from: what replaces it does not wait."""

IN_USE = (ModelState.LIVE, ModelState.SHADOW, ModelState.TRAINING)


@value
class Use:
    """The models of a workspace that are in use: the live one, the one on trial, and whether one is being trained.

    `lapsed`: the process that claimed a training no longer renews its claim.
    """

    live: str | None = None
    shadow: str | None = None
    training: bool = False
    lapsed: bool = False


@value
class Conclusion:
    """The result of judging a model that was compared with `against`; `refused` says why it may not go live.

    `training` is what it was made from; None where it does not matter, because there is no file.
    """

    version: str
    against: str | None
    file: bytes | None = None
    learnt: Learnt | None = None
    report: Mapping[str, Any] = field(default_factory=dict)
    refused: str | None = None
    training: Training | None = None


async def lock(session: AsyncSession, workspace: str) -> Workspace | None:
    """Locks a workspace's models against other changes and returns the workspace; None where it is gone.

    Contacts need not wait for the lock.
    """
    return await session.scalar(select(Workspace).where(Workspace.id == workspace).with_for_update(key_share=True))


async def in_use(session: AsyncSession, workspace: str | None = None) -> dict[str, Use]:
    """Returns what is in use, by workspace: of all workspaces, or of one."""
    uses: dict[str, Use] = {}
    rows = await session.execute(_in_use(one=workspace is not None), {"workspace": workspace} if workspace else {})
    for owner, version, state, claim_lapsed in rows:
        use = uses.get(owner, Use())
        training = state is ModelState.TRAINING
        uses[owner] = Use(
            live=version if state is ModelState.LIVE else use.live,
            shadow=version if state is ModelState.SHADOW else use.shadow,
            training=use.training or training,
            lapsed=use.lapsed or (training and claim_lapsed),
        )
    return uses


@cache  # it is asked at every look of every process
def _in_use(*, one: bool) -> Select[str, str, ModelState, bool]:
    lapsed = func.coalesce(TriageModel.claimed_until < func.now(), True)
    query = select(TriageModel.workspace_id, TriageModel.version, TriageModel.state, lapsed).where(
        TriageModel.state.in_(IN_USE)
    )
    return query.where(TriageModel.workspace_id == bindparam("workspace")) if one else query


async def listed(session: AsyncSession, workspace: str) -> Sequence[TriageModel]:
    """Returns the workspace's models, the latest wanted first, without what they learnt from."""
    query = (
        select(TriageModel)
        .where(TriageModel.workspace_id == workspace)
        .options(defer(TriageModel.training, raiseload=True))
    )
    return (await session.scalars(query.order_by(TriageModel.wanted_at.desc(), TriageModel.version))).all()


async def model(session: AsyncSession, workspace: str, version: str, *, whole: bool = False) -> TriageModel:
    """Returns one model; with what it learnt from only if it is wanted `whole`. Raises NotFound."""
    query = select(TriageModel).where(TriageModel.workspace_id == workspace, TriageModel.version == version)
    row = await session.scalar(query if whole else query.options(defer(TriageModel.training, raiseload=True)))
    if row is None:
        raise NotFound(f"There is no model {version!r} in this workspace.")
    return row


async def topics_of(session: AsyncSession, workspace: str, version: str) -> str:
    """Returns the hash of the topics' own examples in what a model learnt from."""
    column: Any = TriageModel.training["topics"].astext
    return str(
        await session.scalar(
            select(column).where(TriageModel.workspace_id == workspace, TriageModel.version == version)
        )
    )


async def learns_from(session: AsyncSession, workspace: str, version: str, training: Training) -> bool:
    """Returns whether this is still what a model learns from. The row is locked: it is so until the commit."""
    mine = (TriageModel.workspace_id == workspace, TriageModel.version == version)
    data = await session.scalar(select(TriageModel.training).where(*mine).with_for_update())
    return data is not None and Training.from_data(data) == training


async def want(
    session: AsyncSession, workspace: str, version: str, training: Training, known: TriageModel | None
) -> bool:
    """Marks a model as the wanted one, and claims its training.

    Returns whether there is anything to train or judge.
    """
    at = await now(session)
    if known is None:
        claim = {"claimed_until": after(at, CLAIM_S), "attempts": 1}
        values = {"training": training.as_data(), "report": {}, "wanted_at": at, **claim}
        await session.execute(
            insert(TriageModel).values(workspace_id=workspace, version=version, state=ModelState.TRAINING, **values)
        )
        return True
    known.wanted_at = at
    known.training = training.as_data()  # of an erased customer's texts it may have lost some
    if known.state is ModelState.LIVE:
        return False
    known.state, known.claimed_until, known.attempts = ModelState.TRAINING, after(at, CLAIM_S), 1
    return True


async def give_up(session: AsyncSession, rows: Sequence[TriageModel]) -> None:
    """Ends trainings that are no longer wanted."""
    for row in rows:
        if row.learnt is None:
            await session.delete(row)
        else:
            row.state, row.claimed_until = ModelState.RETIRED, None


async def conclude(session: AsyncSession, workspace: str, conclusion: Conclusion) -> None:
    """Records a judgement, and puts the model live unless it is refused.

    Where another model has gone live in the meantime, or a text is gone that this one was made from, the model has to
    be judged again.
    """
    rows = {row.version: row for row in await listed(session, workspace)}
    row = rows.get(conclusion.version)
    if row is None or row.state is not ModelState.TRAINING:
        return  # the process that took over the claim was faster
    live = next((row for row in rows.values() if row.state is ModelState.LIVE), None)
    row.claimed_until, row.attempts = None, 0
    if (live.version if live else None) != conclusion.against:
        return
    if conclusion.training and not await learns_from(session, workspace, row.version, conclusion.training):
        return
    row.learnt, row.report, row.reason = (
        conclusion.learnt.as_data() if conclusion.learnt else None,
        dict(conclusion.report),
        conclusion.refused,
    )
    if conclusion.file:
        row.fitted, row.fitted_sha256 = conclusion.file, hash_of(conclusion.file)
    if conclusion.refused:
        row.state = ModelState.REJECTED
    elif live and conclusion.version != next(iter(rows)):
        row.state = ModelState.RETIRED  # a newer one is being trained
    else:
        await _put_live(session, row, live)
    await _prune(session, workspace, list(rows.values()))


async def activate(session: AsyncSession, workspace: str, version: str) -> TriageModel:
    """Puts a model live, whatever its state before. Raises NotFound, or WrongState while it is trained."""
    await lock(session, workspace)
    row = await _trained(session, workspace, version)
    if row.state is not ModelState.LIVE:
        await _put_live(session, row, await _in_state(session, workspace, ModelState.LIVE))
    return row


async def put_on_trial(session: AsyncSession, workspace: str, version: str) -> TriageModel:
    """Puts a model on trial beside the live one, instead of another on trial.

    Raises NotFound, or WrongState if it is being trained or is live.
    """
    await lock(session, workspace)
    row = await _trained(session, workspace, version)
    if row.state is ModelState.LIVE:
        raise WrongState("The model is live: it cannot be on trial beside itself.", state=row.state)
    if row.state is not ModelState.SHADOW:
        await end_trial(session, workspace, await _in_state(session, workspace, ModelState.SHADOW))
        row.state = ModelState.SHADOW
    return row


async def take_off_trial(session: AsyncSession, workspace: str, version: str) -> None:
    """Ends a trial. Idempotent. Raises NotFound."""
    await lock(session, workspace)
    row = await model(session, workspace, version)
    await end_trial(session, workspace, row if row.state is ModelState.SHADOW else None)


async def end_trial(session: AsyncSession, workspace: str, shadow: TriageModel | None) -> None:
    if shadow:
        never_live = shadow.reason is not None and shadow.live_at is None
        shadow.state = ModelState.REJECTED if never_live else ModelState.RETIRED
        await session.flush()


async def _put_live(session: AsyncSession, row: TriageModel, live: TriageModel | None) -> None:
    if live:
        live.state = ModelState.RETIRED
        await session.flush()  # one is live at a time, also between two statements
    row.state, row.live_at = ModelState.LIVE, await now(session)
    await session.flush()


async def _trained(session: AsyncSession, workspace: str, version: str) -> TriageModel:
    row = await model(session, workspace, version)
    if row.learnt is None or row.state is ModelState.TRAINING:
        raise WrongState(
            "The model is being trained, or could not be: there is nothing to put live yet.", state=row.state
        )
    return row


async def _in_state(session: AsyncSession, workspace: str, state: ModelState) -> TriageModel | None:
    query = select(TriageModel).where(TriageModel.workspace_id == workspace, TriageModel.state == state)
    return await session.scalar(query.options(defer(TriageModel.training, raiseload=True)))


async def _prune(session: AsyncSession, workspace: str, rows: Sequence[TriageModel]) -> None:
    """Deletes the oldest models except those in use, and the files of those that an operator hardly returns to."""
    for row in rows[MOST_FILES:]:
        if row.state not in IN_USE and row.fitted_sha256:
            row.fitted = row.fitted_sha256 = None
    await session.flush()
    old = [row.version for row in rows[MOST_KEPT:] if row.state not in IN_USE]
    if old:
        await session.execute(
            delete(TriageModel).where(TriageModel.workspace_id == workspace, TriageModel.version.in_(old))
        )


async def now(session: AsyncSession) -> datetime:
    """Returns the time by the ledger's clock, one for all processes."""
    at: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    return at
