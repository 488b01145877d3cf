"""What is known of a contact when it is decided about, and where it is decided that it goes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mci_router.routing.policy.expected_wait import ExpectedWait
from mci_router.routing.policy.incidents import OpenIncident
from mci_router.routing.policy.relaxation import Relaxed
from mci_router.specs import ArticleSpec, QueueSpec, SkillRequirement
from mci_router.vocabulary import Channel, Outcome, Visibility

BEFORE_LADDER = -1
"""The rung of what answers a contact before its ladder begins."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a contact when it is decided about. `can_ask`: the customer can be asked whether it may be posted."""

    channel: Channel
    text: str
    language: str | None
    skills: Sequence[SkillRequirement]
    customer: Mapping[str, Any]
    context: Mapping[str, Any] = field(default_factory=dict)
    visibility: Visibility = Visibility.PRIVATE
    can_ask: bool = False

    @property
    def private(self) -> bool:
        return self.visibility is not Visibility.PUBLIC

    @property
    def publishable(self) -> bool:
        """Whether it may be posted, if need be once the customer agrees. Nobody is shown a draft on the phone."""
        return not self.private or (self.can_ask and self.channel is not Channel.VOICE)


@dataclass(frozen=True, slots=True)
class Ask:
    """The customer is asked first, until then. If the answer is yes, the post stands for so many seconds, or until a moment; neither:
    for as long as it takes."""

    until: datetime
    then_s: float | None = None
    then_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Where a contact goes; at `limit_at` comes what `at_limit` says: the `next` rung, or the end (`resolve`).

    `ask`: only if the customer agrees, who has until `limit_at` to do so; `at_limit` is for the time after that.

    `incident` is what answers it before its ladder begins, `article` is for automation; what follows them but the last two is for an agent.

    `steps` are its requirement as it relaxes, `preferred` may take it first, `place_since` is an old place in line given back, `closed`
    says that the queue is. `overflow_from` is the queue whose overflow rule sent it here, `message` is for the customer, `emergency`
    for one whose life may be in danger.
    """

    rung: int
    outcome: Outcome
    reasons: tuple[str, ...]
    limit_at: datetime | None = None
    at_limit: str = "next"
    ask: Ask | None = None
    incident: OpenIncident | None = None
    article: ArticleSpec | None = None
    queue: QueueSpec | None = None
    requirement: tuple[Mapping[str, Any], ...] = ()
    due_at: datetime | None = None
    steps: tuple[Relaxed, ...] = ()
    closed: bool = False
    preferred: str | None = None
    place_since: datetime | None = None
    expected_wait: ExpectedWait | None = None
    callback_offered: bool = False
    overflow_from: str | None = None
    message: str | None = None
    emergency: str | None = None
