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
from mci_router.api.schemas.transfers import ModalityMove, ModalityMoveByKey, SummaryAnswer, SummaryAsked, SummaryDraft
from mci_router.clock import moment
from mci_router.errors import UnknownAgent
from mci_router.lifecycle.publicity.going_back import Summary
from mci_router.lifecycle.publicity.private_places import PrivatePlace
from mci_router.lifecycle.publicity.summary_consents import Question
from mci_router.lifecycle.publicity.taking_private import Mover
from mci_router.vocabulary import ActorKind, Modality

router = Router(prefix="/v1/contacts", tags=["contacts"], responses=RESPONSES)

Supervisor = Annotated[Caller, needs(Scope.CONTACTS_SUPERVISE)]
Writer = Annotated[Caller, needs(Scope.CONTACTS_WRITE)]


@router.post("/{contact_id}/modality", summary="Take a conversation to a private chat, or back")
async def post_modality(
    contact_id: Reference, body: ModalityMoveByKey, caller: Supervisor, parts: Service
) -> ContactOut:
    """Takes a conversation that stands in public to a private chat, or back. Idempotent.

    Its case, history and age go along, and so does its agent, unless `queue` or `skills` name others; what is only
    posted goes to people. The public learns that the customer is answered directly, and nothing else; nothing that was
    said changes its visibility. On the way back a `summary` is shown in the thread, also of a contact that has ended,
    once its customer has agreed to it: until then nothing changes, and `GET …/summary` says how that stands.
    A sensitive one does not go back.
    """
    await contact_seen(parts, caller, contact_id)
    if body.agent and body.agent not in (await parts.snapshots.get(caller.workspace_id)).agents:
        raise UnknownAgent(f"There is no agent {body.agent!r} in this workspace.")
    await move(parts, Actor.key(caller), contact_id, body, first=body.agent)
    return await contact_seen(parts, caller, contact_id)


@router.get("/{contact_id}/summary", summary="Draft a summary for the public")
async def get_summary(contact_id: Reference, caller: Supervisor, parts: Service) -> SummaryDraft:
    """Returns a first draft of a summary, of what is public already: the question, and room for the answer; and the
    summary about which the customer was asked last.
    """
    await contact_seen(parts, caller, contact_id)
    text = await parts.modalities.draft(caller.workspace_id, contact_id)
    asked = await parts.modalities.summaries.last(caller.workspace_id, contact_id)
    return SummaryDraft(text=text, asked=SummaryAsked.model_validate(summary_data(asked)) if asked else None)


@router.post("/{contact_id}/summary", summary="Say whether a summary may be shown")
async def post_summary(contact_id: Reference, body: SummaryAnswer, caller: Writer, parts: Service) -> SummaryAsked:
    """Takes the customer's answer to the question about a summary, which `consent` of its message names.

    With `agree: true` the summary is shown exactly as the customer was asked about it, unless by what was said since it
    would reveal something: then it is `withheld`. With `agree: false` it is not, also if it was: its reply is hidden.
    Idempotent.
    """
    by = f"key:{caller.key_id}"
    answered = await parts.modalities.summaries.answer(
        caller.workspace_id, contact_id, body.summary_id, agree=body.agree, by=by
    )
    return SummaryAsked.model_validate(summary_data(answered))


def summary_data(asked: Question) -> dict[str, Any]:
    """Returns a summary about which a customer was asked, as `SummaryAsked` describes it."""
    moments = {name: getattr(asked, name) for name in ("asked_at", "expires_at", "answered_at")}
    return {
        "id": asked.id,
        "contact_id": asked.contact,
        "text": asked.text,
        "accept": asked.accept,
        "state": asked.state,
        **{name: moment(at) if at else None for name, at in moments.items()},
    }


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
