"""Events of schedules: when each comes, and what its `data` says."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from mci_router.events import EventType
from mci_router.vocabulary import ShiftChange
from mci_router.webhooks.payloads import Payload, Time

LocalDay = Annotated[str, Field(json_schema_extra={"format": "date"})]


class SchedulePayload(Payload):
    """A schedule whose shifts bind their agents, or do so no longer; `GET …/schedules/{id}/shifts` has them."""

    schedule: str
    begins_on: Annotated[LocalDay, Field(description="The first day, by the workspace's clock.")]
    ends_on: Annotated[LocalDay, Field(description="The last day.")]
    shifts: Annotated[int, Field(description="How many shifts.")]
    agents: Annotated[int, Field(description="Of how many agents.")]


class ShiftPayload(Payload):
    """A shift that binds its agent, or did."""

    shift: str
    schedule: str
    agent: str
    change: ShiftChange
    begins_at: Time
    ends_at: Time


SCHEDULES: Mapping[EventType, tuple[str, type[Payload]]] = {
    EventType.SCHEDULE_PUBLISHED: ("The shifts of the `schedule` bind their agents.", SchedulePayload),
    EventType.SCHEDULE_WITHDRAWN: ("All shifts of the `schedule` are cancelled.", SchedulePayload),
    EventType.SHIFT_CHANGED: (
        "A shift of a published schedule was `added` for the `agent`, `changed` or `cancelled`, by hand or by a swap: "
        "one that changes hands is cancelled for one agent and added, as another shift, for the other.",
        ShiftPayload,
    ),
}
