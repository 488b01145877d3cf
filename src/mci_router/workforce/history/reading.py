"""Reading an interval history: a table with a row for each queue and interval. Pure.

Its columns are called what the program calls them that wrote it; each is named once, as `queue=Skill group`. Times
without an offset are the workspace's: of the hour that comes twice in autumn, the first.
"""

import csv
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from mci_router.values import value
from mci_router.vocabulary import Channel

QUARTER = timedelta(minutes=15)
LENGTHS_MIN = (15, 30, 60)
NEEDED = ("interval", "queue", "offered")
COLUMNS = (*NEEDED, "answered", "aht", "channel")
FORMS = ("%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")
MOST = 1e6  # contacts of an interval
LONGEST_S = 86_400.0
MOST_FAULTS = 20


class Unreadable(Exception):
    """The history has faults: up to 20 lines, each with what is wrong and what is right there."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))


@value
class Form:
    """How a history is written. `names` are the columns by ours, `length` that of an interval in minutes, `queues` our
    names by theirs, and `channel` that of rows which name none.
    """

    zone: ZoneInfo
    names: Mapping[str, str]
    length: int = 15
    separator: str = ";"
    queues: Mapping[str, str] | None = None
    channel: Channel = Channel.VOICE


@dataclass(slots=True)
class Quarter:
    """What a quarter-hour had: contacts that came, contacts that were handled, and the seconds these took."""

    arrivals: float = 0
    handled: float = 0
    handle_s: float = 0


Key = tuple[str, str, datetime]
"""Queue, channel, and when a quarter-hour begins, UTC."""


def read(lines: Iterable[str], form: Form, known: Iterable[str]) -> dict[Key, Quarter]:
    """Returns what the quarter-hours of a history had; longer intervals are spread evenly over theirs.

    Rows of one queue, channel and interval add up. Raises Unreadable.
    """
    table = csv.DictReader(lines, delimiter=form.separator)
    missing = [form.names[one] for one in NEEDED if form.names[one] not in (table.fieldnames or ())]
    if not table.fieldnames:
        raise Unreadable(["line 1: the file is empty; the first line names the columns"])
    if missing:
        raise Unreadable([f"line 1: there is no column {missing[0]!r}; there are {', '.join(table.fieldnames or ())}"])
    found: dict[Key, Quarter] = {}
    faults: list[str] = []
    queues = frozenset(known)
    for row in table:
        try:
            for key, part in _parts(row, form, queues):
                quarter = found.setdefault(key, Quarter())
                quarter.arrivals += part.arrivals
                quarter.handled += part.handled
                quarter.handle_s += part.handle_s
        except ValueError as fault:
            faults.append(f"line {table.line_num}: {fault}")
            if len(faults) == MOST_FAULTS:
                break
    if faults:
        raise Unreadable(faults)
    return found


def _parts(row: Mapping[str, str | None], form: Form, known: frozenset[str]) -> Iterator[tuple[Key, Quarter]]:
    """Yields the quarter-hours of a row. Raises ValueError that says what is wrong."""
    queue = _queue(_cell(row, form, "queue"), form, known)
    begins = _moment(_cell(row, form, "interval"), form)
    channel = _channel(_cell(row, form, "channel"), form)
    arrivals = _number(_cell(row, form, "offered"), "offered", MOST)
    handled = _number(_cell(row, form, "answered"), "answered", MOST)
    seconds = handled * _number(_cell(row, form, "aht"), "aht", LONGEST_S)
    parts = form.length // 15
    for number in range(parts):
        yield (
            (queue, channel, begins + number * QUARTER),
            Quarter(arrivals / parts, handled / parts if seconds else 0, seconds / parts),
        )


def _cell(row: Mapping[str, str | None], form: Form, column: str) -> str:
    return (row.get(form.names.get(column, "")) or "").strip()


def _queue(said: str, form: Form, known: frozenset[str]) -> str:
    queue = (form.queues or {}).get(said, said)
    if queue not in known:
        raise ValueError(f"there is no queue {queue[:100]!r}: say which one it is with --queue '{said[:60]}=NAME'")
    return queue


def _channel(said: str, form: Form) -> str:
    try:
        return Channel(said).value if said else form.channel.value
    except ValueError:
        raise ValueError(f"{said[:60]!r} is no channel: one of {', '.join(Channel)}") from None


def _number(said: str, column: str, most: float) -> float:
    if not said:
        return 0
    try:
        number = float(said.replace(",", "."))
    except ValueError:
        number = math.nan
    if not 0 <= number <= most:
        raise ValueError(f"{column} is {said[:60]!r}: a number from 0 to {most:,.0f} is right there")
    return number


def _moment(said: str, form: Form) -> datetime:
    moment = _written(said)
    if moment is None:
        raise ValueError(f"{said[:60]!r} is no time: write 2026-11-02T09:15 or 02.11.2026 09:15")
    if moment.tzinfo is None:
        local = moment.replace(tzinfo=form.zone)
        if local.astimezone(UTC).astimezone(form.zone).replace(tzinfo=None) != moment:
            raise ValueError(f"clocks in {form.zone.key} did not show {said[:60]}: they had gone forward")
        moment = local
    # By the clock that wrote it: in Kolkata an hour begins at half past of UTC.
    past_s = moment.minute % form.length * 60 + moment.second + moment.microsecond / 1e6
    moment = moment.astimezone(UTC)
    if past_s or moment.timestamp() % 900:
        raise ValueError(f"{said[:60]!r} does not begin an interval of {form.length} minutes")
    return moment


def _written(said: str) -> datetime | None:
    try:
        return datetime.fromisoformat(said)
    except ValueError:
        pass
    for form in FORMS:
        try:
            return datetime.strptime(said, form)  # noqa: DTZ007 — its zone is the workspace's
        except ValueError:
            continue
    return None
