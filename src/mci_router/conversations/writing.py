"""The write: messages of many cases in one statement, each with its number, its key and its way to the customer.

The row of its case gives a message its number: two writers to one case come one after the other. A key that comes a
second time finds the message that it was written with; one that two writers use at once is refused by its unique index,
and the batch looks again.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic_core import from_json

from mci_router.attachments.rows import AS_JSON as AS_JSON_OF_ROW
from mci_router.attachments.rows import USABLE
from mci_router.conversations.messages import (
    AS_JSON,
    COLUMNS,
    TO_CUSTOMERS,
    Draft,
    Written,
    announcement_of,
    message_data,
)
from mci_router.database import Lane
from mci_router.errors import (
    ConversationOver,
    MessageKeyReused,
    NotFound,
    Problem,
    StaysPrivate,
    UnknownAttachment,
    UnknownMessage,
)
from mci_router.ids import made_at
from mci_router.vocabulary import ContactState

_SHOWN = ", ".join(f"m.{column}" for column in COLUMNS)
_GOES_OUT = ", ".join(f"'{kind}'" for kind in sorted(TO_CUSTOMERS))

DIRECT = "(c.sensitive OR c.taken_private_at IS NOT NULL)"
"""A contact whose customer is answered directly, wherever they wrote."""
AGAIN = "again"
"""Why nothing was written: the same was, with the same key."""

# Where it was taken to binds those who answer. A customer is where the customer writes.
SAID_IN_PRIVATE = f"(c.sensitive OR s.kind <> 'customer' AND {DIRECT})"


@cache
def _statement(*, files: bool, machine: bool, outbound: bool, formerly: bool, answers: bool) -> str:
    """Returns the statement. With `machine`, what a machine says first in a contact begins, or where it is urgent ends,
    with the words that it is one. With `files`, it also takes attachments for their messages; one of which a file may
    not be used is refused as a whole. With `outbound`, some may go to adapters; with `formerly`, some may have been
    written by the version before; with `answers`, some name a message that they answer. Those without pay for none.
    """
    given = ", files text[], files_of text" if files else ""
    given += ", says_so text" if machine else ""
    told, said = (TOLD, SAID) if machine else ("", "s.text")
    given += ", former_key text, former_print text" if formerly else ""
    given += ", answered_made timestamptz" if answers else ""
    before = FORMERLY if formerly else ""
    astray, none_astray, unanswered = (ASTRAY, NONE_ASTRAY, UNANSWERED) if answers else ("", "", "")
    taken, all_taken, used, why = (TAKEN, ALL_TAKEN, USED, REFUSED) if files else ("", "", "", "")
    shown, out = SHOWN if files else "NULL::jsonb", OUTBOUND if outbound else ""
    # No index serves the check of the workspace: contacts are looked up by their ids, whatever the planner expects.
    return f"""
WITH sent AS (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS s(n int, id text, received_at timestamptz, workspace text,
    contact text, kind text, author text, to_agent text, visibility text, text text, html text, in_reply_to text,
    ai jsonb, occurred_at timestamptz, owner text, key text, fingerprint text, adapters text[],
    after_end boolean, over boolean, notice boolean, headers jsonb{given})),
known AS (
  SELECT s.n, k.message_id, k.received_at, k.fingerprint = s.fingerprint AS same
  FROM sent s JOIN message_keys k ON k.workspace_id = s.workspace AND k.owner = s.owner AND k.key = s.key{before}),
