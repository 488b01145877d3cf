"""Models of sensitivity."""

from typing import Annotated, Any

from pydantic import Field

from mci_router.api.schemas.common import Answer, Body, Moment
from mci_router.api.schemas.findings import SensitivityBars
from mci_router.classifier.sensitivity.model import SensitivityModel
from mci_router.specs.workspace import SensitivityExamples
from mci_router.vocabulary import ModelState

Figures = Annotated[
    dict[str, float],
    Field(
        description="Shares, by cross-validation that leaves out whole phrasings: `recall` (danger marked sensitive), "
        "`watched`, `false_alarms` (similar but harmless texts marked), `ece`, `recall_…` by kind; `…_ours` are on the "
        "product's examples alone."
    ),
]


class Taught(Body):
    """A workspace's own examples of what a person has to see, by kind, and of what is `harmless`."""

    examples: SensitivityExamples


class SensitivityInForce(Answer):
    """A model. Its version is the hash of what it learnt from; every decision that used it has the version."""

    version: str
    thresholds: SensitivityBars
    figures: Figures


class SensitivityModelReport(Answer):
    """The judgement of a workspace's model."""

    examples: Annotated[dict[str, int], Field(description="The workspace's own, by kind.")]
    figures: Figures
    thresholds: SensitivityBars
    judgement: Annotated[list[str], Field(description="What the gate found, in words.")]
    compared_with: str


class SensitivityModelOut(Answer):
    """A model from our and the workspace's examples. It goes live only if it judges our examples as well as before."""

    version: str
    state: ModelState
    reason: Annotated[
        str | None, Field(description="Why the gate rejected it, in words; the one before stays in force.")
    ]
    created_at: Moment
    wanted_at: Annotated[Moment, Field(description="When the configuration last asked for it. RFC 3339, UTC.")]
    report: Annotated[SensitivityModelReport | None, Field(description="Null while the model is made.")]


class SensitivityReport(Answer):
    """The model that judges the workspace's contacts, the one that ships with the product, and the workspace's own, the
    one asked for last first.
    """

    live: SensitivityInForce
    ours: SensitivityInForce
    examples: Annotated[SensitivityExamples, Field(description="The workspace's own, as configured.")]
    items: list[SensitivityModelOut]


def in_force(model: SensitivityModel) -> SensitivityInForce:
    """Returns a model as it is shown."""
    bars = model.worth.bars
    thresholds = SensitivityBars(sensitive=bars.sensitive, watch=bars.watch)
    return SensitivityInForce(version=model.version, thresholds=thresholds, figures=dict(model.worth.figures))


def sensitivity_view(row: Any) -> SensitivityModelOut:
    """Returns a workspace's model as it is shown."""
    fields = ("version", "state", "reason", "created_at", "wanted_at")
    return SensitivityModelOut.model_validate(
        {**{field: getattr(row, field) for field in fields}, "report": row.report or None}
    )
