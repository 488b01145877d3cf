"""Timers of open contacts: the live state says which are due, and any process does what they are for."""

import logging
from collections.abc import Awaitable

from sqlalchemy import select

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable, EngineUnavailable, Problem
from mci_router.lifecycle.ending import Endings
from mci_router.lifecycle.ladder import Ladder
from mci_router.lifecycle.lines.overflow_checks import OverflowChecks
from mci_router.lifecycle.rows import latest_decision, locked
from mci_router.lifecycle.talking.parking import Parking
from mci_router.models import Post
from mci_router.outcomes import outcome_of, state_of
from mci_router.routing.engine import Engine
from mci_router.vocabulary import ContactState

log = logging.getLogger(__name__)

LOOK_S = (
    2.0  # how late a timer is that was set without an entry in the journal; also, how soon a lost live state is seen
)
UNANSWERED = "the customer did not say in time whether it may be posted"


class Timers:
    """Fires the timers of a workspace."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        ladder: Ladder,
        ending: Endings,
        overflow: OverflowChecks,
        parking: Parking,
    ) -> None:
        self._database = database
        self._engine = engine
        self._ending = ending
        self._ladder = ladder
        self._overflow = overflow
        self._parking = parking

    async def fire(self, workspace: str) -> float | None:
        """Fires all that are due in a workspace.

        Returns for how many seconds none will be, unless the journal has something new; None if more may be due now.
        Raises EngineUnavailable, DatabaseUnavailable.
        """
        due = await self._engine.fire_timers(workspace)
        for contact in due.rungs:
            await _alone(contact, "rung limit", self.pass_limit(workspace, contact))
        for contact in due.overflows:
            await _alone(contact, "overflow time", self._overflow.check(workspace, contact))
        for contact in due.inactive:
            await _alone(contact, "time for the customer", self._parking.close_inactive(workspace, contact))
        return None if due.fired or due.next_s is None else min(due.next_s, LOOK_S)

    async def pass_limit(self, workspace: str, contact_id: str) -> None:
        """Moves a contact on whose rung's limit has passed, or ends it as resolved if the rung or an accepted reply
        says so.
        """
        async with self._database.transaction() as session:
            contact = await locked(session, workspace, contact_id)
            if contact.rung_limit_at is None or contact.rung_limit_at > utc_now():
                return  # it has climbed since the timer was read
            decision = await latest_decision(session, contact)
            answered = await session.scalar(
                select(Post.id).where(Post.contact_id == contact_id, Post.status == "answered")
            )
        # If another call has moved it since, that one decides.
        serving = state_of(contact.outcome, asking=contact.asking, answered=bool(contact.answered_from))
        if answered:
            await self._ending.end(workspace, contact_id, ContactState.RESOLVED, "reply_accepted", only_from=serving)
        elif decision.route.get("at_limit") == "resolve" and not contact.asking:
            await self._ending.end(
                workspace, contact_id, ContactState.RESOLVED, outcome_of(contact).silence, only_from=serving
            )
        else:
            why = UNANSWERED if contact.asking else "the time limit of the rung before has passed"
            await self._ladder.advance(workspace, contact_id, why, rung=contact.rung)


async def _alone(contact: str, timer: str, work: Awaitable[object]) -> None:
    """Does the work for one contact. If it cannot move, the others still do."""
    try:
        await work
    except (EngineUnavailable, DatabaseUnavailable):
        raise
    except Problem as problem:
        log.warning("the %s of %s has passed to no effect: %s", timer, contact, problem.detail)
