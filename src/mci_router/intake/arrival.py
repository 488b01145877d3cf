"""A contact on its way in, and what has become of it once it is accepted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from mci_router.configuration.snapshot import Snapshot
from mci_router.incidents.matching import OpenIncident
from mci_router.intake.decide import Facts, Route
from mci_router.models import Contact, Customer
from mci_router.specs import SkillRequirement
from mci_router.triage.decision import Measured, Triage
from mci_router.triage.machines import CUSTOMER, Recognised
from mci_router.triage.perception import Perception
from mci_router.triage.reading import Words
from mci_router.vocabulary import Channel, Visibility


@dataclass(frozen=True, slots=True)
class CustomerClaim:
    """Who the customer says to be: an id of ours, or addresses by kind (`external_id`, `email`, `phone`), normalised.

    `formerly` are forms in which an older version may have stored them: to find a customer by, never to be stored.
    """

    id: str | None = None
    name: str | None = None
    addresses: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    formerly: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A validated, masked and read contact that is not accepted yet. `words` is what was read, `named` the topic that the adapter gave."""

    snapshot: Snapshot
    id: str
    received_at: datetime
    channel: Channel
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
        return replace(self, customer=replace(self.customer, id=None, addresses={}))

    def facts(self, customer: Customer) -> Facts:
        """What is known of it when it is decided about. What is not the customer's own may not be shown, so nobody is asked about it."""
        return Facts(
            self.channel,
            self.text,
            self.language,
            self.skills,
            customer.attributes,
            self.context,
            self.visibility,
            self.can_ask and self.words.own,
        )


@dataclass(frozen=True, slots=True)
class Decided:
    """An arrival whose customer and case are known, what triage found, and the way it is to go."""

    arrival: Arrival
    customer: Customer
    case_id: str
    found: Triage
    way: Route

    def by(self, **changes: Any) -> "Decided":
        """The same arrival on a way that is changed so."""
        return replace(self, way=replace(self.way, **changes))

    def because(self, reason: str, **changes: Any) -> "Decided":
        return self.by(reasons=(*self.way.reasons, reason), **changes)


class Raced(Exception):
    """Another process committed the same thing meanwhile: done again, the request finds it."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was committed: the answer for the adapter, and the contact to place, which is None for a replayed answer."""

    answer: dict[str, Any]
    contact: Contact | None
