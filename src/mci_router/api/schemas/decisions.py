"""Schemas of decisions: what triage found, where the contact goes, and why."""

from typing import Annotated, Literal

from pydantic import Field

from mci_router.api.schemas.common import Answer, Moment, empty
from mci_router.api.schemas.findings import TriageOut
from mci_router.api.schemas.served_by import WorkflowServesOut
from mci_router.api.schemas.transfers import TransferOut
from mci_router.vocabulary import AskKind, ContactKind, ContactState, Outcome

SaidBy = Annotated[Literal["machine"], Field(description="Who says it: show the route's `notice` with it.")]


class AnswerOut(Answer):
    """An answer to be shown to the customer: automation's article, or the accepted reply of an answered post."""

    kind: Literal["article", "post"] = "article"
    article: Annotated[str | None, Field(description="The article's name.")] = None
    post: Annotated[str | None, Field(description="The answered post's id; `body` is its accepted reply.")] = None
    title: str
    body: str
    said_by: SaidBy = "machine"
    language: Annotated[
        str | None,
        Field(description="ISO 639. Another than the customer's only if the topic has no article in that."),
    ] = None
    version: Annotated[
        int | None, Field(description="The article's version, see `GET /v1/articles/{name}/versions`.")
    ] = None
    source: Annotated[str | None, Field(description="What the article was made of, as it says itself.")] = None
    confidence: Annotated[
        float | None,
        Field(
            description="How likely an article is what the contact asks for: the topic's confidence, times how likely "
            "it is the right one of the topic's articles. Of a post: how alike it and the contact are.",
            examples=[0.8],
        ),
    ] = None


class SimilarPostOut(Answer):
    """An answered post that is like the contact, to be shown before there is another post."""

    post: str
    title: str
    reply: Annotated[str, Field(description="The accepted reply, or its first 1,000 characters.")]


class IncidentAnswerOut(Answer):
    """The open incident that a contact is about.

    Its status, to be shown to the customer, is the route's `message`, too.
    """

    id: str
    title: str
    status: str | None
    expected_fix_at: str | None
    said_by: SaidBy = "machine"


class DraftOut(Answer):
    """The exact text that would appear in public, masked."""

    title: str
    body: str


class AskOut(Answer):
    """A question for the customer: show the draft, and send the answer to `POST …/consent`."""

    kind: AskKind
    draft: DraftOut
    until: Annotated[str, Field(description="When the contact moves on without an answer. RFC 3339, UTC.")]
    similar: Annotated[
        list[SimilarPostOut],
        Field(description="Answered posts to be shown beside the draft, the one most alike first."),
    ] = []


class ConsentOut(Answer):
    """The customer's answer to whether there may be a public post."""

    at: Annotated[str, Field(description="RFC 3339, UTC.")]
    agreed: bool
    text_edited: bool
    posted: Annotated[
        bool, Field(description="False: the customer said no, or the edited text is not fit for the public.")
    ]


class PostRef(Answer):
    """The community post made of the contact."""

    id: str


class ExpectedWaitOut(Answer):
    """The expected wait of a contact, in seconds: it probably lies between the two, and the middle is the estimate."""

    low: float
    high: float


class InterimLevelOut(Answer):
    """An interim service level and the class of a contact in it."""

    level: Annotated[str, Field(description="Its name.")]
    class_name: str
    within_s: Annotated[float, Field(description="Seconds in which an agent answers, in the class's hours.")]
    goal: Annotated[float, Field(description="The share of the class to be answered in time.")]


class RouteOut(Answer):
    """The route of a contact: where it goes, and why.

    Each outcome has a member: `answer` is automation's, or the community's from an answered post, `post` the
    community's, `queue` an agent's, and `incident` an incident's.
    """

    outcome: Outcome
    rung: int
    reasons: list[str]
    queue: str | None
    answer: AnswerOut | None
    workflow: Annotated[
        WorkflowServesOut | None, Field(description="The workflow that automation serves it by, and its run.")
    ] = None
    incident: IncidentAnswerOut | None = None
    post: PostRef | None
    thread: Annotated[
        PostRef | None, Field(description="The post in which the community was asked before, on a lower rung.")
    ] = None
    similar: Annotated[
        list[SimilarPostOut],
        Field(description="Answered posts that are like the one that was made, the one most alike first."),
    ] = empty(list)
    ask: Annotated[
        AskOut | None, Field(description="What the customer has to agree to before the community can help.")
    ] = None
    consent: Annotated[ConsentOut | None, Field(description="What the customer answered to `ask`.")] = None
    reply_by: Annotated[str | None, Field(description="Without an answer by then, the next rung takes over.")]
    service_level: Annotated[
        InterimLevelOut | None,
        Field(description="The interim service level by which it is due; null: its queue's own, or the escalation's."),
    ] = None
    opens_at: Annotated[
        str | None, Field(description="The contact waits in a closed queue: when that opens. RFC 3339, UTC.")
    ] = None
    at_limit: str | None
    expected_wait_s: Annotated[
        ExpectedWaitOut | None,
        Field(
            description="The wait for an agent at the time of the decision. Null: no able agent was signed in, the "
            "queue was closed, or it is unknown."
        ),
    ] = None
    callback_offered: Annotated[
        bool, Field(description="The customer may ask to be called back: `POST …/callback`.")
    ] = False
    overflow_from: Annotated[str | None, Field(description="The queue whose overflow rule sent it here.")] = None
    message: Annotated[
        str | None,
        Field(
            description="To be shown to the customer: the message of the closed queue, or the status of the incident."
        ),
    ] = None
    emergency: Annotated[
        str | None,
        Field(description="To be shown at once to a customer whose life may be in danger, in the contact's language."),
    ] = None
    notice: Annotated[
        str | None,
        Field(
            description="A machine says what is to be shown here, and says first that it is one: show this before it. "
            "Null: no machine speaks, or it has said so in this conversation."
        ),
    ] = None
    transfers: Annotated[
        list[TransferOut], Field(description="Transfers of the contact, to this rung or on it, oldest first.")
    ] = empty(list)


class DryRunOut(Answer):
    """The result of a dry run: the state the contact would be in, the language it seems to have, and the decision."""

    state: ContactState
    kind: ContactKind
    language: str | None
    masked_kinds: dict[str, int]
    triage: TriageOut
    route: RouteOut


class DecisionStep(Answer):
    """The decision for one rung."""

    rung: int
    triage: TriageOut
    route: RouteOut
    created_at: Moment


class DecisionOut(Answer):
    """The decision in force for a contact, and those before it."""

    contact_id: str
    triage: TriageOut
    route: RouteOut
    history: list[DecisionStep]
