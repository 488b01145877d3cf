"""New limits: how long the community has contacts that were posted, or asked about, until their queue opens."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import moment, to_ms
from mci_router.models import Contact, Decision
from mci_router.routing.policy.hours import opens_at, serves
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import FINAL_STATES, Outcome


async def new_limits(
    session: AsyncSession, snapshot: Snapshot, contacts: Sequence[str], now: datetime
) -> list[Mapping[str, Any]]:
    """Notes in the ledger until when the community has these contacts by the hours of now, as far as it has them
    because their queue was closed. Returns what `move_limits` takes. Their rows are locked by the caller.

    A customer who is asked has no longer for the answer than was said.
    """
    query = (
        select(Contact, Decision)
        .join(Decision, and_(Decision.contact_id == Contact.id, Decision.rung == Contact.rung))
        .where(Contact.workspace_id == snapshot.workspace_id, Contact.id.in_(contacts))
        .where(Contact.outcome == Outcome.COMMUNITY, Contact.state.not_in(FINAL_STATES))
        .where(Decision.route["instead_of"].astext.in_(list(snapshot.queues)))
    )
    moved: list[Mapping[str, Any]] = []
    for contact, decision in await session.execute(query):
        queue, before = snapshot.queues[decision.route["instead_of"]], contact.rung_limit_at
        opens = now if serves(now, queue) else opens_at(now, queue.hours)
        limit = min(before, opens) if contact.asking and before else opens
        decision.route = _until(decision.route, limit, opens, asking=contact.asking)
        if limit != before:
            contact.rung_limit_at = limit
            moved.append({"id": contact.id, "rung": contact.rung, "limit_at": to_ms(limit)})
    return moved


def _until(route: dict[str, Any], limit: datetime, opens: datetime, *, asking: bool) -> dict[str, Any]:
    """Returns the route with its times as they are now."""
    ask = route.get("ask") if asking else None
    if ask:
        then = {**ask["then"], "until": opens.isoformat()}
        route = {**route, "ask": {**ask, "until": moment(limit), "then": then}}
    return {**route, "reply_by": moment(limit)}
