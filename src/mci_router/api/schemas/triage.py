"""Schemas of triage models, corrections, and the lint of examples."""

from typing import Annotated, Any

from pydantic import Field

from mci_router.api.schemas.common import Answer, Moment
from mci_router.classifier.lint import LintKind
from mci_router.vocabulary import CorrectionState, ModelState

Share = Annotated[float, Field(ge=0, le=1)]


class ThresholdsOut(Answer):
    """The lowest confidence to act on a topic, and the lowest to suggest it."""

    act: float
    suggest: float


class BandOut(Answer):
    """Held-out texts whose confidence is in [`low`, `high`): how many there are, and the share that is right."""

    low: Share
    high: Share
    texts: int
    right: Share


class CurvesOut(Answer):
    """The shares in which a confidence is right; empty where there were too few examples."""

    examples: Annotated[
        list[BandOut],
        Field(description="The model's own probability, on held-out examples; it has mostly learnt from similar ones."),
    ] = []
    what_comes: Annotated[
        list[BandOut],
        Field(description="The confidence of decisions, on wordings that no example has, some from other industries."),
    ] = []


class HoldoutScore(Answer):
    """The result on the holdout of a second model, trained like the first but without the holdout."""

    examples: Annotated[int, Field(description="Held-out examples that it was asked about.")]
    accuracy: Share | None
    sensitive_recall: Annotated[Share | None, Field(description="Of sensitive examples, those found to be sensitive.")]
    recall: Annotated[dict[str, Share], Field(description="By topic.")]


class ConfusionOut(Answer):
    """A confusion of one topic with another: `share` is the mean probability on held-out examples."""

    topic: str
    taken_for: str
    share: Share
    examples: int


class ModelReport(Answer):
    """The judgement of a model."""

    topics: Annotated[int, Field(description="Topics that have examples.")]
    examples: Annotated[int, Field(description="Texts it learnt from, corrections included.")]
    accuracy: Annotated[Share | None, Field(description="By cross-validation; null where there were too few examples.")]
    ece: Annotated[Share | None, Field(description="Expected calibration error, by cross-validation.")]
    figures: Annotated[dict[str, float], Field(description="All that cross-validation found.")]
    thresholds: ThresholdsOut
    curves: Annotated[
        CurvesOut, Field(description="How often a confidence is right, on texts like the examples and on what comes.")
    ] = CurvesOut()
    judgement: Annotated[list[str], Field(description="What the gate found, in words.")]
    compared_with: Annotated[str | None, Field(description="The model that was live then; null for the first.")]
    holdout: HoldoutScore
    holdout_before: Annotated[
        HoldoutScore | None,
        Field(description="The same of the model it was compared with, on the topics that one knew."),
    ]
    confused: list[ConfusionOut]


class ModelOut(Answer):
    """A triage model of the workspace.

    Its version is the hash of what it learnt from; every decision it made has the version.
    """

    version: str
    state: ModelState
    reason: Annotated[str | None, Field(description="Why the gate rejected it, in words.")]
    created_at: Moment
    wanted_at: Annotated[
        Moment, Field(description="When topics and corrections last asked for this model. RFC 3339, UTC.")
    ]
    live_at: Annotated[Moment | None, Field(description="When it last went live. RFC 3339, UTC.")]
    report: Annotated[ModelReport | None, Field(description="Null while it is trained, or where it could not be.")]


class ModelPage(Answer):
    """The workspace's models, the one asked for last first: those in use, and the twenty newest."""

    items: list[ModelOut]


class TrialOut(Answer):
    """The result of a model's trial beside the live one."""

    asked: Annotated[int, Field(description="Contacts, among the workspace's newest 20,000 decisions.")]
    agreed: Annotated[
        int, Field(description="Contacts for which it found the same topic, or none like the live model.")
    ]


class ModelDetail(ModelOut):
    """A triage model, and how it does on trial."""

    trial: TrialOut


class CorrectionOut(Answer):
    """The topic that an agent says a contact was about."""

    id: str
    contact_id: str
    agent: str
    topic: Annotated[str, Field(description="The topic that the agent says.")]
    found: Annotated[str | None, Field(description="The topic that triage had found; null where it had found none.")]
    probability: Annotated[
        Share | None,
        Field(
            description="The model's probability of the agent's topic; null where the model does not know the topic."
        ),
    ]
    model: str
    text: Annotated[str, Field(description="What the model read of the contact, masked.")]
    sensitive: bool
    state: CorrectionState
    why: Annotated[str | None, Field(description="Why a person has to review it.")]
    created_at: Moment
    settled_at: Annotated[Moment, Field(description="When it got its state. RFC 3339, UTC.")]


class CorrectionPage(Answer):
    """Corrections, newest first. `next_cursor` continues the list; null at its end."""

    items: list[CorrectionOut]
    next_cursor: str | None


class FindingOut(Answer):
    """A fault of the examples."""

    kind: LintKind
    topics: list[str]
    problem: Annotated[str, Field(description="The fault, in words.")]
    examples: Annotated[list[str], Field(description="A few of the examples that it is about.")]


class LintReport(Answer):
    """The faults of the examples from which topics are learnt."""

    model: Annotated[str | None, Field(description="The live model, which `confused` is about.")]
    items: list[FindingOut]


def model_view(row: Any) -> ModelOut:
    """Returns a row of the register as it is shown."""
    fields = ("version", "state", "reason", "created_at", "wanted_at", "live_at")
    return ModelOut.model_validate({**{field: getattr(row, field) for field in fields}, "report": row.report or None})
