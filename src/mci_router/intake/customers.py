"""Customers of a batch: whom each contact means, found or made, and what it says about them. Pure but for `renew`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mci_router.database import Lane
from mci_router.errors import UnknownCustomer
from mci_router.ids import new_id
from mci_router.intake.addresses import GivenAddress
from mci_router.intake.arrival import Arrival, IdentifiedCustomer
from mci_router.intake.identity import Claim, Person, Register
from mci_router.intake.owners import Owners, rows_of
from mci_router.vocabulary import AddressKind

# Where two forms would meet, the older one stays as it is.
RENEW = """
UPDATE customer_addresses a SET value = w.value
FROM jsonb_to_recordset($1::jsonb) AS w(workspace text, kind text, value text, former text)
WHERE a.workspace_id = w.workspace AND a.kind = w.kind AND a.value = w.former
  AND NOT EXISTS (
    SELECT FROM customer_addresses b WHERE b.workspace_id = w.workspace AND b.kind = w.kind AND b.value = w.value)
"""
LOCK = """
SELECT id FROM customers WHERE id IN (SELECT jsonb_array_elements_text($1::jsonb)) ORDER BY id FOR NO KEY UPDATE
"""


@dataclass(slots=True)
class Identified:
    """The customers of a batch. `results`: that of each contact, or the error; `learnt`: what is new about known ones.

    `joined` are those whom a new external id joins: two such ids that reach one customer at once are handled one after
    the other, under a lock. `met`: the known ones whose contacts these are, who must still be there when it is written.
    """

    register: Register
    joined: list[str]
    met: set[str] = field(default_factory=set)
    results: list[IdentifiedCustomer | Exception] = field(default_factory=list)
    learnt: dict[str, dict[str, Any]] = field(default_factory=dict)

    def rows(self) -> dict[str, list[Any]]:
        """Returns what to write, in an order in which two batches that make the same claims cannot deadlock."""
        made = sorted(
            (person for person in self.register.people.values() if person.fresh),
            key=lambda person: (person.workspace, person.claim or "", person.id),
        )
        changed = {owner for owner, _ in self.register.changed if not self.register.people[owner].fresh}
        return {
            "customers": [_row(person) for person in made],
            "learnt": [{"id": customer, **facts} for customer, facts in sorted(self.learnt.items())],
            "addresses": rows_of(self.register.rows()),
            "met": sorted(self.met | changed),
        }


def identify(arrivals: Sequence[Arrival], known: Mapping[str, Person], owners: Owners) -> Identified:
    """Returns the customer of each arrival, found or made; UnknownCustomer for an id that does not exist."""
    claims = [_claim(arrival) for arrival in arrivals]
    identified = Identified(Register(known.values(), owners.shared), _joined_by_a_new_id(claims, owners))
    for claim, arrival in zip(claims, arrivals, strict=True):
        fresh = new_id("customer")
        found = identified.register.settle(_survivor(claim, known), fresh)
        if found is None:
            identified.results.append(UnknownCustomer(f"There is no customer {claim.id!r} in this workspace."))
            continue
        who = IdentifiedCustomer(found.person, found.trust)
        if not found.person.fresh:
            identified.met.add(found.person.id)
        identified.results.append(who)
        if who.proven or found.person.id == fresh:
            _learn(who, arrival, identified.learnt)
    return identified


async def renew(lane: Lane, arrivals: Sequence[Arrival]) -> None:
    """Gives addresses that an older version stored in another form today's form, so that their customers are found."""
    rows = [
        {
            "workspace": arrival.workspace_id,
            "kind": one.kind,
            "value": one.value,
            "former": arrival.customer.formerly[one.kind],
        }
        for arrival in arrivals
        for one in arrival.customer.addresses
        if one.kind in arrival.customer.formerly
    ]
    if rows:
        await lane.fetch(RENEW, rows)


def proven_by(arrival: Arrival) -> list[GivenAddress]:
    """Returns the addresses of an arrival that are more than a claim."""
    return [one for one in arrival.customer.addresses if one.proven]


def _claim(arrival: Arrival) -> Claim:
    customer, workspace = arrival.customer, arrival.workspace_id
    return Claim(workspace, customer.addresses, customer.id, customer.name, customer.id_trust, customer.key)


def _survivor(claim: Claim, known: Mapping[str, Person]) -> Claim:
    """Returns the claim, with the customer it names replaced by the one that customer was merged into."""
    named = known.get(claim.id or "")
    while named and named.merged_into and named.workspace == claim.workspace:
        claim, named = replace(claim, id=named.merged_into), known.get(named.merged_into)
    return claim


def _joined_by_a_new_id(claims: Sequence[Claim], owners: Owners) -> list[str]:
    joined: set[str] = set()
    for claim in claims:
        keys = [(claim.workspace, (one.kind, str(one.value))) for one in claim.proven]
        if keys and keys[0][1][0] is AddressKind.EXTERNAL_ID and keys[0] not in owners.leads:
            joined |= {owners.leads[key] for key in keys if key in owners.leads}
    return sorted(joined)


def _learn(who: IdentifiedCustomer, arrival: Arrival, learnt: dict[str, dict[str, Any]]) -> None:
    """Notes what a proven contact says of its customer; a claim changes only the customer that it makes."""
    person, claimed, new = who.customer, arrival.customer, dict[str, Any]()
    if who.trust.rank > person.trust.rank:
        person.trust = new["trust"] = who.trust
    if claimed.name and claimed.name != person.name:
        person.name = new["name"] = claimed.name
    attributes = {
        name: value for name, value in claimed.attributes.items() if person.attributes.get(name, ...) != value
    }
    if attributes:
        person.attributes = {**person.attributes, **attributes}
        new["attributes"] = attributes
    if new and not person.fresh:
        before = learnt.setdefault(person.id, {"attributes": {}})
        learnt[person.id] = before | new | {"attributes": before["attributes"] | attributes}


def _row(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "workspace_id": person.workspace,
        "name": person.name,
        "attributes": person.attributes,
        "trust": person.trust,
        "claim": person.claim,
    }
