"""Facts and routes: what is known of a contact when it is decided about, and where it goes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from mci_router.routing.policy.incidents import OpenIncident
from mci_router.specs.answered import AnsweredPost, Similar
from mci_router.specs.articles import ArticleSpec
from mci_router.specs.base import SkillRequirement
from mci_router.specs.interim_levels import InterimLevel
from mci_router.specs.queues import QueueSpec
from mci_router.values import value
from mci_router.vocabulary import Audience, Channel, Outcome, Trust, Visibility

if TYPE_CHECKING:
    from mci_router.routing.policy.workflows import PlannedRun

BEFORE_LADDER = -1
"""The rung of an outcome that answers a contact before its ladder begins."""


@value
class Facts:
    """The facts of a contact when it is decided about.

    `can_ask`: the customer can be asked whether it may be posted. `answered`: what a search for answered posts has
    found; None while nobody has searched. `trust` is that in who the customer is, `adapter` by which it came, and
    `failing` are workflows whose targets are left alone. `nearness`: how near articles of its topic are to it by their
    meaning, by name, as far as that is known. `latest`: what the customer said last, where that is why it is decided
    about again.
    """

    channel: Channel
    text: str
    language: str | None
    skills: Sequence[SkillRequirement]
    customer: Mapping[str, Any]
    context: Mapping[str, Any] = field(default_factory=dict)
    visibility: Visibility = Visibility.PRIVATE
    can_ask: bool = False
    answered: Similar | None = None
    trust: Trust = Trust.CLAIMED
    adapter: str | None = None
    failing: frozenset[str] = frozenset()
    nearness: Mapping[str, float] = field(default_factory=dict)
    priority: int = 0
    latest: str = ""

    @property
    def private(self) -> bool:
        return self.visibility is not Visibility.PUBLIC

    def in_private(self) -> "Facts":
        """Returns the facts of a contact that is taken private: it is neither posted nor asked about."""
        return replace(self, visibility=Visibility.PRIVATE, can_ask=False)

    @property
    def readers(self) -> Audience:
        """Who reads what it is answered with: where the customer wrote in public, everybody does."""
        return Audience.CUSTOMERS if self.private else Audience.PUBLIC

    @property
    def publishable(self) -> bool:
        """Whether it may be posted, if need be once the customer agrees. On the phone nobody can be shown a draft."""
        return not self.private or (self.can_ask and self.channel is not Channel.VOICE)


@value
class Ask:
    """A question to the customer, who may answer until `until`.

    After a yes the community has `then_s` seconds, or until `then_until`; if neither is set, it has no limit.
    """

    until: datetime
    then_s: float | None = None
    then_until: datetime | None = None


@value
class ExpectedWait:
    """A range in seconds. Its middle is the estimate."""

    low_s: float
    high_s: float

    @property
    def middle_s(self) -> float:
        return (self.low_s + self.high_s) / 2


Requirement: TypeAlias = list[dict[str, Any]]
"""`[{skill, min}]`, by skill."""


@value
class Relaxed:
    """What an agent must bring once the contact has been in line for `after_s` seconds: any one of the alternatives."""

    after_s: float
    alternatives: list[Requirement]


@value
class Joined:
    """What a contact asked for when it joined its queue. Its decision keeps it, so that its place can be derived again.

    `since` is from when its target counts, `target_s` a response target of its own, at all hours, instead of the
    queue's, `due` a due time that stays whatever the target. `topic_skills`: it asks what its topic asks. `widened`:
    agents able to serve the queue of that name may serve it, too, at once.
    """

    since: datetime
    target_s: float | None = None
    due: datetime | None = None
    topic_skills: bool = True
    widened: str | None = None

    def data(self) -> dict[str, Any]:
        """Returns it as a decision keeps it."""
        due = self.due.isoformat() if self.due else None
        return {
            "since": self.since.isoformat(),
            "target_s": self.target_s,
            "due": due,
            "topic_skills": self.topic_skills,
            "widened": self.widened,
        }

    @classmethod
    def of(cls, route: Mapping[str, Any], *, since: datetime, due: datetime | None) -> "Joined":
        """Returns what a decision's route keeps; for one of an earlier version, the contact's times as they are."""
        kept = route.get("joined")
        if not kept:
            return cls(since, due=due)
        fixed = datetime.fromisoformat(kept["due"]) if kept["due"] else None
        began = datetime.fromisoformat(kept["since"])
        return cls(began, kept["target_s"], fixed, kept["topic_skills"], kept["widened"])


@value
class ArticleChoice:
    """An article that was chosen among `of` in the customer's language, or, `foreign`, in others for want of any.

    `fit`: how likely it is the right one of them.
    """

    article: ArticleSpec
    version: int | None
    fit: float = 1.0
    of: int = 1
    foreign: bool = False

    def reasons(self, language: str | None) -> tuple[str, ...]:
        """Returns why it was chosen."""
        number = f", version {self.version}" if self.version else ""
        why = f"the likeliest of {self.of}, by {self.fit:.2f}" if self.of > 1 else "the only one of the topic"
        chosen = f"article {self.article.name}{number}: {why}"
        if not self.foreign:
            return (chosen,)
        return (chosen, f"no article of the topic is in {language}: this one is in {self.article.language}")


@value
class Route:
    """The route of a contact: an outcome on a rung.

    At `limit_at` follows what `at_limit` says: the `next` rung, or the end (`resolve`).

    `ask`: it is posted only if the customer agrees, who has until `limit_at` to do so; `at_limit` then applies to the
    time after that.

    `incident` answers a contact before its ladder begins, `article`, with the `confidence` that it is what the
    contact asks for, or `run`, a workflow's, is for automation. Of the community, `answered` is the answered post
    whose reply is the answer, `similar` are those to be shown before there is another post, and `again` says that
    the rung goes on where such an answer did not help. The fields from `queue` to `overflow_from` are for an agent:
    `steps` are the requirement as it relaxes, the agent `preferred` may take it first, since `place_since` the
    customer has had the old place in line that is given back, `closed` says that the queue is closed until
    `opens_at`, `joined` is what the contact asked for, `interim` the interim service
    level by which it is due instead of its queue's, `able` counts the agents on the books who can serve it
    there, or once it asks for less, `overflow_from` is the queue whose overflow rule sent it here.
    `instead_of`: its queue, which is closed: the community is asked until it opens. `joined` is then set for one
    that was sent there, and goes there afterwards, whatever its ladder says.
    `message` is for the customer, `emergency` for one whose life may be in danger. `notice`: a machine says one of
    these to the customer, and says first that it is one.
    """

    rung: int
    outcome: Outcome
    reasons: tuple[str, ...]
    limit_at: datetime | None = None
    at_limit: str = "next"
    ask: Ask | None = None
    incident: OpenIncident | None = None
    article: ArticleChoice | None = None
    confidence: float | None = None
    answered: AnsweredPost | None = None
    similar: tuple[AnsweredPost, ...] = ()
    again: bool = False
    run: "PlannedRun | None" = None
    queue: QueueSpec | None = None
    requirement: tuple[Mapping[str, Any], ...] = ()
    due_at: datetime | None = None
    steps: tuple[Relaxed, ...] = ()
    closed: bool = False
    opens_at: datetime | None = None
    joined: Joined | None = None
    interim: InterimLevel | None = None
    able: int | None = None
    preferred: str | None = None
    place_since: datetime | None = None
    expected_wait: ExpectedWait | None = None
    callback_offered: bool = False
    overflow_from: str | None = None
    instead_of: str | None = None
    message: str | None = None
    emergency: str | None = None
    notice: str | None = None


@value
class Draft:
    """A draft of a post: a text that was judged, masked for the public."""

    title: str
    body: str
