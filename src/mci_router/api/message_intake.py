"""Messages into a contact's conversation: the hot route of those that are under way."""

from typing import Annotated, Any

from fastapi import Response

from mci_router.access.keys import Caller, Scope
from mci_router.api.lean import JSON, lean
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.messages import MessageIn, MessageOut, MessageSpoken, SpokenIn
from mci_router.documents import as_json
from mci_router.errors import ScopeMissing
from mci_router.lifecycle.talking.saying import Said, SentKey, Spoken
from mci_router.vocabulary import MessageKind

AGAIN: dict[int | str, dict[str, Any]] = {
    200: {"model": MessageSpoken, "description": "It was written before, with this key."}
}

router = Router(prefix="/v1", tags=["messages"], responses=RESPONSES, route_class=lean(MessageIn, Scope.CONTACTS_WRITE))


@router.post(
    "/contacts/{contact_id}/messages",
    status_code=201,
    response_model=MessageSpoken,
    responses=AGAIN,
    summary="Write into a conversation",
)
async def post_message(
    contact_id: Reference,
    body: MessageIn,
    caller: Annotated[Caller, needs(Scope.CONTACTS_WRITE)],
    parts: Service,
) -> Response:
    """Writes a message into an open contact's conversation.

    What anybody but the customer says needs `messages:write`, too. While nobody serves the contact, it
    is read again with what its customer said first and last, eight messages at most, and may move; it keeps its age.
    With the same key again, it is not written again: 200, with the message of the first time.
    """
    _may_write(caller, body.kind)
    said = Said(
        kind=body.kind,
        author=body.author or ("" if body.kind is MessageKind.CUSTOMER else caller.name),
        text=body.text,
        html=body.html,
        owner=caller.sender,
        key=_key(body),
        visibility=body.visibility,
        in_reply_to=body.in_reply_to,
        ai=body.ai.model_dump() if body.ai else None,
        occurred_at=body.occurred_at,
        files=[one.id for one in body.attachments],
    )
    spoken = await parts.conversations.say(caller.workspace_id, contact_id, said)
    return Response(as_json(_written(spoken)), 201 if spoken.fresh else 200, media_type=JSON.decode())


def _may_write(caller: Caller, kind: MessageKind) -> None:
    needed = Scope.MESSAGES_WRITE
    if kind is not MessageKind.CUSTOMER and not caller.may(needed):
        raise ScopeMissing(f"This key lacks the scope {needed}.", scopes=[needed])


def _key(body: MessageIn) -> SentKey | None:
    """Returns the message's key: the channel's own ids are the adapter's, and each author has others.

    A key of the API writes for many: of two who count from 1, neither is the other's second try.
    """
    if body.channel_message_id:
        return SentKey("channel_message_id", body.channel_message_id)
    party = MessageKind.AGENT if body.kind is MessageKind.NOTE else body.kind
    return SentKey("client_id", body.client_id, f"{party} {body.author or ''}") if body.client_id else None


def _written(spoken: Spoken) -> dict[str, Any]:
    """Returns what `spoken_of` does as JSON: a message in memory is as `MessageOut` describes it."""
    message = spoken.message
    contact = {
        "id": message["contact_id"],
        "case_id": message["case_id"],
        "case_reference": None,
        "state": spoken.state,
        "moved": spoken.moved,
        "new": False,
        "previous_contact": None,
    }
    return {"message": message, "contact": contact, "route": None}


def spoken_of(spoken: Spoken) -> MessageSpoken:
    message = spoken.message
    contact = SpokenIn(id=message["contact_id"], case_id=message["case_id"], state=spoken.state, moved=spoken.moved)
    return MessageSpoken(message=MessageOut.model_validate(message), contact=contact)
