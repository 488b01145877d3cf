"""Open hours: when a contact that came at some time is due, counting only the time its queue is open. Pure."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from mci_router.specs import OpenHours

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HORIZON_DAYS = 400  # a target is at most 30 days; a calendar closed for longer than a year is a mistake


def due_at(start: datetime, target_s: float, hours: OpenHours | None) -> datetime:
    """The moment `target_s` open seconds after `start` (aware). Without hours the queue is always open."""
    if hours is None:
        return start + timedelta(seconds=target_s)
    left = timedelta(seconds=target_s)
    zone = ZoneInfo(hours.timezone)
    first = start.astimezone(zone).date()
    for days in range(HORIZON_DAYS):
        for opens, closes in _blocks(first + timedelta(days=days), hours, zone):
            begins = max(opens, start)
            if closes <= begins:
                continue
            if closes - begins >= left:
                return (begins + left).astimezone(UTC)
            left -= closes - begins
    return start + timedelta(days=HORIZON_DAYS)


def _blocks(day: date, hours: OpenHours, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """The day's open blocks as UTC moments, in order, so that clock changes count as the time they take."""
    if day in hours.holidays:
        return []
    blocks = [
        (datetime.combine(day, block.open, zone).astimezone(UTC), datetime.combine(day, block.close, zone).astimezone(UTC))
        for block in hours.week.get(DAYS[day.weekday()], [])  # type: ignore[call-overload]
    ]
    return sorted(blocks)
