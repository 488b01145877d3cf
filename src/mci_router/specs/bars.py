"""Bars: the lowest confidence at which each outcome may serve a contact. They rise with what a mistake costs."""

from dataclasses import dataclass

from mci_router.vocabulary import Outcome

_OF = {Outcome.COMMUNITY: "community", Outcome.AUTOMATION: "automation", Outcome.INCIDENT: "automation"}
_WHAT = {Outcome.COMMUNITY: "a public post", Outcome.AUTOMATION: "an article", Outcome.INCIDENT: "an incident's answer"}


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars in force. A mistake costs least with a person, more with an article, most in public."""

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


def down(share: float) -> str:
    """Returns a share with two digits, rounded down: one below a bar never looks as if it were at the bar."""
    return f"{int(share * 100 + 1e-9) / 100:.2f}"
