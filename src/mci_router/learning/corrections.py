"""Corrections in the ledger: the topics that agents give to contacts when they complete them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, func, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.classifier.gate import HeldOutExample
from mci_router.clock import utc_now
from mci_router.errors import NotFound
from mci_router.ids import new_id
from mci_router.learning.training import CORRECTIONS_A_TOPIC
from mci_router.models import Correction
from mci_router.vocabulary import CorrectionState

SLOWEST_COMMIT_S = 30  # a correction is visible at the latest this much after it was settled

# Confirmations are learnt from as well, but only along with news: up to the last correction that changes a topic.
ACCEPTED = text(
    """
    SELECT c.topic, c.text FROM unnest(CAST(:topics AS text[])) AS t(topic), LATERAL (
      SELECT id, topic, text FROM corrections
      WHERE workspace_id = :workspace AND topic = t.topic AND state = 'accepted' AND settled_at <= (
        SELECT max(settled_at) FROM corrections WHERE workspace_id = :workspace AND state = 'accepted' AND NOT confirms)
      ORDER BY id DESC LIMIT :most) AS c
    ORDER BY c.id
    """
)


async def accepted(session: AsyncSession, workspace: str, topics: Collection[str]) -> list[HeldOutExample]:
    """Returns the accepted corrections that a model of these topics learns from, oldest first.

    These are the newest of each topic.
    """
    rows = await session.execute(
        ACCEPTED, {"workspace": workspace, "topics": sorted(topics), "most": CORRECTIONS_A_TOPIC}
    )
    return [HeldOutExample(topic, corrected) for topic, corrected in rows]


async def settled_lately(session: AsyncSession) -> set[tuple[str, str, datetime]]:
    """Returns workspace, id and time of the corrections settled lately that change what is learnt from."""
    return {(workspace, correction, at) for workspace, correction, at in await session.execute(_settled_lately())}


@cache  # it is asked at every look of every process
def _settled_lately() -> Select[str, str, datetime]:
    news = Correction.confirms.is_(False) | (Correction.state != CorrectionState.ACCEPTED)
    since = func.now() - timedelta(seconds=SLOWEST_COMMIT_S)
    columns = (Correction.workspace_id, Correction.id, Correction.settled_at)
    return select(*columns).where(Correction.settled_at > since, news)


async def enter(session: AsyncSession, workspace: str, contact: str, values: Mapping[str, Any]) -> None:
    """Records the latest topic of a contact.

    Idempotent: the same topic again changes nothing, because a review may have settled it.
    """
    entered = upsert(Correction).values(
        id=new_id("correction"), workspace_id=workspace, contact_id=contact, settled_at=func.clock_timestamp(), **values
    )
    changed = {**values, "settled_at": func.clock_timestamp(), "created_at": utc_now()}
    await session.execute(
        entered.on_conflict_do_update(
            index_elements=[Correction.contact_id], set_=changed, where=Correction.topic != values["topic"]
        )
    )


async def corrections(
    session: AsyncSession,
    workspace: str,
    *,
    state: CorrectionState | None,
    sensitive_too: bool,
    after: str | None,
    limit: int,
) -> Sequence[Correction]:
    """Returns corrections, newest first, older than `after`."""
    query = select(Correction).where(Correction.workspace_id == workspace).order_by(Correction.id.desc()).limit(limit)
    if state:
        query = query.where(Correction.state == state)
    if not sensitive_too:
        query = query.where(Correction.sensitive.is_(False))
    if after:
        query = query.where(Correction.id < after)
    return (await session.scalars(query)).all()


async def settle(
    session: AsyncSession, workspace: str, correction: str, state: CorrectionState, *, sensitive_too: bool
) -> tuple[Correction, CorrectionState]:
    """Settles a correction as a person decides: learnt from, or not.

    Returns it, and its state before. Raises NotFound.
    """
    query = (
        select(Correction).where(Correction.workspace_id == workspace, Correction.id == correction).with_for_update()
    )
    row = await session.scalar(query)
    if row is None or (row.sensitive and not sensitive_too):
        raise NotFound(f"There is no correction {correction!r} in this workspace.")
    before = row.state
    if before is not state:
        row.state, row.settled_at = state, await _now(session)
        await session.flush()
    return row, before


async def _now(session: AsyncSession) -> datetime:
    now: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    return now
