"""Danger: whether a person has to see a contact, and how soon. Pure.

The model of sensitivity, the rules and the topics judge independently. If one says yes, it is yes; nothing takes it
back.
"""

from collections.abc import Collection, Mapping, Sequence

from mci_router.classifier.sensitivity.finding import SensitivityFinding
from mci_router.specs.resources import TopicSpec
from mci_router.specs.rules import RuleEffect
from mci_router.triage.perception import Perception
from mci_router.values import value
from mci_router.vocabulary import SensitiveKind

URGENT = frozenset({SensitiveKind.DANGER_TO_LIFE, SensitiveKind.SELF_HARM})
CERTAIN_TOPIC = 0.8  # of the sensitive topics together: enough without the model of sensitivity
PLAUSIBLE = 0.5  # to the model of sensitivity: then a lower sum is enough
URGENT_SHARE = 0.5  # of a text that is marked sensitive: the urgent kinds together
LIKELY_KIND = 0.35  # of a text that is marked sensitive: a kind with this probability is named beside the likeliest


@value
class Danger:
    """The danger in a contact.

    `alarms` say why it is sensitive, and are empty where nothing says so; `kinds` has the likeliest kind first;
    `suspicions` say why a person should look although the contact is not marked.
    """

    alarms: tuple[str, ...] = ()
    kinds: tuple[SensitiveKind, ...] = ()
    suspicions: tuple[str, ...] = ()

    @property
    def urgent(self) -> bool:
        return bool(self.alarms) and not URGENT.isdisjoint(self.kinds)


def danger_of(perception: Perception, share: float, unkind: float, threshold: float) -> Danger:
    """Returns what a perception says of danger.

    `share` is the probability of all sensitive topics together, `unkind` that of those without a kind, of which the
    model of sensitivity knows nothing. From `threshold` on they alarm; topics with a kind alarm only if the model finds
    it plausible, or if they are certain.
    """
    finding, ruled = perception.sensitivity, [rule for rule in perception.rules if rule.effect is RuleEffect.SENSITIVE]
    alarms = [f"the rule {rule.name} fires" for rule in ruled]
    if finding.sensitive:
        alarms.append(_in_words(finding))
    if share >= threshold and (finding.probability >= PLAUSIBLE or share >= CERTAIN_TOPIC or unkind >= threshold):
        alarms.append(f"its sensitive topics add up to {share:.2f}, at least {threshold:.2f}")
    if perception.failed:
        alarms.append("triage failed, so it may be sensitive")
    kinds = (*(rule.kind for rule in ruled if rule.kind), *(_kinds(finding) if finding.sensitive else ()))
    return Danger(
        tuple(alarms),
        tuple(dict.fromkeys(kinds)),
        _suspicions(perception, None if alarms or share < threshold else share),
    )


def _suspicions(perception: Perception, share: float | None) -> tuple[str, ...]:
    finding = perception.sensitivity
    suspicions = []
    if share is not None:
        suspicions.append(
            f"its sensitive topics add up to {share:.2f}, though its words show no danger: a person looks at it"
        )
    if finding.watched and not finding.sensitive:
        suspicions.append(f"it may need a person ({finding.probability:.2f}): one looks at it")
    if perception.unjudged:
        suspicions.append(
            f"nothing here recognises danger in this language ({perception.language}): a person looks at it"
        )
    return tuple(suspicions)


def _in_words(finding: SensitivityFinding) -> str:
    kind = finding.kinds[0][0] if finding.kinds else "danger"
    return f"words of {kind} with {finding.probability:.2f} in «{finding.clause}»"


def _kinds(finding: SensitivityFinding) -> tuple[SensitiveKind, ...]:
    """Returns the likeliest kind and other likely ones; an urgent kind only if the urgent kinds together are likely."""
    urgent = [(kind, probability) for kind, probability in finding.kinds if kind in URGENT]
    likely = [kind for rank, (kind, probability) in enumerate(finding.kinds) if rank == 0 or probability >= LIKELY_KIND]
    if sum(probability for _, probability in urgent) >= URGENT_SHARE:
        likely.append(urgent[0][0])
    else:
        likely = [kind for kind in likely if kind not in URGENT]
    return tuple(dict.fromkeys(likely))


def topic_for(
    kinds: Sequence[SensitiveKind], topics: Mapping[str, TopicSpec], likely: Collection[str]
) -> TopicSpec | None:
    """Returns the topic whose specialists are responsible for the first of the kinds that has one.

    Of several topics the likeliest; `likely` has them in order.
    """
    for kind in kinds:
        meant = [topic for topic in topics.values() if topic.sensitive_kind is kind]
        if meant:
            order = [*likely]
            return min(
                meant, key=lambda topic: (order.index(topic.name) if topic.name in order else len(order), topic.name)
            )
    return None
