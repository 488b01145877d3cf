"""Interval history: offered, answered, abandoned, AHT and service level by interval and queue, as workforce suites
import it. Pure.

A suite takes a gap for missing data, so each queue has a row for each interval that is over.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from mci_router.insight.levels import ServiceLevelKind, Stays
from mci_router.values import value

DATE_FORMAT = re.compile(r"(?:%[YymdHMSBbjZz]|[ T./:,-])+")
"""What a date may be written by: directives of `strftime` for numbers and months, and what stands between them."""

USUAL = "interval,queue,offered,answered,abandoned,aht,sl"


@value
class Look:
    """How values are written."""

    zone: ZoneInfo
    date_format: str
    decimal: str

    def moment(self, at: datetime) -> str:
        return at.astimezone(self.zone).strftime(self.date_format)

    def number(self, value: float | None, places: int) -> str:
        """Returns a number with at most so many decimals; nothing for what was not measured."""
        if value is None:
            return ""
        short = f"{value:.{places}f}".rstrip("0").rstrip(".") if places else f"{value:.0f}"
        return short.replace(".", self.decimal)


@value
class Cell:
    """What a row is of: an interval, a queue, and its stays."""

    begins: datetime
    ends: datetime
    queue: str
    stays: Stays


def _count(of: Callable[[Stays], int]) -> Callable[[Cell, Look], str]:
    return lambda cell, look: str(of(cell.stays))


def _seconds(of: Callable[[Stays], float | None]) -> Callable[[Cell, Look], str]:
    return lambda cell, look: look.number(of(cell.stays), 1)


def _percent(kind: ServiceLevelKind) -> Callable[[Cell, Look], str]:
    def written(cell: Cell, look: Look) -> str:
        level = cell.stays.service_level(kind)
        return look.number(None if level is None else 100 * level, 2)

    return written


COLUMNS: Mapping[str, Callable[[Cell, Look], str]] = {
    "interval": lambda cell, look: look.moment(cell.begins),
    "interval_end": lambda cell, look: look.moment(cell.ends),
    "queue": lambda cell, look: cell.queue,
    "offered": _count(lambda stays: stays.offered),
    "answered": _count(lambda stays: stays.offered_answered),
    "answered_in_time": _count(lambda stays: stays.in_time),
    "answered_in_interval": _count(lambda stays: stays.answered),
    "abandoned": _count(lambda stays: stays.abandoned),
    "abandoned_short": _count(lambda stays: stays.abandoned_short),
    "moved_on": _count(lambda stays: stays.left_unanswered - stays.abandoned),
    "handled": _count(lambda stays: stays.handled),
    "aht": _seconds(lambda stays: stays.aht_s()),
    "asa": _seconds(lambda stays: stays.asa_s()),
    "sl": _percent(ServiceLevelKind.OURS),
    "sl_strict": _percent(ServiceLevelKind.STRICT),
}
"""What a column may have: counts of stays by the interval in which they began, but for `answered_in_interval`, `asa`
(of those answered in it), `handled` and `aht` (of those that ended in it). Times in seconds, levels in percent.
"""


@value
class Column:
    """A column of the file: what it has, and its heading."""

    name: str
    heading: str


def columns_of(asked: str) -> list[Column]:
    """Returns the columns of a list such as `interval:Start,queue,offered:Calls`. Raises ValueError, which says what is
    wrong with it.
    """
    found = []
    for one in asked.split(","):
        name, _, heading = (part.strip() for part in one.partition(":"))
        if name not in COLUMNS:
            raise ValueError(f"{name!r} is no column: there are {', '.join(COLUMNS)}")
        found.append(Column(name, heading or name))
    return found


def filled(
    rows: Sequence[tuple[tuple[int, tuple[str, ...]], Stays]], bounds: Sequence[datetime], queues: Sequence[str]
) -> Iterator[Cell]:
    """Yields a cell for each interval and each queue, by name, and those of rows of other queues; where there is no
    row, nothing happened. Rows have their interval's number and their queue; those beyond the bounds are left.
    """
    found: dict[int, dict[str, Stays]] = {}
    for (number, (queue,)), stays in rows:
        found.setdefault(number, {})[queue] = stays
    for number, (begins, ends) in enumerate(pairwise(bounds)):
        here = found.get(number, {})
        for queue in sorted({*queues, *(name for name, stays in here.items() if stays.anything())}):
            yield Cell(begins, ends, queue, here.get(queue, Stays()))
