"""The targets of a workspace: what its scorecard holds the figures against."""

from typing import Annotated, Self, TypeAlias

from pydantic import Field, model_validator

from mci_router.specs.base import Spec

LeastAnswers = Annotated[int, Field(ge=30, le=100_000)]
Part = Annotated[float, Field(gt=0, lt=1)]
Time = Annotated[float, Field(gt=0, le=86_400)]
Contacts = Annotated[float, Field(gt=0, le=10_000)]


class TargetsSpec(Spec):
    """What the scorecard holds the figures against; null: the figure is shown, and held against nothing.

    The service level's targets are those of the queues.
    """

    csat: Annotated[Part | None, Field(description="At least this share of good scores, 4 and 5.")] = 0.85
    csat_answers: Annotated[LeastAnswers, Field(description="Answers from which on the share counts as measured.")] = (
        200
    )
    fcr: Annotated[Part | None, Field(description="At least this share of first contacts without another.")] = 0.72
    aht_from_s: Annotated[Time | None, Field(description="The mean handle time is at least this, in seconds.")] = 360
    aht_to_s: Annotated[Time | None, Field(description="And at most this.")] = 600
    abandonment: Annotated[Part | None, Field(description="Below this share of customers leave the line.")] = 0.05
    escalations: Annotated[Part | None, Field(description="Below this share of what is served is escalated.")] = 0.10
    contacts_per_shift_from: Annotated[
        Contacts | None, Field(description="An agent handles at least this many contacts in a shift.")
    ] = 70
    contacts_per_shift_to: Annotated[Contacts | None, Field(description="And at most this many.")] = 120
    shift_s: Annotated[
        float, Field(ge=3_600, le=86_400, description="The time signed in, in seconds, that counts as one shift.")
    ] = 28_800
    automated: Annotated[
        Part | None, Field(description="At least this share of first contacts is settled by automation alone.")
    ] = None

    @model_validator(mode="after")
    def ranges_in_order(self) -> Self:
        """Raises ValueError for a range that nothing can lie in."""
        for name, low, high in (
            ("aht", self.aht_from_s, self.aht_to_s),
            ("contacts_per_shift", self.contacts_per_shift_from, self.contacts_per_shift_to),
        ):
            if low is not None and high is not None and low > high:
                raise ValueError(f"has a range for {name} that ends before it begins: nothing can lie in it")
        return self


Targets: TypeAlias = Annotated[
    TargetsSpec,
    Field(
        description="What the scorecard holds the workspace's figures against.", examples=[{"csat": 0.9, "fcr": None}]
    ),
]
