"""Warm transfers to a queue, in the ledger: `contacts.passed_on` has what the row becomes when somebody accepts.

Until then the row says where the contact is: with its agent, in that agent's queue.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.database import Lane
from mci_router.events import EventType
from mci_router.models import Contact, Decision
from mci_router.routing.entries import JournalEntry
from mci_router.vocabulary import ContactKind

ENDS = (EventType.CONTACT_TRANSFERRED, EventType.CONTACT_TRANSFER_CANCELLED)


LOCK = """
SELECT c.id, c.rung, c.passed_on FROM contacts c
JOIN jsonb_to_recordset($1::jsonb -> 'over') AS v(contact text, transfer text)
  ON c.id = v.contact AND c.passed_on ->> 'id' = v.transfer
WHERE c.workspace_id = $1::jsonb ->> 'workspace' ORDER BY c.id FOR UPDATE OF c
"""
SETTLE = """
WITH decided AS (
  INSERT INTO decisions (contact_id, workspace_id, rung, triage, route)
  SELECT contact_id, workspace_id, rung, triage, route
  FROM jsonb_populate_recordset(NULL::decisions, $1::jsonb -> 'decisions') ON CONFLICT DO NOTHING),
moved AS (
  UPDATE contacts c SET passed_on = NULL, rung = v.rung, queue = v.queue, requirement = v.requirement,
    relaxation = v.relaxation, due_at = v.due_at, preferred_agent = v.preferred_agent, kind = v.kind
  FROM jsonb_populate_recordset(NULL::contacts, $1::jsonb -> 'moved') AS v WHERE c.id = v.id)
UPDATE contacts SET passed_on = NULL WHERE id IN (SELECT jsonb_array_elements_text($1::jsonb -> 'stay'))
"""


LOST = text(
    """
    UPDATE contacts SET passed_on = NULL WHERE workspace_id = :workspace AND ended_at IS NULL AND passed_on IS NOT NULL
      AND NOT (state = 'assigned' AND assignment_id IS NOT DISTINCT FROM passed_on ->> 'assignment')
    """
)


async def settle_lost(session: AsyncSession, workspace: str) -> None:
    """Ends the transfers of contacts that have left their agents, for a live state that is built without them: with the
    one before, the word that these are over was lost.
    """
    await session.execute(LOST, {"workspace": workspace})


async def settle_all(lane: Lane, workspace: str, entries: Sequence[JournalEntry]) -> None:
    """Settles the transfers that entries of one workspace say are over, in the transaction of the lane. Idempotent."""
    over = {entry.data["transfer"]: entry for entry in entries if entry.type in ENDS and entry.data.get("transfer")}
    if not over:
        return
    asked = [{"contact": entry.contact, "transfer": transfer} for transfer, entry in over.items()]
    decisions, moved, stay = list[Any](), list[Any](), list[str]()
    for row in await lane.fetch(LOCK, {"workspace": workspace, "over": asked}):
        passed_on = orjson.loads(row["passed_on"])
        accepted = over[passed_on["id"]].type == EventType.CONTACT_TRANSFERRED
        columns = passed_on["columns"]
        if accepted:
            known = {"contact_id": row["id"], "workspace_id": workspace, "rung": columns["rung"]}
            decisions.append(passed_on["decision"] | known)
        if accepted and columns["rung"] > row["rung"]:  # else it has been moved on since
            moved.append(_of_row(columns) | {"id": row["id"]})
        else:
            stay.append(row["id"])
    await lane.fetch(SETTLE, {"decisions": decisions, "moved": moved, "stay": stay})


async def settle(session: AsyncSession, contact: Contact, *, accepted: bool) -> None:
    """Ends the warm transfer of a contact, whose row is locked. Accepted, the contact is where the transfer leads to,
    and its decision is in force.
    """
    passed_on, contact.passed_on = contact.passed_on or {}, None
    if not accepted:
        return
    columns, decision = passed_on["columns"], passed_on["decision"]
    await session.execute(
        insert(Decision)
        .values(
            contact_id=contact.id,
            workspace_id=contact.workspace_id,
            rung=columns["rung"],
            triage=decision["triage"],
            route=decision["route"],
        )
        .on_conflict_do_nothing()
    )
    if columns["rung"] > contact.rung:  # else it has been moved on since
        for name, value in _of_row(columns).items():
            setattr(contact, name, value)


def stored(columns: dict[str, Any]) -> dict[str, Any]:
    """Returns the columns that a rung decides, as `passed_on` keeps them."""
    return {"rung": columns["rung"], "queue": columns["queue"], **stored_place(columns)}


def stored_place(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the columns that a place in line decides, as `passed_on` keeps them."""
    due = columns["due_at"]
    return {
        "requirement": columns["requirement"],
        "relaxation": columns["relaxation"],
        "due_at": due.isoformat() if due else None,
    }


def _of_row(columns: dict[str, Any]) -> dict[str, Any]:
    """Returns what the row becomes. A person has read the contact, and wants it answered, whatever it looked like."""
    due = columns["due_at"]
    return columns | {
        "due_at": datetime.fromisoformat(due) if due else None,
        "preferred_agent": None,
        "kind": ContactKind.CUSTOMER,
    }


class Target:
    """A contact's row as it would be in the queue that it is passed on to, for the place in line there.

    It has the contact's age, and its wait there begins when it is passed on.
    """

    def __init__(self, contact: Any) -> None:
        passed_on = contact.passed_on
        self._contact = contact
        self._columns = _of_row(passed_on["columns"]) | {"entered_at": datetime.fromisoformat(passed_on["since"])}

    def __getattr__(self, name: str) -> Any:
        return self._columns[name] if name in self._columns else getattr(self._contact, name)
