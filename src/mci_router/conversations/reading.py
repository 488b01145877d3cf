"""Reading a case's messages: a window of them, by their numbers."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from pydantic_core import from_json

from mci_router.conversations.messages import AS_JSON, COLUMNS, MessageData, first_message_of, message_data
from mci_router.database import Database, Lane
from mci_router.errors import NotFound
from mci_router.ids import made_at
from mci_router.values import value

MOST = 200
"""Messages that are read at once."""

MOST_UNREAD = 1_000  # that are counted
SLACK = timedelta(days=1)  # by which the clocks of two processes differ, and more

_COLUMNS = ", ".join(f"m.{column}" for column in COLUMNS)
# One look: what is known of the case stands in each row, and alone in one where it has no such message.
FORWARDS, BACKWARDS = (
    f"""
WITH k AS MATERIALIZED (
  SELECT c.id, c.last_seq, c.customer_id,
    (SELECT jsonb_object_agg(r.party, r.up_to_seq) FROM read_marks r WHERE r.case_id = c.id) AS marks,
    (SELECT count(*) FROM (
      SELECT FROM messages m WHERE $7 <> '' AND m.case_id = c.id AND m.received_at >= $9 AND m.kind = 'customer'
        AND m.contact_id <> ALL($8) AND m.seq > COALESCE(
          (SELECT r.up_to_seq FROM read_marks r WHERE r.case_id = c.id AND r.party = 'agent:' || $7), 0)
      LIMIT {MOST_UNREAD}) AS u) AS unread,
    EXISTS (SELECT FROM contacts o WHERE o.case_id = c.id AND o.first_seq IS NULL AND o.text <> '') AS older
  FROM cases c WHERE c.workspace_id = $1 AND c.id = $2)
SELECT k.last_seq, k.customer_id, k.marks, k.unread, k.older, {_COLUMNS} FROM k LEFT JOIN LATERAL (
  SELECT * FROM messages m
  WHERE m.case_id = k.id AND m.received_at >= $9 AND m.seq > $3 AND m.seq < $4
    AND ($6 OR m.kind <> 'note' AND m.channel <> 'task')
    AND (m.to_agent IS NULL OR $7 IN (m.to_agent, m.author, '')) AND m.contact_id <> ALL($8)
  ORDER BY m.seq {order} LIMIT $5) AS m ON true
ORDER BY m.seq {order}
"""  # noqa: S608 — made of names of ours
    for order in ("ASC", "DESC")
)
# A contact from before there were messages, or of a router of the version before, has only its own text.
OLDER = """
  SELECT 'msg_' || substr(c.id, 5), c.accepted_at, c.case_id, 0, c.id, 'customer', c.customer_id, NULL, c.channel,
    c.visibility, c.text, NULL, NULL, NULL::jsonb, c.accepted_at, 0, NULL::timestamptz, NULL::timestamptz, NULL, NULL,
    c.adapter, NULL, NULL::jsonb, NULL::jsonb
  FROM contacts c WHERE c.case_id = $1 AND c.first_seq IS NULL AND c.text <> '' AND c.id <> ALL($2)
  ORDER BY c.accepted_at, c.id
"""
SOME = f"""
SELECT {_COLUMNS} FROM messages m WHERE m.workspace_id = $1 AND m.id = ANY($2) AND m.received_at >= $3
"""  # noqa: S608 — made of names of ours
# Each is looked for where it was received, when its id was made: not in all the months that there are.
OF_WORKSPACES = f"""
SELECT w.workspace AS workspace_id, {_COLUMNS}
FROM jsonb_to_recordset($1::jsonb) AS w(workspace text, id text, since timestamptz, until timestamptz)
JOIN messages m ON m.id = w.id AND m.received_at >= w.since AND m.received_at < w.until
  AND m.workspace_id IS NOT DISTINCT FROM w.workspace
"""  # noqa: S608
BY_KEY = f"""
SELECT {_COLUMNS}, k.fingerprint FROM message_keys k
JOIN messages m ON m.id = k.message_id AND m.received_at = k.received_at
WHERE k.workspace_id = $1 AND k.owner = $2 AND k.key = $3
"""  # noqa: S608
CASE = "SELECT case_id FROM contacts WHERE workspace_id = $1 AND id = $2"
# Of each case, what comes after a number, for its customer: no note.
SINCE = f"""
SELECT {_COLUMNS} FROM unnest($2::text[], $3::bigint[]) AS w(case_id, after)
JOIN cases k ON k.id = w.case_id AND k.workspace_id = $1 AND ($5 = '' OR k.customer_id = $5)
CROSS JOIN LATERAL (
  SELECT * FROM messages m WHERE m.case_id = k.id AND m.seq > w.after AND m.kind <> 'note' AND m.channel <> 'task'
  ORDER BY m.seq LIMIT $4) AS m
