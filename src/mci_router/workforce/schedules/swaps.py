"""Swaps: an agent asks another to take a shift, that one accepts, a supervisor approves, and it changes hands.

The rules are checked for both when it is approved: what was right when it was asked may not be any longer.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import utc_now
from mci_router.errors import AlreadyDecided, InvalidRequest, NotFound, ScheduleNotReady, UnknownAgent
from mci_router.ids import new_id
from mci_router.models import Shift, ShiftSwap
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import ScheduleState, SwapState
from mci_router.workforce.bounds import room_to_ask
from mci_router.workforce.former import both_present
from mci_router.workforce.schedules import store
from mci_router.workforce.schedules.breaches import Breach
from mci_router.workforce.schedules.changes import hand_over
from mci_router.workforce.schedules.checking import check, must_keep

OPEN = (SwapState.ASKED, SwapState.ACCEPTED)


async def ask(
    session: AsyncSession,
    snapshot: Snapshot,
    *,
    shift_id: str,
    other: str,
    other_shift_id: str | None,
    reason: str,
    agent: str | None = None,
) -> ShiftSwap:
    """Asks an agent to take a published shift of another, for one of theirs or for none; a shift of `agent` alone, if
    that is given.

    Raises:
        NotFound: there is no such shift.
        UnknownAgent: there is no such other.
        ScheduleNotReady: a shift is not published, or has begun.
        TooManyAsked: the agent has asked as often as may be.
        InvalidRequest: the shifts are not those of the two.
    """
    if other not in snapshot.agents:
        raise UnknownAgent(f"There is no agent {other!r}.")
    mine = await _published(session, snapshot, shift_id)
    if agent not in (None, mine.agent):
        raise NotFound(f"There is no shift {shift_id!r} of {agent}.")
    if mine.agent == other:
        raise InvalidRequest(f"body.other: {other} has that shift already.")
    if other_shift_id:
        theirs = await _published(session, snapshot, other_shift_id)
        if theirs.agent != other:
            raise InvalidRequest(f"body.other_shift_id: that shift is not one of {other}.")
    await room_to_ask(session, ShiftSwap, snapshot.workspace_id, mine.agent, OPEN)
    made = ShiftSwap(
        id=new_id("swap"),
        workspace_id=snapshot.workspace_id,
        shift_id=shift_id,
        other_shift_id=other_shift_id,
        agent=mine.agent,
        other=other,
        reason=reason,
        state=SwapState.ASKED,
    )
    session.add(made)
    await session.flush()
    await session.refresh(made)
    return made


async def swap(session: AsyncSession, workspace: str, swap_id: str) -> ShiftSwap:
    """Returns a swap, locked. Raises NotFound."""
    mine = ShiftSwap.workspace_id == workspace, ShiftSwap.id == swap_id, both_present()
    found = await session.scalar(select(ShiftSwap).where(*mine).with_for_update())
    if found is None:
        raise NotFound(f"There is no swap {swap_id!r}.")
    return found


async def swaps(
    session: AsyncSession, workspace: str, *, state: SwapState | None, after: str | None, limit: int
) -> Sequence[ShiftSwap]:
    """Returns swaps, the newest first."""
    query = select(ShiftSwap).where(ShiftSwap.workspace_id == workspace, both_present())
    if state:
        query = query.where(ShiftSwap.state == state)
    if after:
        query = query.where(ShiftSwap.id < after)
    return (await session.scalars(query.order_by(ShiftSwap.id.desc()).limit(limit))).all()


async def accept(session: AsyncSession, snapshot: Snapshot, found: ShiftSwap, agent: str) -> None:
    """Notes that the other agent agrees.

    Raises AlreadyDecided; InvalidRequest for anybody else; ScheduleNotReady: a shift of it is not there any longer as
    it was, so that there is nothing to agree to.
    """
    if found.state is not SwapState.ASKED:
        raise AlreadyDecided(f"The swap is {found.state}.")
    if agent != found.other:
        raise InvalidRequest(f"body.agent: {found.other} was asked, and nobody else can accept.")
    try:
        await _both(session, snapshot, found)
    except NotFound as gone:
        raise ScheduleNotReady("A shift of the swap was cancelled, or is another agent's now.") from gone
    found.state = SwapState.ACCEPTED


def end(found: ShiftSwap, state: SwapState, why: str) -> None:
    """Declines or withdraws a swap. Raises AlreadyDecided."""
    if found.state not in OPEN:
        raise AlreadyDecided(f"The swap is {found.state}.")
    found.state, found.decided_at, found.decided_why = state, utc_now(), why


async def approve(
    session: AsyncSession, snapshot: Snapshot, found: ShiftSwap, why: str, *, accepted: bool
) -> list[Breach]:
    """Lets the shifts change hands. Returns the rules that are broken by it.

    Raises:
        AlreadyDecided: it was decided, or the other agent has not agreed yet.
        NotFound, ScheduleNotReady: a shift of it is not there any longer as it was.
        RulesBroken: a rule is broken, and it is not `accepted`.
    """
    if found.state is not SwapState.ACCEPTED:
        raise AlreadyDecided(f"The swap is {found.state}: only one that the other agent has accepted is approved.")
    given, taken = await _both(session, snapshot, found)
    made = [await _over(session, snapshot, given, found.other)]
    if taken:
        made.append(await _over(session, snapshot, taken, found.agent))
    await session.flush()
    broken = await check(session, snapshot, made, without=[one.id for one in made])
    must_keep(broken, accepted=accepted)
    found.state, found.decided_at, found.decided_why = SwapState.APPROVED, utc_now(), why
    return broken


async def _both(session: AsyncSession, snapshot: Snapshot, found: ShiftSwap) -> tuple[Shift, Shift | None]:
    """Returns the shift that is given, and the one that is taken for it. Raises NotFound, ScheduleNotReady."""
    given = await _still(session, snapshot, found.shift_id, found.agent)
    other = found.other_shift_id
    return given, await _still(session, snapshot, other, found.other) if other else None


async def _still(session: AsyncSession, snapshot: Snapshot, shift_id: str, agent: str) -> Shift:
    shift = await _published(session, snapshot, shift_id)
    if shift.agent != agent:
        raise ScheduleNotReady(f"The shift {shift_id} is not one of {agent} any longer.")
    return shift


async def _over(session: AsyncSession, snapshot: Snapshot, shift: Shift, agent: str) -> Shift:
    row = await store.schedule(session, snapshot.workspace_id, shift.schedule_id)
    return hand_over(session, row, shift, agent)


async def _published(session: AsyncSession, snapshot: Snapshot, shift_id: str) -> Shift:
    shift = await store.shift(session, snapshot.workspace_id, shift_id, lock=True)
    row = await store.schedule(session, snapshot.workspace_id, shift.schedule_id)
    if row.state is not ScheduleState.PUBLISHED:
        raise ScheduleNotReady(f"The shift {shift_id} is not published: there is nothing to swap yet.")
    if shift.begins_at <= utc_now():
        raise ScheduleNotReady(f"The shift {shift_id} has begun already.")
    return shift
