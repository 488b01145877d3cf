"""Skills: what agents can do and contacts can need, and the certificate that a skill may ask for."""

from datetime import date
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from mci_router.specs.base import TIER, Name, Spec

MOST_GATES = 10
LONGEST_DAYS = 3_650

Share = Annotated[float, Field(ge=0, le=1)]


class Gate(Spec):
    """A score that is needed from a day on, counted from when the agent began."""

    days: Annotated[
        int, Field(ge=0, le=LONGEST_DAYS, description="Days since the agent began; 0: from the first day.")
    ] = 0
    score: Annotated[Share, Field(description="The least score that is enough.", examples=[0.85])]


class SkillCertificate(Spec):
    """What a skill asks of those who have it: a score at each gate, by a certificate that is not too old."""

    gates: Annotated[list[Gate], Field(min_length=1, max_length=MOST_GATES, description="In the order of their days.")]
    valid_days: Annotated[
        int, Field(ge=1, le=LONGEST_DAYS, description="Days for which a certificate holds, its first one included.")
    ] = 365

    @model_validator(mode="after")
    def gates_rise(self) -> Self:
        """Raises ValueError for gates out of order, and for one that asks less than the gate before."""
        for earlier, later in pairwise(self.gates):
            if later.days <= earlier.days:
                raise ValueError(f"has the gate of day {later.days} behind that of day {earlier.days}: put it before")
            if later.score < earlier.score:
                raise ValueError(f"asks for less at day {later.days} than at day {earlier.days}")
        return self

    def needed(self, since: date | None, day: date) -> float | None:
        """Returns the score that an agent who began on the day `since` needs on a day; None before the first gate.

        Of whom it is not known when they began, what the last gate asks is needed.
        """
        if since is None:
            return self.gates[-1].score
        passed = [gate.score for gate in self.gates if (day - since).days >= gate.days]
        return passed[-1] if passed else None


class SkillSpec(Spec):
    """Something an agent can do and a contact can need."""

    name: Name
    description: Annotated[str, StringConstraints(max_length=500)] = ""
    certificate: Annotated[
        SkillCertificate | None,
        Field(description="Who has the skill, has it only while a certificate holds. Null: for as long as configured."),
    ] = None

    @field_validator("name")
    @classmethod
    def not_tier(cls, value: str) -> str:
        if value == TIER:
            raise ValueError("is reserved: what an agent's tier is, the agent says")
        return value
