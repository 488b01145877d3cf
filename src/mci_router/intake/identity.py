"""Identity: which customer the addresses of a contact mean. Pure: works on what the ledger knows of a batch.

Only what is proven finds a customer. An address alone means its lead: the customer who proved it first. A stronger
address of the same contact can rule a customer out: an unknown external id never joins a customer who has another one,
and an unknown e-mail address, which is stronger than a telephone number, never joins one who has another. Once several
customers share an address, it alone means none of those who are also known otherwise: the next contact that comes by it
makes a new customer, who leads the address from then on.

A mere claim finds only the customer who claimed the same before, and adds nothing to any other.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from mci_router.intake.addresses import GivenAddress
from mci_router.values import value
from mci_router.vocabulary import AddressKind, Channel, Trust

Address: TypeAlias = tuple[AddressKind, str]
OwnershipKey: TypeAlias = tuple[str, AddressKind, str, str]
"""Workspace, kind and value of an address, and its customer."""

STRONGEST_FIRST = list(AddressKind)
MOST_ADDRESSES = 100  # of a customer; further ones are not kept


@dataclass(slots=True)
class Ownership:
    """A customer's ownership of an address.

    One of its proven owners leads; `alone`: the address alone means the lead.
    """

    trust: Trust
    lead: bool = False
    alone: bool = False


@dataclass(slots=True)
class Person:
    """A customer with addresses, as the ledger has it or will have it.

    `fresh`: not in the ledger yet; `merged_into`: the customer who this one turned out to be; `no_person`: it was
    erased, or is what an erased one has left.
    """

    id: str
    workspace: str
    name: str | None = None
    trust: Trust = Trust.CLAIMED
    claim: str | None = None
    addresses: dict[Address, Ownership] = field(default_factory=dict)
    fresh: bool = False
    attributes: dict[str, Any] = field(default_factory=dict)
    merged_into: str | None = None
    no_person: bool = False

    def has(self, kind: AddressKind) -> bool:
        """Returns whether an address of the kind is proven to be this customer's."""
        return any(
            owners is kind and ownership.trust is not Trust.CLAIMED for (owners, _), ownership in self.addresses.items()
        )

    def is_known_by_more_than(self, kind: AddressKind) -> bool:
        """Returns whether a stronger kind of address than this names the customer."""
        return any(self.has(stronger) for stronger in STRONGEST_FIRST[: STRONGEST_FIRST.index(kind)])


@value
class Claim:
    """A contact's claim who its customer is.

    `id_trust`: the trust in an id of ours; `key`: equal for two claims of the same.
    """

    workspace: str
    addresses: Sequence[GivenAddress]
    id: str | None = None
    name: str | None = None
    id_trust: Trust = Trust.CLAIMED
    key: str | None = None

    @property
    def proven(self) -> list[GivenAddress]:
        """The addresses that are more than a claim, the strongest first."""
        return sorted((one for one in self.addresses if one.proven), key=lambda one: STRONGEST_FIRST.index(one.kind))

    @property
    def trust(self) -> Trust:
        """The greatest trust in any of its addresses."""
        return max(
            (one.trust for one in self.addresses if one.value), key=lambda trust: trust.rank, default=Trust.CLAIMED
        )


@value
class IdentifiedPerson:
    """The customer of a contact, and the trust that it is."""

    person: Person
    trust: Trust


