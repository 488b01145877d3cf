"""What channel adapters ask for besides what every resource has: their messages, and the secret that signs them."""

from typing import Annotated, Any

from fastapi import Header, Path, Query, Request

from mci_router.access.keys import Caller, Scope
from mci_router.api.adapter_rules import adapter_at, refuse_another
from mci_router.api.auditing import audited
from mci_router.api.outbound_reader import Reader
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.adapters import MessageDeliveryOut
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.webhooks import RotationIn, SecretOut
from mci_router.api.server_sent import EventStream, stream
from mci_router.conversations import links
from mci_router.conversations.capabilities import shows_typing
from mci_router.conversations.links import Receiver
from mci_router.conversations.outbound_messages import OutboundMessage
from mci_router.errors import AdapterTakesNothing
from mci_router.specs.base import Name
from mci_router.vocabulary import OutboundWay

router = Router(prefix="/v1", tags=["adapters"], responses=RESPONSES)

LONGEST_S = 3_600  # then the adapter comes again, which acknowledges what it has

Carrier = Annotated[Caller, needs(Scope.MESSAGES_DELIVER)]
Writer = Annotated[Caller, needs(Scope.MESSAGES_WRITE)]
MESSAGES: dict[int | str, dict[str, Any]] = {
    200: {"model": OutboundMessage, "description": "Events; the schema is that of the data of `message`."}
}


@router.get(
    "/adapters/{name}/outbound",
    summary="Read what is written to an adapter's customers",
    response_class=EventStream,
    responses=MESSAGES,
)
async def get_outbound(
    name: Annotated[Name, Path()],
    request: Request,
    caller: Carrier,
    parts: Service,
    last_event_id: Annotated[
        int | None, Header(ge=0, lt=2**63, description="The `id` of the last event that you have.")
    ] = None,
    for_s: Annotated[int, Query(ge=0, le=LONGEST_S, description="How long the stream lasts.")] = LONGEST_S,
) -> EventStream:
    """Streams messages, as server-sent events, to the adapter whose key it is and which is configured so.

    A message comes with an `id`, in the order of its case, and comes again until you have said that you have it: by
    `Last-Event-ID` when you come again, or by a receipt. `typing` says, `until` when, that an agent writes in a
    `contact`, where the channel shows that. Comments come when nothing else did for 5 s. `end` says `why` the stream
    ends: `draining`, `key_revoked`, `time_over` or `replaced`, if another connection reads the messages; come again,
    unless it was replaced. 503 where too many adapters read through this process.
    """
    adapter = await adapter_at(parts, caller.workspace_id, name)
    refuse_another(caller, name)
    if adapter.outbound.by is not OutboundWay.STREAM:
        raise AdapterTakesNothing(f"The adapter {name!r} does not read a stream: set its outbound.by to `stream`.")
    receiver, typing = Receiver(caller.workspace_id, name), shows_typing(adapter)
    return stream(await Reader.begun(parts, request, receiver, last_event_id, for_s, typing=typing))


@router.post("/adapters/{name}/rotate-secret", summary="Make a secret for what is posted to an adapter")
async def rotate_adapter_secret(
    name: Annotated[Name, Path()], caller: Carrier, parts: Service, body: RotationIn | None = None
) -> SecretOut:
    """Makes a secret, which is shown this once. With one that was there before, both sign until
    `previous_secret_until`, so that the adapter has time to change over.
    """
    await adapter_at(parts, caller.workspace_id, name)
    overlap_s = parts.settings.webhook_rotation_s if body is None or body.overlap_s is None else body.overlap_s
    async with parts.database.transaction() as session:
        secret, until = await links.rotate(session, Receiver(caller.workspace_id, name), overlap_s=overlap_s)
        await audited(session, caller, "adapter.secret_rotated", name, after={"overlap_s": overlap_s})
    return SecretOut(secret=secret, previous_secret_until=until)


@router.post("/messages/{message_id}/send-again", status_code=202, summary="Send a message again that has failed")
async def post_send_again(message_id: Reference, caller: Writer, parts: Service) -> MessageDeliveryOut:
    """Sends a message to its adapter again, with the same id, before what was written later and waits still."""
    return MessageDeliveryOut.model_validate(await parts.outbox.send_again(caller.workspace_id, message_id))
