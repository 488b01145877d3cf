"""Who is who: whom the addresses of a contact mean. Pure: contacts are told one after the other."""

from itertools import count
from typing import Any

import pytest

from mci_router.intake.addresses import GivenAddress, read_address
from mci_router.intake.identity import Claim, Register, claimed_by
from mci_router.vocabulary import AddressKind, Channel, Trust

A, C, V = Trust.AUTHENTICATED, Trust.CLAIMED, Trust.VERIFIED


class Contacts:
    """A register to which contacts are told; customers are numbers in the order in which they were made."""

    def __init__(self) -> None:
        self.register = Register([])
        self._ids = (f"cus_{number}" for number in count(1))

    def tell(
        self,
        trust: Trust = A,
        *,
        key: Trust = A,
        name: str | None = None,
        id: str | None = None,  # noqa: A002
        **addresses: str,
    ) -> str:
        told = []
        for kind, sent in addresses.items():
            kind = AddressKind(kind)
            told.append(GivenAddress(kind, key if kind is AddressKind.EXTERNAL_ID else trust, read_address(kind, sent)))
        fresh = next(self._ids)
        found = self.register.settle(
            Claim("wsp", told, id, name, key, claimed_by(told, Channel.CHAT, None, None)), fresh
        )
        assert found
        return found.person.id


@pytest.fixture
def contacts() -> Contacts:
    return Contacts()


def holds(contacts: Contacts, customer: str) -> dict[tuple[str, str], Any]:
    return {address: ownership.trust for address, ownership in contacts.register.people[customer].addresses.items()}


@pytest.mark.parametrize("trust", [A, C])
@pytest.mark.parametrize("address", [{"email": "flat7@example.org"}, {"phone": "+43 1 58858"}])
def test_two_people_at_one_address_stay_two(contacts: Contacts, trust: Trust, address: dict[str, Any]) -> None:
    """Each is found by the external id; by the shared address alone neither is meant, but one who is known by nothing
    else.
    """
    eva = contacts.tell(trust, external_id="no-1", **address)
    max_ = contacts.tell(trust, external_id="no-2", **address)
    assert eva != max_
    alone = contacts.tell(trust, **address)
    assert alone not in (eva, max_)
    assert contacts.tell(trust, **address) == alone
    assert (contacts.tell(external_id="no-1"), contacts.tell(external_id="no-2")) == (eva, max_)
    assert contacts.tell(trust, external_id="no-2", **address) == max_


def test_one_address_of_one_customer_finds_that_customer(contacts: Contacts) -> None:
    """As long as nobody else has it."""
    eva = contacts.tell(external_id="no-1", email="eva@example.org")
    assert contacts.tell(email="eva@example.org") == eva
    assert contacts.tell(email="eva@example.org", phone="+43 1 58858") == eva
    assert contacts.tell(phone="+43 1 58858") == eva


def test_who_is_known_by_the_address_alone_keeps_it(contacts: Contacts) -> None:
    """Somebody else who has it, too, does not take it away."""
    flat = contacts.tell(email="flat7@example.org")
    eva = contacts.tell(external_id="no-1")
    assert contacts.tell(external_id="no-1", email="flat7@example.org") == eva
    assert contacts.tell(email="flat7@example.org") == flat


@pytest.mark.parametrize("trust", list(Trust))
def test_an_unknown_external_id_of_another_name_is_another_person(contacts: Contacts, trust: Trust) -> None:
    """Whoever comes with somebody's e-mail address and an id of their own, the id is not hers, and her name stays."""
    pia = contacts.tell(trust, key=V, email="pia@example.org", name="Pia")
    intruder = contacts.tell(trust, key=V, email="pia@example.org", external_id="no-9", name="Rob")
    assert intruder != pia
    assert contacts.tell(key=V, external_id="no-9") == intruder
    assert contacts.tell(trust, key=V, email="pia@example.org") == pia
    assert contacts.register.people[pia].name == "Pia"


def test_an_unknown_external_id_joins_the_one_person_of_a_proven_address(contacts: Contacts) -> None:
    """Who wrote before and signs in now is one customer, if nothing speaks against it."""
    pia = contacts.tell(email="pia@example.org", name="Pia")
    assert contacts.tell(email="pia@example.org", external_id="no-1", name=" PIA ") == pia
    assert contacts.tell(external_id="no-1") == pia
    assert contacts.tell(email="pia@example.org", external_id="no-2", name="Pia") != pia


def test_an_unknown_external_id_never_joins_by_a_shared_address(contacts: Contacts) -> None:
    """Nobody can tell whose it is."""
    contacts.tell(external_id="no-1", phone="+43 1 58858")
    contacts.tell(external_id="no-2", phone="+43 1 58858")
    reception = contacts.tell(phone="+43 1 58858")
    assert contacts.tell(external_id="no-3", phone="+43 1 58858") != reception


