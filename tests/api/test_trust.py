"""Nobody is someone else: what a claim opens, what a proven address opens, and who may assert which."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from tests.support.documents import small
from tests.support.problems import assert_problem
from tests.support.service import TestDesk, Workspace, eventually

COMPLAINT = "a formal complaint, I demand a manager"
UNKNOWN = "zzz qqq xxx"
PIA = {"email": "pia@example.org", "name": "Pia", "attributes": {"vip": True}}
CLAIM = {"email": "pia@example.org", "phone": "+43 664 1234567", "name": "Rob", "trust": "claimed"}

Make = Callable[..., Awaitable[Workspace]]


async def key_of(workspace: Workspace, trust: str | None = None, **more: Any) -> dict[str, str]:
    """The header of a key that may write contacts, with the trust, or the one that keys have by themselves."""
    asked = {"name": "adapter", "scopes": ["contacts:write"], **({"trust": trust} if trust else {}), **more}
    made = await workspace.api.post("/v1/api-keys", json=asked)
    assert made.status_code == 201, made.text
    return {"Authorization": f"Bearer {made.json()['key']}"}


async def sent(workspace: Workspace, headers: dict[str, str], customer: dict[str, Any]) -> httpx.Response:
    return await workspace.api.post(
        "/v1/contacts", json={"channel": "chat", "text": COMPLAINT, "customer": customer}, headers=headers
    )


async def offered(ann: TestDesk, contact: dict[str, Any]) -> dict[str, Any]:
    """The offer of a contact."""
    while True:
        offer = await ann.expect("offer.created")
        if offer["contact"]["id"] == contact["id"]:
            return offer


async def in_ledger(workspace: Workspace, contact: dict[str, Any], state: str) -> None:
    """Waits until the ledger, which filters read, has the contact in the state."""

    async def listed() -> bool:
        found = (await workspace.api.get("/v1/contacts", params={"state": state})).json()["items"]
        return contact["id"] in {item["id"] for item in found}

    await eventually(listed)


async def test_a_key_asserts_no_more_than_its_own_trust(workspace: Workspace) -> None:
    """403 with what the key may; a fresh key may only claim, and gives no key more than it has; lists and answers say
    so.
    """
    plain = await key_of(workspace)
    refused = await sent(workspace, plain, {"email": "pia@example.org", "trust": "authenticated"})
    assert assert_problem(refused, 403, "trust_missing")["trust"] == "claimed"
    assert (await sent(workspace, plain, {"email": "pia@example.org"})).json()["customer"]["trust"] == "claimed"
    proven = await key_of(workspace, "authenticated", scopes=["contacts:write", "keys:write"])
    assert (await sent(workspace, proven, {"email": "pia@example.org", "trust": "authenticated"})).status_code == 201
    raised = await workspace.api.post(
        "/v1/api-keys", json={"name": "x", "scopes": ["contacts:write"], "trust": "verified"}, headers=proven
    )
    assert_problem(raised, 403, "trust_missing")
    assert [item["trust"] for item in (await workspace.api.get("/v1/api-keys")).json()["items"]] == [
        "verified",
        "claimed",
        "authenticated",
    ]
    tried = await workspace.api.post(
        "/v1/decisions",
        json={"channel": "chat", "text": "hello", "customer": {"trust": "authenticated"}},
        headers=plain,
    )
    assert_problem(tried, 403, "trust_missing")


async def test_an_external_id_has_the_trust_of_the_key(workspace: Workspace) -> None:
    """With a key that may only claim it is a claim, whatever it says; the customer whom a better key knows by it is
    another.
    """
    first, second = await key_of(workspace, "authenticated"), await key_of(workspace)
    proven = (await sent(workspace, first, {"external_id": "no-1"})).json()
    claimed = [(await sent(workspace, second, {"external_id": "no-1"})).json() for _ in range(2)]
    assert (proven["customer"]["trust"], claimed[0]["customer"]["trust"]) == ("authenticated", "claimed")
    assert proven["customer_id"] != claimed[0]["customer_id"] == claimed[1]["customer_id"]
    assert (await sent(workspace, second, {"id": proven["customer_id"]})).json()["customer_id"] != proven["customer_id"]


async def test_a_claim_opens_nothing_of_the_customer_whom_it_names(workspace: Workspace) -> None:
    """Neither the answer nor the desk tells that she exists: no id, case, return, name or history of hers; nor later by
    phone.
    """
    async with workspace.desk("ann") as ann:
        hers = await workspace.post(COMPLAINT, customer=PIA)
        claim = await workspace.post(COMPLAINT, customer=CLAIM)
        assert (claim["customer_id"] == hers["customer_id"], claim["case_id"] == hers["case_id"]) == (False, False)
        assert not any("back" in reason for reason in claim["triage"]["reasons"])
        offer = await offered(ann, claim)
        assert (offer["customer"]["name"], offer["customer"]["attributes"], offer["customer"]["trust"]) == (
            "Rob",
            {},
            "claimed",
        )
        assert (offer["history"], hers["customer_id"] in str(offer)) == ([], False)
        await workspace.api.post(f"/v1/contacts/{hers['id']}/resolve")
        by_phone = await workspace.post(COMPLAINT, customer={"phone": CLAIM["phone"]})
        assert by_phone["customer_id"] not in (hers["customer_id"], claim["customer_id"])
        assert (await offered(ann, by_phone))["history"] == []
    again = await workspace.post(COMPLAINT, customer={"email": PIA["email"]})
    assert again["customer_id"] == hers["customer_id"]
    trial = await workspace.api.post("/v1/decisions", json={"channel": "chat", "text": COMPLAINT, "customer": CLAIM})
    assert not any("back" in reason for reason in trial.json()["triage"]["reasons"])


async def test_a_claim_gets_neither_her_queue_nor_her_agent_nor_her_place(make: Make) -> None:
    """What is kept for a customer is for who has proven to be her; what the adapter itself says of the contact counts."""
    document = small()
    document["queues"][1] |= {"preferred_agent": "last_agent", "preferred_wait_s": 30, "return_window_s": 600}
    document["queues"].append({**document["queues"][1], "name": "vip", "position": 1, "customer": {"vip": True}})
    workspace = await make(document)
    async with workspace.desk("ann") as ann:
        hers = await workspace.post(COMPLAINT, customer=PIA)
        started = await ann.do("offer.accept", offer_id=(await offered(ann, hers))["offer_id"])
        await ann.do("assignment.complete", assignment_id=started["assignment_id"], disposition="solved")
        await ann.do("wrap_up.done", assignment_id=started["assignment_id"])
        await in_ledger(workspace, hers, "completed")
    left = await workspace.post(COMPLAINT, customer=PIA)
    assert (left["route"]["queue"], any("ann" in reason for reason in left["route"]["reasons"])) == ("vip", True)
    await workspace.api.post(f"/v1/contacts/{left['id']}/abandon")
    await in_ledger(workspace, left, "abandoned")
    claim = await workspace.post(COMPLAINT, customer={"email": PIA["email"], "trust": "claimed"})
    assert claim["route"]["queue"] == "desk"
    assert not any("ann" in reason or "place" in reason for reason in claim["route"]["reasons"])
    said = await workspace.post(COMPLAINT, customer={**CLAIM, "attributes": {"vip": True}})
    assert said["route"]["queue"] == "vip"
    assert not any("ann" in reason or "place" in reason for reason in said["route"]["reasons"])


async def test_claims_are_one_customer_and_join_no_case(workspace: Workspace) -> None:
    """The same claim again is the same customer, however many come at once; each is a case of its own, and the name is
    the contact's.
    """
    who = {"email": "ivo@example.org", "trust": "claimed"}
    answers = await asyncio.gather(*(workspace.post(COMPLAINT, customer=who) for _ in range(20)))
    assert (len({answer["customer_id"] for answer in answers}), len({answer["case_id"] for answer in answers})) == (
        1,
        20,
    )
    async with workspace.desk("ann") as ann:
        named = await workspace.post(COMPLAINT, customer={**who, "name": "Somebody", "attributes": {"city": "Graz"}})
        assert named["customer_id"] == answers[0]["customer_id"]
        for answer in answers:
            await workspace.api.post(f"/v1/contacts/{answer['id']}/cancel")
        offer = await offered(ann, named)
        assert (offer["customer"]["name"], offer["history"]) == ("Somebody", [])


async def test_people_at_one_address_who_come_at_once_stay_two(workspace: Workspace) -> None:
    """However their contacts share commits."""
    address = {"email": "flat7@example.org", "phone": "+43 1 58858"}
    who = [{"external_id": f"no-{number}", **address} for number in (1, 2, 3)] * 6
    answers = await asyncio.gather(*(workspace.post(COMPLAINT, customer=one) for one in who))
    by_id = {
        one["external_id"]: {answer["customer_id"] for answer, other in zip(answers, who, strict=True) if other is one}
        for one in who
    }
    assert [len(customers) for customers in by_id.values()] == [1, 1, 1]
    alone = await asyncio.gather(*(workspace.post(COMPLAINT, customer=dict(address)) for _ in range(6)))
    assert len({answer["customer_id"] for answer in alone} - {min(customers) for customers in by_id.values()}) == 1
    assert len({answer["customer_id"] for answer in answers + alone}) == 4


async def test_two_ids_that_come_to_one_customer_at_once_do_not_both_join(workspace: Workspace) -> None:
    """An unknown external id never joins a customer who has another one, also when both are unknown."""
    for turn in range(5):
        address = f"turn{turn}@example.org"
        first = await workspace.post(COMPLAINT, customer={"email": address})
        both = await asyncio.gather(
            *(
                workspace.post(COMPLAINT, customer={"email": address, "external_id": f"no-{turn}-{number}"})
                for number in range(2)
            )
        )
        assert len({answer["customer_id"] for answer in both}) == 2
        assert sum(answer["customer_id"] == first["customer_id"] for answer in both) <= 1


@pytest.mark.parametrize(
    "customer", [{"email": "ivo@example.org"}, {"email": "ivo@example.org", "trust": "claimed"}, {}]
)
async def test_a_conversation_that_nobody_understands_is_one_case(make: Make, customer: dict[str, Any]) -> None:
    """What one customer says by one reference is of it, also at once, and after the contact has ended; another
    reference is not.
    """
    workspace = await make(small(workspace={**small()["workspace"], "confidence_threshold": 1, "bars": {}}))
    said = {"channel": "messaging", "provider": "WhatsApp", "channel_ref": "chat-17", "customer": customer}
    first = await workspace.post(UNKNOWN, **said)
    assert first["triage"]["topic"] is None
    more = await asyncio.gather(*(workspace.post(UNKNOWN, **said) for _ in range(4)))
    assert {answer["case_id"] for answer in more} == {first["case_id"]}
    assert {answer["customer_id"] for answer in more} == {first["customer_id"]}
    other = await workspace.post(UNKNOWN, **{**said, "channel_ref": "chat-18"})
    assert other["case_id"] != first["case_id"]
    for answer in (first, *more):
        await workspace.api.post(f"/v1/contacts/{answer['id']}/cancel")
    await eventually(lambda: ended(workspace))
    later = await workspace.post(UNKNOWN, **said)
    assert later["case_id"] == first["case_id"]
    assert later["id"] not in {answer["id"] for answer in (first, *more)}


async def ended(workspace: Workspace) -> bool:
    """Whether the ledger has the end of all of that conversation's contacts."""
    async with workspace.ledger() as session:
        still_open = text(
            "SELECT count(*) FROM contacts WHERE workspace_id = :id AND channel_ref = 'chat-17' AND state <> "
            "'cancelled'"
        )
        return bool(await session.scalar(still_open, {"id": workspace.id}) == 0)


