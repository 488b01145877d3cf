"""Kinds: who wrote, applied to what the words say. Pure.

A machine's text has no topic; where somebody may be in need, it counts as a customer's.
"""

from dataclasses import replace

from mci_router.classifier.thresholds import Certainty
from mci_router.specs.rules import RuleEffect
from mci_router.triage.machines.sent import Recognised
from mci_router.triage.matrix import cell_of
from mci_router.triage.perception import Perception
from mci_router.triage.result import Triage
from mci_router.vocabulary import ContactKind, Touch, Volume


def with_kind(triage: Triage, perception: Perception, recognised: Recognised) -> Triage:
    """Adds to a triage who wrote. Nothing sensitive counts as a machine's: a person sees it."""
    if recognised.kind is ContactKind.CUSTOMER:
        return triage
    if _is_sensitive(triage, perception):
        reason = f"it looks like {recognised.reason}, but is sensitive: it counts as a customer's"
        return replace(triage, reasons=(reason, *triage.reasons))
    cell = cell_of(Volume.LOW, Touch.HIGH)
    return replace(
        triage,
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
        private_by=None,
        kind=recognised.kind,
        shadow=None,
    )


def _is_sensitive(triage: Triage, perception: Perception) -> bool:
    """Returns whether a rule fired, triage acts on a sensitive topic, or nobody could read the text.

    What the models of a company's customers find in a program's words says nothing: every fourth bounce or newsletter
    would be in danger.
    """
    alarmed = perception.failed or any(rule.effect is RuleEffect.SENSITIVE for rule in perception.rules)
    return alarmed or (triage.sensitive and triage.certainty is Certainty.ACT)
