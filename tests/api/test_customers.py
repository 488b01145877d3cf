"""Customers as people look them up and mend them, and two who turn out to be one."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.api.test_trust import key_of, offered, served
from tests.support.documents import small
from tests.support.events import assert_documented
from tests.support.problems import assert_problem
from tests.support.receiver import Receiver, receiving
from tests.support.service import Workspace, eventually

COMPLAINT = "a formal complaint, I demand a manager"
SIGN_IN = "I forgot my password and cannot log in"
NOBODY = "cus_" + "0" * 32

Make = Callable[..., Awaitable[Workspace]]


@pytest.fixture
async def austria(make: Make) -> Workspace:
    """A workspace whose numbers are Austria's."""
    return await make(small(workspace={**small()["workspace"], "country": "AT"}))


async def known(workspace: Workspace, text: str = COMPLAINT, **customer: Any) -> dict[str, Any]:
    return await workspace.post(text, customer=customer)


async def read(workspace: Workspace, customer: str) -> dict[str, Any]:
    found = await workspace.api.get(f"/v1/customers/{customer}")
    assert found.status_code == 200, found.text
    answer: dict[str, Any] = found.json()
    return answer


async def found(workspace: Workspace, **sought: str) -> list[str]:
    listed = await workspace.api.get("/v1/customers", params=sought)
    assert listed.status_code == 200, listed.text
    return [item["id"] for item in listed.json()["items"]]


async def changed(workspace: Workspace, customer: str, **change: Any) -> dict[str, Any]:
    answer = await workspace.api.patch(f"/v1/customers/{customer}", json=change)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def addresses(customer: dict[str, Any]) -> dict[str, str]:
    return {address["value"]: address["trust"] for address in customer["addresses"]}


async def test_a_customer_is_found_by_any_form_of_an_address_and_by_the_beginning_of_a_name(austria: Workspace) -> None:
    """Numbers follow the workspace's country; all that is given must fit; the newest come first, in pages."""
    pia = (await known(austria, name="Pia van Bern", email="pia@example.org", phone="01 58858", external_id="no-1"))[
        "customer_id"
    ]
    piet = (await known(austria, name="Piet Bern", email="piet@example.org"))["customer_id"]
    for sought in (
        {"email": "PIA@example.org"},
        {"phone": "0043 1 588-58"},
        {"external_id": "no-1"},
        {"q": "+43158858"},
        {"q": pia},
    ):
        assert await found(austria, **sought) == [pia], sought
    assert await found(austria, q="bern pi") == [piet, pia]
    assert await found(austria, q="bern", email="piet@example.org") == [piet]
    for nobody in (
        {"q": "rob"},
        {"q": "' OR 1=1 & | !"},
        {"phone": "anonymous"},
        {"external_id": "no-2"},
    ):
        assert pia not in await found(austria, **nobody), nobody
    first = (await austria.api.get("/v1/customers", params={"limit": 1})).json()
    assert ([item["id"] for item in first["items"]], first["next_cursor"]) == ([piet], piet)
    assert await found(austria, cursor=piet) == [pia]


async def test_a_customer_is_mended_by_hand(austria: Workspace) -> None:
    """Name, attributes and addresses, in the form in which contacts' are compared; what is given counts from the next
    contact on.
    """
    pia = (await known(austria, name="Pia", email="pia@example.org", attributes={"vip": True, "city": "Graz"}))[
        "customer_id"
    ]
    after = await changed(
        austria,
        pia,
        name="Pia Bern",
        attributes={"city": None, "since": 2020},
        add=[
            {"kind": "phone", "value": "0664 1234567", "trust": "verified"},
            {"kind": "email", "value": "other@example.org"},
        ],
    )
    assert (after["name"], after["attributes"]) == ("Pia Bern", {"vip": True, "since": 2020})
    assert addresses(after) == {
        "pia@example.org": "authenticated",
        "other@example.org": "claimed",
        "+436641234567": "verified",
    }
    assert (await known(austria, phone="+43 664 1234567"))["customer_id"] == pia
    assert (await known(austria, email="other@example.org"))["customer_id"] != pia
    await changed(
        austria, pia, remove=[{"kind": "phone", "value": "+43 664 1234567"}, {"kind": "phone", "value": "never there"}]
    )
    assert (await known(austria, phone="0664 1234567"))["customer_id"] != pia
    assert (await changed(austria, pia, name=None))["name"] is None


