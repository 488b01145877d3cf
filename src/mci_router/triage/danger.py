"""Whether a person has to see a contact, and how soon: what the model of sensitivity, the rules and the topics say, each for itself. Pure.

Whichever says yes, it is yes; nothing takes it back.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from mci_router.classifier.sensitivity.model import SensitivityFinding
from mci_router.specs import RuleEffect, TopicSpec
from mci_router.triage.perception import Perception
from mci_router.vocabulary import SensitiveKind

URGENT = frozenset({SensitiveKind.DANGER_TO_LIFE, SensitiveKind.SELF_HARM})
CERTAIN_TOPIC = 0.8  # of the sensitive topics together: the topic says so by itself
PLAUSIBLE = 0.5  # to the model of sensitivity: then less will do
URGENT_SHARE = 0.5  # of a text that is marked: the urgent kinds together
LIKELY_KIND = 0.35  # of a text that is marked: a kind with this probability is named beside the likeliest


@dataclass(frozen=True, slots=True)
class Danger:
    """Why a contact is sensitive, the kinds of it, and why a person should look although it is not marked.

    `kinds` has the likeliest first; `alarms` is empty where nothing says that the contact is sensitive.
    """

    alarms: tuple[str, ...] = ()
    kinds: tuple[SensitiveKind, ...] = ()
    suspicions: tuple[str, ...] = ()

    @property
    def urgent(self) -> bool:
        return bool(self.alarms) and not URGENT.isdisjoint(self.kinds)


def danger_of(seen: Perception, share: float, unkind: float, threshold: float) -> Danger:
    """What a perception tells of danger.

    `share` is that of all sensitive topics together, `unkind` of those without a kind, of which the model of sensitivity knows nothing.
    From `threshold` on they alarm; topics with a kind only if the model finds it plausible, or if they are certain.
    """
    found, ruled = seen.sensitivity, [rule for rule in seen.rules if rule.effect is RuleEffect.SENSITIVE]
    alarms = [f"the rule {rule.name} fires" for rule in ruled]
    if found.sensitive:
        alarms.append(_in_words(found))
    if share >= threshold and (found.probability >= PLAUSIBLE or share >= CERTAIN_TOPIC or unkind >= threshold):
        alarms.append(f"its sensitive topics add up to {share:.2f}, at least {threshold:.2f}")
    if seen.failed:
        alarms.append("triage failed, so it may be sensitive")
    kinds = (*(rule.kind for rule in ruled if rule.kind), *(_kinds(found) if found.sensitive else ()))
    return Danger(tuple(alarms), tuple(dict.fromkeys(kinds)), _suspicions(seen, None if alarms or share < threshold else share))


def _suspicions(seen: Perception, share: float | None) -> tuple[str, ...]:
    found = seen.sensitivity
    suspicions = []
    if share is not None:
        suspicions.append(f"its sensitive topics add up to {share:.2f}, though its words tell of no danger: a person looks at it")
    if found.watched and not found.sensitive:
        suspicions.append(f"it may need a person ({found.probability:.2f}): one looks at it")
    if seen.unjudged:
        suspicions.append(f"nothing here can tell whether somebody is in danger in this language ({seen.language}): a person looks at it")
    return tuple(suspicions)


def _in_words(found: SensitivityFinding) -> str:
    kind = found.kinds[0][0] if found.kinds else "danger"
    return f"words of {kind} with {found.probability:.2f} in «{found.clause}»"


def _kinds(found: SensitivityFinding) -> tuple[SensitiveKind, ...]:
    """The likeliest kind and those that are likely, too; an urgent one only if the urgent ones together are."""
    urgent = [(kind, probability) for kind, probability in found.kinds if kind in URGENT]
    likely = [kind for place, (kind, probability) in enumerate(found.kinds) if place == 0 or probability >= LIKELY_KIND]
    if sum(probability for _, probability in urgent) >= URGENT_SHARE:
        likely.append(urgent[0][0])
    else:
        likely = [kind for kind in likely if kind not in URGENT]
    return tuple(dict.fromkeys(likely))


def topic_for(kinds: Sequence[SensitiveKind], topics: Mapping[str, TopicSpec], likely: Collection[str]) -> TopicSpec | None:
    """The topic whose specialists see to the first of the kinds that has one; of several the likeliest, `likely` having them in order."""
    for kind in kinds:
        meant = [topic for topic in topics.values() if topic.sensitive_kind is kind]
        if meant:
            order = [*likely]
            return min(meant, key=lambda topic: (order.index(topic.name) if topic.name in order else len(order), topic.name))
    return None
