"""One click between public and private: a conversation is taken to a private chat, and back with a summary."""

from typing import Annotated, Any

from mci_router.access.audit import Actor
from mci_router.access.keys import Caller, Scope
from mci_router.api.auditing import noted
from mci_router.api.contact_seen import contact_seen
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Reference
from mci_router.api.schemas.contacts import ContactOut
from mci_router.api.schemas.transfers import ModalityMove, ModalityMoveByKey, SummaryDraft
from mci_router.errors import UnknownAgent
from mci_router.lifecycle.publicity.going_back import Summary
from mci_router.lifecycle.publicity.private_places import PrivatePlace
from mci_router.lifecycle.publicity.taking_private import Mover
from mci_router.vocabulary import ActorKind, Modality

router = Router(prefix="/v1/contacts", tags=["contacts"], responses=RESPONSES)

Supervisor = Annotated[Caller, needs(Scope.CONTACTS_SUPERVISE)]


@router.post("/{contact_id}/modality", summary="Take a conversation to a private chat, or back")
async def post_modality(
    contact_id: Reference, body: ModalityMoveByKey, caller: Supervisor, parts: Service
) -> ContactOut:
    """Takes a conversation that stands in public to a private chat, or back. Idempotent.

    Its case, history and age go along, and so does its agent, unless `queue` or `skills` name others; what is only
    posted goes to people. The public learns that the customer is answered directly, and nothing else; nothing that was
    said changes its visibility. On the way back a `summary` is shown in the thread, also of a contact that has ended.
    A sensitive one does not go back.
    """
    await contact_seen(parts, caller, contact_id)
    if body.agent and body.agent not in (await parts.snapshots.get(caller.workspace_id)).agents:
        raise UnknownAgent(f"There is no agent {body.agent!r} in this workspace.")
    await move(parts, Actor.key(caller), contact_id, body, first=body.agent)
    return await contact_seen(parts, caller, contact_id)


@router.get("/{contact_id}/summary", summary="Draft a summary for the public")
async def get_summary(contact_id: Reference, caller: Supervisor, parts: Service) -> SummaryDraft:
    """Returns a first draft of a summary, of what is public already: the question, and room for the answer."""
    await contact_seen(parts, caller, contact_id)
    return SummaryDraft(text=await parts.modalities.draft(caller.workspace_id, contact_id))


async def move(parts: Parts, actor: Actor, contact: str, body: ModalityMove, *, first: str | None = None) -> None:
    """Takes a conversation where the body says; `first`: the agent who may take it first.

    Raises as `Modalities.take_private` and `go_back` do.
    """
    said: dict[str, Any] = {
        "queue": body.queue,
        "skills": [need.model_dump() for need in body.skills],
        "hide": body.hide,
    }
    after: dict[str, Any] = {"modality": body.to} | {name: value for name, value in said.items() if value}
    after |= {"summary": {"accept": body.summary.accept}} if body.summary else {}
    note = noted(actor, "contact.modality_changed", contact, after, body.reason)
    by_agent = actor.kind is ActorKind.AGENT
    by = f"agent:{actor.id}" if by_agent else f"key:{actor.id}"
    mover = Mover(by, body.reason, actor.id if by_agent else None, note)
    if body.to is Modality.ONE_TO_ONE:
        place = PrivatePlace(body.queue, body.skills, first, body.hide)
        await parts.modalities.take_private(actor.workspace_id, contact, place, mover)
    else:
        summary = Summary(body.summary.text, body.summary.accept) if body.summary else None
        await parts.modalities.go_back(actor.workspace_id, contact, mover, summary)
