"""The report of times of day."""

from typing import Annotated

from pydantic import Field

from mci_router.api.schemas.common import Answer, Moment
from mci_router.insight.intervals import ReportInterval


class TimesOfDayRow(Answer):
    """A group, and its contacts at each time of day."""

    group: Annotated[str | None, Field(description="Null for contacts that have none, such as no topic.")]
    contacts: Annotated[list[int], Field(description="As many as `times`, added up over the days.")]
    total: int


class TimesOfDayReport(Answer):
    """Contacts accepted, by time of day and group; the groups with the most come first."""

    since: Annotated[Moment, Field(description="Where the first day begins: at or before `since` of the request.")]
    until: Annotated[Moment, Field(description="Where the last day ends.")]
    timezone: str
    interval: ReportInterval
    group_by: str
    days: int
    times: Annotated[list[str], Field(description="When each interval begins, by the workspace's clocks.")]
    rows: list[TimesOfDayRow]
    left_out_groups: Annotated[int, Field(description="Groups beyond `limit`.")]
    left_out_contacts: Annotated[int, Field(description="The contacts of these.")]
