"""Segments: the stays of contacts in queues, counted from the journal.

An entry has all that is known of the segment that its contact is in, and the one by which a segment ends has all of
that one. So a row is what its newest entry says, in whatever order entries come, and however often.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import from_ms
from mci_router.insight.stay_facts import counted
from mci_router.routing.entries import JournalEntry
from mci_router.vocabulary import FINAL_STATES, ContactState, LeftAs

DEFAULT_SHORT_MS = 5_000  # of entries of versions before segments: who left within it did not wait

Row: TypeAlias = dict[str, Any]

_NEWER = (
    *("queue", "left_at", "left_as", "agent", "offers", "target_s", "due_at", "answered_at"),
    *("waited_s", "held_s", "parked_s", "talk_s", "wrap_up_s", "journal_id"),
)


def written(workspace: str, rows: str) -> str:
    """Returns the parts of a WITH that write `rows` of `fold_segments` and count them; both parameters are SQL."""
    # Topic and cell are those of the decision by which it entered: the contact's own may have changed since. OFFSET 0
    # has each contact looked up by its id, also by a plan from when the table was small.
    return counted(
        f"""
    INSERT INTO segments AS s (workspace_id, contact_id, n, entered_at, channel, language, topic, cell,
      {", ".join(_NEWER)})
    SELECT {workspace}, c.id, v.n, v.entered_at, c.channel, c.language,
      CASE WHEN d.triage IS NULL THEN c.topic ELSE d.triage ->> 'topic' END, COALESCE(d.triage ->> 'cell', c.cell),
      v.queue, v.left_at, v.left_as, v.agent, v.offers, v.target_s, COALESCE(v.due_at, c.due_at), v.answered_at,
      v.waited_s, v.held_s, v.parked_s, v.talk_s, v.wrap_up_s, v.journal_id
    FROM jsonb_to_recordset({rows})
      AS v(contact text, n int, entered_at timestamptz, rung int, queue text, left_at timestamptz, left_as text,
           agent text, offers int, target_s float8, due_at timestamptz, answered_at timestamptz, waited_s float8,
           held_s float8, parked_s float8, talk_s float8, wrap_up_s float8, journal_id text)
    CROSS JOIN LATERAL (
      SELECT * FROM contacts WHERE id = v.contact AND workspace_id IS NOT DISTINCT FROM {workspace} OFFSET 0
    ) c
    LEFT JOIN LATERAL (
      SELECT triage FROM decisions WHERE decisions.contact_id = c.id AND decisions.rung <= v.rung
      ORDER BY decisions.rung DESC LIMIT 1
    ) d ON true
    ON CONFLICT (workspace_id, contact_id, n, entered_at) DO UPDATE SET
      {", ".join(f"{column} = excluded.{column}" for column in _NEWER)}
    WHERE excluded.journal_id >= s.journal_id
    """,  # noqa: S608 — columns that stand above
        workspace,
    )


UPSERT = text(f"WITH {written(':workspace', 'CAST(:rows AS jsonb)')} SELECT 1")
OF_CONTACTS = text(
    """
    SELECT id, data FROM events
    WHERE workspace_id = :workspace AND contact_id = ANY(:contacts) ORDER BY contact_id, id
    """
)
# A row that is newer than the events read is left: the projector has just written it.
_OTHERS = """
    DELETE FROM segments s USING jsonb_to_recordset(CAST(:newest AS jsonb)) AS v(contact text, id text)
    WHERE s.workspace_id = :workspace AND s.contact_id = v.contact AND s.journal_id <= v.id
      AND (s.contact_id, s.n, s.entered_at) NOT IN (
        SELECT k.contact, k.n, k.entered_at
        FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS k(contact text, n int, entered_at timestamptz))
    """
DELETE_OTHERS = text(f"WITH {counted(_OTHERS, ':workspace')} SELECT 1")


async def recount(session: AsyncSession, workspace: str, contacts: Sequence[str]) -> int:
    """Makes the segments of contacts again from all their events, in the transaction of the session. Idempotent.

    Returns how many there are.
    """
    found = await session.execute(OF_CONTACTS, {"workspace": workspace, "contacts": list(contacts)})
    entries = [JournalEntry.of(row.id, row.data) for row in found]
    newest = {str(entry.contact): entry.id for entry in entries}
    rows = fold_segments(entries)
    about = {"workspace": workspace, "rows": json.dumps(rows, default=datetime.isoformat)}
    of_contacts = json.dumps([{"contact": contact, "id": last} for contact, last in newest.items()])
    await session.execute(DELETE_OTHERS, {**about, "newest": of_contacts})
    await session.execute(UPSERT, about)
    return len(rows)


def fold_segments(entries: Sequence[JournalEntry]) -> list[Row]:
    """Returns each segment as it is after the entries: a row each, sorted so that two writers cannot deadlock."""
    rows: dict[tuple[str, int, datetime], Row] = {}
    for entry in sorted(entries, key=lambda entry: entry.id):
        for row in _rows(entry):
            rows[row["contact"], row["n"], row["entered_at"]] = row
    return [rows[key] for key in sorted(rows)]


def _rows(entry: JournalEntry) -> Iterator[Row]:
    """Yields the segment that has ended by an entry while its contact goes on, and the one that the contact is in."""
    data = entry.data
    if stay := data.get("stay"):
        yield _row(entry, stay, data["left_as"])
    if data.get("entered_at"):
        agent = (entry.holder or entry.agent) if entry.assignment else None
        yield _row(entry, {**data, "agent": agent}, None if stay else data.get("left_as"))
    elif "segment" not in data and data.get("queue") and data.get("enqueued_at"):
        yield _row(entry, *_of_one_stay(entry))


def _row(entry: JournalEntry, facts: Mapping[str, Any], left_as: str | None) -> Row:
    answered_at, handled_at, left_at = (
        facts.get("answered_at"),
        facts.get("handled_at"),
        entry.at_ms if left_as else None,
    )
    held, target = facts.get("held", 0), facts.get("target_ms")
    parked = facts.get("parked", 0) + facts.get("awaited", 0)
    talked_until = handled_at or left_at if answered_at else None
    return {
        "contact": entry.contact,
        "n": facts["segment"],
        "entered_at": _moment(facts["entered_at"]),
        "rung": facts.get("rung", entry.rung or 0),
        "queue": facts["queue"],
        "left_at": _moment(left_at),
        "left_as": left_as,
        "agent": facts.get("agent") if answered_at else None,
        "offers": facts.get("segment_offers", 0),
        "target_s": None if target is None else target / 1000,
        "due_at": _moment(facts.get("due_at")),
        "answered_at": _moment(answered_at),
        "waited_s": facts.get("segment_waited", 0) / 1000,
        "held_s": held / 1000,
        "parked_s": parked / 1000,
        "talk_s": max(0, talked_until - answered_at - held - parked) / 1000 if answered_at and talked_until else 0,
        "wrap_up_s": max(0, left_at - handled_at) / 1000 if answered_at and handled_at and left_at else 0,
        "journal_id": entry.id,
    }


def _of_one_stay(entry: JournalEntry) -> tuple[Mapping[str, Any], LeftAs | None]:
    """Returns the facts by an entry of a version before segments, where a contact had one stay, and how it ended."""
    data, since = entry.data, entry.data["enqueued_at"]
    answered_at = data.get("answered_at")
    until = answered_at or (entry.at_ms if entry.state in FINAL_STATES else since)
    waited = max(0, until - since)
    agent = (entry.holder or entry.agent) if entry.assignment else None
    facts = {**data, "segment": 1, "entered_at": since, "segment_waited": waited, "agent": agent}
    return facts, _way_out(entry.state, waited, answered=answered_at is not None)


def _way_out(state: str | None, waited_ms: int, *, answered: bool) -> LeftAs | None:
    if state == ContactState.ABANDONED and not answered:
        return LeftAs.SHORT_ABANDONED if waited_ms <= DEFAULT_SHORT_MS else LeftAs.ABANDONED
    if state in (ContactState.RESOLVED, ContactState.CANCELLED):
        return LeftAs(state)
    return LeftAs.ANSWERED if state in FINAL_STATES else None


def _moment(ms: Any) -> datetime | None:
    return from_ms(ms) if ms else None
