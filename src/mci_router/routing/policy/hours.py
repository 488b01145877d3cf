"""Open hours: when a contact that came at some time is due, counting only the time its queue is open. Pure."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate, takewhile
from zoneinfo import ZoneInfo

from mci_router.specs.queues import OpenHours, QueueSpec

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_S = 86_400
HORIZON_DAYS = 400  # a target is at most 30 days; a calendar closed for longer than a year is a mistake


def due_at(start: datetime, target_s: float, hours: OpenHours | None) -> datetime:
    """Returns the moment `target_s` open seconds after `start` (aware), the horizon's end at the latest. Without hours
    the queue is always open.
    """
    left = timedelta(seconds=min(target_s, HORIZON_DAYS * DAY_S))
    if hours is None:
        return start + left
    for opens, closes in _open_times(start, hours):
        begins = max(opens, start)
        if closes - begins >= left:
            return begins + left
        left -= closes - begins
    return start + timedelta(days=HORIZON_DAYS)


def open_s(start: datetime, end: datetime, hours: OpenHours | None) -> float:
    """Returns how many seconds between two moments (aware) the queue is open; 0 if the second is the earlier."""
    return OpenTimes(start, end, hours).open_s(start, end)


class OpenTimes:
    """When a queue is open between two moments (aware), worked out once for many questions."""

    def __init__(self, first: datetime, last: datetime, hours: OpenHours | None) -> None:
        found = list(takewhile(lambda times: times[0] < last, _open_times(first, hours))) if hours else []
        self._always = hours is None
        self._opens = [opens for opens, _ in found]
        self._closes = [closes for _, closes in found]
        self._before = list(accumulate((closes - opens for opens, closes in found), initial=timedelta()))

    def open_s(self, start: datetime, end: datetime) -> float:
        """Returns how many seconds between two of its moments the queue is open; 0 if the second is the earlier."""
        passed = end - start if self._always else self._passed(end) - self._passed(start)
        return max(0.0, passed.total_seconds())

    def _passed(self, at: datetime) -> timedelta:
        """Returns for how long it was open from the first opening until a moment."""
        place = bisect_right(self._opens, at)
        if not place:
            return timedelta()
        return self._before[place - 1] + min(at, self._closes[place - 1]) - self._opens[place - 1]


def serves(now: datetime, queue: QueueSpec) -> bool:
    """Returns whether agents are offered the queue's contacts: while it is open, or at any time if it says so."""
    return queue.when_closed.action == "serve" or is_open(now, queue.hours)


def is_open(now: datetime, hours: OpenHours | None) -> bool:
    """Returns whether the queue is open at a moment (aware): at a block's first moment it is, at its last it is not."""
    return opens_at(now, hours) == now


def opens_at(now: datetime, hours: OpenHours | None) -> datetime:
    """Returns when the queue is open next: `now` if it is open; the horizon's end if it never opens."""
    if hours is None:
        return now
    opens = next((opens for opens, _ in _open_times(now, hours)), now + timedelta(days=HORIZON_DAYS))
    return max(opens, now)


def next_change(now: datetime, hours: OpenHours | None) -> datetime | None:
    """Returns when the queue opens or closes next, after `now` (aware); None if it never does."""
    for opens, closes in _open_times(now, hours) if hours else ():
        return opens if opens > now else closes
    return None


def with_calendars(hours: OpenHours | None, calendars: Mapping[str, Collection[date]]) -> OpenHours | None:
    """Returns the hours with the holidays of the calendars they name added to their own."""
    if hours is None or not hours.calendars:
        return hours
    shared = {day for name in hours.calendars for day in calendars.get(name, ())}
    return hours.model_copy(update={"holidays": sorted({*hours.holidays, *shared})})


def _open_times(start: datetime, hours: OpenHours) -> Iterator[tuple[datetime, datetime]]:
    """Yields the open times that end after `start`, in order, those that touch or overlap as one."""
    zone = ZoneInfo(hours.timezone)
    first = start.astimezone(zone).date()
    last: tuple[datetime, datetime] | None = None
    for days in range(HORIZON_DAYS):
        for opens, closes in _blocks(first + timedelta(days=days), hours, zone):
            if closes <= start:
                continue
            if last and opens <= last[1]:
                last = (last[0], max(last[1], closes))
                continue
            if last:
                yield last
            last = (opens, closes)
    if last:
        yield last


def _blocks(day: date, hours: OpenHours, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """Returns as UTC moments, in order, when the clock on the wall shows this day and a time within a block.

    What a clock change skips is in none; what it shows twice is in one twice.
    """
    blocks = [] if day in hours.holidays else hours.week.get(DAYS[day.weekday()], [])  # type: ignore[call-overload]
    if not blocks:
        return []
    found = []
    for begins, ends, offset in _offsets(day, zone):
        for block in blocks:
            closing_day = day + timedelta(days=block.to_midnight)
            opens = max(begins, datetime.combine(day, block.open, UTC) - offset)
            closes = min(ends, datetime.combine(closing_day, block.close, UTC) - offset)
            if opens < closes:
                found.append((opens, closes))
    return sorted(found)


def _offsets(day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Yields from when to when the zone is how far ahead of UTC, in order, for the whole of a local day."""
    midnight = datetime.combine(day, time(0), UTC)
    begins, ends = midnight - timedelta(hours=15), midnight + timedelta(hours=39)  # no zone is further from UTC
    before, after = _offset(begins, zone), _offset(ends, zone)
    if before == after:
        yield begins, ends, before
        return
    passed, left = 0, round((ends - begins).total_seconds())  # the change is within these seconds after `begins`
    while left - passed > 1:
        middle = (passed + left) // 2
        if _offset(begins + timedelta(seconds=middle), zone) == before:
            passed = middle
        else:
            left = middle
    change = begins + timedelta(seconds=left)
    yield begins, change, before
    yield change, ends, after


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def of_today_since(now: datetime, hours: OpenHours | None, zone: ZoneInfo) -> datetime:
    """Returns since when what comes to a queue is of today: its first opening of the day, or midnight if it has no
    hours. While it has not opened yet, or does not open today, all that waits is from before: `now`.
    """
    local = now.astimezone(ZoneInfo(hours.timezone) if hours else zone)
    if hours is None:
        return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)
    blocks = _blocks(local.date(), hours, ZoneInfo(hours.timezone))
    return min(now, blocks[0][0]) if blocks else now
