"""Our rules: those every workspace begins with, in the thirteen languages of the service's own texts: most of all in
English, German, Spanish, French, Italian and Portuguese, which the model of sensitivity knows, too.

A workspace's rule of the same name replaces ours. Our rules are for plain statements, so that none is missed because
its topic was; what is said less plainly is left to the models. A question about a thing is mostly not a report of it,
but where the two cannot be separated a person sees it.
"""

from typing import Any

from mci_router.specs.rules import RuleEffect, RuleSpec
from mci_router.triage.our_rules import (
    abuse,
    account_takeover,
    danger_to_life,
    fraud,
    hardship,
    idioms,
    legal,
    minors,
    person_elsewhere,
    self_harm,
    told_by_things,
    wants_a_person,
)
from mci_router.triage.our_rules.elsewhere import not_meant_elsewhere, said_elsewhere
from mci_router.vocabulary import SensitiveKind


def _rule(name: str, title: str, **more: Any) -> RuleSpec:
    """Returns a rule as it is. Tests check ours: at each start, to compile all patterns to that end would take longer
    than to import most libraries.
    """
    return RuleSpec.model_construct(name=name, title=title, **more)


def _sensitive(
    name: str, title: str, kind: SensitiveKind, patterns: list[str], unless: list[str] | None = None
) -> RuleSpec:
    return _rule(
        name,
        title,
        effect=RuleEffect.SENSITIVE,
        kind=kind,
        patterns=[*patterns, *said_elsewhere(name)],
        unless=[*(unless or ()), *not_meant_elsewhere(name)],
    )


OUR_RULES: dict[str, RuleSpec] = {
    rule.name: rule
    for rule in (
        _sensitive(
            "card_fraud",
            "Card fraud, and tricks",
            SensitiveKind.FRAUD,
            fraud.PATTERNS,
            [*fraud.NOT_MEANT, *fraud.COMPLAINTS],
        ),
        _sensitive(
            "account_takeover",
            "Somebody else in the account",
            SensitiveKind.ACCOUNT_TAKEOVER,
            account_takeover.PATTERNS,
            account_takeover.NOT_MEANT,
        ),
        _sensitive("abuse", "Abuse, threats and harassment", SensitiveKind.ABUSE_OR_STALKING, abuse.PATTERNS),
        _sensitive(
            "violence_now",
            "Violence that is happening",
            SensitiveKind.DANGER_TO_LIFE,
            danger_to_life.VIOLENCE_NOW,
            idioms.VIOLENCE,
        ),
        _sensitive(
            "danger_to_life",
            "An emergency of the body",
            SensitiveKind.DANGER_TO_LIFE,
            danger_to_life.PATTERNS,
            [*danger_to_life.NOT_MEANT, *idioms.LIFE],
        ),
        _sensitive(
            "alarms_and_strokes",
            "An alarm, sparks or a stroke",
            SensitiveKind.DANGER_TO_LIFE,
            told_by_things.DANGER_TO_LIFE,
            idioms.LIFE,
        ),
        _sensitive(
            "self_harm",
            "Danger to oneself",
            SensitiveKind.SELF_HARM,
            self_harm.PATTERNS,
            [*self_harm.NOT_MEANT, *idioms.SELF],
        ),
        _sensitive("minors", "Minors", SensitiveKind.MINORS, minors.PATTERNS),
        _sensitive(
            "hardship",
            "Bereavement and hardship",
            SensitiveKind.BEREAVEMENT_OR_HARDSHIP,
            [*hardship.PATTERNS, *told_by_things.HARDSHIP],
            hardship.NOT_MEANT,
        ),
        _sensitive(
            "legal_threat", "Lawyers, courts and regulators", SensitiveKind.LEGAL, legal.PATTERNS, legal.NOT_MEANT
        ),
        _rule(
            "wants_a_person",
            "The customer wants a person",
            effect=RuleEffect.PERSON,
            patterns=[*wants_a_person.PATTERNS, *person_elsewhere.PATTERNS],
        ),
    )
}
