"""The write: all rows of a batch, in one statement, whatever its size.

What was decided without a lock must still hold when it is written. A row that another transaction has made since is
refused by a unique index, and so is a case whose reference another has already. A customer who is being erased, a case
that has closed, a place that is taken and a conversation that has begun leave the contacts without a case, which their
table refuses. Either way nothing is written, and the batch looks again.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import inspect

from mci_router.attachments.rows import AS_JSON, USABLE
from mci_router.intake.owners import put_rows
from mci_router.intake.past import LATEST_OF_CONVERSATION
from mci_router.models import Base, Contact, IncidentSubscription, Post, WorkflowRun


def _written(table: type[Base]) -> list[str]:
    """Returns the columns of a table that a new row gives a value."""
    return [column.name for column in table.__table__.columns if column.name != "created_at"]


def _insert(table: str, columns: Sequence[str], part: str = "", **instead: str) -> str:
    """Returns the SQL that inserts the rows of a part of the document, named as the table unless said otherwise."""
    values = ", ".join(instead.get(column, column) for column in columns)
    return f"""INSERT INTO {table} ({", ".join(columns)})
  SELECT {values} FROM jsonb_populate_recordset(NULL::{table}, $1::jsonb -> '{part or table}')"""  # noqa: S608


CONTACTS = _written(Contact)
MESSAGE_KEYS = ["workspace_id", "owner", "key", "fingerprint", "message_id", "received_at", "headers"]
POSTS, SUBSCRIPTIONS, RUNS = _written(Post), _written(IncidentSubscription), _written(WorkflowRun)


def _statement(*, files: bool, runs: bool) -> str:
    """Returns the statement. With `files`, it also takes the attachments that contacts came with; where one may not be
    used any longer, nothing is written. With `runs`, it also begins runs of workflows. Contacts without files and runs
    do not pay for that.
    """
    taken, all_taken, used = (TAKEN, ALL_TAKEN, USED) if files else ("", "", "")
    begun = f"begun AS ({_insert('workflow_runs', RUNS)}),\n" if runs else ""
    attachments, shown, spoken = (ATTACHMENTS, SHOWN, SPOKEN) if files else ("attachments", "NULL::jsonb", "text <> ''")
    # Who is met is locked before anything is learnt of them: a row that the same statement has changed is passed over.
    return f"""
WITH customers_made AS ({_insert("customers", ["id", "workspace_id", "name", "attributes", "trust", "claim"])}),
met AS MATERIALIZED (
  SELECT id FROM customers
  WHERE id = ANY(ARRAY(SELECT jsonb_array_elements_text($1::jsonb -> 'met'))) AND no_person IS NULL
  ORDER BY id FOR KEY SHARE),
all_met AS (SELECT (SELECT count(*) FROM met) = jsonb_array_length($1::jsonb -> 'met') AS all),
learnt AS (
  UPDATE customers c SET name = COALESCE(w.name, c.name), attributes = c.attributes || w.attributes,
    trust = COALESCE(w.trust, c.trust)
  FROM jsonb_to_recordset($1::jsonb -> 'learnt') AS w(id text, name text, attributes jsonb, trust text)
  WHERE c.id = w.id AND (SELECT "all" FROM all_met)),
addresses AS ({put_rows("$1::jsonb -> 'addresses'")}),
cases_made AS ({
        _insert(
            "cases",
            [
                "id",
                "reference",
                "workspace_id",
                "customer_id",
                "topic",
                "status",
                "opened_at",
                "last_contact_at",
                "contacts",
                "last_seq",
                "linked_to",
            ],
            last_seq="contacts",
        )
    }),
joined AS (
  UPDATE cases k SET contacts = k.contacts + w.contacts, last_seq = k.last_seq + w.contacts,
    last_contact_at = GREATEST(k.last_contact_at, w.last_contact_at), status = 'open', closed_at = NULL,
    reopens_until = NULL,
    topic = CASE WHEN k.status = 'open' OR NOT EXISTS (
      SELECT FROM cases o WHERE o.workspace_id = k.workspace_id AND o.customer_id = k.customer_id
        AND o.topic = k.topic AND o.status = 'open') THEN k.topic ELSE '' END
  FROM jsonb_to_recordset($1::jsonb -> 'joined')
    AS w(id text, customer text, contacts int, last_contact_at timestamptz, again boolean)
  WHERE k.id = w.id AND k.customer_id = w.customer AND (k.status = 'open' OR w.again)
  RETURNING k.id, k.last_seq - w.contacts AS before),