@pytest.fixture(scope="module")
async def austrian(make_shared: Make) -> Workspace:
    return await make_shared(small(workspace={**small()["workspace"], "country": "at", "plus_addresses": "same"}))


@pytest.mark.parametrize(
    ("customer", "kind", "status", "value"),
    [
        ({"phone": "withheld"}, "phone", "none", None),
        ({"phone": "101"}, "phone", "none", None),
        ({"email": ""}, "email", "none", None),
        ({"external_id": " "}, "external_id", "none", None),
        ({"phone": 43158858}, "phone", "unclear", "43158858"),
        ({"phone": "01 588 58"}, "phone", "kept", "+43158858"),
        ({"phone": "whatsapp:+43 1 58858"}, "phone", "kept", "+43158858"),
        ({"email": "Ivo+news@intranet"}, "email", "kept", "ivo@intranet"),
        ({"email": "k" * 300}, "email", "none", None),
    ],
)
async def test_the_answer_says_what_became_of_an_address(
    austrian: Workspace, customer: dict[str, Any], kind: str, status: str, value: str | None
) -> None:
    """No form is refused; numbers follow the workspace's country, plus addresses its setting; what is unclear counts as
    claimed.
    """
    answer = await austrian.post(COMPLAINT, customer=customer)
    (address,) = answer["customer"]["addresses"]
    assert (address["kind"], address["status"], address["value"]) == (kind, status, value)
    assert bool(address["why"]) is (status != "kept")
    if status == "unclear":
        assert (address["trust"], answer["customer"]["trust"]) == ("claimed", "claimed")
    moved = (await austrian.api.post(f"/v1/contacts/{answer['id']}/escalate", json={})).status_code
    assert moved == 422


