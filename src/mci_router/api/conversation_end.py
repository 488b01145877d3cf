"""The end of a conversation, as the channel's adapter reports it."""

from typing import Annotated

from mci_router.access.keys import Caller, Scope
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.endings import ConversationEnd, Over
from mci_router.intake.masking import mask

router = Router(prefix="/v1/contacts", tags=["contacts"], responses=RESPONSES)


@router.post("/{contact_id}/end", summary="Say that the conversation is over")
async def post_end(
    contact_id: Reference,
    caller: Annotated[Caller, needs(Scope.CONTACTS_WRITE)],
    parts: Service,
    body: ConversationEnd | None = None,
) -> Over:
    """Ends the conversation: its agent wraps up, with everything the agent has typed. Idempotent.

    A parked contact is completed. One that nobody serves yet is `abandoned`: its customer has left; or `resolved`, if
    an answer was shown that counts as a solution when nobody objects. A customer who hangs up to be called back waits
    on. To report that somebody left the line, `abandon` does as well.
    """
    ended = body or ConversationEnd()
    state = await parts.conversation_ends.end(caller.workspace_id, contact_id, ended.by, mask(ended.why).text)
    return Over(id=contact_id, state=state)
