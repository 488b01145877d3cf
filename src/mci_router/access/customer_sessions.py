"""Customers' sessions: who may open one, which are open in this process, and that they end with their token.

A token is checked at the handshake, and from then on every few seconds: its key, and whether the customer's sessions
were ended since it was made. While the ledger cannot be reached, nothing new is known, and only the clock ends a
session.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.customer_tokens import LONGEST_VALID, SKEW, CustomerIdentity
from mci_router.access.sessions import OpenSessions, WhyOver
from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.errors import NotAuthenticated, NotFound
from mci_router.models import SessionsEnded

KEEP = LONGEST_VALID + 2 * SKEW
OVERLAP = timedelta(seconds=30)  # longer than any transaction that ends sessions takes to commit

# The customer, and those whom this one was merged into: the last of them is who the customer is today.
WHO = """
WITH RECURSIVE who(id, merged_into, no_person, depth) AS (
  SELECT id, merged_into, no_person, 0 FROM customers WHERE workspace_id = $1 AND id = $2
  UNION SELECT c.id, c.merged_into, c.no_person, who.depth + 1
  FROM who JOIN customers c ON c.workspace_id = $1 AND c.id = who.merged_into WHERE who.depth < 20)
SELECT who.id, who.merged_into IS NULL AND who.no_person IS NULL AS survives, ended.ended_at,
  EXISTS (SELECT FROM api_keys k WHERE k.workspace_id = $1 AND k.id = $3 AND k.revoked_at IS NULL)
  OR EXISTS (SELECT FROM customer_keys k WHERE k.workspace_id = $1 AND k.id = $3 AND k.revoked_at IS NULL) AS key_valid
FROM who LEFT JOIN customer_sessions_ended ended ON ended.workspace_id = $1 AND ended.customer_id = who.id
"""

VALID = """
SELECT id FROM api_keys WHERE id = ANY($1) AND revoked_at IS NULL
UNION ALL SELECT id FROM customer_keys WHERE id = ANY($1) AND revoked_at IS NULL
"""

ENDED_LATELY = "SELECT customer_id, ended_at FROM customer_sessions_ended WHERE ended_at >= $1"
ENDED = "SELECT ended_at FROM customer_sessions_ended WHERE workspace_id = $1 AND customer_id = $2"
ENDED_SINCE = "The customer's sessions were ended after this token was made. Get another one."


class CustomerSessions(OpenSessions[CustomerIdentity]):
    """The customers' sessions of this process."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database
        self._checked_at = utc_now()

    async def admit(self, identity: CustomerIdentity) -> CustomerIdentity:
        """Returns whose session it is: the customer who the token's was merged into, if it was.

        Raises NotAuthenticated for a token that is no longer valid, NotFound if there is no such customer.
        """
        found = await self._database.read(WHO, identity.workspace_id, identity.customer, identity.key_id)
        survivor = next((row["id"] for row in found if row["survives"]), None)
        if survivor is None:
            raise NotFound(f"There is no customer {identity.customer!r} in this workspace.")
        if not found[0]["key_valid"]:
            raise NotAuthenticated("The key that made the customer token is revoked. Get a token by another one.")
        if any(row["ended_at"] and row["ended_at"] >= identity.issued_at for row in found):
            raise NotAuthenticated(ENDED_SINCE)
        return replace(identity, customer=survivor)

    async def refuse_ended(self, workspace: str, who: str, issued_at: datetime) -> None:
        """Refuses a site's token that was made before the customer, whose fingerprint `who` is, was erased: it would
        make a customer of the same name at once.

        Raises NotAuthenticated.
        """
        found = await self._database.read(ENDED, workspace, who)
        if any(row["ended_at"] >= issued_at for row in found):
            raise NotAuthenticated(ENDED_SINCE)

    async def check(self) -> None:
        """Ends the sessions whose key is revoked, or that were ended. Raises DatabaseUnavailable."""
        if not self._open:
            return
        since, self._checked_at = self._checked_at - OVERLAP, utc_now()
        keys = {one.identity.key_id for one in self._open}
        customers = {one.identity.customer for one in self._open}
        valid = {row["id"] for row in await self._database.read(VALID, list(keys))}
        ends = await self._database.read(ENDED_LATELY, since)
        ended = {row["customer_id"]: row["ended_at"] for row in ends if row["customer_id"] in customers}
        self._end(keys - valid, ended)

    def _end(self, revoked: set[str], ended: dict[str, datetime]) -> None:
        for one in list(self._open):
            who = one.identity
            if who.key_id in revoked:
                one.end(WhyOver.KEY_REVOKED)
            elif who.customer in ended and ended[who.customer] >= who.issued_at:
                one.end(WhyOver.SESSIONS_ENDED)


async def end_sessions(session: AsyncSession, workspace: str, customer: str, at: datetime | None = None) -> None:
    """Ends all sessions that the customer has now: no token that was made before, or before `at`, is valid."""
    made = insert(SessionsEnded).values(workspace_id=workspace, customer_id=customer, ended_at=at or utc_now())
    await session.execute(
        made.on_conflict_do_update(
            index_elements=["workspace_id", "customer_id"], set_={"ended_at": made.excluded.ended_at}
        )
    )


async def forget(database: Database) -> None:
    """Forgets ends of sessions from before any token that could still be valid was made."""
    async with database.transaction() as session:
        await session.execute(delete(SessionsEnded).where(SessionsEnded.ended_at < utc_now() - KEEP))
