"""The snapshot of a workspace file, without a ledger."""

from typing import Any

from mci_router.specs import WorkspaceFile
from mci_router.specs.ladders import DEFAULT_LADDERS
from mci_router.specs.snapshot import Snapshot

KINDS = ("skills", "queues", "topics", "articles", "agents", "escalations", "rules")


def snapshot_of(document: WorkspaceFile) -> Snapshot:
    """Returns what decisions depend on in this workspace."""
    named: dict[str, Any] = {kind: {spec.name: spec for spec in getattr(document, kind)} for kind in KINDS}
    ladders = {**DEFAULT_LADDERS, **{policy.name: policy.ladder for policy in document.policies}}
    return Snapshot(workspace_id="held out", revision=1, spec=document.workspace, ladders=ladders, **named)