async def test_customers_nobody_can_name_are_not_one(shared: Workspace) -> None:
    """Two callers who hide their numbers are two customers, as two of one extension are."""
    for phone in ("anonymous", "101"):
        customers = {
            (await shared.post(COMPLAINT, channel="voice", customer={"phone": phone}))["customer_id"] for _ in range(2)
        }
        assert len(customers) == 2


@pytest.mark.parametrize(("sent", "kept"), [("DE", "de"), ("de-AT", "de"), ("pt_BR", "pt"), ("zh-Hant-TW", "zh")])
async def test_a_language_tag_is_a_language(shared: Workspace, sent: str, kept: str) -> None:
    """Its region is not kept, so that the workspace's language skills hold for it."""
    trial = await shared.api.post("/v1/decisions", json={"channel": "chat", "text": "hello there", "language": sent})
    assert trial.json()["language"] == kept


async def test_who_calls_and_who_sends_a_picture_need_not_say_a_word(shared: Workspace) -> None:
    """A call has no text yet, and a photograph speaks for itself; a chat without either says nothing."""
    call = await shared.api.post("/v1/contacts", json={"channel": "voice", "customer": {"phone": "+43 1 58858"}})
    picture = {"url": "https://files.example.org/a.jpg", "name": "a.jpg", "content_type": "image/jpeg"}
    photo = await shared.api.post(
        "/v1/contacts", json={"channel": "messaging", "provider": "signal", "attachments": [picture]}
    )
    for answer in (call, photo):
        assert answer.status_code == 201, answer.text
        assert answer.json()["route"]["outcome"] == "agent"
    assert (await shared.contact(photo.json()["id"]))["provider"] == "signal"
    assert_problem(await shared.api.post("/v1/contacts", json={"channel": "chat"}), 422, "invalid_request", "body.text")


