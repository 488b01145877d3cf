"""Who is who: whom the addresses of a contact mean. Pure: works on what the ledger knows of a batch, and leaves what is to be written.

Only what is proven finds a customer. An address alone means its lead, who proved it first. A weaker address does not make somebody the one
whom a stronger one of the same contact would deny: an unknown external id never joins a customer who has another one, and so for e-mail
before telephone. Once several share an address, it alone means none of those who are known otherwise: whoever comes by it is somebody new,
and leads from then on.

Mere claims find nothing but who claimed the same before, and add nothing to anybody.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from mci_router.intake.addresses import Told
from mci_router.vocabulary import AddressKind, Channel, Trust

Address: TypeAlias = tuple[AddressKind, str]
Holding: TypeAlias = tuple[str, AddressKind, str, str]
"""Workspace, kind, value, customer."""

STRONGEST_FIRST = list(AddressKind)
MOST_ADDRESSES = 100  # of a customer; what comes beyond is not kept


@dataclass(slots=True)
class Hold:
    """How a customer has an address. One of its proven holders leads; `alone`: by the address alone the lead is meant."""

    trust: Trust
    lead: bool = False
    alone: bool = False


@dataclass(slots=True)
class Person:
    """A customer as the ledger has it, or as it is to be made."""

    id: str
    workspace: str
    name: str | None = None
    trust: Trust = Trust.CLAIMED
    claim: str | None = None
    holds: dict[Address, Hold] = field(default_factory=dict)
    fresh: bool = False

    def has(self, kind: AddressKind) -> bool:
        """Whether an address of the kind is proven to be this customer's."""
        return any(held is kind and hold.trust is not Trust.CLAIMED for (held, _), hold in self.holds.items())

    def is_known_by_more_than(self, kind: AddressKind) -> bool:
        """Whether a stronger kind of address than this names the customer."""
        return any(self.has(stronger) for stronger in STRONGEST_FIRST[: STRONGEST_FIRST.index(kind)])


@dataclass(frozen=True, slots=True)
class Claim:
    """Who a contact says its customer is. `id_trust`: how far an id of ours is believed; `key`: what makes two claims the same."""

    workspace: str
    told: Sequence[Told]
    id: str | None = None
    name: str | None = None
    id_trust: Trust = Trust.CLAIMED
    key: str | None = None

    @property
    def proven(self) -> list[Told]:
        """What is more than a claim, the strongest first."""
        return sorted((one for one in self.told if one.proven), key=lambda one: STRONGEST_FIRST.index(one.kind))

    @property
    def trust(self) -> Trust:
        """The most that stands behind its addresses."""
        return max((one.trust for one in self.told if one.value), key=lambda trust: trust.rank, default=Trust.CLAIMED)


@dataclass(frozen=True, slots=True)
class Found:
    """The customer of a contact, and how far that is known."""

    person: Person
    trust: Trust