met AS (
  SELECT s.n, c.case_id, c.customer_id, c.channel, c.visibility, c.sensitive, c.state,
    NOT s.over AND (s.after_end OR c.ended_at IS NULL) AS open,
    s.visibility = 'public' AND (c.visibility <> 'public' OR {DIRECT} AND NOT COALESCE(s.notice, false)) AS not_public,
    CASE WHEN s.notice THEN 'public' WHEN s.kind = 'note' OR {SAID_IN_PRIVATE} THEN 'private'
      ELSE COALESCE(s.visibility, c.visibility) END AS shown,
    CASE WHEN s.kind IN ({_GOES_OUT}) AND c.adapter = ANY(s.adapters) THEN c.adapter END AS adapter{astray}
  FROM sent s JOIN contacts c ON c.id = s.contact AND c.workspace_id IS NOT DISTINCT FROM s.workspace
  WHERE NOT EXISTS (SELECT FROM known k WHERE k.n = s.n)),
{taken}
fresh AS (SELECT * FROM met WHERE open AND NOT COALESCE(not_public, false){none_astray}{all_taken}),
locked AS (
  SELECT id FROM cases WHERE id IN (SELECT case_id FROM fresh) ORDER BY id FOR NO KEY UPDATE),
counted AS (
  UPDATE cases k SET last_seq = k.last_seq + t.number
  FROM (SELECT case_id, count(*) AS number FROM fresh WHERE case_id IN (SELECT id FROM locked) GROUP BY case_id) AS t
  WHERE k.id = t.case_id RETURNING k.id, k.last_seq - t.number AS before),
{told}written AS (
  INSERT INTO messages ({", ".join(COLUMNS)}, workspace_id)
  SELECT s.id, s.received_at, f.case_id, c.before + row_number() OVER (PARTITION BY f.case_id ORDER BY s.n), s.contact,
    s.kind, s.author, s.to_agent, f.channel, f.shown, {said}, s.html, s.in_reply_to, s.ai, s.occurred_at, 0, NULL,
    NULL, NULL, NULL, f.adapter, CASE WHEN f.adapter IS NOT NULL THEN 'queued' END, NULL, {shown}, s.workspace
  FROM fresh f JOIN sent s ON s.n = f.n JOIN counted c ON c.id = f.case_id RETURNING *),
keys AS (
  INSERT INTO message_keys (workspace_id, owner, key, fingerprint, message_id, received_at, headers)
  SELECT s.workspace, s.owner, s.key, s.fingerprint, s.id, s.received_at, s.headers
  FROM sent s JOIN fresh f ON f.n = s.n WHERE s.key IS NOT NULL),
{used}
{out}announced_later AS (
  INSERT INTO unannounced_messages (workspace_id, message_id, received_at, contact_id)
  SELECT w.workspace_id, w.id, w.received_at, w.contact_id FROM written w)
SELECT s.n, true AS fresh, NULL AS why, f.customer_id, f.sensitive, f.state AS contact_state, {_SHOWN}
FROM written m JOIN sent s ON s.id = m.id JOIN fresh f ON f.n = s.n
UNION ALL
SELECT k.n, false, CASE WHEN k.same THEN '{AGAIN}' ELSE 'reused' END, NULL, NULL,
  NULL, k.message_id, k.received_at{", NULL" * (len(COLUMNS) - 2)}
FROM known k
UNION ALL
SELECT met.n, false, CASE WHEN not_public THEN 'not public' {unanswered} {why} ELSE 'over' END, NULL, NULL,
  NULL{", NULL" * len(COLUMNS)}
FROM met WHERE met.n NOT IN (SELECT n FROM fresh)
"""  # noqa: S608 — made of names of ours


OUTBOUND = """outbound AS (
  INSERT INTO outbound_messages (workspace_id, adapter, case_id, contact_id, message_id, received_at, state, next_at)
  SELECT w.workspace_id, w.adapter, w.case_id, w.contact_id, w.id, w.received_at, 'queued', w.received_at
  FROM written w WHERE w.adapter IS NOT NULL ORDER BY w.case_id, w.seq),