async def served(ann: TestDesk, contact: dict[str, Any]) -> str:
    """The assignment of a contact that the agent has accepted."""
    accepted = await ann.do("offer.accept", offer_id=(await offered(ann, contact))["offer_id"])
    return str(accepted["assignment_id"])


async def test_an_agent_who_has_asked_sees_her_history_for_this_case(workspace: Workspace) -> None:
    """The desk is told who she is and what was before, the addresses count as verified, and nothing is added to her."""
    async with workspace.desk("ann") as ann:
        hers = await workspace.post(COMPLAINT, customer=PIA)
        await workspace.api.post(f"/v1/contacts/{hers['id']}/resolve")
        claim = await workspace.post(COMPLAINT, customer=CLAIM)
        assignment = await served(ann, claim)
        done = await ann.do("contact.verify", assignment_id=assignment)
        assert (done["contact_id"], done["customer_id"]) == (claim["id"], hers["customer_id"])
        told = await ann.expect("contact.verified")
        assert (told["by"], told["customer"]["name"], told["customer"]["trust"]) == ("agent:ann", "Pia", "verified")
        assert {address["value"]: address["trust"] for address in told["customer"]["addresses"]} == {
            PIA["email"]: "verified",
            "+436641234567": "verified",
        }
        assert [earlier["id"] for earlier in told["history"]] == [hers["id"]]
        await eventually(lambda: verified_event(workspace, claim))
        await ann.do("assignment.complete", assignment_id=assignment, disposition="solved")
        await ann.do("wrap_up.done", assignment_id=assignment)
        again = await offered(ann, await workspace.post(COMPLAINT, customer=CLAIM))
        assert (again["history"], again["customer"]["trust"]) == ([], "claimed")
        await ann.do("offer.decline", offer_id=again["offer_id"])
        later = await offered(ann, await workspace.post(COMPLAINT, customer={"email": PIA["email"]}))
        assert {earlier["id"] for earlier in later["history"]} >= {hers["id"], claim["id"]}
        assert [address["value"] for address in later["customer"]["addresses"]] == [PIA["email"]]


