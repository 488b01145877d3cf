"""Cases: read by other services, and asked for by their reference, as a voice menu or a help page does."""

from contextlib import suppress
from typing import Annotated, Any, NoReturn

from fastapi import Query

from mci_router.access.guesses import guessing
from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import sees_sensitive
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.cases import CaseContactOut, CaseOut, CaseStatusOut
from mci_router.api.schemas.common import Reference
from mci_router.clock import utc_now
from mci_router.errors import EngineUnavailable, NotFound
from mci_router.intake.address_reading import AddressReader
from mci_router.intake.references import LONGEST_SAID, read_reference
from mci_router.lifecycle.seen import case_reading
from mci_router.lifecycle.seen.case_reading import CaseNow
from mci_router.lifecycle.talking.turnarounds import answer_by
from mci_router.routing.policy.turnaround import zone_of
from mci_router.routing.policy.turnaround_words import status_words
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import AddressKind

router = Router(prefix="/v1/cases", tags=["cases"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.CONTACTS_READ)]
CameWith = Annotated[str | None, Query(min_length=1, max_length=254, description="One with which it came, if given.")]


@router.get("", summary="Ask for a case by its reference", operation_id="get_case_status")
async def get_case_status(
    caller: Reader,
    parts: Service,
    reference: Annotated[
        str,
        Query(
            min_length=1,
            max_length=LONGEST_SAID,
            description="As the customer says it: in any case, in any groups, with O for 0, and I or L for 1.",
            examples=["K7Q2-9XMD", "k7q2 9xmd"],
        ),
    ],
    email: CameWith = None,
    phone: CameWith = None,
    external_id: CameWith = None,
    language: Annotated[
        str | None, Query(pattern="^[a-z]{2,3}$", description="Of `text`; that of its newest contact, if not given.")
    ] = None,
) -> CaseStatusOut:
    """Returns where a case stands, in words that its customer may hear.

    A reference that is none and an address with which the case did not come are answered alike: 404. A key that asks
    for many such is refused for a while.
    """
    given = {AddressKind.EMAIL: email, AddressKind.PHONE: phone, AddressKind.EXTERNAL_ID: external_id}
    snapshot = await parts.snapshots.get(caller.workspace_id)
    async with guessing(parts.engine, caller, parts.settings.wrong_references_per_hour) as guess:
        found = await _find(parts, snapshot, reference, {kind: value for kind, value in given.items() if value})
        if found is None:
            _not_found()
        guess.right = True
    return await _status(parts, snapshot, found, language)


@router.get("/{case_id}", summary="Read a case")
async def get_case(case_id: Reference, caller: Reader, parts: Service) -> CaseOut:
    """Returns a case and its contacts as they are now. One with a sensitive contact needs `contacts:sensitive`."""
    snapshot = await parts.snapshots.get(caller.workspace_id)
    async with parts.database.reading() as session:
        now = await case_reading.case(
            session, parts.engine, caller.workspace_id, case_id, sensitive=sees_sensitive(caller)
        )
        linked = await case_reading.linked(session, now.case)
    return CaseOut(
        **_about(snapshot, now),
        customer_id=now.case.customer_id,
        topic=now.case.topic or None,
        closed_at=now.case.closed_at,
        contacts=[CaseContactOut.model_validate(contact) for contact in now.contacts],
        linked_cases=linked,
    )


async def _find(parts: Parts, snapshot: Snapshot, said: str, given: dict[AddressKind, str]) -> CaseNow | None:
    reader, reference = AddressReader(snapshot, parts.fingerprints), read_reference(said)
    if reference is None:
        return None
    addresses = {kind: reader.read(kind, value).value for kind, value in given.items()}
    async with parts.database.transaction() as session:
        return await case_reading.by_reference(session, parts.engine, snapshot.workspace_id, reference, addresses)


async def _status(parts: Parts, snapshot: Snapshot, found: CaseNow, language: str | None) -> CaseStatusOut:
    now, by, contact = utc_now(), None, found.waiting
    if contact:
        with suppress(EngineUnavailable):
            live = await parts.engine.contact(snapshot.workspace_id, contact.id)
            by = await answer_by(parts.database, parts.engine, snapshot, contact.id, live, now)
    zone = zone_of(snapshot.queues.get((contact and contact.queue) or ""), snapshot.spec.zone)
    text = status_words(found.status, by, now, zone, language or found.language)
    return CaseStatusOut.model_validate({**_about(snapshot, found), "answer_by": by, "text": text})


def _about(snapshot: Snapshot, now: CaseNow) -> dict[str, Any]:
    case = now.case
    return {
        "id": case.id,
        "reference": case.reference,
        "status": now.status,
        "waits_for": now.waits_for,
        "title": now.title(snapshot),
        "opened_at": case.opened_at,
        "last_contact_at": case.last_contact_at,
    }


def _not_found() -> NoReturn:
    raise NotFound("There is no case by that reference here, or it did not come with that address.")
