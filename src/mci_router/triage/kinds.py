"""Who wrote, once it is known what the words say: a machine has no topic, and is none where somebody may be in need. Pure."""

from dataclasses import replace

from mci_router.classifier.calibration import Certainty
from mci_router.specs import RuleEffect
from mci_router.triage.decision import Triage
from mci_router.triage.machines import Recognised
from mci_router.triage.matrix import cell_of
from mci_router.triage.perception import Perception
from mci_router.vocabulary import ContactKind, Touch, Volume


def with_kind(found: Triage, seen: Perception, recognised: Recognised) -> Triage:
    """What triage found, of whom it was recognised to come from. Nothing sensitive is ever a machine's: a person sees it."""
    if recognised.kind is ContactKind.CUSTOMER:
        return found
    if _is_sensitive(found, seen):
        reason = f"it looks like {recognised.reason}, but is sensitive: it counts as a customer's"
        return replace(found, reasons=(reason, *found.reasons))
    cell = cell_of(Volume.LOW, Touch.HIGH)
    return replace(
        found,
        topic=None,
        confidence=0.0,
        certainty=Certainty.ASK,
        sensitive=False,
        sensitive_kinds=(),
        urgent=False,
        volume=Volume.LOW,
        touch=Touch.HIGH,
        cell=cell,
        reasons=(f"{recognised.kind}: {recognised.reason}", f"no topic is counted or learnt from it: {cell}"),
        wants_person=False,
        kind=recognised.kind,
        shadow=None,
    )


def _is_sensitive(found: Triage, seen: Perception) -> bool:
    """By a rule, by a topic that triage acts on, or because nobody could read it. What models of a company's customers make of a program's
    words says nothing: every fourth bounce or newsletter would be in danger.
    """
    alarmed = seen.failed or any(rule.effect is RuleEffect.SENSITIVE for rule in seen.rules)
    return alarmed or (found.sensitive and found.certainty is Certainty.ACT)
