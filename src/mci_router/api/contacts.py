"""Contacts that were taken in: customers and operators end them, other services read them."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Query, Request, Response

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import moved, sees_sensitive
from mci_router.api.auditing import noted
from mci_router.api.paging import PAGED, Cursor, Limit, paged
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import REFERENCE, Instant, Reference
from mci_router.api.schemas.contacts import ContactMoved, ContactOut, ContactPage, EventPage
from mci_router.api.schemas.decisions import DecisionOut
from mci_router.api.schemas.endings import Consent, Ended, Ending, Resolving, Unresolved
from mci_router.errors import UnknownQueue
from mci_router.intake.masking import mask
from mci_router.lifecycle.seen import contact_reading
from mci_router.vocabulary import UNCONFIRMED, ContactKind, ContactState

router = Router(prefix="/v1/contacts", tags=["contacts"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.CONTACTS_READ)]
Writer = Annotated[Caller, needs(Scope.CONTACTS_WRITE)]


@router.get("", summary="List contacts", responses=PAGED)
async def list_contacts(
    request: Request,
    response: Response,
    caller: Reader,
    parts: Service,
    state: ContactState | None = None,
    queue: Annotated[str | None, Query(pattern=r"^[a-z0-9_]{1,64}$")] = None,
    kind: ContactKind | None = None,
    channel_ref: Annotated[
        str | None, Query(min_length=1, max_length=500, description="The adapter's own id of the conversation.")
    ] = None,
    customer: Annotated[str | None, Query(pattern=rf"^{REFERENCE.pattern}$", description="The customer's id.")] = None,
    topic: Annotated[str | None, Query(pattern=r"^[a-z0-9_]{1,64}$")] = None,
    since: Annotated[Instant | None, Query(description="Accepted then or later. RFC 3339 with an offset.")] = None,
    until: Annotated[Instant | None, Query(description="Accepted before. RFC 3339 with an offset.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ContactPage:
    """Lists contacts, newest first; sensitive ones only for a key with `contacts:sensitive`."""
    if queue is not None and queue not in (await parts.snapshots.get(caller.workspace_id)).queues:
        raise UnknownQueue(f"There is no queue {queue!r} in this workspace.")
    async with parts.database.reading() as session:
        found = await contact_reading.contacts(
            session,
            parts.engine,
            caller.workspace_id,
            sensitive=sees_sensitive(caller),
            state=state,
            queue=queue,
            kind=kind,
            channel_ref=channel_ref,
            customer=customer,
            topic=topic,
            since=since,
            until=until,
            after=cursor,
            limit=limit + 1,
        )
    items, following = paged(request, response, found, limit)
    return ContactPage(items=[ContactOut.model_validate(item) for item in items], next_cursor=following)


@router.get("/{contact_id}", summary="Read a contact")
async def get_contact(contact_id: Reference, caller: Reader, parts: Service) -> ContactOut:
    """Returns the contact as it is now."""
    async with parts.database.reading() as session:
        contact = await contact_reading.contact(
            session, parts.engine, caller.workspace_id, contact_id, sensitive=sees_sensitive(caller)
        )
    return ContactOut.model_validate(contact)


@router.get("/{contact_id}/decision", summary="Explain a decision")
async def get_decision(contact_id: Reference, caller: Reader, parts: Service) -> DecisionOut:
    """Returns why the contact is where it is, in words and numbers, rung by rung."""
    await get_contact(contact_id, caller, parts)
    async with parts.database.reading() as session:
        history = await contact_reading.decisions(session, caller.workspace_id, contact_id)
    latest = history[-1]
    return DecisionOut.model_validate(
        {"contact_id": contact_id, "triage": latest.triage, "route": latest.route, "history": history}
    )


@router.get("/{contact_id}/events", summary="Read a contact's journal")
async def get_events(contact_id: Reference, caller: Reader, parts: Service) -> EventPage:
    """Lists every transition of the contact, oldest first."""
    await get_contact(contact_id, caller, parts)
    async with parts.database.reading() as session:
        events = await contact_reading.events(session, caller.workspace_id, contact_id)
    return EventPage.model_validate({"items": events})


@router.post("/{contact_id}/unresolved", summary="Say that it did not help")
async def post_unresolved(
    contact_id: Reference, caller: Writer, parts: Service, body: Unresolved | None = None
) -> ContactMoved:
    """Moves the contact to the next rung, since the answer or the community did not help. An answered post that did not
    help is no rung of its own: the contact is posted, or its customer is asked whether it may be, before the next one.

    Idempotent if the body names the `rung` that did not help: of one that is past the answer says `moved: false`, and
    nothing changes.
    """
    rung = body.rung if body else None
    answer = await parts.ladder.advance(
        caller.workspace_id, contact_id, "the customer says that it did not help", rung=rung, not_helped=True
    )
    return _moved(caller, answer)


@router.post("/{contact_id}/consent", summary="Say whether it may be posted")
async def post_consent(contact_id: Reference, body: Consent, caller: Writer, parts: Service) -> ContactMoved:
    """Takes the customer's answer to `route.ask`.

    With `agree: true` the draft is posted exactly as it was shown, or `text` instead of it. The customer's own wording
    is judged and masked as the draft was. If it is sensitive, or not fit for the community, it is not posted: the
    contact moves to the next rung, and `route` says why. With `agree: false` it moves on at once; after a post, this
    hides the post. Idempotent.
    """
    if body.agree:
        return _moved(caller, await parts.consents.agree(caller.workspace_id, contact_id, body.text))
    return _moved(caller, await parts.consents.refuse(caller.workspace_id, contact_id))


@router.post("/{contact_id}/still_broken", summary="Say that it is still broken after the fix")
async def post_still_broken(contact_id: Reference, caller: Writer, parts: Service) -> ContactMoved:
    """Sends the contact to a person, with raised priority: its incident is fixed, but not for this customer.

    It is refused before the fix: for a contact that is about something else, use `unresolved`. Idempotent.
    """
    return _moved(caller, await parts.ladder.still_broken(caller.workspace_id, contact_id))


@router.post("/{contact_id}/resolve", summary="Say that it is resolved")
async def post_resolve(contact_id: Reference, caller: Writer, parts: Service, body: Resolving | None = None) -> Ended:
    """Ends the contact as `resolved`, wherever it is: the customer's matter is settled, as the customer says."""
    if body and not body.confirmed:
        body = Resolving(reason=f"{UNCONFIRMED}: {body.reason}"[:200] if body.reason else UNCONFIRMED)
    return await _end(parts, caller, contact_id, ContactState.RESOLVED, body)


