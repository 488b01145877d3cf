"""Finding: what a contact is, by a workspace's configuration. Pure: the same code runs for real and for a dry run."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mci_router.classifier.thresholds import Certainty
from mci_router.specs.rules import RuleEffect
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.decision import Bounds, judge
from mci_router.triage.machines.sent import CUSTOMER, Recognised
from mci_router.triage.matrix import cell_of
from mci_router.triage.perception import Perception
from mci_router.triage.result import Measured, Triage
from mci_router.vocabulary import ContactKind, Touch, Volume


def find(
    snapshot: Snapshot,
    perception: Perception,
    *,
    named: str | None,
    measured: Measured,
    customer: Mapping[str, Any],
    recognised: Recognised = CUSTOMER,
) -> Triage:
    """Returns what a contact is, without regard to its history: see `returned`."""
    spec = snapshot.spec
    triage = judge(
        perception,
        named=named,
        topics=snapshot.topics,
        sensitive=snapshot.sensitive_topics,
        measured=measured,
        bounds=Bounds(spec.confidence_threshold, snapshot.bars, spec.sensitive_threshold),
        vulnerable=bool(customer.get("vulnerable")),
    )
    return with_kind(triage, perception, recognised)


def with_kind(triage: Triage, perception: Perception, recognised: Recognised) -> Triage:
    """Adds to a triage who wrote.

    A machine's text has no topic. One that is sensitive counts as a customer's, so that a person sees it.
    """
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
