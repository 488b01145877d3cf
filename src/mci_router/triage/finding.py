"""Finding: what a contact is, by a workspace's configuration. Pure: the same code runs for real and for a dry run."""

from collections.abc import Mapping
from typing import Any

from mci_router.specs.snapshot import Snapshot
from mci_router.triage.decision import Bounds, judge
from mci_router.triage.kinds import with_kind
from mci_router.triage.machines.sent import CUSTOMER, Recognised
from mci_router.triage.perception import Perception
from mci_router.triage.result import Measured, Triage


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