@router.post("/{contact_id}/abandon", summary="Say that the customer left")
async def post_abandon(contact_id: Reference, caller: Writer, parts: Service, body: Ending | None = None) -> Ended:
    """Ends the contact as `abandoned`, and revokes a pending offer: the customer hung up or left.

    A waiting contact whose customer has asked for a callback waits on: `cancel` ends it. One in wrap-up stays there
    until its agent, or the time, ends that.
    """
    return await _end(parts, caller, contact_id, ContactState.ABANDONED, body)


@router.post("/{contact_id}/cancel", summary="Cancel a contact")
async def post_cancel(contact_id: Reference, caller: Writer, parts: Service, body: Ending | None = None) -> Ended:
    """Ends the contact as `cancelled`: an operator's act."""
    return await _end(parts, caller, contact_id, ContactState.CANCELLED, body)


def _moved(caller: Caller, answer: Mapping[str, Any]) -> ContactMoved:
    return ContactMoved.model_validate(moved(caller, answer))


async def _end(
    parts: Service, caller: Caller, contact_id: Reference, state: ContactState, body: Ending | None
) -> Ended:
    why = body.reason if body else ""
    note = (
        noted(caller, "contact.cancelled", contact_id, {"state": state}, why)
        if state is ContactState.CANCELLED
        else None
    )
    result = await parts.ending.end(caller.workspace_id, contact_id, state, mask(why).text, note=note)
    return Ended(id=contact_id, state=ContactState(result.state or state))
