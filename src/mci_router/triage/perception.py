"""Perception: what a contact's words say, read for many texts at once. Pure.

The words say the likeliest topic, the rules that fire, and the language. A failure on the way makes a perception, too:
such a contact goes to a person, in private.
"""

from mci_router.classifier.guess import NO_GUESS, Guess
from mci_router.classifier.sensitivity.finding import NOTHING_FOUND, SensitivityFinding
from mci_router.classifier.thresholds import UNTRIED, Thresholds
from mci_router.specs.rules import RuleSpec
from mci_router.values import value


@value
class Opinion:
    """A model's opinion: its guess, and the thresholds to act on it or suggest it."""

    guess: Guess = NO_GUESS
    model: str = ""
    thresholds: Thresholds = UNTRIED


@value
class Perception:
    """A perception of a text.

    `language` is None while unsure; `shadow` is the opinion of a model on trial. `foreign`: the text is in a language
    of which the model has no examples, so its guess is ignored. `unjudged`: it is in a language in which neither rules
    nor examples recognise danger.
    """

    opinion: Opinion = Opinion()
    shadow: Opinion | None = None
    rules: tuple[RuleSpec, ...] = ()
    language: str | None = None
    foreign: bool = False
    failed: bool = False
    sensitivity: SensitivityFinding = NOTHING_FOUND
    unjudged: bool = False


FAILED = Perception(failed=True)
