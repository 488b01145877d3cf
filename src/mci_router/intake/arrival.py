"""Arrivals: a contact before it is accepted, and what it becomes."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from typing import Any, TypeAlias

from mci_router.intake.addresses import GivenAddress
from mci_router.intake.contact_columns import NewContact
from mci_router.intake.identity import Person
from mci_router.intake.tasks import Task
from mci_router.routing.policy.incidents import OpenIncident
from mci_router.routing.policy.routes import Facts, Route
from mci_router.specs.answered import Similar
from mci_router.specs.base import SkillRequirement
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.machines.sent import CUSTOMER, Recognised
from mci_router.triage.perception import Perception
from mci_router.triage.reading import Words
from mci_router.triage.result import Measured, Triage
from mci_router.values import value
from mci_router.vocabulary import Channel, Trust, Visibility


@value
class CustomerClaim:
    """The customer that a contact claims: by an id of ours, with the trust `id_trust`, or by addresses.

    `key` is a fingerprint, equal for two claims of the same customer; `formerly` are forms, by kind, in which an older
    version may have stored addresses: customers are found by them, and they are never stored.
    """

    id: str | None = None
    name: str | None = None
    addresses: Sequence[GivenAddress] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    id_trust: Trust = Trust.CLAIMED
    formerly: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None


@value
class MessageKeyOf:
    """Whose key a message has, the key, the fingerprint of what was said with it, and of a mail its `headers`."""

    owner: str
    key: str
    fingerprint: str
    headers: Mapping[str, str] | None = None


@value
class Arrival:
    """A validated, masked and read contact that is not accepted yet.

    `words` is the text read, `named` the topic that the adapter gave. `adapter` is by which it came, `occurred_at` the
    channel's clock, `message_key` the adapter's key of its text. `by_topic`: without a reference of its channel, it
    joins an open contact of its topic; `apart`: it joins none, because the one it would have joined has just ended.
    `answered` are the answered posts that are like it, where they were searched.
    `branch_ref` is what its conversation is called from here on, if it is about something else than before: then
    `branched_from` is the case of before. `failing` are workflows whose targets are left alone. `task`: the service
    itself has made it, for an agent. `nearness`: how near the articles of its likeliest topic are by meaning.
    """

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
    call: dict[str, Any] | None = None
    adapter: str | None = None
    occurred_at: datetime | None = None
    message_key: MessageKeyOf | None = None
    by_topic: bool = False
    apart: bool = False
    branch_ref: str | None = None
    branched_from: str | None = None
    files: tuple[str, ...] = ()
    files_of: str | None = None
    answered: Similar | None = None
    failing: frozenset[str] = frozenset()
    task: Task | None = None
    nearness: Mapping[str, float] = field(default_factory=dict)

    @property
    def workspace_id(self) -> str:
        return self.snapshot.workspace_id

    def of_somebody_new(self) -> "Arrival":
        """Returns the same words from a customer about whom only the name and attributes sent are known."""
        return replace(self, customer=replace(self.customer, id=None, addresses=()))

    def facts(self, attributes: Mapping[str, Any], trust: Trust = Trust.CLAIMED) -> Facts:
        """Returns what is known of it, and of its customer, when it is decided about.

        A text that is not all the customer's own may not be shown, so nobody is asked about it.
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
            self.answered,
            trust=trust,
            adapter=self.adapter,
            failing=self.failing,
            nearness=self.nearness,
            priority=self.priority,
        )


@value
class IdentifiedCustomer:
    """An arrival's customer, and the trust that it is. For a mere claim only what it says itself counts."""

    customer: Person
    trust: Trust

    @property
    def proven(self) -> bool:
        return self.trust is not Trust.CLAIMED

    def attributes(self, claimed: CustomerClaim) -> Mapping[str, Any]:
        """Returns what is known of the customer, as far as it may count."""
        return self.customer.attributes if self.proven else claimed.attributes


@value
class Decided:
    """An arrival with its customer, case, triage and route. `number`: of its batch's arrivals in that case, from
    1; `previous` is the contact of its conversation that has ended."""

    arrival: Arrival
    who: IdentifiedCustomer
    case_id: str
    case_reference: str
    triage: Triage
    route: Route
    number: int = 1
    previous: str | None = None

    @property
    def customer(self) -> Person:
        return self.who.customer

    @property
    def attributes(self) -> Mapping[str, Any]:
        return self.who.attributes(self.arrival.customer)

    @property
    def facts(self) -> Facts:
        """What is known of it when it is decided about."""
        facts = self.arrival.facts(self.attributes)
        return facts.in_private() if self.triage.private_by else facts

    def by(self, **changes: Any) -> "Decided":
        """Returns the same arrival with its route changed."""
        return replace(self, route=replace(self.route, **changes))

    def because(self, reason: str, **changes: Any) -> "Decided":
        """Returns the same arrival with its route changed, and the reason for it."""
        return self.by(reasons=(*self.route.reasons, reason), **changes)


@value
class Accepted:
    """A committed arrival: the answer for the adapter, and the contact to dispatch.

    There is no contact if the answer is replayed.
    """

    answer: dict[str, Any]
    contact: NewContact | None


@value
class Joins:
    """An arrival that is no contact of its own: it is said in this open one."""

    contact: str


Foresee: TypeAlias = Callable[[Sequence[Decided]], Awaitable[list[Decided]]]
"""Adds what the live queues say to what was decided: the expected wait, and where an overflow rule sends a contact."""