class Register:
    """What is known of the customers of a batch, kept up to date as its contacts are looked at one by one."""

    def __init__(self, people: Iterable[Person], shared: Iterable[tuple[str, Address]] = ()) -> None:
        self.people = {person.id: person for person in people}
        self._claims: dict[tuple[str, str], str] = {
            (person.workspace, person.claim): person.id for person in self.people.values() if person.claim
        }
        self._leads: dict[tuple[str, Address], str] = {}
        self._shared = set(shared)
        self.changed: set[tuple[str, Address]] = set()
        for person in self.people.values():
            self._leads |= {(person.workspace, address): person.id for address, hold in person.holds.items() if hold.lead}

    def settle(self, claim: Claim, fresh_id: str) -> Found | None:
        """The customer of a contact, found or made; None for an id that is not there."""
        named = self.people.get(claim.id or "")
        if claim.id and (named is None or named.workspace != claim.workspace):
            return None
        if named:
            # An id proves no more than what its customer was made of.
            trust = min(claim.id_trust, named.trust, key=lambda trust: trust.rank)
            if trust is not Trust.CLAIMED:
                self._add(named, claim)
                return Found(named, trust)
            if named.trust is Trust.CLAIMED and not claim.proven:
                return Found(named, trust)
        if not claim.proven:
            return Found(self._claimant(claim, fresh_id), Trust.CLAIMED)
        person = self._find(claim) or self._make(claim, fresh_id)
        self._add(person, claim)
        return Found(person, claim.trust)

    def _claimant(self, claim: Claim, fresh_id: str) -> Person:
        if claim.key and (known := self._claims.get((claim.workspace, claim.key))):
            return self.people[known]
        person = self._make(claim, fresh_id)
        if claim.key:
            person.claim = claim.key
            self._claims[claim.workspace, claim.key] = person.id
        for one in claim.told:
            if one.value:
                self.note(person, (one.kind, one.value))
        return person

    def _make(self, claim: Claim, fresh_id: str) -> Person:
        person = Person(fresh_id, claim.workspace, claim.name, claim.trust, fresh=True)
        self.people[person.id] = person
        return person

    def _find(self, claim: Claim) -> Person | None:
        proven = [(one.kind, str(one.value)) for one in claim.proven]
        for place, address in enumerate(proven):
            lead = self.people.get(self._leads.get((claim.workspace, address), ""))
            if lead and lead.holds[address].alone and self._may_join(lead, proven[:place], address, claim):
                return lead
        return None

    def _may_join(self, person: Person, stronger: Sequence[Address], by: Address, claim: Claim) -> bool:
        """Whether what is stronger than the address that found the customer does not deny it."""
        unknown = [address for address in stronger if address not in person.holds or person.holds[address].trust is Trust.CLAIMED]
        if not unknown:
            return True
        other = any(person.has(kind) for kind, _ in unknown) or any((claim.workspace, address) in self._leads for address in unknown)
        return not other and (claim.workspace, by) not in self._shared and _same_name(claim.name, person.name)

    def _add(self, person: Person, claim: Claim) -> None:
        """What the contact tells of its customer's addresses. Nobody gets a second external id, nor one that is another's."""
        strongest = next(iter(claim.proven), None)
        for one in claim.told:
            if one.value is None or (len(person.holds) >= MOST_ADDRESSES and (one.kind, one.value) not in person.holds):
                continue
            address = (one.kind, one.value)
            if not one.proven:
                if address not in person.holds:
                    self.note(person, address)
            elif one.kind is not AddressKind.EXTERNAL_ID or self._may_have_id(person, address):
                self.prove(person, address, one.trust, alone=person.fresh and one is strongest)

    def _may_have_id(self, person: Person, address: Address) -> bool:
        if address in person.holds:
            return True
        return not person.has(AddressKind.EXTERNAL_ID) and (person.workspace, address) not in self._leads

    def prove(self, person: Person, address: Address, trust: Trust, *, alone: bool = False) -> None:
        """The address is proven to be this customer's. `alone`: by it alone somebody new is known."""
        key, known = (person.workspace, address), person.holds.get(address)
        if known and known.trust is not Trust.CLAIMED:
            if trust.rank > known.trust.rank:
                self._hold(person, address, replace(known, trust=trust))
            return
        lead = self.people.get(self._leads.get(key, ""))
        if lead and not self._share(lead, address) and alone:
            self._hold(lead, address, replace(lead.holds[address], lead=False))
            lead = None
        self._hold(person, address, Hold(trust, lead=lead is None, alone=lead is None))
        if lead is None:
            self._leads[key] = person.id

    def lead(self, workspace: str, address: Address) -> str | None:
        """Who leads an address."""
        return self._leads.get((workspace, address))

    def note(self, person: Person, address: Address) -> None:
        """The address is claimed to be this customer's."""
        self._hold(person, address, Hold(Trust.CLAIMED))

    def _share(self, lead: Person, address: Address) -> bool:
        """Another customer has the address, too. Whether it alone means its lead still: only if that one is known by nothing stronger."""
        self._shared.add((lead.workspace, address))
        hold = lead.holds[address]
        if hold.alone and lead.is_known_by_more_than(address[0]):
            self._hold(lead, address, replace(hold, alone=False))
        return lead.holds[address].alone

    def _hold(self, person: Person, address: Address, hold: Hold) -> None:
        person.holds[address] = hold
        self.changed.add((person.id, address))

    def rows(self) -> list[tuple[Holding, Hold]]:
        """What is to be written, sorted, so that two batches cannot deadlock; who gives up a lead comes before who takes it."""
        changed = [((self.people[owner].workspace, *address, owner), self.people[owner].holds[address]) for owner, address in self.changed]
        return sorted(changed, key=lambda row: (row[0][:3], row[1].lead, row[0][3]))


def _same_name(one: str | None, other: str | None) -> bool:
    return not one or not other or " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def claimed_by(told: Sequence[Told], channel: Channel, provider: str | None, channel_ref: str | None) -> str | None:
    """What makes two claims the same: the external id, or else all that is claimed, or else the conversation. None: nothing does."""
    values = {one.kind: one.value for one in told if one.value}
    if external := values.get(AddressKind.EXTERNAL_ID):
        values = {AddressKind.EXTERNAL_ID: external}
    said: Any = sorted(values.items()) or ([channel, provider, channel_ref] if channel_ref else None)
    return json.dumps(said) if said else None


def told_data(told: Sequence[Told], name: str | None, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Who a contact says its customer is, as the ledger keeps it."""
    return {"name": name, "attributes": dict(attributes), "addresses": [one.data() for one in told]}
