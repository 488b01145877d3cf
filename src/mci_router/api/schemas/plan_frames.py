"""Frames of the agent socket about the agent's own schedule: read, time off asked for, and shifts swapped."""

from datetime import date, time
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from mci_router.api.schemas.common import Answer, Body, Moment
from mci_router.api.schemas.frame_ids import FrameId
from mci_router.api.schemas.schedule_answers import PieceOut, SwapOut
from mci_router.api.schemas.schedules import LONGEST_TIME_OFF, ShiftId, Why
from mci_router.specs.base import Day, Name
from mci_router.specs.moments import LocalTime

TimeOffId = Annotated[str, StringConstraints(pattern=r"^tof_[0-9a-f]{32}$")]
SwapId = Annotated[str, StringConstraints(pattern=r"^swp_[0-9a-f]{32}$")]


def _to_the_minute(value: time) -> time:
    if value.tzinfo or value.second or value.microsecond:
        raise ValueError("must be a local time, such as 09:30")
    return value


Clock = Annotated[LocalTime, AfterValidator(_to_the_minute)]
"""A time of day by the workspace's clock, to the minute."""


class ReadPlan(Body):
    """Reads the agent's own shifts, time off and swaps."""

    type: Literal["plan.read"]
    id: FrameId
    data: dict[str, str] = Field(default={}, max_length=0)


class AskTimeOffData(Body):
    """The first and the last day, by the workspace's clock; without times they are whole."""

    begins_on: Day
    ends_on: Day
    begins: Annotated[Clock | None, Field(description="From this time of the first day on.")] = None
    ends: Annotated[Clock | None, Field(description="Until this time of the last day.")] = None
    reason: Why = ""

    @model_validator(mode="after")
    def forward(self) -> Self:
        """Raises ValueError for a time that ends before it begins, or lasts too long."""
        if not 0 <= (self.ends_on - self.begins_on).days < LONGEST_TIME_OFF.days:
            raise ValueError("ends_on must be on begins_on or later, and within a year of it")
        if self.ends_on == self.begins_on and self.begins and self.ends and self.ends <= self.begins:
            raise ValueError("ends must be after begins")
        return self


class AskTimeOff(Body):
    """The agent asks for time off."""

    type: Literal["time_off.ask"]
    id: FrameId
    data: AskTimeOffData


class WithdrawTimeOffData(Body):
    """The time off that is not wanted any longer, also where it was approved and has not begun."""

    time_off_id: TimeOffId
    why: Why = ""


class WithdrawTimeOff(Body):
    """The agent withdraws a request for time off."""

    type: Literal["time_off.withdraw"]
    id: FrameId
    data: WithdrawTimeOffData


class SwapChoicesData(Body):
    """A shift of the agent, and the colleague whose shifts are wanted for it; null: who there is to be asked."""

    shift_id: ShiftId
    other: Name | None = None


class ListSwapChoices(Body):
    """Lists who may take a shift of the agent; or a colleague's shifts that may be taken for it."""

    type: Literal["swap.choices"]
    id: FrameId
    data: SwapChoicesData


class AskSwapData(Body):
    """The agent's shift, the colleague who is to take it, and the shift that is taken for it; null: none."""

    shift_id: ShiftId
    other: Name
    other_shift_id: ShiftId | None = None
    reason: Why = ""


class AskSwap(Body):
    """The agent asks a colleague to take a shift."""

    type: Literal["swap.ask"]
    id: FrameId
    data: AskSwapData


class SwapData(Body):
    """The swap, and why."""

    swap_id: SwapId
    why: Why = ""


class AcceptSwap(Body):
    """The agent agrees to a swap that a colleague has asked for: then a supervisor decides."""

    type: Literal["swap.accept"]
    id: FrameId
    data: SwapData


class DeclineSwap(Body):
    """The agent does not agree to a swap."""

    type: Literal["swap.decline"]
    id: FrameId
    data: SwapData


class WithdrawSwap(Body):
    """The agent does not want a swap any longer that the agent has asked for."""

    type: Literal["swap.withdraw"]
    id: FrameId
    data: SwapData


PlanCommand: TypeAlias = (
    ReadPlan | AskTimeOff | WithdrawTimeOff | ListSwapChoices | AskSwap | AcceptSwap | DeclineSwap | WithdrawSwap
)
"""What an agent does about the own schedule."""


class OwnPieceOut(PieceOut):
    """A piece of the agent's shift."""

    title: str


class ShownShift(Answer):
    """When a shift is."""

    id: str
    title: str
    begins_at: Moment
    ends_at: Moment


class OwnShiftOut(ShownShift):
    """A shift of the agent, without time off that was approved."""

    day: date
    pieces: list[OwnPieceOut]


class OwnSwapOut(SwapOut):
    """A swap of the agent, with its shifts."""

    shift: ShownShift
    other_shift: ShownShift | None