"""
TAKEN = f"""
taken AS MATERIALIZED (
  SELECT s.n, w.place, a.id, {AS_JSON_OF_ROW} AS shown
  FROM sent s CROSS JOIN unnest(s.files) WITH ORDINALITY AS w(id, place)
  JOIN attachments a ON a.id = w.id AND a.workspace_id = s.workspace AND {USABLE}
    AND (s.files_of IS NULL OR a.uploaded_by = s.files_of)
  ORDER BY a.id FOR NO KEY UPDATE OF a),
"""  # noqa: S608
ALL_TAKEN = """ AND (SELECT count(*) FROM taken t WHERE t.n = met.n)
  = (SELECT COALESCE(cardinality(s.files), 0) FROM sent s WHERE s.n = met.n)"""
USED = """
used AS (
  UPDATE attachments a SET message_id = s.id, message_at = s.received_at, contact_id = s.contact, case_id = f.case_id,
    used_at = s.received_at
  FROM taken t JOIN fresh f ON f.n = t.n JOIN sent s ON s.n = t.n WHERE a.id = t.id),
"""
SHOWN = "(SELECT jsonb_agg(t.shown ORDER BY t.place) FROM taken t WHERE t.n = s.n)"
REFUSED = "WHEN open THEN 'files'"
# A message that is found in either way is known: what is there is read after all refusals, and replaces them.
# Each is looked up by itself, whatever the planner expects.
FORMERLY = """
  UNION ALL
  SELECT s.n, k.message_id, k.received_at, true FROM sent s CROSS JOIN LATERAL (
    SELECT k.message_id, k.received_at, k.fingerprint FROM message_keys k
    WHERE k.workspace_id = s.workspace AND k.owner = s.owner AND k.key = s.former_key LIMIT 1) AS k
  WHERE k.fingerprint = s.former_print AND s.author =
    (SELECT m.author FROM messages m WHERE m.id = k.message_id AND m.received_at = k.received_at)"""
# A message was received when its id was made, within a day. That of a contact from before there were any has no row.
ASTRAY = """,
    s.in_reply_to IS NOT NULL AND c.case_id <> ALL (
      SELECT a.case_id FROM messages a WHERE a.id = s.in_reply_to
        AND a.received_at BETWEEN s.answered_made - interval '1 day' AND s.answered_made + interval '1 day'
      UNION ALL
      SELECT o.case_id FROM contacts o
      WHERE o.id = 'con_' || substr(s.in_reply_to, 5) AND o.first_seq IS NULL AND o.text <> '') AS astray"""
NONE_ASTRAY = " AND NOT astray"
UNANSWERED = "WHEN open AND astray THEN 'astray'"
# The contact's row says it: of two machines that speak at once, one is the first.
TOLD = """told AS (
  UPDATE contacts c SET machine_said_at = w.received_at FROM (
    SELECT s.contact, min(s.n) AS n, min(s.received_at) AS received_at FROM fresh f JOIN sent s ON s.n = f.n
    WHERE s.says_so IS NOT NULL GROUP BY s.contact) AS w
  WHERE c.id = w.contact AND c.machine_said_at IS NULL RETURNING w.n, c.urgent),
