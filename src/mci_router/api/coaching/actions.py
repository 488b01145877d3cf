"""What has become of actions that were agreed."""

from mci_router.api.auditing import noted
from mci_router.api.coaching import shown
from mci_router.api.coaching.asked import Writer, masked_by
from mci_router.api.parts import Service
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.coaching import ActionOut, SettlementIn
from mci_router.api.schemas.common import Reference

router = Router(prefix="/v1/coaching/actions", tags=["coaching"], responses=RESPONSES)


@router.post("/{reference}/settle", summary="Say what has become of an action")
async def post_settle(reference: Reference, body: SettlementIn, caller: Writer, parts: Service) -> ActionOut:
    """Says that an action was done, or was not, or is open again. Idempotent."""
    snapshot = await parts.snapshots.get(caller.workspace_id)
    outcome, note = masked_by(snapshot)(body.outcome), noted(caller, "action.settled", reference, None)
    workspace = caller.workspace_id
    found, agent = await parts.coaching.actions.settle(workspace, reference, body.state, outcome, caller.name, note)
    return shown.action(found, agent)
