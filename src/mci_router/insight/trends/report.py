"""The report of trends: read in one transaction, found in a thread, and the contacts behind it read in another."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mci_router.database import Database
from mci_router.insight.trends.finding import FEWEST_CUSTOMERS, Finding, Found, Series, changed_words, compared
from mci_router.insight.trends.reading import EXAMPLES, Period, behind, counted, texts, usual
from mci_router.insight.trends.significance import Days, Size, size_of
from mci_router.insight.trends.words import Said, vocabulary


@dataclass(frozen=True, slots=True)
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

    def days(self, contacts: Mapping[date, int]) -> Days:
        """Returns the days of both periods, with how many contacts each had."""
        number = (self.until - self.against).days
        days = [self.against + timedelta(days=place) for place in range(number)]
        return Days(days, self.days_before, [contacts.get(day, 0) for day in days])


@dataclass(frozen=True, slots=True)
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
        contacts = await usual(session, asked.whole)
        series = await counted(session, asked.whole)
        said = await texts(session, asked.whole) if asked.words else []
    found = await asyncio.to_thread(_found, asked, asked.days(contacts), series, said)
    return replace(found, values=await _with_contacts(database, asked, found.values))


def _found(asked: Asked, days: Days, series: Sequence[Series], said: Sequence[Said]) -> Trends:
    words = vocabulary(said, fewest_customers=FEWEST_CUSTOMERS, stop=asked.stop)
    changed = changed_words(days, words)
    newest = [replace(one, contacts=newest_of(words.contacts[one.value])) for one in changed.findings]
    return Trends(
        before=sum(days.usual[: days.earlier]),
        now=sum(days.usual[days.earlier :]),
        size=size_of(days, days.usual),
        values=compared(days, series),
        words=Found(newest, changed.tested),
    )


def newest_of(contacts: Sequence[str]) -> list[str]:
    """Returns the newest of contacts by their ids, which begin with their time."""
    return sorted(contacts, reverse=True)[:EXAMPLES]


async def _with_contacts(database: Database, asked: Asked, found: Found) -> Found:
    """Returns the findings, each with the newest contacts behind it, of both periods."""
    named = [(one.dimension, one.value) for one in found.findings]
    async with database.transaction() as session:
        contacts = await behind(session, asked.whole, named)

    def with_contacts(one: Finding) -> Finding:
        return replace(one, contacts=contacts.get((one.dimension, one.value), ()))

    return replace(found, findings=[with_contacts(one) for one in found.findings])
