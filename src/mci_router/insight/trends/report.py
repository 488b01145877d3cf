"""The report of trends: read in one transaction, and found in a thread."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from mci_router.database import Database
from mci_router.insight.trends.counting import Contacts, series
from mci_router.insight.trends.finding import Found, changed_words, compared
from mci_router.insight.trends.reading import Had, Period, read, texts
from mci_router.insight.trends.significance import Days, Size, size_of
from mci_router.values import value

MOST_VALUES = 500
"""The most frequent values that are compared."""


@value
class Asked:
    """The days that are compared, whole ones of a zone: from `against` to before `since`, and from there to before
    `until`. `sensitive`: with sensitive contacts; `words`: what customers wrote is compared, too.
    """

    workspace: str
    against: date
    since: date
    until: date
    zone: ZoneInfo
    sensitive: bool = False
    words: bool = True
    stop: Collection[str] = ()

    def begins(self, day: date) -> datetime:
        return datetime.combine(day, time(0), self.zone)

    @property
    def days_before(self) -> int:
        return (self.since - self.against).days

    @property
    def days_now(self) -> int:
        return (self.until - self.since).days

    @property
    def whole(self) -> Period:
        """Both periods."""
        return Period(
            self.workspace, self.begins(self.against), self.begins(self.until), self.zone, sensitive=self.sensitive
        )

    def days(self, contacts: Sequence[int]) -> Days:
        """Returns the days of both periods, with how many contacts each had."""
        days = [self.against + timedelta(days=place) for place in range(len(contacts))]
        return Days(days, self.days_before, contacts)


@value
class Trends:
    """What was found, with how many contacts there were before and now, and how that changed."""

    before: int
    now: int
    size: Size
    values: Found
    words: Found


async def trends(database: Database, asked: Asked) -> Trends:
    """Returns what rose and fell. Raises DatabaseUnavailable."""
    async with database.transaction() as session:
        contacts, values = await read(session, asked.whole)
        said = await texts(session, asked.workspace, contacts) if asked.words else {}
    return await asyncio.to_thread(_found, asked, contacts, values, said)  # desks must not wait


def _found(asked: Asked, contacts: Contacts, values: Sequence[Had], said: Mapping[int, str]) -> Trends:
    days = asked.days(contacts.by_day())
    before, now = sum(days.usual[: days.earlier]), sum(days.usual[days.earlier :])
    enough = (one for had in values if (one := series(contacts, had.dimension, had.value, had.rows)).spoken_of)
    return Trends(
        before,
        now,
        size_of(days, days.usual),
        values=compared(days, islice(enough, MOST_VALUES)),
        words=changed_words(days, contacts, said, asked.stop),
    )
