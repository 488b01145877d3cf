"""Schemas of decisions: what triage found, where the contact goes, and why."""

from typing import Annotated, Literal

from pydantic import Field

from mci_router.api.schemas.common import Answer, Moment
from mci_router.api.schemas.transfers import TransferOut
from mci_router.classifier.thresholds import Certainty
from mci_router.vocabulary import (
    AskKind,
    Cell,
    ContactKind,
    ContactState,
    Modality,
    Outcome,
    SensitiveKind,
    Touch,
    Visibility,
    Volume,
)


class Likely(Answer):
    """A topic, and its probability by how much the text is like the model's examples."""

    topic: str
    probability: float


class DecisionThresholds(Answer):
    """The lowest confidence to act on a topic, and the lowest to suggest it; below both, triage asks a person."""

    act: float
    suggest: float


class DecisionBars(Answer):
    """The lowest confidence at which each outcome may serve.

    `agent`: an agent chosen by the topic. `automation` is that of incidents, too.
    """

    agent: float
    automation: float
    community: float


class ShadowOut(Answer):
    """The finding that a model on trial would have made; it has no effect."""

    model: str
    topic: str | None
    confidence: float
    certainty: Certainty


class LikelyKind(Answer):
    """A kind of sensitive matter and its probability."""

    kind: SensitiveKind
    probability: float


class SensitivityBars(Answer):
    """The lowest probability at which a contact is marked sensitive, and the lowest at which a person looks at it."""

    sensitive: float
    watch: float


class SensitivityOut(Answer):
    """The finding of the model of sensitivity, whatever the topic."""

    model: str
    probability: Annotated[float, Field(description="That a person has to see it, if half of all contacts needed it.")]
    kinds: Annotated[list[LikelyKind], Field(description="The likeliest three; none where there is no suspicion.")]
    clause: Annotated[
        str | None, Field(description="The words that show it, masked; null where there is no suspicion.")
    ]
    thresholds: SensitivityBars


class TriageOut(Answer):
    """The finding of triage. `topic` is null while it is unknown."""

    topic: str | None
    text: Annotated[
        str | None,
        Field(description="The text that was judged; nothing beyond it may ever be public. Null: an older decision."),
    ] = None
    visibility: Annotated[
        Visibility | None, Field(description="Where the customer wrote. Null: an older decision.")
    ] = None
    confidence: Annotated[
        float,
        Field(
            description="How often a topic found like this is right, on wordings that no example has. 1: the adapter "
            "named it."
        ),
    ]
    certainty: Annotated[
        Certainty | None,
        Field(
            description="Whether triage acts on the topic, only suggests it, or asks a person. Null: an older decision."
        ),
    ] = None
    thresholds: Annotated[
        DecisionThresholds | None, Field(description="The thresholds in force: the workspace's, or the model's own.")
    ] = None
    bars: Annotated[
        DecisionBars | None,
        Field(description="The lowest confidence at which each outcome may serve. Null: an older decision."),
    ] = None
    sensitive_probability: Annotated[
        float | None, Field(description="The probability of all sensitive topics together.")
    ] = None
    sensitive_kinds: Annotated[
        list[SensitiveKind], Field(description="Why a person has to see it, where that is known.")
    ] = []
    urgent: Annotated[bool, Field(description="Somebody's life may be in danger: it is first in line.")] = False
    sensitivity: SensitivityOut | None = None
    rules: Annotated[list[str], Field(description="The rules that fired.")] = []
    shadow: ShadowOut | None = None
    volume: Volume
    touch: Touch
    sensitive: bool
    cell: Cell
    modality: Modality
    reasons: list[str]
    ranked: list[Likely]
    model: str


SaidBy = Annotated[Literal["machine"], Field(description="Who says it: show the route's `notice` with it.")]


class AnswerOut(Answer):
    """Automation's answer, to be shown to the customer."""

    article: str
    title: str
    body: str
    said_by: SaidBy = "machine"


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


class RouteOut(Answer):
    """The route of a contact: where it goes, and why.

    Each outcome has a member: `answer` is automation's, `post` the community's, `queue` an agent's, and `incident` an
    incident's.
    """

    outcome: Outcome
    rung: int
    reasons: list[str]
    queue: str | None
    answer: AnswerOut | None
    incident: IncidentAnswerOut | None = None
    post: PostRef | None
    ask: Annotated[
        AskOut | None, Field(description="What the customer has to agree to before the community can help.")
    ] = None
    consent: Annotated[ConsentOut | None, Field(description="What the customer answered to `ask`.")] = None
    reply_by: Annotated[str | None, Field(description="Without an answer by then, the next rung takes over.")]
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
    ] = []


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
