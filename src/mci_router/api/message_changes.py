"""Messages that are edited or redacted, and what they said before."""

from typing import Annotated

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import sees_sensitive
from mci_router.api.auditing import audited
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.messages import EditIn, MessageOut, RedactIn, RevisionOut, RevisionsOut
from mci_router.conversations import rewriting
from mci_router.conversations.rewriting import Found
from mci_router.errors import NotFound
from mci_router.lifecycle.talking.message_changes import Author

router = Router(prefix="/v1/messages", tags=["messages"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.CONTACTS_READ)]
Writer = Annotated[Caller, needs(Scope.CONTACTS_WRITE)]


@router.patch("/{message_id}", summary="Edit a message")
async def patch_message(message_id: Reference, body: EditIn, caller: Writer, parts: Service) -> MessageOut:
    """Has a message say something else. What it said before is kept; a second time the same changes nothing.

    What a customer wrote is changed by a key of the adapter by which the contact came (without an adapter, by any such
    key), and judged again; what agents and machines wrote by a key with `messages:write`. What went to an adapter is
    sent again as its next `revision`, if the channel can change what it shows: its `delivery` begins again at `queued`.
    """
    found = await _found(parts, caller, message_id)
    return MessageOut.model_validate(await parts.changes.edit(caller.workspace_id, found, body.text, _author(caller)))


@router.post("/{message_id}/redact", summary="Take a message's words away")
async def post_redact(message_id: Reference, body: RedactIn, caller: Writer, parts: Service) -> MessageOut:
    """Empties a message for good, with all that it said before; who did it, when and why stays, and its place.

    It is for those who may edit the message, and for keys with `contacts:supervise`. What waits for an adapter is not
    sent; an adapter that can change what it shows is told. Idempotent.
    """
    found, workspace = await _found(parts, caller, message_id), caller.workspace_id
    contact = found.message["contact_id"]
    redacted = await parts.changes.redact(
        workspace,
        found,
        body.why,
        _author(caller),
        lambda session: audited(
            session, caller, "message.redacted", contact, after={"message": message_id}, reason=body.why
        ),
    )
    return MessageOut.model_validate(redacted)


@router.get("/{message_id}/revisions", summary="Read what a message said before")
async def get_revisions(message_id: Reference, caller: Reader, parts: Service) -> RevisionsOut:
    """Lists what an edited message said before, the oldest first; empty texts where it was redacted."""
    found = await parts.changes.find(caller.workspace_id, message_id)
    if found.sensitive and not sees_sensitive(caller):
        raise NotFound(f"There is no message {message_id!r} in this workspace.")
    items = await rewriting.revisions(parts.database, caller.workspace_id, message_id)
    return RevisionsOut(items=[RevisionOut.model_validate(one) for one in items])


async def _found(parts: Parts, caller: Caller, message: str) -> Found:
    """Returns a message that the caller may know of. Raises NotFound."""
    found = await parts.changes.find(caller.workspace_id, message)
    if found.sensitive and not sees_sensitive(caller) and caller.adapter != (found.adapter or ""):
        raise NotFound(f"There is no message {message!r} in this workspace.")
    return found


def _author(caller: Caller) -> Author:
    return Author(
        caller.sender,
        adapter=caller.adapter,
        writes=caller.may(Scope.MESSAGES_WRITE),
        hears=caller.may(Scope.CONTACTS_WRITE),
        supervises=caller.may(Scope.CONTACTS_SUPERVISE),
    )
