"""The files of models in the ledger: every process loads them; one makes a file again that is absent or damaged."""

from datetime import timedelta

from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.classifier.calibration import Learnt
from mci_router.classifier.packing import LARGEST_FILE, hash_of
from mci_router.errors import NotFound
from mci_router.learning import register
from mci_router.learning.claims import CLAIM_S, MOST_ATTEMPTS
from mci_router.learning.training import Training, learnt_from
from mci_router.models import TriageModel
from mci_router.values import value

CLAIMABLE = func.coalesce(TriageModel.claimed_until < func.now(), True)


@value
class KeptFile:
    """The file of a model and its hash, as the ledger has them; `given_up`: it cannot be made again either."""

    content: bytes
    sha256: str
    given_up: bool


async def kept(session: AsyncSession, workspace: str, version: str) -> KeptFile:
    """Returns the file of a model, empty where there is none. Raises NotFound."""
    bounded = case((func.octet_length(TriageModel.fitted) <= LARGEST_FILE, TriageModel.fitted))
    query = select(bounded, TriageModel.fitted_sha256, TriageModel.attempts >= MOST_ATTEMPTS).where(
        TriageModel.workspace_id == workspace, TriageModel.version == version
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound(f"There is no model {version!r} in this workspace.")
    content, sha256, given_up = row
    return KeptFile(content or b"", sha256 or "", given_up and not sha256)


async def drop(session: AsyncSession, workspace: str, version: str, sha256: str) -> None:
    """Drops a file that cannot be used, unless another one has taken its place meanwhile."""
    dropped = {"fitted": None, "fitted_sha256": None, "claimed_until": None, "attempts": 0}
    await session.execute(
        update(TriageModel)
        .where(TriageModel.workspace_id == workspace, TriageModel.version == version)
        .where(TriageModel.fitted_sha256 == sha256)
        .values(dropped)
    )


async def claimed(session: AsyncSession, workspace: str, version: str) -> bool:
    """Claims the making of a file that is absent; returns whether it is for this process to make."""
    claim = {
        "claimed_until": func.now() + timedelta(seconds=CLAIM_S),
        "attempts": TriageModel.attempts + 1,
    }
    mine = await session.execute(
        update(TriageModel)
        .where(TriageModel.workspace_id == workspace, TriageModel.version == version)
        .where(TriageModel.fitted_sha256.is_(None), TriageModel.attempts < MOST_ATTEMPTS, CLAIMABLE)
        .values(claim)
        .returning(TriageModel.version)
    )
    return mine.scalar_one_or_none() is not None


async def learnt_by(session: AsyncSession, workspace: str, version: str) -> tuple[Training, Learnt | None]:
    """Returns what a model learnt from, and what cross-validation found. Raises NotFound."""
    row = await register.model(session, workspace, version, whole=True)
    return Training.from_data(row.training), learnt_from(row.learnt)


async def keep(session: AsyncSession, workspace: str, version: str, file: bytes, training: Training) -> bool:
    """Keeps a file that was made again from `training`. Returns whether it does: not where a text is gone meanwhile."""
    if not await register.learns_from(session, workspace, version, training):
        return False
    made = {"fitted": file, "fitted_sha256": hash_of(file), "claimed_until": None, "attempts": 0}
    await session.execute(
        update(TriageModel).where(TriageModel.workspace_id == workspace, TriageModel.version == version).values(made)
    )
    return True


async def give_up(session: AsyncSession, workspace: str, version: str, why: str) -> None:
    """Leaves a model without a file for good, with the reason: making it again would end as it did."""
    ended = {"claimed_until": None, "attempts": MOST_ATTEMPTS, "reason": why}
    await session.execute(
        update(TriageModel)
        .where(TriageModel.workspace_id == workspace, TriageModel.version == version)
        .where(TriageModel.fitted_sha256.is_(None))
        .values(ended)
    )