"""
SAID = r"""COALESCE((SELECT CASE WHEN t.urgent THEN s.text || E'\n\n' || s.says_so
      ELSE s.says_so || E'\n\n' || s.text END FROM told t WHERE t.n = s.n), s.text)"""
# What was written with a key before: few come a second time, and the others do not look for them.
BEFORE = f"""
SELECT s.n, false AS fresh, NULL AS why, p.customer_id, c.sensitive, c.state AS contact_state, {_SHOWN}
FROM jsonb_to_recordset($1::jsonb) AS s(n int, id text, received_at timestamptz)
JOIN messages m ON m.id = s.id AND m.received_at = s.received_at
JOIN cases p ON p.id = m.case_id JOIN contacts c ON c.id = m.contact_id
"""  # noqa: S608 — made of names of ours

REFUSALS: dict[str, type[Problem]] = {
    "reused": MessageKeyReused,
    "not public": StaysPrivate,
    "over": ConversationOver,
    "files": UnknownAttachment,
}


async def write(lane: Lane, drafts: Sequence[Draft]) -> list[Written | Exception]:
    """Writes messages, in this order. Returns of each what is in the ledger now, or why it is refused.

    Raises:
        Raced: another transaction was first; nothing is written.
    """
    found: dict[int, Written | Exception] = {}
    for turn in _turns(drafts):
        some = [drafts[number] for number in turn]
        rows = await lane.fetch(_statement_for(some), [_row(number, drafts[number]) for number in turn])
        again = [{name: row[name] for name in ("n", "id", "received_at")} for row in rows if row["why"] == AGAIN]
        for row in [*rows, *(await lane.fetch(BEFORE, again) if again else ())]:
            if row["why"] != AGAIN:
                found[row["n"]] = _written(row, drafts[row["n"]])
    return [
        found.get(number, NotFound(f"There is no contact {draft.contact!r} in this workspace."))
        for number, draft in enumerate(drafts)
    ]


def _statement_for(drafts: Sequence[Draft]) -> str:
    return _statement(
        files=any(one.files for one in drafts),
        machine=any(one.says_so for one in drafts),
        outbound=any(one.adapters and one.kind in TO_CUSTOMERS for one in drafts),
        formerly=any(one.formerly for one in drafts),
        answers=any(one.in_reply_to for one in drafts),
    )


def _turns(drafts: Sequence[Draft]) -> list[list[int]]:
    """Returns the numbers of drafts to write by one statement each: one that has the key of another, or a file of it,
    comes after it.
    """
    turns: list[list[int]] = [[]]
    seen: dict[tuple[str, ...], int] = {}
    for number, draft in enumerate(drafts):
        own: list[tuple[str, ...]] = [(file,) for file in draft.files]
        if draft.key:
            own.append((draft.workspace, draft.owner or "", draft.key))
        turn = max((seen.get(one, -1) + 1 for one in own), default=0)
        seen.update(dict.fromkeys(own, turn))
        while len(turns) <= turn:
            turns.append([])
        turns[turn].append(number)
    return turns


def _row(number: int, draft: Draft) -> dict[str, Any]:
    return {
        "n": number,
        "id": draft.id,
        "received_at": draft.received_at,
        "workspace": draft.workspace,
        "contact": draft.contact,
        "kind": draft.kind,
        "author": draft.author,
        "to_agent": draft.to_agent,
        "visibility": draft.visibility,
        "text": draft.text,
        "html": draft.html,
        "in_reply_to": draft.in_reply_to,
        "ai": draft.ai,
        "occurred_at": draft.occurred_at,
        "owner": draft.owner,
        "key": draft.key,
        "fingerprint": draft.fingerprint,
        "adapters": list(draft.adapters),
        "after_end": draft.after_end,
        "over": draft.over,
        "headers": draft.headers,
        "notice": draft.notice,
        **({"says_so": draft.says_so} if draft.says_so else {}),
        **(dict(zip(("former_key", "former_print"), draft.formerly, strict=True)) if draft.formerly else {}),
        **({"answered_made": made_at(draft.in_reply_to)} if draft.in_reply_to else {}),
        **({"files": list(draft.files), "files_of": draft.files_of} if draft.files else {}),
    }


def _written(row: Any, draft: Draft) -> Written | Exception:
    if row["why"] == "astray":
        unknown = f"The contact's case has no message {draft.in_reply_to!r} that `in_reply_to` could name."
        return UnknownMessage(unknown, in_reply_to=draft.in_reply_to)
    if row["why"]:
        return REFUSALS[row["why"]]()
    columns = dict(row)
    for name in AS_JSON:
        columns[name] = columns[name] and from_json(columns[name])
    state = ContactState(row["contact_state"])
    return Written(message_data(columns), announcement_of(columns), row["fresh"], row["sensitive"], state)
