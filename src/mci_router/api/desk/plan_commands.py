"""Commands of an agent about the own schedule: read, time off asked for, and shifts swapped. Of nobody else's."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.audit import Actor
from mci_router.access.tokens import AgentIdentity
from mci_router.api.auditing import audited
from mci_router.api.parts import Parts
from mci_router.api.schemas.plan_frames import (
    AcceptSwap,
    AskSwap,
    AskSwapData,
    AskTimeOff,
    AskTimeOffData,
    DeclineSwap,
    ListSwapChoices,
    OwnPieceOut,
    OwnShiftOut,
    OwnSwapOut,
    PlanCommand,
    ReadPlan,
    ShownShift,
    SwapChoicesData,
    SwapData,
    WithdrawSwap,
    WithdrawTimeOff,
    WithdrawTimeOffData,
)
from mci_router.api.schemas.schedule_answers import SwapOut, TimeOffOut
from mci_router.clock import moment, utc_now
from mci_router.errors import AlreadyDecided, InvalidRequest, NotFound
from mci_router.intake.masking import mask
from mci_router.models import Shift, ShiftSwap
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.working import ActivitySpec, ShiftTemplateSpec, minute_of
from mci_router.vocabulary import ActorKind, SwapState, TimeOffState
from mci_router.workforce.schedules import swaps, time_off
from mci_router.workforce.schedules.own import OwnShift, OwnSwap, colleagues, own_plan, shifts_to_take, with_shifts
from mci_router.workforce.schedules.stints import DAY, instant


class PlanCommands:
    """Carries out one agent's frames about the own schedule."""

    def __init__(self, parts: Parts, identity: AgentIdentity) -> None:
        self._parts = parts
        self._workspace = identity.workspace_id
        self._agent = identity.agent
        self._actor = Actor(identity.workspace_id, ActorKind.AGENT, identity.agent, identity.agent)

    async def do(self, frame: PlanCommand) -> dict[str, Any]:
        """Carries out a frame, and returns the data of its ack.

        Raises NotFound for what is not the agent's, and what `time_off` and `swaps` raise.
        """
        snapshot = await self._parts.snapshots.get(self._workspace)
        async with self._parts.database.transaction() as session:
            match frame:
                case ReadPlan():
                    return await self._read(session, snapshot)
                case AskTimeOff(data=data):
                    return await self._ask_time_off(session, snapshot, data)
                case WithdrawTimeOff(data=data):
                    return await self._withdraw_time_off(session, data)
                case ListSwapChoices(data=data):
                    return await self._choices(session, snapshot, data)
                case AskSwap(data=data):
                    return await self._ask_swap(session, snapshot, data)
                case AcceptSwap(data=data):
                    return await self._accept(session, snapshot, data)
                case DeclineSwap(data=data):
                    return await self._end(session, snapshot, data, SwapState.DECLINED)
                case WithdrawSwap(data=data):
                    return await self._end(session, snapshot, data, SwapState.WITHDRAWN)

    async def _read(self, session: AsyncSession, snapshot: Snapshot) -> dict[str, Any]:
        now = utc_now()
        found = await own_plan(session, snapshot, self._agent, now)
        return {
            "at": moment(now),
            "timezone": snapshot.spec.zone.key,
            "scheduled": bool(snapshot.of(ActivitySpec)),
            "today": str(found.today),
            "tomorrow": str(found.today + DAY),
            "shifts": [_own(snapshot, one) for one in found.shifts],
            "time_off": [TimeOffOut.model_validate(one).model_dump(mode="json") for one in found.time_off],
            "swaps": [_swap(snapshot, one) for one in found.swaps],
        }

    async def _ask_time_off(self, session: AsyncSession, snapshot: Snapshot, data: AskTimeOffData) -> dict[str, Any]:
        """Raises InvalidRequest, TooManyAsked. The reason is not in the audit trail: it may be a private one."""
        begins_at, ends_at = _bounds(snapshot, data)
        made = await time_off.ask(
            session, snapshot, agent=self._agent, begins_at=begins_at, ends_at=ends_at, reason=mask(data.reason).text
        )
        facts = {"agent": made.agent, "begins_at": made.begins_at.isoformat(), "ends_at": made.ends_at.isoformat()}
        await audited(session, self._actor, "time_off.asked", made.id, after=facts)
        return {"time_off": TimeOffOut.model_validate(made).model_dump(mode="json")}

    async def _withdraw_time_off(self, session: AsyncSession, data: WithdrawTimeOffData) -> dict[str, Any]:
        """Raises NotFound, AlreadyDecided: also for what was approved and has begun, so that nobody was at work on days
        on which they were off.
        """
        found = await time_off.one(session, self._workspace, data.time_off_id, agent=self._agent)
        if found.state is TimeOffState.APPROVED and found.begins_at <= utc_now():
            raise AlreadyDecided("The time off has begun: a supervisor can withdraw it.")
        before = {"state": found.state}
        time_off.decide(found, TimeOffState.WITHDRAWN, mask(data.why).text)
        await audited(session, self._actor, "time_off.withdrawn", found.id, before=before, after={"state": found.state})
        return {"time_off": TimeOffOut.model_validate(found).model_dump(mode="json")}

    async def _choices(self, session: AsyncSession, snapshot: Snapshot, data: SwapChoicesData) -> dict[str, Any]:
        """Raises NotFound for a shift that is not the agent's, UnknownAgent."""
        found = await colleagues(session, snapshot, self._agent, data.shift_id)
        theirs = await shifts_to_take(session, snapshot, data.other, utc_now()) if data.other else []
        return {
            "colleagues": [{"name": one.name, "title": one.title, "works_then": one.works_then} for one in found],
            "shifts": [_shown(snapshot, one).model_dump(mode="json") for one in theirs],
        }

    async def _ask_swap(self, session: AsyncSession, snapshot: Snapshot, data: AskSwapData) -> dict[str, Any]:
        """Raises what `swaps.ask` raises."""
        asked = data.model_dump() | {"reason": mask(data.reason).text}
        made = await swaps.ask(session, snapshot, **asked, agent=self._agent)
        facts = {"agent": made.agent, "other": made.other, "shift": made.shift_id, "other_shift": made.other_shift_id}
        await audited(session, self._actor, "swap.asked", made.id, after=facts, reason=made.reason)
        return await self._answer(session, snapshot, made)

    async def _accept(self, session: AsyncSession, snapshot: Snapshot, data: SwapData) -> dict[str, Any]:
        """Raises NotFound, AlreadyDecided, ScheduleNotReady."""
        found = await self._found(session, data.swap_id, SwapState.ACCEPTED)
        before = {"state": found.state}
        await swaps.accept(session, snapshot, found, self._agent)
        await audited(session, self._actor, "swap.accepted", found.id, before=before, after={"state": found.state})
        return await self._answer(session, snapshot, found)

    async def _end(self, session: AsyncSession, snapshot: Snapshot, data: SwapData, state: SwapState) -> dict[str, Any]:
        """Raises NotFound, AlreadyDecided."""
        found, why = await self._found(session, data.swap_id, state), mask(data.why).text
        before = {"state": found.state}
        swaps.end(found, state, why)
        await audited(
            session, self._actor, f"swap.{state}", found.id, before=before, after={"state": state}, reason=why
        )
        return await self._answer(session, snapshot, found)

    async def _found(self, session: AsyncSession, swap_id: str, to: SwapState) -> ShiftSwap:
        """Returns a swap that the agent may bring to a state: who asked withdraws it, who is asked says yes or no."""
        found = await swaps.swap(session, self._workspace, swap_id)
        if self._agent != (found.agent if to is SwapState.WITHDRAWN else found.other):
            raise NotFound(f"There is no swap {swap_id!r} of {self._agent}.")
        return found

    async def _answer(self, session: AsyncSession, snapshot: Snapshot, swap: ShiftSwap) -> dict[str, Any]:
        (found,) = await with_shifts(session, [swap])
        return {"swap": _swap(snapshot, found)}


