"""Decisions as clients read them: what triage found, where the contact goes, and why."""

from typing import Annotated

from pydantic import Field

from mci_router.api.schemas.common import Answer, Moment
from mci_router.api.schemas.transfers import TransferOut
from mci_router.triage.calibration import Certainty
from mci_router.vocabulary import Cell, ContactState, Modality, Outcome, Touch, Volume


class Likely(Answer):
    """A topic and its probability, as far as a text is like the model's examples."""

    topic: str
    probability: float


class DecisionThresholds(Answer):
    """The confidence from which triage acts on a topic, and that from which it suggests one; below, a person is asked."""

    act: float
    suggest: float


class DecisionBars(Answer):
    """The lowest confidence at which each outcome may serve: a person chosen by the topic, automation or an incident, the community."""

    agent: float
    automation: float
    community: float


class ShadowOut(Answer):
    """What a model on trial would have said. It decides nothing."""

    model: str
    topic: str | None
    confidence: float
    certainty: Certainty


class TriageOut(Answer):
    """What the contact is. `topic` is null while it is unknown."""

    topic: str | None
    confidence: Annotated[
        float,
        Field(description="How often topics found like this one are right, on wordings that no example has. 1: the adapter named it."),
    ]
    certainty: Annotated[
        Certainty | None,
        Field(description="Whether triage acts on the topic, only suggests it, or asks a person. Null: of older decisions."),
    ] = None
    thresholds: Annotated[DecisionThresholds | None, Field(description="Those in force: the workspace's, or the model's own.")] = None
    bars: Annotated[
        DecisionBars | None, Field(description="The lowest confidence at which each outcome may serve. Null: of older decisions.")
    ] = None
    sensitive_probability: Annotated[float | None, Field(description="Of all sensitive topics together.")] = None
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


class AnswerOut(Answer):
    """Automation's answer, to be shown to the customer."""

    article: str
    title: str
    body: str


class IncidentAnswerOut(Answer):
    """The open incident that a contact is about. Its status, to be shown to the customer, is the route's `message`, too."""

    id: str
    title: str
    status: str | None
    expected_fix_at: str | None


class PostRef(Answer):
    """The community post made of the contact."""

    id: str


class ExpectedWaitOut(Answer):
    """How long a contact has to wait, in seconds: it is likely to lie between the two, and the middle is the estimate."""

    low: float
    high: float


class RouteOut(Answer):
    """Where the contact goes and why. `answer` is automation's, `post` the community's, `queue` an agent's, `incident` an incident's."""

    outcome: Outcome
    rung: int
    reasons: list[str]
    queue: str | None
    answer: AnswerOut | None
    incident: IncidentAnswerOut | None = None
    post: PostRef | None
    reply_by: Annotated[str | None, Field(description="When somebody has to have answered, or the next rung takes over.")]
    at_limit: str | None
    expected_wait_s: Annotated[
        ExpectedWaitOut | None,
        Field(description="For an agent, as of the decision. Null: nobody able was signed in, the queue was closed, or unknown."),
    ] = None
    callback_offered: Annotated[bool, Field(description="The customer may ask to be called back: `POST …/callback`.")] = False
    overflow_from: Annotated[str | None, Field(description="The queue whose overflow rule sent it here.")] = None
    message: Annotated[
        str | None, Field(description="To be shown to the customer: what the closed queue has to say, or how the incident stands.")
    ] = None
    transfers: Annotated[list[TransferOut], Field(description="How the contact was passed on, to this rung or on it, oldest first.")] = []


class DryRunOut(Answer):
    """What would become of a contact: the state it would be in, the language it is taken for, and the decision."""

    state: ContactState
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
    """Why the contact is where it is: the decision in force, and those before it."""

    contact_id: str
    triage: TriageOut
    route: RouteOut
    history: list[DecisionStep]
