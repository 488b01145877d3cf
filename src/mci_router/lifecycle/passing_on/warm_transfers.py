"""Warm transfers to a queue: the contact stays with its agent, in that agent's queue, until another agent accepts.

Until then the ledger's row is as it was, and `passed_on` has what it becomes (`routing/engine/passed_on.py`); the live
state keeps a place in the other queue beside the contact's own.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from mci_router.database import Database
from mci_router.errors import WrongState
from mci_router.ids import new_id
from mci_router.intake.answer import Answer, route_data
from mci_router.intake.contact_columns import columns_of
from mci_router.lifecycle.open_contact import OpenContact
from mci_router.lifecycle.passing_on.transfer_records import PassedOn, Record, called_off, keep_records, records_of
from mci_router.lifecycle.rows import locked
from mci_router.lifecycle.seen.contact_answers import answer_of
from mci_router.models import Contact, Decision
from mci_router.outcomes import modality_of, outcome_of
from mci_router.routing.calls import Placement, Status
from mci_router.routing.engine import Engine
from mci_router.routing.engine.passed_on import Target, stored
from mci_router.routing.policy.routes import Route
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import ContactState


def pass_on(current: OpenContact, route: Route, why: str, record: Record, now: datetime) -> Decision:
    """Notes in the row of a served contact where it goes when somebody accepts. Returns the decision that is in force
    from then on.
    """
    contact, before, data = current.contact, current.decision, route_data(route, post_id=None)
    triage = {**before.triage, "modality": modality_of(route)}
    decision = {**data, "reasons": [why, *data["reasons"]], "transfers": [record]}
    contact.passed_on = {
        "id": new_id("transfer"),
        "assignment": current.live.assignment if current.live else None,
        "since": now.isoformat(),
        "columns": stored(columns_of(route, now, now)),
        "decision": {"triage": triage, "route": decision},
    }
    return Decision(
        contact_id=contact.id, workspace_id=contact.workspace_id, rung=route.rung, triage=triage, route=decision
    )


async def look_for_another(
    database: Database, engine: Engine, snapshot: Snapshot, current: OpenContact, decision: Decision, passed: PassedOn
) -> Answer:
    """Puts a contact that was passed on in the line of the other queue, beside its own place.

    Raises WrongState if its agent does not serve it any longer: then nothing of the transfer is left.
    """
    contact = current.contact
    place = place_beside(snapshot, contact)
    result = await engine.enqueue(contact.workspace_id, place)
    if result.status is not Status.OK:
        await _forget(database, contact, passed)
        became = f"has become {result.state}" if result.state else "is in no line yet"
        raise WrongState(f"The contact {became}.", state=result.state)
    return answer_of(contact, decision, result.state)


def note_called_off(current: OpenContact, at: datetime) -> None:
    """Notes in the contact's decision that its warm transfer was called off."""
    contact, records = current.contact, records_of(current.decision)
    if contact.passed_on:
        (record,) = contact.passed_on["decision"]["route"]["transfers"]
        keep_records(current.decision, [*records, called_off(record, at)])
        contact.passed_on = None
    elif records:  # to an agent: no rung changed
        keep_records(current.decision, [*records[:-1], called_off(records[-1], at)])


async def _forget(database: Database, refused: Contact, passed: PassedOn) -> None:
    """Removes what a transfer has noted that the live state refused."""
    async with database.transaction() as session:
        if passed.note:
            await passed.note.undo(session)
        contact = await locked(session, refused.workspace_id, refused.id)
        if contact.passed_on and contact.passed_on["id"] == (refused.passed_on or {})["id"]:
            contact.passed_on = None


def place_beside(snapshot: Snapshot, contact: Any) -> Placement:
    """Returns the place in line of the queue that a contact is passed on to. It has the contact's age there.

    `contact`: its row, with all columns that a place in line needs.
    """
    call = outcome_of(contact).engine_call(snapshot, Target(contact))  # type: ignore[arg-type]
    assert isinstance(call, Placement)  # noqa: S101 — a queue
    return replace(
        call,
        preferred=None,
        preferred_until=None,
        warm=True,
        transfer=contact.passed_on["id"],
        passed_on=True,
        only_from=ContactState.ASSIGNED,
    )