async def test_a_shared_address_that_one_gives_up_is_the_others(workspace: Workspace) -> None:
    """By it alone nobody was meant; once one of the two has left it, the other is."""
    flat = {"email": "flat7@example.org"}
    eva = (await known(workspace, external_id="no-1", **flat))["customer_id"]
    max_ = (await known(workspace, external_id="no-2", **flat))["customer_id"]
    assert not any(
        address["alone"] for address in (await read(workspace, eva))["addresses"] if address["kind"] == "email"
    )
    await changed(workspace, eva, remove=[{"kind": "email", "value": "Flat7@example.org"}])
    assert (await known(workspace, **flat))["customer_id"] == max_


async def test_a_change_that_cannot_be_is_refused_whole(austria: Workspace) -> None:
    """An external id is one customer's; an address must be one; a key gives at most the trust that it has."""
    pia = (await known(austria, external_id="no-1"))["customer_id"]
    await known(austria, external_id="no-2")
    path = f"/v1/customers/{pia}"
    before = await read(austria, pia)
    for value, slug, status in (
        ("no-2", "address_taken", 409),
        ("no-3", "address_taken", 409),
        ("unknown", "invalid_request", 422),
    ):
        body = {"name": "Rob", "add": [{"kind": "external_id", "value": value, "trust": "authenticated"}]}
        assert_problem(
            await austria.api.patch(path, json=body), status, slug, "body.add.0.value" if status == 422 else ""
        )
    unclear = await austria.api.patch(path, json={"add": [{"kind": "phone", "value": "43158858"}]})
    assert_problem(unclear, 422, "invalid_request", "body.add.0.value")
    key = await key_of(austria, "authenticated", scopes=["customers:write"])
    beyond = {"add": [{"kind": "email", "value": "pia@example.org", "trust": "verified"}]}
    assert_problem(await austria.api.patch(path, json=beyond, headers=key), 403, "trust_missing")
    assert await read(austria, pia) == before
    moved = {
        "remove": [{"kind": "external_id", "value": "no-1"}],
        "add": [{"kind": "external_id", "value": "no-9", "trust": "verified"}],
    }
    assert (await austria.api.patch(path, json=moved)).status_code == 200
    assert (await known(austria, external_id="no-9"))["customer_id"] == pia


async def test_who_is_vulnerable_is_told_to_few(workspace: Workspace) -> None:
    """Only to a key that may see sensitive contacts."""
    pia = (await known(workspace, email="pia@example.org", attributes={"vulnerable": True, "vip": True}))["customer_id"]
    assert (await read(workspace, pia))["attributes"] == {"vulnerable": True, "vip": True}
    key = await key_of(workspace, scopes=["customers:read"])
    for path in (f"/v1/customers/{pia}", "/v1/customers?email=pia@example.org"):
        assert "vulnerable" not in (await workspace.api.get(path, headers=key)).text


async def test_a_claimed_customer_who_is_proven_by_hand_is_no_claimants(workspace: Workspace) -> None:
    """A contact that claims the same later is somebody else's."""
    claim = {"email": "pia@example.org", "trust": "claimed"}
    form = (await known(workspace, **claim))["customer_id"]
    await changed(workspace, form, add=[{"kind": "email", "value": "pia@example.org", "trust": "verified"}])
    assert (await known(workspace, email="pia@example.org"))["customer_id"] == form
    assert (await known(workspace, **claim))["customer_id"] != form


async def test_an_agent_mends_the_customer_who_is_served(workspace: Workspace) -> None:
    """Of a mere claim what it claims, verified addresses of who is verified; not of another's contact."""
    async with workspace.desk("ann") as ann:
        hers = await known(workspace, name="Pia", email="pia@example.org")
        assignment = await served(ann, hers)
        told = await ann.do(
            "customer.change",
            assignment_id=assignment,
            name="Pia Bern",
            add=[{"kind": "phone", "value": "+43 1 58858"}],
        )
        assert (told["customer"]["name"], told["customer"]["addresses"][-1]["trust"]) == ("Pia Bern", "claimed")
        await ann.do("contact.verify", assignment_id=assignment)
        told = await ann.do(
            "customer.change", assignment_id=assignment, add=[{"kind": "phone", "value": "+43 1 58858"}]
        )
        assert {address["trust"] for address in told["customer"]["addresses"]} == {"verified"}
        assert addresses(await read(workspace, hers["customer_id"]))["+43158858"] == "verified"
        claim = await known(workspace, name="Rob", email="pia@example.org", trust="claimed")
        mine = await served(ann, claim)
        told = await ann.do("customer.change", assignment_id=mine, name="Robert", attributes={"city": "Graz"})
        assert (told["customer"]["name"], told["customer"]["attributes"]) == ("Robert", {"city": "Graz"})
        assert (await read(workspace, hers["customer_id"]))["name"] == "Pia Bern"
        refused = await ann.do("customer.change", assignment_id=mine, add=[{"kind": "phone", "value": "anonymous"}])
        assert refused["problem"]["type"] == "/problems/invalid_request"
        gone = await ann.do("customer.change", assignment_id=mine[:-1] + "9", name="x")
        assert gone["problem"]["type"] == "/problems/assignment_gone"


