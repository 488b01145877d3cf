"""Records of contacts and of their stays in queues, as exports have them: a page after the other, and no text.

Each page is a statement of its own that PostgreSQL itself gives up on in time: a reader who is slow holds no
transaction, and what was read before is not read again.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable
from mci_router.ids import earliest
from mci_router.values import value

PAGE = 2_000
AROUND = timedelta(hours=1)  # between an id's time and its contact's, whatever the clocks
TIMEOUT = text("SELECT set_config('statement_timeout', '4s', true)")  # sooner than the ledger counts as away

CANCELLED = "57014"  # by the time-out

Row = Mapping[str, Any]


@value
class Records:
    """A kind of records: its columns by name, in SQL over a row `r` of the source; its time, what puts it in order, and
    what else it lies within.
    """

    columns: Mapping[str, str]
    source: str
    at: str
    order: Sequence[str]
    within: str

    def page(self, after: bool) -> str:
        """Returns the SQL of the first page, or of the one behind a place."""
        shown = ", ".join(f"{sql} AS {name}" for name, sql in self.columns.items())
        by = ", ".join(f"r.{name}" for name in self.order)
        behind = f"AND ({by}) > ({', '.join(f':after_{number}' for number in range(len(self.order)))})" if after else ""
        return f"SELECT {shown} {self._from()} {behind} ORDER BY {by} LIMIT {PAGE}"

    def count(self) -> str:
        """Returns the SQL that counts them, to one beyond `most`."""
        return f"SELECT count(*) FROM (SELECT 1 {self._from()} LIMIT CAST(:most AS bigint) + 1) AS counted"  # noqa: S608

    def _from(self) -> str:
        when = f"r.{self.at} >= :since AND r.{self.at} < :until {self.within}"
        return f"FROM {self.source} WHERE r.workspace_id = :workspace AND {when} AND (:sensitive OR NOT c.sensitive)"


@value
class Period:
    """Whose records of which time are asked for, and whether the sensitive ones are."""

    workspace: str
    since: datetime
    until: datetime
    sensitive: bool

    def known(self) -> dict[str, Any]:
        """Returns the parameters of the statements."""
        first, last = earliest("contact", self.since - AROUND), earliest("contact", self.until + AROUND)
        mine = {"workspace": self.workspace, "sensitive": self.sensitive, "first": first, "last": last}
        return {**mine, "since": self.since, "until": self.until}


_CONTACT_NAMES = (
    *("id", "case_id", "customer_id", "channel", "provider", "adapter", "kind", "language", "topic", "cell"),
    *("outcome", "state", "queue", "agent", "disposition", "priority", "urgent", "sensitive", "stays"),
    *("accepted_at", "enqueued_at", "answered_at", "handled_at", "ended_at"),
)
_OTHERWISE = {
    "stays": "r.segment",
    # A word of a list; what agents wrote freely is left out.
    "disposition": "CASE WHEN r.disposition ~ '^[a-z0-9_]{1,64}$' THEN r.disposition END",
}
_SEGMENT_NAMES = (
    *("contact_id", "n", "queue", "channel", "topic", "language", "cell", "entered_at", "due_at", "answered_at"),
    *("left_at", "left_as", "agent", "offers", "target_s", "waited_s", "talk_s", "held_s", "parked_s", "wrap_up_s"),
)

CONTACTS = Records(
    {name: _OTHERWISE.get(name, f"r.{name}") for name in _CONTACT_NAMES},
    "contacts r JOIN LATERAL (SELECT r.sensitive) AS c ON true",
    "accepted_at",
    ("id",),
    "AND r.id >= :first AND r.id < :last",  # their index is by id
)
SEGMENTS = Records(
    {name: f"r.{name}" for name in _SEGMENT_NAMES},
    "segments r JOIN contacts c ON c.id = r.contact_id",
    "entered_at",
    ("entered_at", "contact_id", "n"),
    "",
)


async def number_of(database: Database, records: Records, period: Period, most: int) -> int | None:
    """Returns how many records there are, or `most` + 1 of more; None if counting would take too long.

    Raises DatabaseUnavailable.
    """
    try:
        async with database.transaction() as session:
            await session.execute(TIMEOUT)
            found: int = await session.scalar(text(records.count()), {**period.known(), "most": most}) or 0
    except (DBAPIError, DatabaseUnavailable):
        return None
    return found


async def pages(database: Database, records: Records, period: Period) -> AsyncIterator[Sequence[Row]]:
    """Yields the records in order, page by page. Raises DatabaseUnavailable."""
    known, after = period.known(), False
    while True:
        async with database.transaction() as session:
            rows = await _page(session, records, known, after=after)
        yield rows
        if len(rows) < PAGE:
            return
        last, after = rows[-1], True
        known |= {f"after_{number}": last[name] for number, name in enumerate(records.order)}
        known |= {"since": last[records.at]} if records.at == records.order[0] else {"first": last["id"]}


async def _page(session: AsyncSession, records: Records, known: Mapping[str, Any], *, after: bool) -> Sequence[Row]:
    try:
        await session.execute(TIMEOUT)
        return [dict(row) for row in (await session.execute(text(records.page(after)), known)).mappings()]
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == CANCELLED:
            raise DatabaseUnavailable("A piece of the export took too long: ask for a shorter period.") from error
        raise
