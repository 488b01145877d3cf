"""One person over many addresses, one case over many contacts."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from stdnum import luhn

from tests.support.problems import rows
from tests.support.rows import every
from tests.support.service import Workspace, eventually

HOW_TO = "how do I set up my voicemail greeting"
SIGN_IN = "I forgot my password and cannot log in"


async def customer_of(workspace: Workspace, customer: dict[str, Any], said: str = HOW_TO) -> str:
    return str((await workspace.post(said, customer=customer))["customer_id"])


@every(
    ("first", "second"),
    [
        ({"external_id": "crm-17"}, {"external_id": " crm-17 "}),
        ({"email": "Sam.Lee@Example.com"}, {"email": "sam.lee@EXAMPLE.COM"}),
        ({"phone": "+49 30 901820"}, {"phone": "+49 (0)30 / 90 18 20"}),
        ({"phone": "+49 30 901820"}, {"phone": "+4930901820"}),
        ({"phone": "030 90 18 20"}, {"phone": "(030) 901-820"}),
        ({"phone": "+4915112345678"}, {"phone": "+49 151 1234 5678"}),
    ],
)
async def test_one_address_however_written_is_one_customer(
    shared: Workspace, first: dict[str, Any], second: dict[str, Any]
) -> None:
    """E-mail regardless of case, phones regardless of grouping, external ids but for blanks around them."""
    assert await customer_of(shared, first) == await customer_of(shared, second)


@every(
    ("first", "second"),
    [
        ({"external_id": "CRM-17"}, {"external_id": "crm-17"}),
        ({"email": "sam@example.com"}, {"email": "sam@example.org"}),
        ({"phone": "+49 30 901820"}, {"phone": "+49 30 901821"}),
        ({"external_id": "4111111111111111"}, {"external_id": "5500005555555559"}),
        ({"external_id": "1384926715830272010"}, {"external_id": "1384926715830272028"}),
        ({"phone": "+49 151 12345678"}, {"phone": "+49 151 12345686"}),
        ({"email": "4111111111111111@example.com"}, {"email": "5500005555555559@example.com"}),
        ({}, {}),
    ],
)
async def test_different_addresses_are_different_customers(
    shared: Workspace, first: dict[str, Any], second: dict[str, Any]
) -> None:
    """Also where an account number or a phone number happens to look like a card: two people never become one.

    Refusing such an address with 422 keeps them apart as well.
    """
    responses = [
        await shared.api.post("/v1/contacts", json={"channel": "chat", "text": HOW_TO, "customer": who})
        for who in (first, second)
    ]
    assert {response.status_code for response in responses} <= {201, 422}
    known = [response.json()["customer_id"] for response in responses if response.status_code == 201]
    assert len(known) == len(set(known))


@every("start", ["4915112345", "43664123456", "55219987654", "86138123456"])
async def test_a_phone_number_is_kept_whatever_its_digits(shared: Workspace, start: str) -> None:
    """One long phone number in ten satisfies the card numbers' check digit by chance: it is still this customer's
    phone.
    """
    numbers = [f"{start}{tail:0{13 - len(start)}d}" for tail in range(90)]
    lookalikes = [f"+{number}" for number in numbers if luhn.is_valid(number)][:3]
    kept = {await customer_of(shared, {"phone": number}) for number in lookalikes}
    assert len(kept) == len(lookalikes) == 3


async def test_an_address_told_together_with_another_joins_its_customer(workspace: Workspace) -> None:
    """Known by one address, a customer is found by every other that came with it; what is told about the customer adds
    up.
    """
    first = await customer_of(workspace, {"external_id": "crm-17", "name": "Sam", "attributes": {"vip": True}})
    both = await customer_of(
        workspace, {"external_id": "crm-17", "email": "sam@example.com", "attributes": {"city": "Bonn"}}
    )
    by_mail = await customer_of(workspace, {"email": "sam@example.com", "phone": "+49 30 901820"})
    by_phone = await customer_of(workspace, {"phone": "+49 30 901820"})
    by_id = await customer_of(workspace, {"id": first})
    assert {first, both, by_mail, by_phone, by_id} == {first}
    async with workspace.ledger() as session:
        row = (
            await session.execute(text("SELECT name, attributes FROM customers WHERE id = :id"), {"id": first})
        ).one()
    assert (row.name, row.attributes) == ("Sam", {"vip": True, "city": "Bonn"})


async def test_the_external_id_decides_when_two_addresses_lead_to_two_customers(workspace: Workspace) -> None:
    """The adapter's own id is trusted most; neither customer loses an address."""
    crm, mail = (
        await customer_of(workspace, {"external_id": "crm-17"}),
        await customer_of(workspace, {"email": "sam@example.com"}),
    )
    assert crm != mail
    assert await customer_of(workspace, {"external_id": "crm-17", "email": "sam@example.com"}) == crm
    assert await customer_of(workspace, {"email": "sam@example.com"}) == mail