def _bounds(snapshot: Snapshot, data: AskTimeOffData) -> tuple[datetime, datetime]:
    """Returns from when until when time off is asked for. Raises InvalidRequest for what is over, or is no time."""
    zone = snapshot.spec.zone
    begins_at = instant(data.begins_on, minute_of(data.begins) if data.begins else 0, zone)
    ends_at = instant(data.ends_on, minute_of(data.ends), zone) if data.ends else instant(data.ends_on + DAY, 0, zone)
    if ends_at <= max(begins_at, utc_now()):
        raise InvalidRequest("data.ends_on: that time is over already, or has no length.")
    return begins_at, ends_at


def _own(snapshot: Snapshot, one: OwnShift) -> dict[str, Any]:
    known = snapshot.of(ActivitySpec)
    pieces = [
        OwnPieceOut(
            activity=piece.activity.name,
            title=known[piece.activity.name].title if piece.activity.name in known else piece.activity.name,
            begins_at=piece.begins_at,
            ends_at=piece.ends_at,
        )
        for piece in one.pieces
    ]
    shown = _shown(snapshot, one.shift).model_dump()
    return OwnShiftOut(**shown, day=one.day, pieces=pieces).model_dump(mode="json")


def _swap(snapshot: Snapshot, one: OwnSwap) -> dict[str, Any]:
    shifts = {
        "shift": _shown(snapshot, one.shift),
        "other_shift": one.other_shift and _shown(snapshot, one.other_shift),
    }
    return OwnSwapOut.model_validate(SwapOut.model_validate(one.swap).model_dump() | shifts).model_dump(mode="json")


def _shown(snapshot: Snapshot, shift: Shift) -> ShownShift:
    template = snapshot.of(ShiftTemplateSpec).get(shift.template or "")
    title = template.title if template else ""
    return ShownShift(id=shift.id, title=title, begins_at=shift.begins_at, ends_at=shift.ends_at)
