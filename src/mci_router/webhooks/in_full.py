"""A completed contact in full, for a CRM to keep: its times, agent, disposition, notes and handoffs.

It is made from the ledger in the transaction that projects the event, and goes to the webhooks that ask for it alone:
the live state and other receivers have none of its texts.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from mci_router.clock import from_ms, moment
from mci_router.database import Lane
from mci_router.events import EventType
from mci_router.routing.entries import JournalEntry
from mci_router.specs.dispositions import DEFAULT_DISPOSITIONS

# The customer is named where it is known who that is: a mere claim leads nobody's record astray.
RECORDS = """
SELECT c.id, c.case_id, c.topic, c.subject, c.channel_ref, c.disposition, c.notes, c.accepted_at, u.id AS customer,
  u.name AS customer_name,
  (SELECT min(a.value) FROM customer_addresses a
   WHERE a.workspace_id = c.workspace_id AND a.customer_id = u.id AND a.kind = 'external_id') AS external_id,
  (SELECT r.spec FROM resources r
   WHERE r.workspace_id = c.workspace_id AND r.kind = 'disposition' AND r.name = c.disposition) AS spec,
  c.passed_on -> 'decision' -> 'route' -> 'transfers' AS passing,
  (SELECT COALESCE(jsonb_agg(d.route -> 'transfers' ORDER BY d.rung), '[]') FROM decisions d
   WHERE d.workspace_id = c.workspace_id AND d.contact_id = c.id AND d.route ? 'transfers') AS transfers
FROM contacts c JOIN cases k ON k.id = c.case_id
LEFT JOIN customers u ON u.workspace_id = c.workspace_id AND u.id = CASE
  WHEN k.verified_at IS NOT NULL THEN COALESCE(k.verified_as, c.customer_id)
  WHEN c.trust <> 'claimed' THEN c.customer_id END
WHERE c.workspace_id = $1::jsonb ->> 'workspace'
  AND c.id = ANY(ARRAY(SELECT jsonb_array_elements_text($1::jsonb -> 'contacts')))
"""
SHOWN_OF_HANDOFF = ("at", "by", "holder", "queue", "agent", "severity", "reason", "handoff", "called_off_at")


async def records(lane: Lane, workspace: str, entries: Sequence[JournalEntry]) -> dict[str, dict[str, Any]]:
    """Returns the record of each completed contact among the entries, by the entry's id."""
    completed = {entry.contact: entry for entry in entries if entry.type == EventType.CONTACT_COMPLETED}
    if not completed:
        return {}
    rows = await lane.fetch(RECORDS, {"workspace": workspace, "contacts": list(completed)})
    return {completed[row["id"]].id: _record(row, completed[row["id"]].data) for row in rows}


def _record(row: Any, entry: Mapping[str, Any]) -> dict[str, Any]:
    passing = orjson.loads(row["passing"]) if row["passing"] else []
    transfers = [one for some in [*orjson.loads(row["transfers"]), passing] for one in some or []]
    record = {
        "case": row["case_id"],
        "customer": _present({"id": row["customer"], "external_id": row["external_id"], "name": row["customer_name"]}),
        "channel_ref": row["channel_ref"],
        "topic": row["topic"],
        "subject": row["subject"],
        "disposition": _disposition(row["disposition"], row["spec"]),
        "notes": row["notes"] or "",
        "times": {"accepted_at": moment(row["accepted_at"]), **_times(entry)},
        "handoffs": [_present({name: one.get(name) for name in SHOWN_OF_HANDOFF}) for one in transfers],
    }
    return _present(record)


def _present(members: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the members that apply: receivers get no null."""
    return {name: value for name, value in members.items() if value is not None}


def _disposition(name: str | None, spec: Any) -> dict[str, Any] | None:
    """Returns how it ended; words that are no disposition of the workspace are their own title."""
    if not name:
        return None
    default = DEFAULT_DISPOSITIONS.get(name)
    known = orjson.loads(spec) if spec else None
    known = known or (default.model_dump() if default else {"title": name})
    return _present({"name": name, "title": known["title"], "resolved": known.get("resolved")})


def _times(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the moments of the agent's stay, and in seconds how long each part of it took."""
    answered, handled, ended = (entry.get(name) for name in ("answered_at", "handled_at", "ended_at"))
    held, parked = entry.get("held", 0), entry.get("parked", 0)
    talked = max(0, handled - answered - held - parked) if answered and handled else 0
    moments = {name: entry.get(name) for name in ("enqueued_at", "answered_at", "handled_at", "ended_at")}
    spans = {
        "waited_s": entry.get("waited", 0),
        "talked_s": talked,
        "held_s": held,
        "parked_s": parked,
        "wrap_up_s": max(0, ended - handled) if ended and handled else 0,
    }
    return {name: moment(from_ms(ms)) for name, ms in moments.items() if ms} | {
        name: ms / 1000 for name, ms in spans.items()
    }