async def test_fifty_contacts_at_once_of_one_new_customer_make_one_customer_and_one_case(workspace: Workspace) -> None:
    """Whatever address each of them carries, and however they share commits; the case counts them all."""
    who = [{"external_id": "crm-17"}, {"external_id": "crm-17", "email": "sam@example.com"}]
    answers = await asyncio.gather(*(workspace.post(HOW_TO, customer=who[number % 2]) for number in range(50)))
    assert len({answer["id"] for answer in answers}) == 50
    assert len({answer["customer_id"] for answer in answers}) == 1
    assert len({answer["case_id"] for answer in answers}) == 1
    written = await rows(workspace)
    assert (written["contacts"], written["customers"], written["cases"], written["customer_addresses"]) == (50, 1, 1, 2)
    async with workspace.ledger() as session:
        assert (
            await session.scalar(text("SELECT contacts FROM cases WHERE workspace_id = :id"), {"id": workspace.id})
            == 50
        )


async def test_a_contact_of_the_same_matter_joins_the_case_and_gets_a_person(workspace: Workspace) -> None:
    """Who comes back with an open case of the topic gets high touch, and the reasons say why; another topic is another
    case.
    """
    sam = {"email": "sam@example.com"}
    first = await workspace.post(SIGN_IN, customer=sam)
    other = await workspace.post(HOW_TO, customer=sam)
    back = await workspace.post(SIGN_IN, customer=sam, channel="voice")
    someone = await workspace.post(SIGN_IN, customer={"email": "kim@example.com"})
    assert (first["triage"]["touch"], other["triage"]["touch"], someone["triage"]["touch"]) == ("low", "low", "low")
    assert (back["case_id"], back["triage"]["touch"], back["route"]["outcome"]) == (first["case_id"], "high", "agent")
    assert any("back" in reason for reason in back["triage"]["reasons"])
    assert not any("back" in reason for reason in first["triage"]["reasons"])
    assert len({first["case_id"], other["case_id"], someone["case_id"]}) == 3


async def test_a_contact_after_the_case_was_closed_opens_another(workspace: Workspace) -> None:
    """A case ends with its last open contact; what comes next is a new matter with low touch again."""
    sam = {"email": "sam@example.com"}
    first = await workspace.post(SIGN_IN, customer=sam)
    second = await workspace.post(SIGN_IN, customer=sam)
    await workspace.api.post(f"/v1/contacts/{first['id']}/resolve")
    third = await workspace.post(SIGN_IN, customer=sam)
    assert second["case_id"] == third["case_id"] == first["case_id"]
    for contact in (second, third):
        await workspace.api.post(f"/v1/contacts/{contact['id']}/resolve")

    async def closed() -> bool:
        async with workspace.ledger() as session:
            status = await session.scalar(text("SELECT status FROM cases WHERE id = :id"), {"id": first["case_id"]})
        return bool(status == "closed")

    await eventually(closed)
    fresh = await workspace.post(SIGN_IN, customer=sam)
    assert (fresh["case_id"] == first["case_id"], fresh["triage"]["touch"]) == (False, "low")


@pytest.mark.parametrize(("age", "joins"), [("6 days 23 hours", True), ("7 days 1 hour", False)])
async def test_a_case_nobody_wrote_to_for_a_week_is_over(workspace: Workspace, age: str, joins: bool) -> None:
    """The week counts from the case's last contact, not from its first."""
    sam = {"email": "sam@example.com"}
    first = await workspace.post(SIGN_IN, customer=sam)
    async with workspace.ledger() as session:
        await session.execute(
            text(
                "UPDATE cases SET opened_at = now() - interval '30 days', last_contact_at = now() - CAST(:age AS "
                "text)::interval"
                " WHERE workspace_id = :id"
            ),
            {"id": workspace.id, "age": age},
        )
    again = await workspace.post(SIGN_IN, customer=sam)
    assert (again["case_id"] == first["case_id"]) is joins
    assert (again["triage"]["touch"] == "high") is joins


async def test_new_customers_who_share_one_address_never_break_each_other(workspace: Workspace) -> None:
    """Posted at once, with one e-mail and a phone each: all are taken, and all are one customer."""
    for turn in range(10):
        answers = await asyncio.gather(
            *(
                workspace.post(
                    HOW_TO, customer={"email": f"s{turn}@example.com", "phone": f"+4930{turn:02d}{number:04d}"}
                )
                for number in range(6)
            )
        )
        assert len({answer["customer_id"] for answer in answers}) == 1
