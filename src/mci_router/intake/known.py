"""The first look: what the ledger knows of those who come, in one statement a batch, whatever its size."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic_core import from_json

from mci_router.database import Lane
from mci_router.intake.arrival import Arrival
from mci_router.intake.customers import proven_by
from mci_router.intake.identity import Ownership, Person
from mci_router.intake.opt_outs import CameBy
from mci_router.intake.owners import OWNERS_OF, Owners, owners_in
from mci_router.values import value
from mci_router.vocabulary import AddressKind, Trust

LOOK = f"""
WITH RECURSIVE owners AS MATERIALIZED (
  SELECT w.workspace, w.kind, w.value, owner.*
  FROM jsonb_to_recordset($1::jsonb -> 'addresses') AS w(workspace text, kind text, value text)
  CROSS JOIN LATERAL ({OWNERS_OF}) AS owner),
found(id) AS (
  SELECT customer_id FROM owners WHERE lead
  UNION SELECT c.id FROM jsonb_to_recordset($1::jsonb -> 'named') AS w(workspace text, id text)
    JOIN customers c ON c.id = w.id AND c.workspace_id = w.workspace
  UNION SELECT c.id FROM jsonb_to_recordset($1::jsonb -> 'claims') AS w(workspace text, key text)
    JOIN customers c ON c.workspace_id = w.workspace AND c.claim = w.key
  UNION SELECT c.merged_into FROM found JOIN customers c USING (id) WHERE c.merged_into IS NOT NULL)
SELECT
  (SELECT jsonb_agg(jsonb_build_array(k.workspace_id, k.key, k.body_hash, k.answer))
   FROM jsonb_to_recordset($1::jsonb -> 'keys') AS w(workspace text, key text)
   JOIN idempotency_keys k ON k.workspace_id = w.workspace AND k.key = w.key) AS answered,
  (SELECT jsonb_agg(to_jsonb(owners)) FROM owners) AS owners,
  (SELECT jsonb_agg(to_jsonb(c)) FROM found JOIN customers c USING (id)) AS customers,
  (SELECT jsonb_agg(to_jsonb(a)) FROM found JOIN customer_addresses a ON a.customer_id = found.id) AS addresses,
  (SELECT jsonb_agg(jsonb_build_array(w.workspace, w.kind, w.value, held.since))
   FROM jsonb_to_recordset($1::jsonb -> 'came_by') AS w(workspace text, kind text, value text)
   CROSS JOIN LATERAL (
     SELECT max(a.opted_out_at) AS since FROM customer_addresses a
     WHERE a.workspace_id = w.workspace AND a.kind = w.kind AND a.value = w.value HAVING count(*) > 0) AS held) AS held
"""  # noqa: S608 — made of a constant


@value
class Known:
    """What the ledger knows of a batch.

    `answers`: those of its idempotency keys, with the hash of the body; `people`: the customers whom its claims may
    mean, with all their addresses; `opted_out`: since when, of the addresses of those; `failing`: which of them take
    nothing; `held`: which of the addresses by which contacts came anybody has, and since when it is opted out.
    """

    answers: dict[tuple[str, str], tuple[str, dict[str, Any]]]
    owners: Owners
    people: dict[str, Person]
    opted_out: dict[tuple[str, AddressKind, str], datetime]
    failing: set[CameBy]
    held: dict[CameBy, datetime | None]


async def look(lane: Lane, arrivals: Sequence[Arrival], came_by: Sequence[CameBy]) -> Known:
    """Returns what the ledger knows of arrivals, and of the addresses by which they came."""
    (row,) = await lane.fetch(LOOK, _asked(arrivals, came_by))
    answered, owners, customers, addresses, held = (from_json(column) if column else () for column in row)
    people = {one["id"]: _person(one) for one in customers}
    opted_out = {}
    failing = set()
    for one in addresses:
        address = (AddressKind(one["kind"]), one["value"])
        people[one["customer_id"]].addresses[address] = Ownership(Trust(one["trust"]), one["lead"], one["alone"])
        if one["failing_since"]:
            failing.add((one["workspace_id"], one["kind"], one["value"]))
        if one["opted_out_at"]:
            opted_out[one["customer_id"], *address] = datetime.fromisoformat(one["opted_out_at"])
    return Known(
        {(workspace, key): (body_hash, answer) for workspace, key, body_hash, answer in answered},
        owners_in(owners),
        people,
        opted_out,
        failing,
        {(*address,): since and datetime.fromisoformat(since) for *address, since in held},
    )


def _asked(arrivals: Sequence[Arrival], came_by: Sequence[CameBy]) -> dict[str, Any]:
    asked: dict[str, Any] = {"addresses": [], "named": [], "claims": [], "keys": []}
    for arrival in arrivals:
        customer, workspace = arrival.customer, arrival.workspace_id
        proven = proven_by(arrival)
        asked["addresses"] += [{"workspace": workspace, "kind": one.kind, "value": one.value} for one in proven]
        if customer.id:
            asked["named"].append({"workspace": workspace, "id": customer.id})
        if customer.key and not proven:
            asked["claims"].append({"workspace": workspace, "key": customer.key})
        asked["keys"] += [
            {"workspace": workspace, "key": key} for key in (arrival.former_key, arrival.idempotency_key) if key
        ]
    asked["came_by"] = [dict(zip(("workspace", "kind", "value"), address, strict=True)) for address in came_by]
    return asked


def _person(row: dict[str, Any]) -> Person:
    return Person(
        row["id"],
        row["workspace_id"],
        row["name"],
        Trust(row["trust"]),
        row["claim"],
        attributes=row["attributes"],
        merged_into=row["merged_into"],
        no_person=row["no_person"] is not None,
    )
