"""Forecasting: which days are learnt from as what."""

from typing import Annotated

from pydantic import Field

from mci_router.specs.base import Name, Spec
from mci_router.specs.moments import CalendarDay


class ForecastSpec(Spec):
    """Days that forecasts are not to take for ordinary ones. A queue's own holidays are known from its hours."""

    exclude: Annotated[
        list[CalendarDay],
        Field(
            max_length=1_000,
            description="Days that nothing is learnt from, and by which no forecast is judged: a strike, a campaign.",
            examples=[["2026-11-27"]],
        ),
    ] = []
    holiday_calendars: Annotated[
        list[Name],
        Field(
            max_length=20,
            description="The workspace's calendars whose days are unlike their weekdays for all queues, open or not.",
        ),
    ] = []