def test_two_email_addresses_behind_one_number_are_two_people(contacts: Contacts) -> None:
    """What is stronger decides: an unknown one never joins a customer who has another."""
    eva = contacts.tell(email="eva@example.org", phone="+43 1 58858")
    max_ = contacts.tell(email="max@example.org", phone="+43 1 58858")
    assert eva != max_
    assert contacts.tell(phone="+43 1 58858") not in (eva, max_)
    assert contacts.tell(email="eva@example.org", phone="+43 1 58858") == eva


def test_a_claim_finds_nobody_but_who_claimed_the_same(contacts: Contacts) -> None:
    """And adds nothing: neither the victim's nor an earlier claimant's addresses grow."""
    pia = contacts.tell(email="pia@example.org", name="Pia")
    form = contacts.tell(C, email="pia@example.org", phone="+43 664 1234567", name="Rob")
    assert form != pia
    assert holds(contacts, pia) == {("email", "pia@example.org"): A}
    assert contacts.tell(C, phone="+43 664 1234567") not in (pia, form)
    assert contacts.tell(C, email="pia@example.org") not in (pia, form)
    assert contacts.tell(C, phone="0043 664 1234567", email="PIA@example.org") == form
    assert contacts.tell(A, phone="+43 664 1234567") not in (pia, form)


def test_who_proves_a_claimed_address_wins_it(contacts: Contacts) -> None:
    """The owner does not become who claimed it before, and claims after that lead to nobody's record."""
    form = contacts.tell(C, email="pia@example.org", name="Rob")
    pia = contacts.tell(A, email="pia@example.org", name="Pia")
    assert pia != form
    assert contacts.tell(A, email="pia@example.org") == pia
    assert contacts.tell(C, email="pia@example.org") == form


def test_an_address_claimed_in_a_session_is_noted_and_leads_nowhere(contacts: Contacts) -> None:
    """The key proves the external id, the form does not prove the e-mail address: its owner is somebody else until
    proven.
    """
    eva = contacts.tell(C, key=A, external_id="no-1", email="pia@example.org")
    assert holds(contacts, eva) == {("external_id", "no-1"): A, ("email", "pia@example.org"): C}
    pia = contacts.tell(A, email="pia@example.org")
    assert pia != eva
    assert contacts.tell(A, external_id="no-1", email="pia@example.org") == eva
    assert contacts.tell(A, email="pia@example.org") == pia


def test_with_a_claimed_key_an_external_id_is_claimed(contacts: Contacts) -> None:
    """It is the same for the same id, and never the customer whom the id is proven to be."""
    eva = contacts.tell(external_id="no-1")
    claimed = contacts.tell(C, key=C, external_id="no-1")
    assert claimed != eva
    assert contacts.tell(C, key=C, external_id="no-1", email="eva@example.org") == claimed
    assert contacts.tell(C, key=C, external_id="no-2", email="eva@example.org") not in (eva, claimed)


def test_an_id_of_ours_proves_no_more_than_its_customer_was_made_of(contacts: Contacts) -> None:
    """With a claimed key it does not open a proven customer's record; of a claimed one it makes no proven one."""
    pia, form = contacts.tell(email="pia@example.org"), contacts.tell(C, email="pia@example.org")
    assert contacts.tell(id=pia) == pia
    assert contacts.tell(C, key=C, id=pia) != pia
    assert contacts.tell(id=form) == form
    assert contacts.register.people[form].trust is C
    assert contacts.tell(id=form, external_id="no-1") != form


def test_an_id_that_is_not_there_is_nobody(contacts: Contacts) -> None:
    """The service says so."""
    assert contacts.register.settle(Claim("wsp", [], "cus_none"), "cus_fresh") is None


def test_nobody_gets_a_second_external_id(contacts: Contacts) -> None:
    """An id of ours beside another's external id: the id decides, and each external id stays where it is."""
    eva, max_ = contacts.tell(external_id="no-1"), contacts.tell(external_id="no-2")
    assert contacts.tell(id=eva, external_id="no-2") == eva
    assert contacts.tell(id=eva, external_id="no-3") == eva
    assert contacts.tell(external_id="no-2") == max_
    assert contacts.tell(external_id="no-3") not in (eva, max_)


def test_a_customer_has_no_more_addresses_than_anybody_needs(contacts: Contacts) -> None:
    """What a signed-in session claims without end is not kept without end."""
    eva = contacts.tell(external_id="no-1")
    for number in range(150):
        contacts.tell(C, key=A, external_id="no-1", email=f"{number}@example.org")
    assert len(holds(contacts, eva)) == 100


def test_the_rows_to_write_give_up_a_lead_before_another_takes_it(contacts: Contacts) -> None:
    """The ledger allows one lead of an address at any moment."""
    for number in (1, 2):
        contacts.tell(external_id=f"no-{number}", email="flat7@example.org")
    alone = contacts.tell(email="flat7@example.org")
    rows = [
        (row[3], ownership.lead, ownership.alone)
        for row, ownership in contacts.register.rows()
        if row[1] is AddressKind.EMAIL
    ]
    assert rows == [("cus_1", False, False), ("cus_2", False, False), (alone, True, True)]
