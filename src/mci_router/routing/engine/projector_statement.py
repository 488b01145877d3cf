"""The statements by which the projector writes a batch: one for whatever is in it, and one for events alone."""

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

from mci_router.insight import agent_states, arrival_facts, results, segments
from mci_router.insight.arrival_facts import ARRIVAL
from mci_router.routing.engine import participants
from mci_router.routing.engine.projector_rows import ended, ends, events, fold_contacts, fold_offers
from mci_router.routing.entries import JournalEntry
from mci_router.specs.returns import SILENT_AFTER_S

_WORKSPACE = "(SELECT $1::jsonb ->> 'workspace')"
# A plan is kept from when the tables were small: it must look contacts up by their ids, whatever it expects. So there
# are arrays of ids instead of joins, and what says whose a contact is is no equality, for which there is an index.
_OURS = f"c.workspace_id IS NOT DISTINCT FROM {_WORKSPACE}"
# The state is that of the newest entry; facts, once known, stay. A rung that is committed and not in the live state yet
# is newer than any entry of an older rung, or of the question to which the customer has agreed since: else recovery
# would not find the contact. An end stays.
_NEWEST = """v.id > c.journal_id AND NOT (
          c.state = 'accepted' AND v.state NOT IN ('completed', 'abandoned', 'cancelled', 'resolved')
          AND (COALESCE(v.rung, c.rung) < c.rung OR (v.rung = c.rung AND v.asking IS NOT NULL AND NOT c.asking)))"""
_LAST_KNOWN = "CASE WHEN v.id > c.journal_id THEN COALESCE(v.{0}, c.{0}) ELSE COALESCE(c.{0}, v.{0}) END"
_STATE_COLUMNS = ("state", "agent", "answered_at", "handled_at", "ended_at", "parked_at", "segment")
_OF_NEWEST = {
    **{name: f"v.{name}" for name in _STATE_COLUMNS},
    **{name: f"COALESCE(v.{name}, c.{name})" for name in ("queue", "enqueued_at", "entered_at")},
    "assignment_id": "v.assignment",
}
_COLUMNS = {
    **{name: f"CASE WHEN v.is_newest THEN {value} ELSE c.{name} END" for name, value in _OF_NEWEST.items()},
    "journal_id": "GREATEST(v.id, c.journal_id)",
    "disposition": _LAST_KNOWN.format("disposition"),  # an agent may mend them
    "notes": _LAST_KNOWN.format("notes"),
    "arrival": ARRIVAL,
}
# In the order of their ids: two projectors that overlap wait for each other, and never both.
_LOCKED = """ARRAY(
      SELECT l.id FROM contacts l WHERE l.id = ANY(ARRAY(SELECT jsonb_object_keys($1::jsonb -> 'contacts')))
      ORDER BY l.id FOR NO KEY UPDATE)"""
_CONTACTS = f"""
    UPDATE contacts c SET ({", ".join(_COLUMNS)}) = (
      SELECT {", ".join(_COLUMNS.values())}
      FROM (
        SELECT v.*, {_NEWEST} AS is_newest FROM jsonb_to_record((SELECT $1::jsonb -> 'contacts') -> c.id)
          AS v(id text, state text, agent text, queue text, assignment text, enqueued_at timestamptz,
               entered_at timestamptz, segment int, rung int, asking text, answered_at timestamptz,
               handled_at timestamptz, ended_at timestamptz, parked_at timestamptz, disposition text, notes text)
      ) AS v)
    WHERE c.id = ANY({_LOCKED}) AND {_OURS}
    RETURNING c.accepted_at, new.arrival, old.arrival IS NULL AND new.arrival IS NOT NULL AS arrived,
      c.id, c.customer_id, c.case_id, c.topic, c.kind
"""  # noqa: S608 — columns that stand above
_EVENTS = f"""events_made AS (
    INSERT INTO events (workspace_id, id, type, at, contact_id, agent, data)
    SELECT {_WORKSPACE}, e.id, e.type, e.at, e.contact_id, e.agent, e.data
    FROM jsonb_to_recordset($1::jsonb -> 'events')
      AS e(id text, type text, at timestamptz, contact_id text, agent text, data jsonb)
    ON CONFLICT DO NOTHING)"""  # noqa: S608 — made of names of ours