async def test_two_who_are_one_are_merged_and_split_again(workspace: Workspace) -> None:
    """Merged they share addresses, cases and history; split, each is as before, and what came since goes where it
    belongs.
    """
    writes, calls = {"email": "pia@example.org"}, {"phone": "+43 664 1234567"}
    mail = await known(workspace, SIGN_IN, name="Pia", attributes={"vip": True}, **writes)
    call = await known(workspace, SIGN_IN, attributes={"city": "Graz"}, **calls)
    other = await known(workspace, COMPLAINT, **calls)
    one, two = mail["customer_id"], call["customer_id"]
    before = [await read(workspace, one), await read(workspace, two)]

    merged = await workspace.api.post(f"/v1/customers/{two}/merge", json={"into": one})
    assert (merged.status_code, merged.json()["customer_id"], merged.json()["into_id"]) == (200, two, one)
    now = await read(workspace, one)
    assert addresses(now) == {"pia@example.org": "authenticated", "+436641234567": "authenticated"}
    assert (now["name"], now["attributes"], (await read(workspace, two))["merged_into"]) == (
        "Pia",
        {"vip": True, "city": "Graz"},
        one,
    )
    assert await found(workspace, phone=calls["phone"]) == [one]
    since = await known(workspace, COMPLAINT, **calls)
    assert (since["customer_id"], since["case_id"]) == (one, other["case_id"])
    fresh = await known(workspace, "how do I set up my voicemail", **calls)
    by_id = await known(workspace, id=two)
    again = await known(workspace, SIGN_IN, **writes)
    assert (fresh["customer_id"], by_id["customer_id"], again["case_id"]) == (one, one, mail["case_id"])
    assert {(await workspace.contact(contact["id"]))["customer_id"] for contact in (mail, call, other)} == {one}
    async with workspace.desk("ann") as ann:
        offer = await ann.expect("offer.created")
        shown = {offer["contact"]["id"], *(earlier["id"] for earlier in offer["history"])}
        assert {mail["id"], call["id"], other["id"]} <= shown

    split = (await workspace.api.post(f"/v1/customers/{two}/split")).json()
    assert {call["case_id"], other["case_id"], fresh["case_id"]} <= set(split["cases"])
    assert [await read(workspace, one), await read(workspace, two)] == before
    for contact, owner in ((mail, one), (again, one), (call, two), (other, two), (since, two), (fresh, two)):
        assert (await workspace.contact(contact["id"]))["customer_id"] == owner
    assert (await known(workspace, SIGN_IN, **calls))["case_id"] == call["case_id"]
    assert (await known(workspace, SIGN_IN, **writes))["case_id"] == mail["case_id"]
    assert_problem(await workspace.api.post(f"/v1/customers/{two}/split"), 409, "not_merged")


