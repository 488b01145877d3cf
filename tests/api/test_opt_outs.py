"""A customer who opts out is left alone: the address is marked, senders can ask, and it can be taken back."""

from typing import Any

import pytest

from mci_router.access.keys import Scope
from tests.support.events import assert_documented
from tests.support.problems import assert_problem
from tests.support.receiver import receiving
from tests.support.service import Workspace, eventually

PHONE, MAIL = "+49 30 9018200", "sam@larch.example"


async def text_in(workspace: Workspace, text: str, **customer: str) -> dict[str, Any]:
    """An SMS, or a mail where the customer has an e-mail address."""
    return await workspace.post(text, channel="email" if "email" in customer else "sms", customer=customer)


async def since(workspace: Workspace, address: str) -> list[str | None]:
    """Since when each customer's address of that form is opted out."""
    items = (await workspace.api.get("/v1/opt-outs", params={"address": address})).json()["items"]
    return [item["opted_out_at"] for item in items]


async def test_stop_marks_the_number_and_ends_as_it_comes(workspace: Workspace) -> None:
    """No queue, no answer; the answer to the adapter and the address say so, however the number is written."""
    contact = await text_in(workspace, "Stop!", phone=PHONE)
    assert (contact["kind"], contact["state"], contact["route"]["outcome"]) == ("opt_out", "resolved", "none")
    assert contact["opted_out_at"]
    assert await since(workspace, "+49309018200") == [contact["opted_out_at"]]
    assert (await workspace.api.get("/v1/contacts", params={"kind": "opt_out"})).json()["items"][0]["id"] == contact[
        "id"
    ]

    async def told() -> list[str]:
        return [event["data"]["why"] for event in await workspace.events(contact["id"])]

    assert await eventually(told) == ["opted_out"]


async def test_only_the_address_it_came_by_is_opted_out(workspace: Workspace) -> None:
    """The same customer's mail is not, and a later contact's answer reminds the adapter."""
    await text_in(workspace, "where is my parcel", email=MAIL, phone=PHONE, external_id="c-1")
    await text_in(workspace, "Bitte nehmen Sie mich aus dem Verteiler", email=MAIL)
    assert (await since(workspace, PHONE), len([at for at in await since(workspace, MAIL.upper()) if at])) == (
        [None],
        1,
    )
    later = await text_in(workspace, "my bill is wrong", email=MAIL)
    assert (later["kind"], later["opted_out_at"] is not None) == ("customer", True)
    assert (await text_in(workspace, "my bill is wrong", phone=PHONE))["opted_out_at"] is None


async def test_start_takes_it_back_and_means_nothing_without_it(workspace: Workspace) -> None:
    """From an address that is not opted out it is a text like any other."""
    plain = await text_in(workspace, "START", phone=PHONE)
    assert (plain["kind"], plain["route"]["outcome"]) == ("customer", "agent")
    await text_in(workspace, "STOP", phone=PHONE)
    back = await text_in(workspace, "Start", phone=PHONE)
    assert (back["kind"], back["state"], back["opted_out_at"]) == ("customer", "resolved", None)
    assert await since(workspace, PHONE) == [None]


async def test_an_opt_out_without_an_address_is_for_a_person(workspace: Workspace) -> None:
    """Nothing can be marked, so nobody would be left alone by itself."""
    contact = await text_in(workspace, "unsubscribe")
    assert (contact["kind"], contact["state"], contact["opted_out_at"]) == ("opt_out", "queued", None)


async def test_a_known_customer_is_opted_out_by_id(workspace: Workspace) -> None:
    """The channel's address of the customer is marked."""
    known = await text_in(workspace, "where is my parcel", phone=PHONE, email=MAIL)
    answer = await workspace.post("STOP", channel="sms", customer={"id": known["customer_id"]})
    assert answer["state"] == "resolved"
    assert (len([at for at in await since(workspace, PHONE) if at]), await since(workspace, MAIL)) == (1, [None])


async def test_people_opt_an_address_out_and_in_and_webhooks_hear_of_it(workspace: Workspace) -> None:
    """Safe to repeat: told once; never the address itself.

    An address that nobody has is 404, and asking for it finds nothing.
    """
    known = await text_in(workspace, "where is my parcel", email=MAIL)
    async with receiving() as heard:
        await workspace.api.put("/v1/webhooks/crm", json={"url": heard.url, "events": ["customer.*"]})
        for opted_out in (True, True, False):
            response = await workspace.api.post("/v1/opt-outs", json={"address": MAIL, "opted_out": opted_out})
            (item,) = response.json()["items"]
            assert (item["kind"], item["opted_out_at"] is not None) == ("email", opted_out)
        await text_in(workspace, "STOP", email=MAIL)
        events = [one.event for one in await heard.until(3)]
    kinds = [
        (event["type"], event["subject"], event["data"].get("address_kind"), event["data"].get("channel"))
        for event in events
    ]
    customer = known["customer_id"]
    for event in events:
        assert_documented(event)
    assert kinds == [
        ("mci.customer.opted_out", customer, "email", None),
        ("mci.customer.opted_in", customer, "email", None),
        ("mci.customer.opted_out", customer, None, "email"),
    ]
    assert_problem(
        await workspace.api.post("/v1/opt-outs", json={"address": "nobody@larch.example", "opted_out": True}),
        404,
        "not_found",
    )
    assert await since(workspace, "nobody@larch.example") == []


@pytest.mark.parametrize("address", ["", " ", "a" * 255])
async def test_an_address_of_no_length_or_too_long_is_refused(shared: Workspace, address: str) -> None:
    """422, at both doors."""
    assert_problem(await shared.api.get("/v1/opt-outs", params={"address": address}), 422, "invalid_request")
    assert_problem(
        await shared.api.post("/v1/opt-outs", json={"address": address, "opted_out": True}), 422, "invalid_request"
    )


async def test_another_workspace_knows_nothing_of_it(workspace: Workspace, shared: Workspace) -> None:
    """Opt-outs are the workspace's; the scopes are those of contacts."""
    await text_in(workspace, "STOP", phone=PHONE)
    assert await since(shared, PHONE) == []
    made = (await workspace.api.post("/v1/api-keys", json={"name": "reader", "scopes": [Scope.CONTACTS_READ]})).json()
    headers = {"Authorization": f"Bearer {made['key']}"}
    assert (await workspace.api.get("/v1/opt-outs", params={"address": PHONE}, headers=headers)).status_code == 200
    refused = await workspace.api.post("/v1/opt-outs", json={"address": PHONE, "opted_out": False}, headers=headers)
    assert_problem(refused, 403, "scope_missing")
