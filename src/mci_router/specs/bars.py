"""Bars: the lowest confidence at which each outcome may serve a contact. They rise with what a mistake costs."""

from dataclasses import dataclass

from mci_router.vocabulary import Outcome

_OF = {Outcome.COMMUNITY: "community", Outcome.AUTOMATION: "automation", Outcome.INCIDENT: "automation"}
_WHAT = {Outcome.COMMUNITY: "a public post", Outcome.AUTOMATION: "an article", Outcome.INCIDENT: "an incident's answer"}


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars in force. A mistake costs least where a person sees it, more where an article answers, most in public."""

    agent: float = 0.80
    automation: float = 0.90
    community: float = 0.95

    def hindrance(self, outcome: Outcome, confidence: float) -> str | None:
        """Why a contact whose topic has this confidence is not served by the outcome; None where it may be. A person always may."""
        bar = getattr(self, _OF[outcome]) if outcome in _OF else 0.0
        return None if confidence >= bar else f"confidence {down(confidence)} is below {down(bar)} for {_WHAT[outcome]}"


USUAL = Bars()


def down(share: float) -> str:
    """With two digits, rounded down: what is below a bar never looks as if it were at it."""
    return f"{int(share * 100 + 1e-9) / 100:.2f}"
