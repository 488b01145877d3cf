"""What is answered about schedules: themselves, their shifts and cover, swaps, time off and feeds of calendars."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from mci_router.api.schemas.common import Answer, Moment
from mci_router.vocabulary import ScheduleState, SolvingState, SwapState, TimeOffState, WorkRule


class BreachOut(Answer):
    """A rule that is broken, and what to change."""

    rule: WorkRule
    agent: str
    day: date
    message: str
    limit: float | None
    needed: float | None
    mend: Annotated[str, Field(description="What to change so that it is not broken.")]


class PieceOut(Answer):
    """A piece of a shift."""

    activity: str
    begins_at: Moment
    ends_at: Moment


class ShiftOut(Answer):
    """A shift."""

    id: str
    schedule_id: str
    agent: str
    group: str | None
    template: str | None
    skills: list[str]
    begins_at: Moment
    ends_at: Moment
    pieces: list[PieceOut]
    sequence: Annotated[int, Field(description="How often it was changed.")]


class ShiftChanged(Answer):
    """A shift after a change by hand, and the rules that its agent's shifts break now."""

    shift: ShiftOut
    warnings: list[BreachOut]


class Shifts(Answer):
    """Shifts, in the order in which they begin."""

    items: list[ShiftOut]


class OpenShift(Answer):
    """A shift that nobody could be given within the rules."""

    group: str
    day: date
    begins_at: Moment
    ends_at: Moment


class GapOut(Answer):
    """How far what was found may be from the best, at most, as a share."""

    templates: float
    persons: float


class Shares(Answer):
    """The fewest and the most shifts of a kind that an agent who works has."""

    fewest: int
    most: int


class Figures(Answer):
    """How a schedule has come out when it was made."""

    seconds: float
    gap: GapOut
    open: list[OpenShift]
    relax: Annotated[
        list[BreachOut], Field(description="The rules that have to give way, as few as can be, to cover everything.")
    ]
    uncovered: Annotated[list[str], Field(description="What no template, or no agent with the skills, can cover.")]
    fairness: Annotated[dict[str, Shares], Field(description="Of `early`, `late` and `weekend` shifts.")]
    below_contract: Annotated[dict[str, float], Field(description="Hours that agents lack, by name.")]


class ScheduleOut(Answer):
    """A schedule."""

    id: str
    name: str
    begins_on: date
    ends_on: date
    state: ScheduleState
    solving: SolvingState
    problem: Annotated[str | None, Field(description="Why it could not be made.")]
    created_at: Moment
    published_at: Moment | None
    figures: Figures | None


class SchedulePage(Answer):
    """A page of schedules."""

    items: list[ScheduleOut]
    next_cursor: str | None = None


class Published(ScheduleOut):
    """A schedule that binds its agents now, and the rules that it breaks by somebody's leave."""

    warnings: list[BreachOut]


class CoverRow(Answer):
    """A group in a quarter-hour: the agents that it needs, and those whose shifts have them take contacts for it."""

    begins: Moment
    group: str
    required: int
    planned: int


class GroupCover(Answer):
    """A group's cover in all, in agent hours."""

    group: str
    required_h: float
    covered_h: float
    short_h: float
    beyond_h: float


class CoverOut(Answer):
    """The cover of a schedule as it is now, changes by hand included."""

    timezone: Annotated[str, Field(description="The workspace's, whose days the schedule has.")]
    groups: list[GroupCover]
    rows: list[CoverRow]


class SwapOut(Answer):
    """A swap of shifts."""

    id: str
    shift_id: str
    other_shift_id: str | None
    agent: str
    other: str
    reason: str
    state: SwapState
    created_at: Moment
    decided_at: Moment | None
    decided_why: str


class SwapApproved(SwapOut):
    """A swap that is done, and the rules that it breaks by somebody's leave."""

    warnings: list[BreachOut]


class SwapPage(Answer):
    """A page of swaps."""

    items: list[SwapOut]
    next_cursor: str | None = None


class TimeOffOut(Answer):
    """Time off."""

    id: str
    agent: str
    begins_at: Moment
    ends_at: Moment
    reason: str
    state: TimeOffState
    created_at: Moment
    decided_at: Moment | None
    decided_why: str


class TimeOffDecided(TimeOffOut):
    """Time off after a decision, and the agent's published shifts within it: somebody has to take them over."""

    shifts: list[ShiftOut]


class TimeOffPage(Answer):
    """A page of requests for time off."""

    items: list[TimeOffOut]
    timezone: Annotated[str, Field(description="The workspace's, of which its days are.", examples=["Europe/Berlin"])]
    next_cursor: str | None = None


class FeedOut(Answer):
    """The address at which an agent's calendar reads their shifts. It is a secret, and shown this once."""

    agent: str
    url: str


def breaches_out(found: Any) -> list[BreachOut]:
    """Returns breaches as they are answered."""
    return [BreachOut.model_validate(one) for one in found]
