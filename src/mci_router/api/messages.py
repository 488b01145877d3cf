"""Messages: what customers, agents and machines say in a contact's conversation, and what was said in a case."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Query, Response

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import posted, sees_sensitive
from mci_router.api.answering import answering
from mci_router.api.contact_intake import counted
from mci_router.api.message_intake import AGAIN, spoken_of
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.decisions import RouteOut
from mci_router.api.schemas.messages import (
    ChannelMessageIn,
    MessageId,
    MessageOut,
    MessagePlaces,
    MessageSpoken,
    MessageWindow,
    SenderKey,
    SpokenIn,
)
from mci_router.conversations import keys, reading
from mci_router.conversations.channel_ways import refuse_what_the_adapter_does_not_bring
from mci_router.errors import NotFound
from mci_router.intake.arrival import Arrival
from mci_router.intake.masking import mask_reference
from mci_router.lifecycle.talking.saying import Spoken
from mci_router.vocabulary import Channel

router = Router(prefix="/v1", tags=["messages"], responses=RESPONSES)

MOST_PLACES = 20
NOT_SAID = {"channel_message_id", "occurred_at", "branch_ref", "in_reply_to"}

Reader = Annotated[Caller, needs(Scope.CONTACTS_READ)]
Writer = Annotated[Caller, needs(Scope.CONTACTS_WRITE)]


@router.post("/messages", status_code=201, responses=AGAIN, summary="Take in a message")
async def post_channel_message(
    body: ChannelMessageIn, caller: Writer, parts: Service, response: Response
) -> MessageSpoken:
    """Takes in what a customer says, without naming the contact.

    It joins the open contact of its `channel_ref`; without one, the customer's open contact of its topic, where an
    address is proven. If there is none it begins a new contact: in the same case, if that of the conversation has
    ended, and `previous_contact` names it. With the same `channel_message_id` again nothing is written: 200.
    """
    caller.asserts(body.customer.trust)
    workspace = caller.workspace_id
    sent = body.model_dump(mode="json", exclude=NOT_SAID)
    if body.channel_message_id and (known := await _known(parts, caller, body.channel_message_id, sent)):
        response.status_code = 200
        return spoken_of(known)
    arrival = await parts.reception.receive(workspace, sent, None, caller.trust)
    refuse_what_the_adapter_does_not_bring(arrival.snapshot, caller.adapter, body.channel, asks=body.can_ask)
    came = replace(arrival, adapter=caller.adapter, occurred_at=body.occurred_at, by_topic=True)
    if body.channel_message_id:
        key = parts.conversations.key_of(workspace, caller.sender, body.channel_message_id, said_in(sent))
        came = replace(came, message_key=replace(key, headers=headers_of(body.channel_message_id, arrival)))
    came = await answering(parts, caller, replace(came, branch_ref=body.branch_ref), body.in_reply_to)
    answer = await parts.conversations.arrive(came)
    counted(parts, caller, arrival, answer)
    if answer.get("again"):  # the same came at the same moment, and was first
        response.status_code = 200
    return await _arrived(parts, caller, answer)


@router.get("/messages", summary="Find messages by the channel's ids, or by those here")
async def get_message_places(
    caller: Writer,
    parts: Service,
    channel_message_id: Annotated[list[SenderKey], Query(max_length=MOST_PLACES)] = [],  # noqa: B006 — FastAPI copies it
    message_id: Annotated[list[MessageId], Query(max_length=MOST_PLACES)] = [],  # noqa: B006
) -> MessagePlaces:
    """Finds the contact and the conversation of messages that you posted, by your `channel_message_id`, for 90 days,
    and of those that went to your adapter, by `message_id`, for two weeks. What is not yours is not found.
    """
    workspace = caller.workspace_id
    asked = {parts.conversations.kept_key(workspace, one): one for one in channel_message_id}
    posted = await keys.written_with(parts.database, workspace, caller.sender, list(asked))
    sent = await keys.sent_by(parts.database, workspace, caller.adapter, message_id) if caller.adapter else []
    items = [{**place, "channel_message_id": asked[key]} for key, place in posted.items()]
    return MessagePlaces.model_validate({"items": [*items, *sent]})


@router.get("/cases/{case_id}/messages", summary="Read a case's messages")
async def get_messages(
    case_id: Reference,
    caller: Reader,
    parts: Service,
    after_seq: Annotated[int | None, Query(ge=0, le=2**53)] = None,
    before_seq: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    limit: Annotated[int, Query(ge=1, le=reading.MOST)] = 50,
) -> MessageWindow:
    """Lists messages of a case over all its contacts, in their order: those after a number, or the last ones, before a
    number if that is given. A case with a sensitive contact needs `contacts:sensitive`.
    """
    if not sees_sensitive(caller) and await reading.is_sensitive(parts.database, caller.workspace_id, case_id):
        raise NotFound(f"There is no case {case_id!r} in this workspace.")
    window = await reading.window(
        parts.database, caller.workspace_id, case_id, after_seq=after_seq, before_seq=before_seq, limit=limit
    )
    return MessageWindow.model_validate(window)


async def _known(parts: Parts, caller: Caller, key: str, sent: Mapping[str, Any]) -> Spoken | None:
    """Returns what was written with a key before. Raises MessageKeyReused if that said something else."""
    workspace, conversations = caller.workspace_id, parts.conversations
    kept = conversations.key_of(workspace, caller.sender, key, said_in(sent))
    return await conversations.known(workspace, kept, conversations.fingerprint_of(workspace, sent))


def said_in(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Returns what a message says: not where it belongs, nor how far its sender is proven, which may be known better
    when it comes a second time.
    """
    customer = {name: value for name, value in sent["customer"].items() if name != "trust"}
    apart = ("channel_ref", "customer", "context", "headers", "attachments")
    files = [one for one in sent["attachments"] if not one.get("id")]  # an upload has a new id each time
    return {name: value for name, value in sent.items() if name not in apart} | {"customer": customer, "files": files}


def headers_of(key: str, arrival: Arrival) -> dict[str, str] | None:
    """Returns what is kept of a mail to thread an answer, masked; of no other channel."""
    if arrival.channel is not Channel.EMAIL:
        return None
    return {"id": mask_reference(key).text, **({"subject": arrival.subject} if arrival.subject else {})}


async def _arrived(parts: Parts, caller: Caller, answer: Mapping[str, Any]) -> MessageSpoken:
    """Returns what became of a message: `answer` is that of its contact, which is new or has it as one more."""
    message = answer.get("message") or await reading.first_of(parts.database, caller.workspace_id, answer["id"])
    contact = SpokenIn(
        id=answer["id"],
        case_id=answer["case_id"],
        case_reference=answer.get("case_reference"),
        state=answer["state"],
        moved=answer.get("moved", False),
        new=not answer.get("joined"),
        previous_contact=answer.get("previous_contact"),
    )
    route = RouteOut.model_validate(posted(caller, answer)["route"]) if contact.new else None
    return MessageSpoken(message=MessageOut.model_validate(message), contact=contact, route=route)