async def verified_event(workspace: Workspace, contact: dict[str, Any]) -> bool:
    return "contact.verified" in {event["type"] for event in await workspace.events(contact["id"])}


async def test_where_several_can_be_meant_the_agent_says_which(workspace: Workspace) -> None:
    """The refusal names them; a customer with none of the claimed addresses cannot be opened from the desk."""
    address = {"phone": "+43 1 58858"}
    eva = await workspace.post(COMPLAINT, customer={"external_id": "no-1", "name": "Eva", **address})
    max_ = await workspace.post(COMPLAINT, customer={"external_id": "no-2", "name": "Max", **address})
    pia = await workspace.post(COMPLAINT, customer=PIA)
    for contact in (eva, max_, pia):
        await workspace.api.post(f"/v1/contacts/{contact['id']}/resolve")
    async with workspace.desk("ann") as ann:
        assignment = await served(ann, await workspace.post(COMPLAINT, customer={**address, "trust": "claimed"}))
        refused = (await ann.do("contact.verify", assignment_id=assignment))["problem"]
        assert refused["type"] == "/problems/customer_unclear"
        assert refused["candidates"] == [
            {"id": eva["customer_id"], "name": "Eva"},
            {"id": max_["customer_id"], "name": "Max"},
        ]
        other = await ann.do("contact.verify", assignment_id=assignment, customer_id=pia["customer_id"])
        assert other["problem"]["type"] == "/problems/unknown_customer"
        await ann.do("contact.verify", assignment_id=assignment, customer_id=max_["customer_id"])
        assert (await ann.expect("contact.verified"))["customer"]["name"] == "Max"
        gone = await ann.do("contact.verify", assignment_id=assignment[:-1] + "9")
        assert gone["problem"]["type"] == "/problems/assignment_gone"


async def test_the_companys_system_verifies_with_a_key_that_may(workspace: Workspace) -> None:
    """The trust `verified` is needed; it may name any customer of the workspace, and only an open contact can be
    verified.
    """
    pia = await workspace.post(COMPLAINT, customer=PIA)
    claim = await workspace.post(COMPLAINT, customer={"trust": "claimed"})
    path, body = f"/v1/contacts/{claim['id']}/verify", {"customer_id": pia["customer_id"]}
    refused = await workspace.api.post(path, json=body, headers=await key_of(workspace, "authenticated"))
    assert assert_problem(refused, 403, "trust_missing")["trust"] == "authenticated"
    done = (await workspace.api.post(path, json=body)).json()
    assert (done["customer_id"], done["case_id"]) == (pia["customer_id"], claim["case_id"])
    assert (await workspace.contact(claim["id"]))["customer_id"] == claim["customer_id"]
    assert_problem(await workspace.api.post(path, json={"customer_id": "cus_" + "0" * 32}), 422, "unknown_customer")
    await workspace.api.post(f"/v1/contacts/{claim['id']}/resolve")
    assert_problem(await workspace.api.post(path), 409, "wrong_state")
    assert_problem(await workspace.api.post("/v1/contacts/con_none/verify"), 404, "not_found")


async def test_another_workspaces_contact_cannot_be_verified(workspace: Workspace, make: Make) -> None:
    """It is not there; nor is another workspace's customer."""
    theirs = await make()
    claim, foreign = await workspace.post(COMPLAINT, customer=CLAIM), await theirs.post(COMPLAINT, customer=PIA)
    assert_problem(await theirs.api.post(f"/v1/contacts/{claim['id']}/verify"), 404, "not_found")
    named = await workspace.api.post(f"/v1/contacts/{claim['id']}/verify", json={"customer_id": foreign["customer_id"]})
    assert_problem(named, 422, "unknown_customer")
