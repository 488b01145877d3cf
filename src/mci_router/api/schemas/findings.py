"""Schemas of what triage finds: the topic, how sure it is, what is sensitive about it, and its cell."""

from typing import Annotated

from pydantic import Field

from mci_router.api.schemas.common import Answer
from mci_router.classifier.thresholds import Certainty
from mci_router.vocabulary import Cell, Modality, SensitiveKind, Touch, Visibility, Volume


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
