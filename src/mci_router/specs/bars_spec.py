"""The bars as an operator sets them."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from mci_router.specs.bars import USUAL, Bars
from mci_router.specs.base import Spec

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
    answered: Annotated[
        Bar | None,
        Field(
            description="How alike a contact and an answered post of the community must be, for that to answer it. "
            "Null: 0.70. It is no confidence in a topic, so it is not in order with the others."
        ),
    ] = None

    article: Annotated[
        Bar | None,
        Field(
            description="From it on, one of several articles of a topic answers: how likely it is the right one of "
            "them. Null: 0.50. The only article of a topic in the customer's language is always the right one."
        ),
    ] = None

    @model_validator(mode="after")
    def in_order(self) -> Self:
        bars = [bar for bar in (self.agent, self.automation, self.community) if bar is not None]
        if bars != sorted(bars):
            raise ValueError("the bars must rise: agent ≤ automation ≤ community, for a mistake costs more with each")
        return self

    def over(self, agent: float | None) -> Bars:
        """Returns the bars in force; `agent` is the first bar by another setting."""
        first = next(bar for bar in (self.agent, agent, USUAL.agent) if bar is not None)
        second = (
            self.automation
            if self.automation is not None
            else max(first, min(USUAL.automation, self._highest(self.community)))
        )
        third = self.community if self.community is not None else max(second, USUAL.community)
        answered = USUAL.answered if self.answered is None else self.answered
        return Bars(first, second, third, answered, USUAL.article if self.article is None else self.article)

    @staticmethod
    def _highest(bar: float | None) -> float:
        return 1.0 if bar is None else bar
