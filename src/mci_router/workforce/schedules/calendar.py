"""Calendars: the published shifts of an agent as iCalendar (RFC 5545), for any calendar to subscribe to. Pure.

A shift keeps its UID for ever. Its SEQUENCE rises with each change, and what is cancelled stays for a while, as
cancelled: so every calendar, however seldom it asks, comes to show the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mci_router.imports import later
from mci_router.specs.working import ActivitySpec
from mci_router.values import value

icalendar = later("icalendar")  # takes a quarter of a second: only a process that is asked for a calendar pays it

PRODUCT = "-//mci_router//schedules//EN"
EVERY = timedelta(minutes=15)
"""How often calendars are asked to look."""

AROUND = timedelta(days=400)
"""How far around its events the calendar's time zone is described."""


@value
class Entry:
    """A shift as a calendar has it."""

    id: str
    title: str
    begins_at: datetime
    ends_at: datetime
    pieces: Sequence[tuple[str, datetime, datetime]]
    sequence: int
    changed_at: datetime
    cancelled: bool


def calendar_of(title: str, entries: Iterable[Entry], zone: ZoneInfo, activities: Mapping[str, ActivitySpec]) -> bytes:
    """Returns a calendar, in UTF-8, with CRLF at the ends of lines. The same entries give the same bytes."""
    made, entries = icalendar.Calendar(), sorted(entries, key=lambda one: (one.begins_at, one.id))
    every = icalendar.vDuration(EVERY)
    for name, stated in (("PRODID", PRODUCT), ("VERSION", "2.0"), ("CALSCALE", "GREGORIAN"), ("X-WR-CALNAME", title)):
        made.add(name, stated)
    made.add("REFRESH-INTERVAL", every, parameters={"VALUE": "DURATION"})
    made.add("X-PUBLISHED-TTL", every)
    for entry in entries:
        made.add_component(_event(entry, zone, activities))
    if entries:
        first, last = entries[0].begins_at - AROUND, max(one.ends_at for one in entries) + AROUND
        made.add_missing_timezones(first.date(), last.date())
    calendar: bytes = made.to_ical()
    return calendar


def _event(entry: Entry, zone: ZoneInfo, activities: Mapping[str, ActivitySpec]) -> Any:
    event = icalendar.Event()
    event.add("UID", f"{entry.id}@mci-router")
    event.add("DTSTAMP", entry.changed_at.replace(microsecond=0))
    event.add("LAST-MODIFIED", entry.changed_at.replace(microsecond=0))
    event.add("SEQUENCE", entry.sequence)
    event.add("STATUS", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("DTSTART", entry.begins_at.astimezone(zone))
    event.add("DTEND", entry.ends_at.astimezone(zone))
    event.add("SUMMARY", entry.title)
    event.add("DESCRIPTION", "\n".join(_line(piece, zone, activities) for piece in entry.pieces))
    return event


def _line(piece: tuple[str, datetime, datetime], zone: ZoneInfo, activities: Mapping[str, ActivitySpec]) -> str:
    activity, begins, ends = piece
    title = activities[activity].title if activity in activities else activity
    return f"{begins.astimezone(zone):%H:%M} to {ends.astimezone(zone):%H:%M} {title}"
