"""The outcome: what hinders it, how it serves a contact, and what it does to ledger and live state when it begins and
ends.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import to_ms
from mci_router.models import Contact
from mci_router.routing.calls import ContactCall, Serving
from mci_router.routing.policy.routes import Draft, Route
from mci_router.routing.policy.serving import Asked, Servable
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.vocabulary import NO_OBJECTION, ContactState, Modality, Outcome, ServedBy


@value
class Entered:
    """The effects of an outcome's beginning: rows to add, the post and the run among them, and what serves, as
    `served_by` returns it; None where that is no single thing.
    """

    rows: Sequence[Any] = ()
    post_id: str | None = None
    run_id: str | None = None
    served_by: Mapping[str, Any] | None = None


def served_by(kind: ServedBy, ref: str, version: int | None = None) -> dict[str, Any]:
    """Returns what serves a contact, as its row keeps it: `{kind, ref, version?}`."""
    return {"kind": kind, "ref": ref, **({"version": version} if version is not None else {})}


class ServingOutcome:
    """One outcome. A subclass says what is different about it; this class has what most have in common.

    `state` is a contact's while it is served, `modality` who reads along. `limited`: a rung may give it a time, after
    which silence means what the rung says, and `silence` is the reason in the journal. `publishes`: it shows what the
    customer wrote, so that a draft is made.
    """

    name: ClassVar[Outcome]
    state: ClassVar[ContactState]
    modality: ClassVar[Modality] = Modality.ONE_TO_ONE
    limited: ClassVar[bool] = True
    publishes: ClassVar[bool] = False
    silence: ClassVar[str] = NO_OBJECTION

    def hindrance(self, contact: Servable) -> str | None:
        """Returns why it cannot serve a contact; None if it can."""
        return None

    def serve(self, asked: Asked) -> Route:
        """Returns how it serves a contact on a rung of its ladder."""
        rung = asked.choice.rung
        return Route(
            rung=asked.choice.number,
            outcome=self.name,
            reasons=asked.choice.reasons,
            limit_at=asked.now + timedelta(seconds=rung.limit_s) if self.limited and rung.limit_s else None,
            at_limit=rung.at_limit,
        )

    def enter(self, contact: Contact, route: Route, draft: Draft | None) -> Entered:
        """Begins to serve a contact, in the caller's transaction."""
        return Entered()

    async def leave(self, session: AsyncSession, contact: Contact, now: datetime, *, ended: bool) -> None:
        """Stops serving a contact, in the caller's transaction: it moves on or, `ended`, is over."""

    def engine_call(self, snapshot: Snapshot, contact: Contact) -> ContactCall:
        """Returns the call that brings a contact it serves into the live state."""
        return Serving(
            contact=contact.id,
            channel=contact.channel,
            outcome=contact.outcome,
            state=ContactState.AUTOMATING if contact.asking or contact.answered_from else self.state,
            asking=contact.asking,
            rung=contact.rung,
            limit_at=to_ms(contact.rung_limit_at) if contact.rung_limit_at else None,
        )
