"""Exporting: everything that the workspace holds of one customer, as one document of JSON, a page in memory at a time.

Rows are as the ledger has them, so that a new column is in the export by itself; without secrets, and without what
only keeps the service going. No transaction is open while the client takes a piece.
"""

import json
from collections.abc import AsyncIterator, Sequence
from itertools import islice

from mci_router.clock import moment, utc_now
from mci_router.database import Database
from mci_router.errors import CustomerMerged, NotFound
from mci_router.privacy.leaving import OTHER_CASES
from mci_router.values import value

ROWS = 500  # of a page
OWNERS = 100  # whose rows a page has, at most
INTERNAL = ("workspace_id", "journal_id", "untold", "next_at", "claimed_until", "person_counted", "words")

CUSTOMER = (
    "SELECT id, merged_into FROM customers WHERE workspace_id = $1 AND id = $2 AND no_person IS DISTINCT FROM 'going'"
)
CUSTOMERS = """
WITH RECURSIVE chain(id) AS (
  SELECT id FROM customers WHERE workspace_id = $1 AND id = $2
  UNION SELECT c.id FROM chain JOIN customers c ON c.workspace_id = $1 AND c.merged_into = chain.id)
SELECT id FROM chain ORDER BY id
"""
OTHERS = OTHER_CASES.replace(":workspace", "$1").replace(":customers", "$2")
CASES = f"SELECT id FROM cases WHERE workspace_id = $1 AND customer_id = ANY($2) UNION {OTHERS} ORDER BY id"  # noqa: S608
CONTACTS = f"""
SELECT id FROM contacts WHERE workspace_id = $1 AND customer_id = ANY($2)
UNION SELECT id FROM contacts WHERE case_id IN ({OTHERS}) ORDER BY id
"""  # noqa: S608
RUNS = f"""
SELECT id FROM workflow_runs WHERE workspace_id = $1 AND customer_id = ANY($2)
UNION SELECT r.id FROM contacts c JOIN workflow_runs r ON r.contact_id = c.id
WHERE c.workspace_id = $1 AND (c.customer_id = ANY($2) OR c.case_id IN ({OTHERS})) ORDER BY id
"""  # noqa: S608
MEMBERS = "SELECT id FROM community_members WHERE workspace_id = $1 AND customer_id = ANY($2) ORDER BY id"


@value
class Section:
    """A list in the document: rows of a table, found by who owns them.

    `owner` is the column that says whose a row is, `by` of what kind that is. `place` and `number` tell rows of an
    owner apart, and order them. `but` are columns that are secrets, or nothing but the service's own.
    """

    name: str
    table: str
    by: str
    owner: str
    place: str = "t.id"
    number: str = "0"
    but: tuple[str, ...] = ()
    where: str = "true"

    @property
    def query(self) -> str:
        """Returns the SQL of a page: `$1` the workspace, `$2` the owners, `$3` and `$4` the last row before it."""
        without = ", ".join(f"'{column}'" for column in (*INTERNAL, *self.but))
        return f"""
        SELECT {self.place} AS place, CAST({self.number} AS bigint) AS number,
          CAST(to_jsonb(t) - ARRAY[{without}] AS text) AS row
        FROM {self.table} t WHERE t.workspace_id = $1 AND t.{self.owner} = ANY($2) AND {self.where}
          AND ({self.place}, CAST({self.number} AS bigint)) > ($3, $4) ORDER BY 1, 2 LIMIT {ROWS}
        """  # noqa: S608 — words of this file


def _of_contact(name: str, table: str, place: str = "t.contact_id", number: str = "0", *but: str) -> Section:
    return Section(name, table, "contact", "contact_id", place, number, but)


