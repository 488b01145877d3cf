"""Acts on a contact that agents have: escalate it, offer it to an agent, transfer it, put it back in line."""

from collections.abc import Mapping
from typing import Annotated, Any, NoReturn

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import Sight, moved, sight
from mci_router.api.auditing import audited, noted
from mci_router.api.contact_seen import contact_seen
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.contacts import ContactMoved, ContactOut
from mci_router.api.schemas.passed_on import ContactPassedOn
from mci_router.api.schemas.transfers import DirectOffer, Escalation, Requeue, Transfer, TransferCancel
from mci_router.errors import NobodyCanServe, NobodyWorks, NotFound, Problem
from mci_router.lifecycle.passing_on.transfer_records import passed_on
from mci_router.vocabulary import ContactState

router = Router(prefix="/v1/contacts", tags=["contacts"], responses=RESPONSES)

Writer = Annotated[Caller, needs(Scope.CONTACTS_WRITE)]
Supervisor = Annotated[Caller, needs(Scope.CONTACTS_SUPERVISE)]


@router.post("/{contact_id}/escalate", summary="Escalate a contact")
async def post_escalate(contact_id: Reference, body: Escalation, caller: Writer, parts: Service) -> ContactMoved:
    """Moves a contact that agents have to the queue that the escalation matrix names.

    It keeps its original age, and gets the response target of its severity. The handoff must be complete: the next
    agent sees it.
    """
    note = noted(caller, "contact.escalated", contact_id, {"severity": body.severity, **_forced(body)}, body.reason)
    passed = passed_on(body.reason, body.handoff.model_dump(), note=note)
    try:
        answer = await parts.transfers.escalate(
            caller.workspace_id, contact_id, body.severity, passed, force=body.force
        )
    except (NobodyCanServe, NobodyWorks) as refused:
        await _refuse(parts, caller, contact_id, refused)
    return ContactMoved.model_validate(moved(caller, answer))


@router.post("/{contact_id}/offer", summary="Offer a contact to an agent")
async def post_offer(contact_id: Reference, body: DirectOffer, caller: Supervisor, parts: Service) -> ContactOut:
    """Offers a waiting contact to an agent, who must be able to serve it, be available, and have room for it.

    While its queue is closed, it is offered with `force: true` only.
    """
    before = await contact_seen(parts, caller, contact_id)
    if not body.force:
        await parts.places.check_open(caller.workspace_id, contact_id)
    async with parts.database.command() as session:
        facts = {"state": before.state, "queue": before.queue}
        await audited(
            session, caller, "contact.offered", contact_id, before=facts, after={"agent": body.agent, **_forced(body)}
        )
        await parts.hand_overs.offer(caller.workspace_id, contact_id, body.agent)
    return await contact_seen(parts, caller, contact_id)


@router.post("/{contact_id}/transfer", summary="Transfer a contact")
async def post_transfer(contact_id: Reference, body: Transfer, caller: Supervisor, parts: Service) -> ContactPassedOn:
    """Transfers a contact to an agent, or to a queue with its original age.

    Warm: the agent who serves it keeps it until the next one accepts. A cold transfer to an agent waits for that agent
    for a minute, then for any agent of its line; while its queue is closed it is refused, unless `force`. A queue that
    is closed sends it where it sends what comes by itself.
    """
    await contact_seen(parts, caller, contact_id)
    goes_to = {"warm": body.warm, **_forced(body), **({"queue": body.queue} if body.queue else {"agent": body.agent})}
    note = noted(caller, "contact.transferred", contact_id, goes_to, body.reason)
    passed = passed_on(body.reason, body.handoff.model_dump() if body.handoff else None, note=note)
    if body.queue:
        answer = await parts.transfers.to_queue(
            caller.workspace_id,
            contact_id,
            body.queue,
            passed,
            warm=body.warm,
            keep_skills=body.keep_skills,
            force=body.force,
        )
        return await _passed_on(parts, caller, contact_id, answer["route"])
    await parts.hand_overs.transfer(
        caller.workspace_id,
        contact_id,
        str(body.agent),
        passed,
        warm=body.warm,
        keep_skills=body.keep_skills,
        force=body.force,
    )
    return await _passed_on(parts, caller, contact_id, await parts.places.of(caller.workspace_id, contact_id))


@router.post("/{contact_id}/transfer/cancel", summary="Call off a warm transfer")
async def post_transfer_cancel(
    contact_id: Reference, caller: Supervisor, parts: Service, body: TransferCancel | None = None
) -> ContactOut:
    """Calls off a warm transfer that nobody has accepted yet: the contact stays with its agent, in its own queue.

    An agent who was asked to take it over is asked no longer.
    """
    await contact_seen(parts, caller, contact_id)
    reason = body.reason if body else ""
    note = noted(caller, "contact.transfer_cancelled", contact_id, {"transferring": False}, reason)
    await parts.transfers.cancel(caller.workspace_id, contact_id, passed_on(reason, None, note=note))
    return await contact_seen(parts, caller, contact_id)


@router.post("/{contact_id}/requeue", summary="Put a contact back in line")
async def post_requeue(contact_id: Reference, body: Requeue, caller: Supervisor, parts: Service) -> ContactPassedOn:
    """Takes a contact from the agent who is offered it or serves it, back into its line with its original age.

    It is not offered to the same agent at once. A queue that has closed sends it where it sends what comes by itself.
    """
    await contact_seen(parts, caller, contact_id)
    note = noted(caller, "contact.requeued", contact_id, {"state": ContactState.QUEUED}, body.reason)
    answer = await parts.transfers.requeue(caller.workspace_id, contact_id, passed_on(body.reason, None, note=note))
    return await _passed_on(parts, caller, contact_id, answer["route"])


def _forced(body: Escalation | Transfer | DirectOffer) -> dict[str, bool]:
    """Returns what the audit trail has of `force`: that it was said."""
    return {"force": True} if body.force else {}


async def _passed_on(parts: Parts, caller: Caller, contact_id: str, route: Mapping[str, Any] | None) -> ContactPassedOn:
    contact = await contact_seen(parts, caller, contact_id)
    return ContactPassedOn.model_validate({**contact.model_dump(), "route": route})


async def _refuse(parts: Parts, caller: Caller, contact_id: str, refused: Problem) -> NoReturn:
    """Raises the problem, for a caller who may not read the contact without what it says of it."""
    try:
        await contact_seen(parts, caller, contact_id)
    except NotFound:
        raise type(refused)() from None
    raise refused if sight(caller, sensitive=False) is Sight.WHOLE else type(refused)()
