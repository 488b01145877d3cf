"""Rounds: the newest look at the rest of a day, and the proposals that came of it, kept in the ledger.

One process's round of a quarter-hour is kept, whatever others worked out for it. A proposal keeps its id while it is
proposed again; one that was answered is not made again on that day.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.errors import NotFound, ProposalSettled
from mci_router.ids import new_id
from mci_router.insight.agent_time import Span
from mci_router.insight.intervals import quarter
from mci_router.models import IntradayRound, MoveProposal
from mci_router.vocabulary import MoveKind, ProposalState, TriedBy
from mci_router.workforce.intraday.moves import QueueEffect, Tried
from mci_router.workforce.intraday.rest import Move

NOUN = "move_proposal"

SaidBy: TypeAlias = tuple[Tried, TriedBy]
"""A move with its effect, and whose rules it was tried out by."""


async def newest(session: AsyncSession, workspace: str) -> IntradayRound | None:
    """Returns the newest look at the workspace's day; None before there was any."""
    return await session.get(IntradayRound, workspace)


async def keep(
    session: AsyncSession,
    workspace: str,
    now: datetime,
    figures: Mapping[str, Any],
    tried: Iterable[SaidBy],
    day: Span,
) -> bool:
    """Keeps a round, in the caller's transaction, unless there is one of this quarter-hour: then returns False."""
    values = {"workspace_id": workspace, "at": now, "figures": dict(figures)}
    made = insert(IntradayRound).values(values)
    kept = await session.execute(
        made.on_conflict_do_update(
            index_elements=["workspace_id"],
            set_={"at": made.excluded.at, "figures": made.excluded.figures},
            where=IntradayRound.at < quarter(now),
        ).returning(IntradayRound.workspace_id)
    )
    if kept.first() is None:
        return False
    await _propose(session, workspace, now, list(tried), day)
    return True


async def _propose(session: AsyncSession, workspace: str, now: datetime, tried: Sequence[SaidBy], day: Span) -> None:
    of_day = {_what(one): one for one in await _of_day(session, workspace, day)}
    again = set()
    for found, by in tried:
        known = of_day.get((found.move.kind, found.move.queue, found.move.agent))
        if known is None or known.state is ProposalState.OVER:
            session.add(_made(workspace, now, found, by))
        elif known.state is ProposalState.PROPOSED:
            again.add(known.id)
            known.begins_at, known.ends_at = _at(now, found.move)
            known.effect = effect(found, by)
    gone = update(MoveProposal).where(
        MoveProposal.workspace_id == workspace,
        MoveProposal.state == ProposalState.PROPOSED,
        MoveProposal.created_at < now,
        MoveProposal.id.not_in(again),
    )
    await session.execute(gone.values(state=ProposalState.OVER))
    await session.flush()


async def _of_day(session: AsyncSession, workspace: str, day: Span) -> Sequence[MoveProposal]:
    """Returns the proposals of a day, the newest last."""
    query = select(MoveProposal).where(
        MoveProposal.workspace_id == workspace, MoveProposal.created_at >= day[0], MoveProposal.created_at < day[1]
    )
    return (await session.scalars(query.order_by(MoveProposal.id).with_for_update())).all()


def _what(one: MoveProposal) -> tuple[MoveKind, str | None, str | None]:
    return one.kind, one.queue, one.agent


def _made(workspace: str, now: datetime, found: Tried, by: TriedBy) -> MoveProposal:
    begins, ends = _at(now, found.move)
    return MoveProposal(
        id=new_id(NOUN),
        workspace_id=workspace,
        created_at=now,
        kind=found.move.kind,
        queue=found.move.queue,
        agent=found.move.agent,
        begins_at=begins,
        ends_at=ends,
        effect=effect(found, by),
        state=ProposalState.PROPOSED,
    )


def _at(now: datetime, move: Move) -> Span:
    return now + timedelta(seconds=move.begins_s), now + timedelta(seconds=move.ends_s)


def effect(found: Tried, by: TriedBy) -> dict[str, Any]:
    """Returns the effect of a move that was tried out, as it is kept."""
    return {
        "gain": round(found.gain, 1),
        "certainty": round(found.certainty, 3),
        "days": found.days,
        "by": by,
        "queues": {name: _levels(one) for name, one in found.queues.items() if one.without != one.with_it},
    }


def _levels(one: QueueEffect) -> dict[str, float | None]:
    return {"without": one.without, "with": one.with_it}


async def agreed(session: AsyncSession, workspace: str, now: datetime) -> Sequence[Move]:
    """Returns the moves that were accepted and are not over, from now on: the rest of the day is as they make it."""
    query = select(MoveProposal).where(
        MoveProposal.workspace_id == workspace,
        MoveProposal.state == ProposalState.ACCEPTED,
        MoveProposal.ends_at > now,
    )
    return [
        Move(one.kind, max(0.0, _s(one.begins_at, now)), _s(one.ends_at, now), one.queue, one.agent)
        for one in await session.scalars(query)
    ]


def _s(at: datetime, now: datetime) -> float:
    return (at - now).total_seconds()


async def proposals(
    session: AsyncSession, workspace: str, *, state: ProposalState | None, after: str | None, limit: int
) -> Sequence[MoveProposal]:
    """Returns the workspace's proposals, newest first."""
    query = select(MoveProposal).where(MoveProposal.workspace_id == workspace)
    if state is not None:
        query = query.where(MoveProposal.state == state)
    if after is not None:
        query = query.where(MoveProposal.id < after)
    return (await session.scalars(query.order_by(MoveProposal.id.desc()).limit(limit))).all()


async def decide(
    session: AsyncSession, workspace: str, proposal_id: str, state: ProposalState, *, by: str, why: str, now: datetime
) -> MoveProposal:
    """Notes what was decided about a proposal, in the caller's transaction. Raises NotFound, ProposalSettled."""
    mine = MoveProposal.workspace_id == workspace, MoveProposal.id == proposal_id
    found = await session.scalar(select(MoveProposal).where(*mine).with_for_update())
    if found is None:
        raise NotFound(f"No proposal {proposal_id!r} in this workspace.")
    if found.state is not ProposalState.PROPOSED or found.ends_at <= now:
        raise ProposalSettled(f"The proposal is {found.state}, or its time is over: `GET /v1/workforce/proposals`.")
    found.state, found.decided_at, found.decided_by, found.decided_why = state, now, by, why
    await session.flush()
    return found


async def end_what_is_over(session: AsyncSession, workspace: str, now: datetime) -> None:
    """Ends the proposals that nobody has answered in their time."""
    mine = MoveProposal.workspace_id == workspace, MoveProposal.state == ProposalState.PROPOSED
    await session.execute(
        update(MoveProposal).where(*mine, MoveProposal.ends_at <= now).values(state=ProposalState.OVER)
    )