async def test_what_joined_an_older_case_of_the_other_goes_back_in_a_case_of_its_own(workspace: Workspace) -> None:
    """Both ways: a call of the one who goes, and a mail of the one who stays; with what was said in it, and nothing of
    what was said before. What an agent has at that moment stays where it is.
    """
    writes, calls, url = {"email": "pia@example.org"}, {"phone": "+43 664 1234567"}, "/v1/contacts"
    mail, call = await known(workspace, SIGN_IN, **writes), await known(workspace, COMPLAINT, **calls)
    one, two = mail["customer_id"], call["customer_id"]
    assert (await workspace.api.post(f"/v1/customers/{two}/merge", json={"into": one})).status_code == 200
    called, wrote = await known(workspace, SIGN_IN, **calls), await known(workspace, COMPLAINT, **writes)
    open_one = await known(workspace, SIGN_IN, **calls)
    assert [called["case_id"], wrote["case_id"], open_one["case_id"]] == [
        mail["case_id"],
        call["case_id"],
        mail["case_id"],
    ]
    for contact in (called, wrote):
        said = {"text": f"more of {contact['id']}", "kind": "customer"}
        assert (await workspace.api.post(f"{url}/{contact['id']}/messages", json=said)).status_code == 201
        assert (await workspace.api.post(f"{url}/{contact['id']}/cancel", json={"reason": "done"})).status_code == 200
    await workspace.projected()

    split = (await workspace.api.post(f"/v1/customers/{two}/split")).json()
    now = {contact["id"]: await workspace.contact(contact["id"]) for contact in (mail, call, called, wrote, open_one)}
    assert [now[each["id"]]["customer_id"] for each in (mail, call, called, wrote, open_one)] == [
        one,
        two,
        two,
        one,
        one,
    ]
    assert now[open_one["id"]]["case_id"] == mail["case_id"]
    back = now[called["id"]]["case_id"]
    assert back in split["cases"]
    assert len({now[each["id"]]["case_id"] for each in (mail, call, called, wrote)}) == 4
    for contact, texts in ((called, 2), (wrote, 2), (mail, 2), (call, 1)):
        window = await workspace.api.get(f"/v1/cases/{now[contact['id']]['case_id']}/messages")
        of = {message["contact_id"] for message in window.json()["items"]}
        assert (len(window.json()["items"]), of) == (
            texts,
            {contact["id"], open_one["id"]} if contact is mail else {contact["id"]},
        )
    assert (await known(workspace, COMPLAINT, **calls))["case_id"] == call["case_id"]
    assert (await known(workspace, SIGN_IN, **writes))["case_id"] == mail["case_id"]
    later = await known(workspace, SIGN_IN, **calls)
    assert later["case_id"] == back


async def test_those_who_shared_an_address_are_meant_by_it_while_they_are_one(workspace: Workspace) -> None:
    """And share it again after the split."""
    flat = {"email": "flat7@example.org"}
    eva = (await known(workspace, external_id="no-1", **flat))["customer_id"]
    max_ = (await known(workspace, external_id="no-2", **flat))["customer_id"]
    before = [await read(workspace, eva), await read(workspace, max_)]
    await workspace.api.post(f"/v1/customers/{eva}/merge", json={"into": max_})
    assert {
        (await known(workspace, **who))["customer_id"]
        for who in (flat, {"external_id": "no-1"}, {"external_id": "no-2"})
    } == {max_}
    await workspace.api.post(f"/v1/customers/{max_}/split")
    assert [await read(workspace, eva), await read(workspace, max_)] == before
    assert (await known(workspace, **flat))["customer_id"] not in (eva, max_)
    assert (await known(workspace, external_id="no-1"))["customer_id"] == eva


async def test_merges_are_undone_the_latest_first(workspace: Workspace) -> None:
    """Of a chain the last link; a merged customer is not changed or merged again; nobody is merged into themselves."""
    one, two, three = [(await known(workspace, external_id=f"no-{number}"))["customer_id"] for number in (1, 2, 3)]
    before = [await read(workspace, customer) for customer in (one, two, three)]
    assert_problem(
        await workspace.api.post(f"/v1/customers/{one}/merge", json={"into": one}), 422, "invalid_request", "body.into"
    )
    assert_problem(
        await workspace.api.post(f"/v1/customers/{one}/merge", json={"into": NOBODY}), 422, "unknown_customer"
    )
    for goes, stays in ((one, two), (two, three)):
        assert (await workspace.api.post(f"/v1/customers/{goes}/merge", json={"into": stays})).status_code == 200
    assert (await known(workspace, id=one))["customer_id"] == three
    assert (await known(workspace, external_id="no-1"))["customer_id"] == three
    refused = await workspace.api.post(f"/v1/customers/{one}/merge", json={"into": three})
    assert assert_problem(refused, 409, "customer_merged")["merged_into"] == two
    assert_problem(await workspace.api.patch(f"/v1/customers/{one}", json={"name": "x"}), 409, "customer_merged")
    assert_problem(await workspace.api.post(f"/v1/customers/{one}/split"), 409, "customer_merged")
    for customer in (three, one):
        assert (await workspace.api.post(f"/v1/customers/{customer}/split")).status_code == 200
    assert [await read(workspace, customer) for customer in (one, two, three)] == before


async def test_a_claimant_who_was_merged_makes_no_later_claim_hers(workspace: Workspace) -> None:
    """The supervisor knows of this one; of the next who claims the same nobody knows yet."""
    claim = {"email": "pia@example.org", "trust": "claimed"}
    form, pia = (
        (await known(workspace, **claim))["customer_id"],
        (await known(workspace, external_id="no-1"))["customer_id"],
    )
    await workspace.api.post(f"/v1/customers/{form}/merge", json={"into": pia})
    assert (await known(workspace, **claim))["customer_id"] not in (form, pia)
    assert (await known(workspace, email="pia@example.org"))["customer_id"] not in (form, pia)


