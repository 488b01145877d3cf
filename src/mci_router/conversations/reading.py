"""Reading a case's messages: a window of them, by their numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from mci_router.conversations.messages import COLUMNS, MessageData, first_message_of, message_data
from mci_router.database import Database
from mci_router.errors import NotFound

MOST = 200
"""Messages that are read at once."""

_COLUMNS = ", ".join(f"m.{column}" for column in COLUMNS)
# A contact from before there were messages, or of a router of the version before, has only its own text.
_CONTACTS = """
  SELECT 'msg_' || substr(c.id, 5), c.accepted_at, c.case_id, 0, c.id, 'customer', c.customer_id, NULL, c.channel,
    c.visibility, c.text, NULL, NULL, NULL::jsonb, c.accepted_at, 0, NULL::timestamptz, NULL::timestamptz, NULL, NULL,
    c.adapter, NULL, NULL::jsonb
  FROM contacts c WHERE c.case_id = $1 AND c.first_seq IS NULL
"""
_OF_CASE = """m.case_id = $1 AND m.seq > $2 AND m.seq < $3 AND ($5 OR m.kind <> 'note')
    AND (m.to_agent IS NULL OR m.to_agent = $6 OR $6 = '')"""
FORWARDS, BACKWARDS = (
    f"SELECT {_COLUMNS} FROM messages m WHERE {_OF_CASE} ORDER BY m.seq {order} LIMIT $4"  # noqa: S608
    for order in ("ASC", "DESC")
)
CASE = """
SELECT k.last_seq, k.customer_id,
  (SELECT jsonb_object_agg(r.party, r.up_to_seq) FROM read_marks r WHERE r.case_id = k.id) AS marks
FROM cases k WHERE k.workspace_id = $1 AND k.id = $2
"""
SOME = f"SELECT {_COLUMNS} FROM messages m WHERE m.workspace_id = $1 AND m.id = ANY($2)"  # noqa: S608
BY_KEY = f"""
SELECT {_COLUMNS}, k.fingerprint FROM message_keys k
JOIN messages m ON m.id = k.message_id AND m.received_at = k.received_at
WHERE k.workspace_id = $1 AND k.owner = $2 AND k.key = $3
"""  # noqa: S608
# Of each case, what comes after a number, for its customer: no note.
SINCE = f"""
SELECT {_COLUMNS} FROM unnest($2::text[], $3::bigint[]) AS w(case_id, after)
JOIN cases k ON k.id = w.case_id AND k.workspace_id = $1 AND ($5 = '' OR k.customer_id = $5)
CROSS JOIN LATERAL (
  SELECT * FROM messages m WHERE m.case_id = k.id AND m.seq > w.after AND m.kind <> 'note'
  ORDER BY m.seq LIMIT $4) AS m
ORDER BY m.case_id, m.seq
"""  # noqa: S608
SENSITIVE = "SELECT FROM contacts WHERE workspace_id = $1 AND case_id = $2 AND sensitive LIMIT 1"
LATEST = 2**62


@dataclass(frozen=True, slots=True)
class Window:
    """Some messages of a case, in their order. `more`: there are others in the direction that was read."""

    items: Sequence[MessageData]
    last_seq: int
    more: bool
    read_up_to: dict[str, int]
    customer: str


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
) -> Window:
    """Returns messages of a case: those after a number, or the last ones, if wanted before a number.

    `notes`: with what colleagues wrote for each other; those to one agent alone only for that `reader`, or for ''.

    Raises NotFound, DatabaseUnavailable.
    """
    found = await database.read(CASE, workspace, case)
    if not found:
        raise NotFound(f"There is no case {case!r} in this workspace.")
    last_seq, customer, marks = found[0]
    forwards = after_seq is not None
    bounds = (after_seq or 0 if forwards else 0, before_seq or LATEST)
    rows = await database.read(FORWARDS if forwards else BACKWARDS, case, *bounds, limit + 1, notes, reader)
    items = [_data(row) for row in rows[:limit]]
    items = items if forwards else items[::-1]
    if len(rows) <= limit and not after_seq:
        items = [_data(dict(zip(COLUMNS, row, strict=True))) for row in await database.read(_CONTACTS, case)] + items
    return Window(items, last_seq, len(rows) > limit, _marks(marks), customer)


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
    rows = await database.read(SOME, workspace, list(ids)) if ids else ()
    return {row["id"]: _data(row) for row in rows}


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
    for name in ("ai", "delivery_error"):
        value = columns[name]
        columns[name] = from_json(value) if isinstance(value, str) else value
    return message_data(columns)


def _marks(marks: Any) -> dict[str, int]:
    return dict(from_json(marks) if isinstance(marks, str) else marks or {})
