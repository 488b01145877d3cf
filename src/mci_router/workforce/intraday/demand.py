"""Demand: the rest of a day of each queue, from its forecast, from who waits, and from how patient its customers are.

Pure.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from mci_router.insight.intervals import QUARTER
from mci_router.routing.live_queues import LiveQueue
from mci_router.specs.queues import QueueSpec
from mci_router.workforce.intraday.rest import RestQueue

BAND = 1.2816  # standard deviations of the normal distribution between which eight of ten lie
LEAST_SPREAD, MOST_SPREAD = 0.05, 0.5  # of the whole rest: a forecast is never exact, and never says nothing
MOST_WAITING = 2_000  # of a queue, that are tried out


class Foreseen(Protocol):
    """A quarter-hour of a forecast, as the forecasts of workforce have it."""

    @property
    def queue(self) -> str: ...
    @property
    def begins(self) -> datetime: ...
    @property
    def arrivals(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def aht_s(self) -> float: ...


def rest_queues(
    rows: Iterable[Foreseen],
    queues: Mapping[str, QueueSpec],
    live: Mapping[str, LiveQueue],
    patience_s: Mapping[str, float],
    now: datetime,
    until: datetime,
) -> tuple[RestQueue, ...]:
    """Returns each queue that anybody is expected in, or waits in, from now until a moment."""
    ahead: dict[str, list[Foreseen]] = {name: [] for name in queues}
    for row in rows:
        if row.queue in ahead and row.begins + QUARTER > now and row.begins < until:
            ahead[row.queue].append(row)
    found = (_queue(spec, ahead[name], live.get(name), patience_s.get(name), now) for name, spec in queues.items())
    return tuple(one for one in found if one.expected)


def _queue(
    spec: QueueSpec, rows: Sequence[Foreseen], live: LiveQueue | None, patience_s: float | None, now: datetime
) -> RestQueue:
    begins = sorted({row.begins for row in rows})
    first_s = _left(begins[0], now).total_seconds() if begins else QUARTER.total_seconds()
    expected = dict.fromkeys(begins, 0.0)
    for row in rows:
        expected[row.begins] += row.arrivals * (_left(row.begins, now) / QUARTER)
    return RestQueue(
        name=spec.name,
        goal=spec.service_level.goal,
        target_s=spec.service_level.target_s,
        aht_s=_aht_s(spec, rows),
        arrivals=tuple(expected[at] for at in begins),
        first_s=first_s,
        spread=_spread(rows),
        patience_s=None if spec.deferrable else patience_s,
        deferrable=spec.deferrable,
        waited=_waited(live, now),
        weight=spec.weight,
        units=spec.units,
    )


def _left(begins: datetime, now: datetime) -> timedelta:
    """Returns how much of a quarter-hour is still to come."""
    return min(QUARTER, begins + QUARTER - now)


def _aht_s(spec: QueueSpec, rows: Sequence[Foreseen]) -> float:
    """Returns the handle time of the rest: that of each quarter-hour, by its arrivals."""
    total = sum(row.arrivals for row in rows)
    return sum(row.arrivals * row.aht_s for row in rows) / total if total else spec.expected_handle_s


def _spread(rows: Sequence[Foreseen]) -> float:
    """Returns the standard deviation of the whole rest, as a share, beyond that of chance alone (Poisson)."""
    total = sum(row.arrivals for row in rows)
    beyond = sum(max(0.0, ((row.high - row.low) / 2 / BAND) ** 2 - row.arrivals) for row in rows)
    return min(MOST_SPREAD, max(LEAST_SPREAD, math.sqrt(beyond) / total)) if total else LEAST_SPREAD


def _waited(live: LiveQueue | None, now: datetime) -> tuple[float, ...]:
    """Returns how long those in line have waited: as if they had come evenly since the oldest did, who comes first."""
    if live is None or not live.waiting or live.oldest_at is None:
        return ()
    oldest_s = max(0.0, now.timestamp() - live.oldest_at / 1000)
    number = min(live.waiting, MOST_WAITING)
    return tuple(oldest_s * (number - place) / number for place in range(number))
