"""Quality forms for those who fill them in: a key for coaching need not read the configuration."""

from mci_router.api.coaching.asked import Reader
from mci_router.api.parts import Service
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.coaching import FormsOut
from mci_router.specs.quality import QualityFormSpec

router = Router(prefix="/v1/coaching/forms", tags=["coaching"], responses=RESPONSES)


@router.get("", summary="List quality forms to fill in")
async def list_forms(caller: Reader, parts: Service) -> FormsOut:
    """Lists the quality forms as they are now, by name."""
    snapshot = await parts.snapshots.get(caller.workspace_id)
    return FormsOut(items=[form for _, form in sorted(snapshot.of(QualityFormSpec).items())])
