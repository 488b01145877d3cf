"""The wall clock, in the two forms the house uses."""

from datetime import UTC, datetime, timedelta

_correction = timedelta()


def utc_now() -> datetime:
    return datetime.now(UTC) + _correction


def uncorrected_now() -> datetime:
    return datetime.now(UTC)


def correction() -> timedelta:
    return _correction


def correct(by: timedelta) -> None:
    """Adds this to the machine's clock from now on, for the whole process."""
    global _correction
    _correction = by


def moment(at: datetime) -> str:
    """Returns RFC 3339 in UTC with milliseconds, as every answer and frame has it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_ms(at: datetime) -> int:
    """Returns milliseconds since the epoch, as the live state counts time."""
    return int(at.timestamp() * 1000)


def from_ms(ms: str | int | float) -> datetime:
    return datetime.fromtimestamp(float(ms) / 1000, UTC)
