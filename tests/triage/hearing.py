"""What our rules hear in a text, and short names for the kinds of it."""

from mci_router.specs.rules import RuleEffect
from mci_router.triage.rules import RuleBook
from mci_router.vocabulary import SensitiveKind

FRAUD, TAKEN, ABUSE = SensitiveKind.FRAUD, SensitiveKind.ACCOUNT_TAKEOVER, SensitiveKind.ABUSE_OR_STALKING
LIFE, SELF, MINORS = SensitiveKind.DANGER_TO_LIFE, SensitiveKind.SELF_HARM, SensitiveKind.MINORS
HARD, LEGAL = SensitiveKind.BEREAVEMENT_OR_HARDSHIP, SensitiveKind.LEGAL
BOOK = RuleBook()


def heard(text: str) -> set[SensitiveKind | None]:
    """Returns the kinds of sensitive matters that our rules hear in a text."""
    return {rule.kind for rule in BOOK.fired(text) if rule.effect is RuleEffect.SENSITIVE}