SECTIONS = (
    Section("customers", "customers", "customer", "id"),
    Section(
        "addresses", "customer_addresses", "customer", "customer_id", "t.customer_id || ' ' || t.kind || ' ' || t.value"
    ),
    Section("merges", "customer_merges", "customer", "into_id"),
    Section("sessions_ended", "customer_sessions_ended", "customer", "customer_id", "t.customer_id"),
    Section("cases", "cases", "case", "id"),
    Section("contacts", "contacts", "contact", "id"),
    _of_contact("decisions", "decisions", "t.contact_id", "t.rung"),
    Section("messages", "messages", "case", "case_id", "t.case_id", "t.seq"),
    Section("message_revisions", "message_revisions", "case", "case_id", "t.message_id", "t.revision"),
    Section("read_marks", "read_marks", "case", "case_id", "t.case_id || ' ' || t.party"),
    Section("files", "attachments", "case", "case_id", but=("key", "object", "attempts")),
    Section("runs", "workflow_runs", "run", "id", but=("request_key", "request_hash", "said_hash")),
    Section("approvals", "run_approvals", "run", "run_id", "t.run_id"),
    _of_contact("survey_invitations", "survey_invitations", "t.contact_id", "0", "nonce", "token"),
    _of_contact("survey_answers", "survey_answers"),
    _of_contact("summary_consents", "summary_consents", "t.id"),
    _of_contact("moves", "modality_moves", "t.id"),
    _of_contact("guide_answers", "guide_answers", "t.contact_id || ' ' || t.guide_id || ' ' || t.step", "t.version"),
    _of_contact("topics_given", "corrections", "t.id"),
    _of_contact("offers_to_stay", "retentions"),
    _of_contact("answers_inserted", "inserted_answers", "t.id"),
    _of_contact("escalations", "escalations", "t.id", "0", "people"),
    _of_contact("incidents", "incident_subscriptions"),
    _of_contact("resolutions", "contact_resolutions", "t.contact_id", "t.rung"),
    _of_contact("repetitions", "contact_repetitions"),
    _of_contact("stays_in_queues", "segments", "t.contact_id", "t.n"),
    _of_contact("offers", "offers", "t.id"),
    _of_contact("acknowledgements", "automatic_answers"),
    _of_contact("events", "events", "t.id"),
    _of_contact("posts", "posts", "t.id"),
    Section("community_members", "community_members", "customer", "customer_id"),
    Section("replies", "replies", "member", "member_id", but=("key",)),
    Section("flags", "community_flags", "member", "member_id"),
    Section("followed_posts", "community_followers", "member", "member_id", "t.member_id || ' ' || t.post_id"),
)


class Exporter:
    """Exports customers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def export(self, workspace: str, customer: str) -> AsyncIterator[bytes]:
        """Yields the document, in pieces of a page each.

        Raises:
            NotFound: there is no such customer.
            CustomerMerged: the customer was merged into another: that one is to be exported.
        """
        owners = await self._owners(workspace, customer)
        yield f'{{"customer_id": {json.dumps(customer)}, "exported_at": "{moment(utc_now())}"'.encode()
        for section in SECTIONS:
            yield f', "{section.name}": ['.encode()
            first = True
            async for rows in self._pages(workspace, section, owners[section.by]):
                yield ("" if first else ", ").encode() + ", ".join(rows).encode()
                first = False
            yield b"]"
        yield b"}\n"

    async def _owners(self, workspace: str, customer: str) -> dict[str, list[str]]:
        """Returns the ids of all whose rows are exported, by kind."""
        found = await self._database.read(CUSTOMER, workspace, customer)
        if not found:
            raise NotFound(f"There is no customer {customer!r} in this workspace.")
        if into := found[0]["merged_into"]:
            raise CustomerMerged(f"Customer {customer} was merged into {into}, who has the cases.", merged_into=into)
        customers = [row["id"] for row in await self._database.read(CUSTOMERS, workspace, customer)]
        of = {"customer": customers}
        for kind, query in (("case", CASES), ("contact", CONTACTS), ("run", RUNS), ("member", MEMBERS)):
            of[kind] = [row["id"] for row in await self._database.read(query, workspace, customers)]
        return of

    async def _pages(self, workspace: str, section: Section, owners: Sequence[str]) -> AsyncIterator[list[str]]:
        """Yields the rows of a section, a page at a time."""
        left = iter(owners)
        while some := list(islice(left, OWNERS)):
            place, number, full = "", -1, True
            while full:
                rows = await self._database.read(section.query, workspace, some, place, number)
                if rows:
                    place, number = rows[-1]["place"], rows[-1]["number"]
                    yield [row["row"] for row in rows]
                full = len(rows) == ROWS
