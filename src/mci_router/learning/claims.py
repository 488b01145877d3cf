"""Claims: which process trains a model, and for how long the others leave it to that one."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.models import TriageModel
from mci_router.vocabulary import ModelState

CLAIM_S = 20  # renewed by the process that trains; when a process dies, another replaces it this much later
MOST_ATTEMPTS = 3  # a training whose routers died so often is not begun again: it may be what they died of


def is_unclaimed(row: TriageModel, now: datetime) -> bool:
    """Returns whether a model waits for training without a claim in force.

    The process that claimed it has died, or has found that the model must be judged again.
    """
    return row.state is ModelState.TRAINING and (row.claimed_until is None or row.claimed_until <= now)


def take_over(row: TriageModel, now: datetime) -> bool:
    """Claims a training that no process does; returns False where there is none.

    One that was begun too often is rejected instead.
    """
    if not is_unclaimed(row, now):
        return False
    if row.attempts >= MOST_ATTEMPTS:
        row.state, row.claimed_until = ModelState.REJECTED, None
        row.reason = f"it could not be trained: {row.attempts} routers ended while they were at it"
        return False
    row.claimed_until, row.attempts = after(now, CLAIM_S), row.attempts + 1
    return True


def has_failed(row: TriageModel) -> bool:
    """Returns whether a model could not be trained: what it would learn from is not tried again as it is."""
    return row.state is ModelState.REJECTED and row.learnt is None


async def renew(session: AsyncSession, claims: Collection[tuple[str, str]]) -> None:
    """Renews claims, each a workspace and a version."""
    later = func.now() + timedelta(seconds=CLAIM_S)
    await session.execute(update(TriageModel).where(_claimed(claims)).values(claimed_until=later))


async def release(session: AsyncSession, claims: Collection[tuple[str, str]]) -> None:
    """Gives claims back, as if their work had not been begun: another process does it at once."""
    unbegun = func.greatest(TriageModel.attempts - 1, 0)
    await session.execute(
        update(TriageModel).where(_claimed(claims)).values(claimed_until=func.now(), attempts=unbegun)
    )


def _claimed(claims: Collection[tuple[str, str]]) -> ColumnElement[bool]:
    return tuple_(TriageModel.workspace_id, TriageModel.version).in_(list(claims)) & TriageModel.claimed_until.is_not(
        None
    )


def after(moment: datetime, seconds: float) -> datetime:
    return moment + timedelta(seconds=seconds)
