"""Times and durations as the pages say them, in the visitor's language and the workspace's time zone. Pure."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from mci_router.clock import utc_now
from mci_router.portal.texts import said
from mci_router.routing.policy.turnaround_words import DAYS, MONTHS

MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400


def at(language: str, zone: ZoneInfo, moment: datetime, now: datetime | None = None) -> str:
    """Returns a moment as people say it: "today at 14:30", "tomorrow at 10:00", "on Friday, 4 December at 09:00"."""
    local, today = moment.astimezone(zone), (now or utc_now()).astimezone(zone).date()
    clock = f"{local:%H:%M}"
    for shift, word in ((0, "today"), (1, "tomorrow"), (-1, "yesterday")):
        if local.date() == today + timedelta(days=shift):
            return said(language, f"at.{word}", clock=clock)
    month, year = MONTHS[language][local.month - 1], "" if local.year == today.year else f" {local.year}"
    return said(
        language, "at.day", weekday=DAYS[language][local.weekday()], day=local.day, month=month, year=year, clock=clock
    )


def on(language: str, day: date) -> str:
    """Returns a day as people say it: "28 February 2027"."""
    return said(language, "on.day", day=day.day, month=MONTHS[language][day.month - 1], year=day.year)


def lasting(language: str, seconds: float) -> str:
    """Returns how long something takes, as roughly as people say it."""
    if seconds < MINUTE_S:
        return said(language, "lasting.moment")
    for unit, name in ((DAY_S, "days"), (HOUR_S, "hours"), (MINUTE_S, "minutes")):
        if seconds >= unit * (1 if unit == MINUTE_S else 2):
            number = -int(-seconds // unit)
            return said(language, f"lasting.{name}" if number > 1 else "lasting.minute", number=number)
    return said(language, "lasting.moment")


def between(language: str, low_s: float, high_s: float) -> str:
    """Returns an expected wait, from the one to the other, as one phrase."""
    low, high = lasting(language, low_s), lasting(language, high_s)
    return high if low == high else said(language, "lasting.between", low=low, high=high)