async def test_what_was_verified_to_be_a_merged_customer_is_the_other_now(workspace: Workspace) -> None:
    """And again the first one after the split."""
    one, two = [
        (await known(workspace, external_id=f"no-{number}", name=f"P{number}"))["customer_id"] for number in (1, 2)
    ]
    claim = await known(workspace, trust="claimed")
    await workspace.api.post(f"/v1/contacts/{claim['id']}/verify", json={"customer_id": one})
    await workspace.api.post(f"/v1/customers/{one}/merge", json={"into": two})
    async with workspace.desk("ann") as ann:
        assert (await offered(ann, claim))["customer"]["id"] == two
    await workspace.api.post(f"/v1/customers/{two}/split")
    async with workspace.desk("ann") as ann:
        assert (await offered(ann, claim))["customer"]["id"] == one


async def test_contacts_that_come_while_customers_merge_find_one_of_them(workspace: Workspace) -> None:
    """None is lost, none fails."""
    one, two = [(await known(workspace, external_id=f"no-{number}"))["customer_id"] for number in (1, 2)]
    merge = workspace.api.post(f"/v1/customers/{one}/merge", json={"into": two})
    answers = await asyncio.gather(merge, *(known(workspace, SIGN_IN, external_id="no-1") for _ in range(10)))
    assert {answer["customer_id"] for answer in answers[1:]} <= {one, two}
    assert (await known(workspace, external_id="no-1"))["customer_id"] == two


async def test_merge_and_split_are_told_with_before_and_after(workspace: Workspace) -> None:
    """To webhooks, without what anybody said: whose cases and kinds of addresses were and are which."""
    async with receiving() as receiver:
        await hear_of_a_merge(workspace, receiver)


async def hear_of_a_merge(workspace: Workspace, receiver: Receiver) -> None:
    hooked = await workspace.api.put("/v1/webhooks/crm", json={"url": receiver.url, "events": ["customer.*"]})
    assert hooked.status_code == 201, hooked.text
    mail, call = await known(workspace, email="pia@example.org"), await known(workspace, phone="+43 664 1234567")
    one, two = mail["customer_id"], call["customer_id"]
    await workspace.api.post(f"/v1/customers/{two}/merge", json={"into": one})
    await workspace.api.post(f"/v1/customers/{two}/split")
    merged, split = await eventually(lambda: told(receiver, 2))
    for event in (merged, split):
        assert_documented(event)
    assert (merged["type"], merged["subject"], merged["data"]["into"]) == ("mci.customer.merged", two, one)
    assert merged["data"]["before"] == split["data"]["after"]
    assert merged["data"]["after"] == split["data"]["before"]
    assert merged["data"]["before"][two] == {"addresses": ["phone:authenticated"], "cases": [call["case_id"]]}
    assert sorted(merged["data"]["after"][one]["cases"]) == sorted([mail["case_id"], call["case_id"]])
    assert "6641234567" not in str(merged)
    assert "664 1234567" not in str(merged)


async def told(receiver: Receiver, number: int) -> list[dict[str, Any]]:
    events = [one.event for one in receiver.received]
    return events if len(events) >= number else []


async def test_nothing_of_another_workspaces_customers_can_be_reached(workspace: Workspace, make: Make) -> None:
    """Its ids lead nowhere and its addresses find nobody; a supervisor's scope is needed to merge and to split."""
    theirs = await make()
    ours, foreign = (
        (await known(workspace, external_id="no-1"))["customer_id"],
        (await known(theirs, external_id="no-1"))["customer_id"],
    )
    assert ours != foreign
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"name": "x"}),
        ("POST", "/merge", {"into": ours}),
        ("POST", "/split", None),
    ):
        assert_problem(
            await workspace.api.request(method, f"/v1/customers/{foreign}{path}", json=body), 404, "not_found"
        )
    assert_problem(
        await workspace.api.post(f"/v1/customers/{ours}/merge", json={"into": foreign}), 422, "unknown_customer"
    )
    assert await found(workspace, external_id="no-1") == [ours]
    assert await found(workspace, q=foreign) == []
    key = await key_of(workspace, "verified", scopes=["customers:read", "customers:write", "contacts:write"])
    assert_problem(
        await workspace.api.post(f"/v1/customers/{ours}/merge", json={"into": ours}, headers=key), 403, "scope_missing"
    )
