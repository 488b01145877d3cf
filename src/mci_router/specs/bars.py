"""Bars: the lowest confidence at which each outcome may serve a contact. They rise with what a mistake costs."""

from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import Field, model_validator

from mci_router.specs.base import Spec
from mci_router.vocabulary import Outcome

_OF = {Outcome.COMMUNITY: "community", Outcome.AUTOMATION: "automation", Outcome.INCIDENT: "automation"}
_WHAT = {Outcome.COMMUNITY: "a public post", Outcome.AUTOMATION: "an article", Outcome.INCIDENT: "an incident's answer"}


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars in force. A mistake costs least where a person sees it, more in an article's answer, most in public."""

    agent: float = 0.80
    automation: float = 0.90
    community: float = 0.95

    def hindrance(self, outcome: Outcome, confidence: float) -> str | None:
        """Returns why the outcome may not serve a contact with this confidence in its topic; None if it may.

        An agent always may.
        """
        bar = getattr(self, _OF[outcome]) if outcome in _OF else 0.0
        return None if confidence >= bar else f"confidence {down(confidence)} is below {down(bar)} for {_WHAT[outcome]}"


USUAL = Bars()
Bar = Annotated[float, Field(ge=0, le=1)]


class BarsSpec(Spec):
    """The bars that a workspace sets itself; null: the usual one, or the one before it where that is higher."""

    agent: Annotated[
        Bar | None,
        Field(description="From it on, a topic routes by itself. Null: `certainty_threshold`, or 0.80 without one."),
    ] = None
    automation: Annotated[
        Bar | None, Field(description="From it on, automation or an incident may answer. Null: 0.90.")
    ] = None
    community: Annotated[Bar | None, Field(description="From it on, the community may be asked. Null: 0.95.")] = None

    @model_validator(mode="after")
    def in_order(self) -> Self:
        bars = [bar for bar in (self.agent, self.automation, self.community) if bar is not None]
        if bars != sorted(bars):
            raise ValueError("the bars must rise: agent ≤ automation ≤ community, for a mistake costs more with each")
        return self

    def over(self, agent: float | None) -> Bars:
        """Returns the bars in force; `agent` is what another setting says of the first."""
        first = next(bar for bar in (self.agent, agent, USUAL.agent) if bar is not None)
        second = (
            self.automation
            if self.automation is not None
            else max(first, min(USUAL.automation, self._highest(self.community)))
        )
        third = self.community if self.community is not None else max(second, USUAL.community)
        return Bars(first, second, third)

    @staticmethod
    def _highest(bar: float | None) -> float:
        return 1.0 if bar is None else bar


def down(share: float) -> str:
    """Returns a share with two digits, rounded down: one below a bar never looks as if it were at the bar."""
    return f"{int(share * 100 + 1e-9) / 100:.2f}"