given_back AS (
  UPDATE contacts SET place_given_back = true
  WHERE id IN (SELECT jsonb_array_elements_text($1::jsonb -> 'places')) AND NOT place_given_back RETURNING id),
{taken}holds AS (
  SELECT (SELECT "all" FROM all_met) AND (SELECT count(*) FROM joined) = jsonb_array_length($1::jsonb -> 'joined')
    AND (SELECT count(*) FROM given_back) = jsonb_array_length($1::jsonb -> 'places')
    AND NOT EXISTS (
      SELECT FROM jsonb_to_recordset($1::jsonb -> 'talks')
        AS w(workspace text, customer text, channel text, ref text, known text)
      CROSS JOIN LATERAL ({LATEST_OF_CONVERSATION}) AS c WHERE c.id > w.known){all_taken} AS all),
contacts_made AS ({
        _insert(
            "contacts",
            CONTACTS,
            case_id='CASE WHEN (SELECT "all" FROM holds) THEN case_id END',
            attachments=attachments,
            first_seq="first_seq + COALESCE((SELECT j.before FROM joined j WHERE j.id = case_id), 0)",
        )
    }
  RETURNING id, workspace_id, case_id, customer_id, channel, visibility, sensitive, text, accepted_at, adapter,
    first_seq),
said AS (
  INSERT INTO messages (id, workspace_id, received_at, occurred_at, case_id, seq, contact_id, kind, author, channel,
    visibility, text, adapter, attachments)
  SELECT 'msg_' || substr(id, 5), workspace_id, accepted_at, accepted_at, case_id, first_seq, id, 'customer',
    customer_id, channel, visibility, text, adapter, {shown} FROM contacts_made c WHERE {spoken}),
{used}said_once AS ({_insert("message_keys", MESSAGE_KEYS)}),
decided AS ({_insert("decisions", ["contact_id", "workspace_id", "rung", "triage", "route"])}),
posts_made AS ({_insert("posts", POSTS)}),
{begun}subscribed AS ({_insert("incident_subscriptions", SUBSCRIPTIONS)})
{_insert("idempotency_keys", ["workspace_id", "key", "body_hash", "answer"])}
"""  # noqa: S608 — made of names of ours


TAKEN = f"""taken AS MATERIALIZED (
  SELECT w.contact, w.place, a.id, {AS_JSON} AS shown,
    jsonb_build_object('id', a.id, 'name', a.name, 'content_type', a.content_type, 'bytes', a.bytes) AS brief
  FROM jsonb_to_recordset($1::jsonb -> 'files') AS w(contact text, place int, id text, workspace text, owner text)
  JOIN attachments a ON a.id = w.id AND a.workspace_id = w.workspace AND {USABLE}
    AND (w.owner IS NULL OR a.uploaded_by = w.owner)
  ORDER BY a.id FOR NO KEY UPDATE OF a),
"""  # noqa: S608
ALL_TAKEN = " AND (SELECT count(*) FROM taken) = jsonb_array_length($1::jsonb -> 'files')"
ATTACHMENTS = """attachments || COALESCE((
      SELECT jsonb_agg(t.brief ORDER BY t.place) FROM taken t WHERE t.contact = jsonb_populate_recordset.id), '[]')"""
SHOWN = "(SELECT jsonb_agg(t.shown ORDER BY t.place) FROM taken t WHERE t.contact = c.id)"
SPOKEN = "text <> '' OR EXISTS (SELECT FROM taken t WHERE t.contact = c.id)"
USED = """used AS (
  UPDATE attachments a SET message_id = 'msg_' || substr(c.id, 5), message_at = c.accepted_at, contact_id = c.id,
    case_id = c.case_id, used_at = c.accepted_at
  FROM taken t JOIN contacts_made c ON c.id = t.contact WHERE a.id = t.id),
"""
WRITE = {(files, runs): _statement(files=files, runs=runs) for files in (False, True) for runs in (False, True)}
PARTS = (
    *("customers", "learnt", "addresses", "met", "cases", "joined", "places", "talks", "contacts", "decisions"),
    *("posts", "incident_subscriptions", "idempotency_keys", "message_keys"),
)


OF_SOME = ("files", "workflow_runs")
"""Parts that few batches have."""


def document(**parts: Iterable[Any]) -> dict[str, list[Any]]:
    """Returns what a statement of `WRITE` takes; a part that is not given has no rows."""
    made = {part: list(parts.get(part, ())) for part in PARTS}
    return made | {part: list(parts[part]) for part in OF_SOME if part in parts}


def write_of(document: Mapping[str, Any]) -> str:
    """Returns the statement that writes a document."""
    return WRITE[bool(document.get("files")), bool(document.get("workflow_runs"))]


def part_of(row: Base) -> tuple[str, dict[str, Any]]:
    """Returns an outcome's row as a part of the document has it."""
    values = {}
    for attribute in inspect(type(row)).column_attrs:
        column, value = attribute.columns[0], getattr(row, attribute.key)
        if value is None and column.default is not None:
            value = column.default.arg
        values[column.name] = value
    return row.__tablename__, values