_WEBHOOKS = f"EXISTS (SELECT FROM webhooks WHERE workspace_id = {_WORKSPACE} AND active) AS webhooks"
WRITE = f"""
WITH cases_locked AS (
    SELECT id FROM cases WHERE id = ANY(ARRAY(
      SELECT case_id FROM contacts c
      WHERE c.id = ANY(ARRAY(SELECT jsonb_array_elements_text($1::jsonb -> 'ended'))) AND {_OURS}))
    ORDER BY id FOR UPDATE),
{_EVENTS},
contacts_moved AS ({_CONTACTS}),
offers_known AS (
    INSERT INTO offers (workspace_id, id, contact_id, agent, queue, state, why, created_at, ended_at)
    SELECT {_WORKSPACE}, o.id, o.contact, o.agent, o.queue, o.state, o.why, o.created_at, o.ended_at
    FROM jsonb_to_recordset($1::jsonb -> 'offers')
      AS o(id text, contact text, agent text, queue text, state text, why text,
           created_at timestamptz, ended_at timestamptz)
    ON CONFLICT (id) DO UPDATE SET
      state      = CASE WHEN offers.state = 'pending' THEN excluded.state ELSE offers.state END,
      why        = COALESCE(offers.why, excluded.why),
      created_at = COALESCE(offers.created_at, excluded.created_at),
      ended_at   = COALESCE(offers.ended_at, excluded.ended_at)),
participants_known AS ({participants.known(_WORKSPACE, "$1::jsonb -> 'participants'")}),
{results.noted("contacts_moved", "$1::jsonb -> 'ends'", _WORKSPACE)},
states_kept AS ({agent_states.kept(_WORKSPACE, "$1::jsonb -> 'agent_states'")}),
{segments.written(_WORKSPACE, "$1::jsonb -> 'segments'")},
{arrival_facts.counted("SELECT * FROM contacts_moved WHERE arrived", _WORKSPACE)}
SELECT ARRAY(SELECT id FROM cases_locked) AS cases,
  {_WEBHOOKS},
  EXISTS (SELECT FROM resources r WHERE r.workspace_id = {_WORKSPACE} AND r.kind = 'survey') AS surveys
"""  # noqa: S608 — made of names of ours
"""Writes a `document`, in one row of which it says which cases may close, and whether there are active webhooks, and
surveys.
"""
WRITE_EVENTS = f"""
WITH {_EVENTS} SELECT ARRAY[]::text[] AS cases, {_WEBHOOKS}, false AS surveys
"""
"""The same for a document with nothing but events, as where only messages are said: half to two thirds of the time."""

# A case ends with its last open contact. `WRITE` has locked it: this statement sees every contact that joined before.
# One that automation or the community has settled opens again when its customer comes back soon enough.
CLOSE_CASES = f"""
UPDATE cases SET status = 'closed', closed_at = now(), reopens_until = CASE WHEN (
    SELECT l.state = 'resolved' AND l.outcome IN ('automation', 'community') FROM contacts l
    WHERE l.case_id = cases.id ORDER BY l.ended_at DESC NULLS LAST LIMIT 1)
  THEN now() + (
    SELECT COALESCE((w.spec ->> 'silent_after_s')::float, {SILENT_AFTER_S}) FROM workspaces w
    WHERE w.id = cases.workspace_id) * interval '1 second' END
WHERE id = ANY(ARRAY(SELECT jsonb_array_elements_text($1::jsonb))) AND status = 'open' AND NOT EXISTS (
  SELECT FROM contacts WHERE contacts.case_id = cases.id
    AND contacts.state NOT IN ('completed', 'abandoned', 'cancelled', 'resolved'))
"""  # noqa: S608 — a number

# Customers who may be asked how it was. Whether they are is decided later: it is not the projector's to wait for.
MAY_BE_SURVEYED = f"""
INSERT INTO survey_candidates (workspace_id, contact_id)
SELECT c.workspace_id, c.id FROM contacts c
WHERE c.id = ANY(ARRAY(SELECT jsonb_array_elements_text($1::jsonb -> 'ended'))) AND {_OURS} AND c.kind = 'customer'
  AND (c.state = 'completed' OR c.state = 'resolved' AND c.outcome IN ('automation', 'community'))
  AND NOT EXISTS (SELECT FROM survey_invitations i WHERE i.contact_id = c.id)
ORDER BY c.id ON CONFLICT DO NOTHING
"""  # noqa: S608 — made of names of ours


def statement_of(written: Mapping[str, Any]) -> str:
    """Returns the statement that writes a `document`."""
    moves = (rows for part, rows in written.items() if part not in ("workspace", "events"))
    return WRITE if any(moves) else WRITE_EVENTS


def document(workspace: str, entries: Sequence[JournalEntry]) -> dict[str, Any]:
    """Returns what a statement here takes, for entries in any order."""
    entries = sorted(entries, key=attrgetter("id"))
    return {
        "workspace": workspace,
        "events": events(entries),
        "contacts": {row.pop("contact"): row for row in fold_contacts(entries)},
        "offers": fold_offers(entries),
        "participants": participants.rows(entries),
        "agent_states": agent_states.rows(entries),
        "segments": segments.fold_segments(entries),
        "ended": ended(entries),
        "ends": ends(entries),
    }
