"""A contact on its way in, and what has become of it once it is accepted."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeAlias

from mci_router.intake.addresses import Told
from mci_router.models import Contact, Customer
from mci_router.routing.policy.incidents import OpenIncident
from mci_router.routing.policy.routes import Facts, Route
from mci_router.specs.base import SkillRequirement
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.machines.sent import CUSTOMER, Recognised
from mci_router.triage.perception import Perception
from mci_router.triage.reading import Words
from mci_router.triage.result import Measured, Triage
from mci_router.vocabulary import Channel, Trust, Visibility

MOST_RACES = 5  # lost to other processes in a row, before the error is the answer


@dataclass(frozen=True, slots=True)
class CustomerClaim:
    """Who the customer says to be: an id of ours, which is believed as far as `id_trust`, or addresses as they were understood.

    `key` is the fingerprint of what makes two claims the same; `formerly` are forms in which an older version may have stored addresses,
    by kind: to find a customer by, never to be stored.
    """

    id: str | None = None
    name: str | None = None
    told: Sequence[Told] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    id_trust: Trust = Trust.CLAIMED
    formerly: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A validated, masked and read contact that is not accepted yet. `words` is what was read, `named` the topic that the adapter gave."""

    snapshot: Snapshot
    id: str
    received_at: datetime
    channel: Channel
    provider: str | None
    customer: CustomerClaim
    subject: str | None
    text: str
    language: str | None
    priority: int
    skills: tuple[SkillRequirement, ...]
    context: dict[str, Any]
    channel_ref: str | None
    attachments: list[dict[str, Any]]
    masked: Mapping[str, int]
    words: Words
    seen: Perception
    named: str | None
    measured: Measured
    recognised: Recognised = CUSTOMER
    incidents: Sequence[OpenIncident] = ()
    visibility: Visibility = Visibility.PRIVATE
    can_ask: bool = False
    idempotency_key: str | None = None
    body_hash: str = ""
    former_key: str | None = None

    @property
    def workspace_id(self) -> str:
        return self.snapshot.workspace_id

    def of_somebody_new(self) -> "Arrival":
        """The same words from a customer of whom nothing is known but what was sent."""
        return replace(self, customer=replace(self.customer, id=None, told=()))

    def facts(self, attributes: Mapping[str, Any]) -> Facts:
        """What is known of it, and of its customer, when it is decided about.

        What is not the customer's own may not be shown, so nobody is asked about it.
        """
        return Facts(
            self.channel,
            self.text,
            self.language,
            self.skills,
            attributes,
            self.context,
            self.visibility,
            self.can_ask and self.words.own,
        )


@dataclass(frozen=True, slots=True)
class Identified:
    """An arrival's customer, and how far that is known: of a mere claim nothing counts but what it says itself."""

    customer: Customer
    trust: Trust

    @property
    def proven(self) -> bool:
        return self.trust is not Trust.CLAIMED

    def attributes(self, claimed: CustomerClaim) -> Mapping[str, Any]:
        """What is known of the customer, as far as it may count."""
        return self.customer.attributes if self.proven else claimed.attributes


@dataclass(frozen=True, slots=True)
class Decided:
    """An arrival whose customer and case are known, what triage found, and the way it is to go."""

    arrival: Arrival
    who: Identified
    case_id: str
    triage: Triage
    route: Route

    @property
    def customer(self) -> Customer:
        return self.who.customer

    @property
    def attributes(self) -> Mapping[str, Any]:
        return self.who.attributes(self.arrival.customer)

    def by(self, **changes: Any) -> "Decided":
        """The same arrival on a way that is changed so."""
        return replace(self, route=replace(self.route, **changes))

    def because(self, reason: str, **changes: Any) -> "Decided":
        return self.by(reasons=(*self.route.reasons, reason), **changes)


class Raced(Exception):
    """Another process committed the same thing meanwhile: done again, the request finds it."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was committed: the answer for the adapter, and the contact to place, which is None for a replayed answer."""

    answer: dict[str, Any]
    contact: Contact | None


Foresee: TypeAlias = Callable[[Sequence[Decided]], Awaitable[list[Decided]]]
"""Lays the live queues' figures over what was decided: the expected wait, and where an overflow rule sends a contact."""
