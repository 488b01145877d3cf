"""Called again: who was to be called back and calls has the callback's place in line, and the callback ends.

Intake marks the callback as one whose place another contact has. That ends it here: at once, or, where a server was
away, by a loop. An agent who has the callback by now keeps it.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import TextClause, text

from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable, EngineUnavailable, NotFound, WrongState
from mci_router.intake.contact_columns import NewContact
from mci_router.lifecycle.ending import Endings
from mci_router.loops import Loop
from mci_router.routing.engine.shards import Row, each_row
from mci_router.vocabulary import ContactState

EVERY_S = 60  # it reads all contacts that are open
MOST_AT_ONCE = 100
WHY = "the customer called again"
GIVEN_BACK = "ended_at IS NULL AND answered_at IS NULL AND place_given_back"
OF_CUSTOMER = text(
    f"""
    SELECT workspace_id, id FROM contacts
    WHERE workspace_id = :workspace AND customer_id = :customer AND {GIVEN_BACK}
    """  # noqa: S608 — a constant
)
ALL = text(
    f"""
    SELECT workspace_id, id FROM contacts
    WHERE {GIVEN_BACK} AND id > :after AND NOT workspace_id = ANY(:but) ORDER BY id LIMIT :most
    """  # noqa: S608 — as above
)


class CalledAgain:
    """Ends callbacks of customers who have called."""

    def __init__(self, database: Database, ending: Endings) -> None:
        self._database = database
        self._ending = ending

    async def end_of(self, contact: NewContact) -> None:
        """Ends the callback whose place a contact has, if it has one's. Never raises for a server that is away."""
        if contact.columns.get("place_since") is None:
            return
        whose = {"workspace": contact.columns["workspace_id"], "customer": contact.columns["customer_id"]}
        with suppress(DatabaseUnavailable, EngineUnavailable):
            for row in await self._found(OF_CUSTOMER, whose):
                await self._end(row)

    def loop(self, mine: Callable[[], bool]) -> Loop:
        """Returns the loop that ends what was left, if it is this process's."""
        return Loop("called again", EVERY_S, self.turn, mine=mine)

    async def turn(self) -> None:
        """Ends what was left, once for each: one that an agent has stays. Raises as `each` does."""
        after = ""

        async def left(but: Sequence[str]) -> Sequence[Row]:
            nonlocal after
            rows = await self._found(ALL, {"after": after, "but": but, "most": MOST_AT_ONCE})
            after = rows[-1]["id"] if rows else after
            return rows

        await each_row(left, MOST_AT_ONCE, self._end)

    async def _found(self, query: TextClause, which: Mapping[str, Any]) -> Sequence[Row]:
        async with self._database.transaction() as session:
            return [dict(row) for row in (await session.execute(query, which)).mappings()]

    async def _end(self, row: Row) -> None:
        for state in (ContactState.QUEUED, ContactState.OFFERED):
            with suppress(WrongState, NotFound):
                await self._ending.end(row["workspace_id"], row["id"], ContactState.CANCELLED, WHY, only_from=state)