ORDER BY m.case_id, m.seq
"""  # noqa: S608
SENSITIVE = "SELECT FROM contacts WHERE workspace_id = $1 AND case_id = $2 AND sensitive LIMIT 1"
LATEST = 2**62


@value
class Window:
    """Some messages of a case, in their order. `more`: there are others in the direction that was read. `unread` counts
    those of the customer that the reader has not read.
    """

    items: Sequence[MessageData]
    last_seq: int
    more: bool
    read_up_to: dict[str, int]
    customer: str
    unread: int = 0


async def window(
    database: Database,
    workspace: str,
    case: str,
    *,
    after_seq: int | None = None,
    before_seq: int | None = None,
    limit: int = MOST,
    notes: bool = True,
    reader: str = "",
    without: Sequence[str] = (),
) -> Window:
    """Returns messages of a case: those after a number, or the last ones, if wanted before a number.

    `notes`: with what colleagues wrote for each other; those to one agent alone only for that `reader`,
    for who wrote them, or for ''.
    `without`: contacts whose messages are left out.

    Raises NotFound, DatabaseUnavailable.
    """
    forwards = after_seq is not None
    bounds = (after_seq or 0 if forwards else 0, before_seq or LATEST, limit + 1)
    about = (workspace, case, *bounds, notes, reader, list(without), made_at(case) - SLACK)
    rows = await database.read(FORWARDS if forwards else BACKWARDS, *about)
    if not rows:
        raise NotFound(f"There is no case {case!r} in this workspace.")
    known = rows[0]
    items = [_data(row) for row in rows[:limit] if row["id"]]
    more = len(rows) > limit
    items = items if forwards else items[::-1]
    if known["older"] and not (after_seq if forwards else more):
        older = await database.read(OLDER, case, list(without))
        items = [*(_data(dict(zip(COLUMNS, row, strict=True))) for row in older), *items]
    return Window(items, known["last_seq"], more, _marks(known["marks"]), known["customer_id"], known["unread"])


async def case_of(database: Database, workspace: str, contact: str) -> str:
    """Returns the case of a contact. Raises NotFound."""
    found = await database.read(CASE, workspace, contact)
    if not found:
        raise NotFound(f"There is no contact {contact!r} in this workspace.")
    return str(found[0]["case_id"])


async def is_sensitive(database: Database, workspace: str, case: str) -> bool:
    """Returns whether a contact of the case is sensitive."""
    return bool(await database.read(SENSITIVE, workspace, case))


async def first_of(database: Database, workspace: str, contact: str) -> MessageData:
    """Returns the message that a contact came with. Raises NotFound."""
    found = await some(database, workspace, [first_message_of(contact)])
    if not found:
        raise NotFound(f"The contact {contact!r} came without words.")
    return next(iter(found.values()))


async def some(database: Database, workspace: str, ids: Sequence[str]) -> dict[str, MessageData]:
    """Returns messages by id, of those there are."""
    since = min(map(made_at, ids), default=None)
    rows = await database.read(SOME, workspace, list(ids), since - SLACK) if since else ()
    return {row["id"]: _data(row) for row in rows}


async def of_workspaces(lane: Lane, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], MessageData]:
    """Returns messages by workspace and id, of those there are. Raises DatabaseUnavailable."""
    rows = await lane.read(OF_WORKSPACES, [_sought(*one) for one in sorted(wanted)])
    return {(row["workspace_id"], row["id"]): _data(row) for row in rows}


def _sought(workspace: str, message: str) -> dict[str, Any]:
    made = made_at(message)
    return {"workspace": workspace, "id": message, "since": made - SLACK, "until": made + SLACK}


async def since(
    database: Database, workspace: str, marks: Mapping[str, int], *, customer: str = "", limit: int = MOST
) -> list[MessageData]:
    """Returns the first messages of each case after a number, in their order and without notes: what a customer has
    not got yet. With `customer`, of that customer's cases alone.

    Raises DatabaseUnavailable.
    """
    if not marks:
        return []
    rows = await database.read(SINCE, workspace, list(marks), list(marks.values()), limit, customer)
    return [_data(row) for row in rows]


async def by_key(database: Database, workspace: str, owner: str, key: str) -> tuple[MessageData, str] | None:
    """Returns the message that was written with a key, and the fingerprint of what was said."""
    rows = await database.read(BY_KEY, workspace, owner, key)
    return (_data(rows[0]), rows[0]["fingerprint"]) if rows else None


def _data(row: Any) -> MessageData:
    columns = dict(row)
    for name in AS_JSON:
        value = columns[name]
        columns[name] = from_json(value) if isinstance(value, str) else value
    return message_data(columns)


def _marks(marks: Any) -> dict[str, int]:
    return dict(from_json(marks) if isinstance(marks, str) else marks or {})
