"""Forecasts: what will come, and how far such forecasts were true."""

from datetime import date
from typing import Annotated

from pydantic import Field

from mci_router.api.schemas.common import Answer, Moment
from mci_router.api.schemas.interval_reports import Row
from mci_router.vocabulary import Channel

NOT_YET = "Null: not measured yet."


class ForecastQuarter(Row):
    """A quarter-hour of a queue and channel."""

    queue: str
    channel: Channel
    arrivals: Annotated[float, Field(description="The mean number of contacts expected to come.")]
    low: Annotated[float, Field(description="Not fewer come, nine times out of ten.")]
    high: Annotated[float, Field(description="Nor more, nine times out of ten: eight of ten lie between both.")]
    aht_s: Annotated[
        float | None, Field(description="The mean handle time expected, in seconds. Null: nobody has handled any yet.")
    ]
    actual: Annotated[int | None, Field(description="The arrivals that came. Null: the quarter-hour is not over.")]


class Accuracy(Answer):
    """How far the forecasts were true that were made in the mornings of the last 28 days, by quarter-hours."""

    wape: Annotated[float | None, Field(description=f"Σ|forecast − actual| ÷ Σactual. {NOT_YET}")]
    bias: Annotated[
        float | None,
        Field(description=f"(Σforecast − Σactual) ÷ Σactual: above nought, too many were expected. {NOT_YET}"),
    ]
    inside: Annotated[
        float | None, Field(description=f"The share of quarter-hours between `low` and `high`. {NOT_YET}")
    ]
    n: Annotated[int, Field(description="Quarter-hours that were compared.")]
    days: Annotated[int, Field(description="Days that were.")]


class QueueForecast(Answer):
    """A queue and channel of the forecast."""

    queue: str
    channel: Channel
    made_at: Annotated[Moment, Field(description="When it was made, by what was known at midnight.")]
    aht_of: Annotated[int, Field(description="Contacts of the last twelve weeks that the handle times rest on.")]
    accuracy: Accuracy


class ForecastOut(Answer):
    """The forecast of a day."""

    day: date
    timezone: str
    frozen: Annotated[
        bool, Field(description="The day has begun: what was forecast of it at midnight stays as it was.")
    ]
    intraday: Annotated[bool, Field(description="The rest of the day is corrected by its last two hours.")]
    accuracy: Annotated[Accuracy, Field(description="Of all the queues below together.")]
    queues: list[QueueForecast]
    rows: list[ForecastQuarter]
