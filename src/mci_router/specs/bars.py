"""Bars: the lowest confidence at which an outcome may serve a contact. They rise with what a mistake costs."""

from mci_router.values import value


@value
class Bars:
    """The bars in force. A mistake costs least with a person, more with an article, most in public.

    `answered` is of another kind: how alike a contact and an answered post must be, for that to answer it.
    `article` is not of the topic: it is how surely one of several articles has to be the right one.
    """

    agent: float = 0.80
    automation: float = 0.90
    community: float = 0.95
    answered: float = 0.70
    article: float = 0.50


USUAL = Bars()


def below(bar: float, confidence: float, what: str) -> str | None:
    """Says that a confidence is below the bar for `what`; None if it is not."""
    return None if confidence >= bar else f"confidence {down(confidence)} is below {down(bar)} for {what}"


def down(share: float) -> str:
    """Returns a share with two digits, rounded down: one below a bar never looks as if it were at the bar."""
    return f"{int(share * 100 + 1e-9) / 100:.2f}"