class Register:
    """The customers of a batch, kept up to date as its contacts are identified one by one."""

    def __init__(self, people: Iterable[Person], shared: Iterable[tuple[str, Address]] = ()) -> None:
        self.people = {person.id: person for person in people}
        self._claims: dict[tuple[str, str], str] = {
            (person.workspace, person.claim): person.id for person in self.people.values() if person.claim
        }
        self._leads: dict[tuple[str, Address], str] = {}
        self._shared = set(shared)
        self.changed: set[tuple[str, Address]] = set()
        for person in self.people.values():
            self._leads |= {
                (person.workspace, address): person.id
                for address, ownership in person.addresses.items()
                if ownership.lead
            }

    def settle(self, claim: Claim, fresh_id: str) -> IdentifiedPerson | None:
        """Returns the customer of a contact, found or made; None for an id that does not exist, or is no person's."""
        named = self.people.get(claim.id or "")
        if claim.id and (named is None or named.workspace != claim.workspace or named.no_person):
            return None
        if named:
            # An id proves at most what its customer was made from.
            trust = min(claim.id_trust, named.trust, key=lambda trust: trust.rank)
            if trust is not Trust.CLAIMED:
                self._add(named, claim)
                return IdentifiedPerson(named, trust)
            if named.trust is Trust.CLAIMED and not claim.proven:
                return IdentifiedPerson(named, trust)
        if not claim.proven:
            return IdentifiedPerson(self._claimant(claim, fresh_id), Trust.CLAIMED)
        person = self._find(claim) or self._make(claim, fresh_id)
        self._add(person, claim)
        return IdentifiedPerson(person, claim.trust)

    def _claimant(self, claim: Claim, fresh_id: str) -> Person:
        if claim.key and (known := self._claims.get((claim.workspace, claim.key))):
            return self.people[known]
        person = self._make(claim, fresh_id)
        if claim.key:
            person.claim = claim.key
            self._claims[claim.workspace, claim.key] = person.id
        for one in claim.addresses:
            if one.value:
                self.note(person, (one.kind, one.value))
        return person

    def _make(self, claim: Claim, fresh_id: str) -> Person:
        person = Person(fresh_id, claim.workspace, claim.name, claim.trust, fresh=True)
        self.people[person.id] = person
        return person

    def _find(self, claim: Claim) -> Person | None:
        proven = [(one.kind, str(one.value)) for one in claim.proven]
        for position, address in enumerate(proven):
            lead = self.people.get(self._leads.get((claim.workspace, address), ""))
            if lead and lead.addresses[address].alone and self._may_join(lead, proven[:position], address, claim):
                return lead
        return None

    def _may_join(self, person: Person, stronger: Sequence[Address], by: Address, claim: Claim) -> bool:
        """Returns whether no address stronger than the one that found the customer rules it out."""
        unknown = [
            address
            for address in stronger
            if address not in person.addresses or person.addresses[address].trust is Trust.CLAIMED
        ]
        if not unknown:
            return True
        other = any(person.has(kind) for kind, _ in unknown) or any(
            (claim.workspace, address) in self._leads for address in unknown
        )
        return not other and (claim.workspace, by) not in self._shared and _same_name(claim.name, person.name)

    def _add(self, person: Person, claim: Claim) -> None:
        """Adds the addresses that the contact gives.

        No customer gets a second external id, nor one that is another's.
        """
        strongest = next(iter(claim.proven), None)
        for one in claim.addresses:
            if one.value is None or (
                len(person.addresses) >= MOST_ADDRESSES and (one.kind, one.value) not in person.addresses
            ):
                continue
            address = (one.kind, one.value)
            if not one.proven:
                if address not in person.addresses:
                    self.note(person, address)
            elif one.kind is not AddressKind.EXTERNAL_ID or self._may_have_id(person, address):
                self.prove(person, address, one.trust, alone=person.fresh and one is strongest)

    def _may_have_id(self, person: Person, address: Address) -> bool:
        if address in person.addresses:
            return True
        return not person.has(AddressKind.EXTERNAL_ID) and (person.workspace, address) not in self._leads

    def prove(self, person: Person, address: Address, trust: Trust, *, alone: bool = False) -> None:
        """Notes that the address is proven to be this customer's. `alone`: it alone identifies a new customer."""
        key, known = (person.workspace, address), person.addresses.get(address)
        if known and known.trust is not Trust.CLAIMED:
            if trust.rank > known.trust.rank:
                self._own(person, address, replace(known, trust=trust))
            return
        lead = self.people.get(self._leads.get(key, ""))
        if lead and not self._share(lead, address) and alone:
            self._own(lead, address, replace(lead.addresses[address], lead=False))
            lead = None
        self._own(person, address, Ownership(trust, lead=lead is None, alone=lead is None))
        if lead is None:
            self._leads[key] = person.id

    def lead(self, workspace: str, address: Address) -> str | None:
        """Returns the customer who leads an address."""
        return self._leads.get((workspace, address))

    def note(self, person: Person, address: Address) -> None:
        """Notes that the address is claimed to be this customer's."""
        self._own(person, address, Ownership(Trust.CLAIMED))

    def _share(self, lead: Person, address: Address) -> bool:
        """Notes that another customer has the address, too. Returns whether it alone still means its lead.

        It does only if the lead is known by nothing stronger.
        """
        self._shared.add((lead.workspace, address))
        ownership = lead.addresses[address]
        if ownership.alone and lead.is_known_by_more_than(address[0]):
            self._own(lead, address, replace(ownership, alone=False))
        return lead.addresses[address].alone

    def _own(self, person: Person, address: Address, ownership: Ownership) -> None:
        person.addresses[address] = ownership
        self.changed.add((person.id, address))

    def rows(self) -> list[tuple[OwnershipKey, Ownership]]:
        """Returns the rows to write, in an order in which batches cannot deadlock.

        A lead is given up before it is taken.
        """
        changed = [
            ((self.people[owner].workspace, *address, owner), self.people[owner].addresses[address])
            for owner, address in self.changed
        ]
        return sorted(changed, key=lambda row: (row[0][:3], row[1].lead, row[0][3]))


def _same_name(one: str | None, other: str | None) -> bool:
    return not one or not other or " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def claimed_by(
    addresses: Sequence[GivenAddress], channel: Channel, provider: str | None, channel_ref: str | None
) -> str | None:
    """Returns what two claims of the same customer have in common; None if nothing can show that they are the same.

    It is the external id, or else all that is claimed, or else the conversation.
    """
    values = {one.kind: one.value for one in addresses if one.value}
    if external := values.get(AddressKind.EXTERNAL_ID):
        values = {AddressKind.EXTERNAL_ID: external}
    said: Any = sorted(values.items()) or ([channel, provider, channel_ref] if channel_ref else None)
    return json.dumps(said) if said else None


def identity_data(addresses: Sequence[GivenAddress], name: str | None, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Returns who a contact says its customer is, as the ledger keeps it."""
    return {"name": name, "attributes": dict(attributes), "addresses": [one.data() for one in addresses]}
