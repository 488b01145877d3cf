"""Listening: what follows from what a customer says later, while nobody serves the contact, and while somebody does."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.support.conversations import accepted, slug, staffed, taken
from tests.support.incidents import TEXTS, incident
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]
BESIDE_THE_POINT = (
    "the light on the router is red again, the small one, and the large one is green: the router stands in flat"
)
FRAUD = "someone stole my card and bought things, I think it is fraud, please block the payments"


async def say(workspace: Workspace, contact: str, text: str) -> dict[str, Any]:
    """What the customer says next, and where that leaves the contact."""
    answer = await workspace.api.post(f"/v1/contacts/{contact}/messages", json={"text": text})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()["contact"]
    return found


async def test_a_waiting_contact_goes_where_all_its_words_belong_and_keeps_its_age(make: Make) -> None:
    workspace = await make(staffed())
    contact = await workspace.post("hello, I have a question")
    before = await workspace.contact(contact["id"])
    assert (before["state"], before["topic"]) == ("queued", None)
    assert not (await say(workspace, contact["id"], "are you there?"))["moved"]
    moved = await say(workspace, contact["id"], "a formal complaint about how you treated me, I demand a manager")
    assert (moved["moved"], moved["state"]) == (True, "queued")
    after = await workspace.contact(contact["id"])
    assert (after["topic"], after["queue"]) == ("complaint", "desk")
    assert after["enqueued_at"] == before["enqueued_at"]
    decision = (await workspace.api.get(f"/v1/contacts/{contact['id']}/decision")).json()
    assert "the customer has said more" in " ".join(decision["route"]["reasons"])
    assert "I demand a manager" in decision["triage"]["text"]


async def test_what_was_said_first_and_what_is_said_now_count_in_a_long_conversation(make: Make) -> None:
    """What lies between was judged when it was said: however much it is, what is said now is read, and as quickly."""
    workspace = await make(staffed())
    first, now = "where is the voicemail menu", "let me talk to a real person please"
    contact = await workspace.post(first, topic="how_to")
    for number in range(22):
        assert not (await say(workspace, contact["id"], f"{BESIDE_THE_POINT} {number}"))["moved"]
    assert (await say(workspace, contact["id"], now))["moved"]
    decision = (await workspace.api.get(f"/v1/contacts/{contact['id']}/decision")).json()
    assert decision["triage"]["text"].splitlines() == [
        first,
        *(f"{BESIDE_THE_POINT} {number}" for number in range(16, 22)),
        now,
    ]


async def test_who_asks_for_a_person_gets_one(make: Make) -> None:
    """An article answers; what follows is not for an article."""
    workspace = await make(staffed())
    contact = await workspace.post("I cannot sign in, forgot my password")
    assert contact["state"] == "automating"
    said = await say(workspace, contact["id"], "let me talk to a real person please")
    assert (said["moved"], said["state"]) == (True, "queued")


async def test_an_incident_declared_since_answers_who_writes_again_and_only_once(make: Make) -> None:
    """Those whom an article was to help hear of the outage; one whom its status did not help gets a person."""
    workspace = await make(staffed())
    contact = await workspace.post("I cannot sign in, forgot my password")
    other = await workspace.post("where is the voicemail menu", topic="how_to")
    declared = await incident(workspace)
    said = await say(workspace, contact["id"], "I still cannot sign in")
    assert (said["moved"], said["state"]) == (True, "automating")
    route = (await workspace.api.get(f"/v1/contacts/{contact['id']}/decision")).json()["route"]
    assert (route["outcome"], route["incident"]["id"], route["message"]) == ("incident", declared["id"], TEXTS["en"])
    assert not (await say(workspace, other["id"], "and the voicemail?"))["moved"]
    assert not (await say(workspace, contact["id"], "still I cannot sign in"))["moved"]
    answer = await workspace.api.post(f"/v1/contacts/{contact['id']}/unresolved")
    assert answer.status_code == 200, answer.text
    assert (await workspace.contact(contact["id"]))["outcome"] != "incident"
    await say(workspace, contact["id"], "I cannot sign in, and that does not help")
    assert (await workspace.contact(contact["id"]))["outcome"] != "incident"


async def test_danger_moves_a_contact_to_who_may_have_it(make: Make) -> None:
    """Ann may not have fraud: it leaves her for the fraud desk, private, with all that was said; she hears why."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann:
        contact, assignment = await taken(workspace, ann)
        said = await say(workspace, contact, FRAUD)
        assert said["moved"]
        gone = await ann.expect("contact.updated", contact_id=contact)
        assert gone["assignment_ended"], gone
        now = await workspace.contact(contact)
        assert (now["sensitive"], now["queue"], now["topic"]) == (True, "fraud_desk", "card_fraud")
        assert now["state"] in ("queued", "offered")
        refused = await ann.do("assignment.complete", assignment_id=assignment, disposition="solved")
        assert slug(refused) == "assignment_gone"
        async with workspace.desk("fred") as fred:
            offer = await fred.expect("offer.created")
            assert offer["contact"]["id"] == contact


SHORT = (
    *("one more thing", "ok thanks", "my order number is 4711", "hello?", "I will send you the picture tomorrow", "no"),
    *(
        "can you do that for my wife too?",
        "when will it arrive",
        "great, perfect",
        "danke",
        "the second one",
        "yes please",
    ),
    *(
        "it is 12 Main Street",
        "my name is Kim",
        "wait a moment",
        "sorry, wrong number",
        "12.04.",
        "der Betrag stimmt nicht",
    ),
    *("I have sent it by e-mail", "what do you need from me?", "can I pay later", "it says the page is not found"),
)


async def test_a_few_more_words_do_not_take_the_customer_from_the_agent(make: Make) -> None:
    """They are of a sensitive topic by little more than chance."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann:
        contact, _ = await taken(workspace, ann)
        for words in SHORT:
            said = await say(workspace, contact, words)
            assert (said["moved"], said["state"]) == (False, "assigned"), words
        assert not (await workspace.contact(contact))["sensitive"]


async def test_danger_stays_with_an_agent_who_may_have_it(make: Make) -> None:
    document = staffed()
    document["agents"][0]["skills"].append({"skill": "fraud", "proficiency": 4})
    workspace = await make(document)
    async with workspace.desk("ann") as ann:
        contact, assignment = await taken(workspace, ann)
        said = await say(workspace, contact, FRAUD)
        assert (said["moved"], said["state"]) == (False, "assigned")

        async def sensitive() -> bool:
            return bool((await workspace.contact(contact))["sensitive"])

        await eventually(sensitive)
        done = await ann.do("assignment.complete", assignment_id=assignment, disposition="solved")
        assert done["state"] == "wrapping_up"


def minding_fraud() -> dict[str, Any]:
    """The staffed workspace, where ann may have a fraud and tess read along."""
    document = staffed()
    document["agents"][0]["skills"].append({"skill": "fraud", "proficiency": 4})
    next(agent for agent in document["agents"] if agent["name"] == "tess")["may_read_along"] = True
    return document


async def test_all_desks_of_a_conversation_hear_that_it_has_become_sensitive_and_urgent(make: Make) -> None:
    """Its agent's, a participant's and a reader's: once each, in the state of the agent, which nobody loses."""
    workspace = await make(minding_fraud())
    desks = workspace.desk("ann"), workspace.desk("bob", available=False), workspace.desk("tess", available=False)
    async with desks[0] as ann, desks[1] as bob, desks[2] as tess:
        contact, _ = await taken(workspace, ann)
        await bob.do("presence.set", state="available")
        await ann.do("contact.consult", contact_id=contact, agent="bob")
        asked = await bob.expect("invitation.created")
        await bob.do("invitation.accept", invitation_id=asked["invitation_id"])
        await tess.do("presence.set", state="away")
        await tess.do("contact.read_along", contact_id=contact)
        await tess.expect("participation.started")
        await say(workspace, contact, FRAUD)
        for desk in (ann, bob, tess):
            told = await desk.expect("contact.updated", contact_id=contact, event="sensitive")
            assert (told["state"], told["assignment_ended"]) == ("assigned", False)
        await say(workspace, contact, FRAUD)
        await say(workspace, contact, DIE)
        for desk in (ann, bob, tess):
            await desk.expect("contact.updated", contact_id=contact, event="urgent")
            assert not [one for one in desk.unread if one["data"].get("event") == "sensitive"]

    async def kinds() -> list[str]:
        found = [event["type"] for event in await workspace.events(contact)]
        return found if "contact.urgent" in found else []

    assert (await eventually(kinds)).count("contact.sensitive") == 1


async def test_a_desk_that_was_away_hears_that_its_contact_is_sensitive(make: Make) -> None:
    """One that resumes by the frame it missed, one that knows nothing by the contact itself."""
    workspace = await make(minding_fraud())
    async with workspace.desk("ann") as ann:
        contact, _ = await taken(workspace, ann)
    await say(workspace, contact, FRAUD)
    async with workspace.desk("ann", available=False, resume=ann.last_seq) as again:
        await again.expect("contact.updated", contact_id=contact, event="sensitive")
    async with workspace.desk("ann", available=False) as new:
        assert (await new.expect("assignment.started"))["contact"]["sensitive"]


async def test_by_topic_a_message_without_reference_joins_the_open_contact(make: Make) -> None:
    """Where an address is proven; a mere claim begins a contact of its own."""
    workspace = await make(staffed())
    sent = {"channel": "chat", "customer": {"email": "sam@example.com", "trust": "authenticated"}}
    first = await workspace.post("a formal complaint about how you treated me", customer=sent["customer"])
    more = {**sent, "text": "I am complaining again, worst company ever, complaint"}
    joined = (await workspace.api.post("/v1/messages", json=more)).json()["contact"]
    assert (joined["id"], joined["new"]) == (first["id"], False)
    claim = {**more, "customer": {"email": "sam@example.com"}}
    assert (await workspace.api.post("/v1/messages", json=claim)).json()["contact"]["new"]


DIE = "to be honest I no longer want to live"


async def told_of_urgency(workspace: Workspace, contact: str) -> None:
    """It is urgent, journalled once, and its customer is told whom to call."""
    kinds = [event["type"] for event in await workspace.events(contact)]
    decision = (await workspace.api.get(f"/v1/contacts/{contact}/decision")).json()
    now = await workspace.contact(contact)
    assert (now["sensitive"], now["urgent"], kinds.count("contact.urgent")) == (True, True, 1)
    assert "self_harm" in now["sensitive_kinds"]
    assert "112" in decision["route"]["emergency"]


@pytest.mark.parametrize("first", ["hi, how do I change my plan?", FRAUD])
async def test_whom_to_call_is_told_in_the_language_that_is_written_now(make: Make, first: str) -> None:
    """The contact is in English by what its adapter says; who writes German now reads German first."""
    workspace = await make(staffed())
    contact = (await workspace.post(first, language="en"))["id"]
    await say(workspace, contact, "ich kann nicht mehr und will mich umbringen")
    told = (await workspace.api.get(f"/v1/contacts/{contact}/decision")).json()["route"]["emergency"]
    german, english = told.split("\n\n")
    assert "Notruf 112" in german
    assert "call the emergency services" in english


async def test_danger_to_life_brings_a_waiting_sensitive_contact_to_the_front(make: Make) -> None:
    """A fraud that waits is private already: what makes it urgent is heard all the same, and fred is offered it first."""
    workspace = await make(staffed())
    before = await workspace.post(FRAUD)
    contact = (await workspace.post(FRAUD))["id"]
    assert not (await say(workspace, contact, "please hurry, my card!"))["moved"]
    assert not (await workspace.contact(contact))["urgent"]
    assert (await say(workspace, contact, DIE))["moved"]
    await told_of_urgency(workspace, contact)
    await say(workspace, contact, DIE)
    await told_of_urgency(workspace, contact)
    async with workspace.desk("fred") as fred:
        offered = (await fred.expect("offer.created"))["contact"]["id"]
    assert offered == contact != before["id"]


async def test_danger_to_life_is_told_where_the_agent_keeps_the_contact(make: Make) -> None:
    """Fred has a fraud, and hears that its customer may die; given back, it goes before what waited longer."""
    workspace = await make(staffed())
    async with workspace.desk("fred") as fred:
        contact = (await workspace.post(FRAUD))["id"]
        await accepted(fred, contact)
        said = await say(workspace, contact, DIE)
        assert (said["moved"], said["state"]) == (False, "assigned")
        await fred.expect("contact.updated", contact_id=contact, event="urgent")
        await told_of_urgency(workspace, contact)
        await fred.do("presence.set", state="away", reason="a pause")
        older = await workspace.post(FRAUD, priority=10)
        again = await workspace.api.post(f"/v1/contacts/{contact}/requeue", json={"reason": "back to the line"})
        assert again.status_code == 200, again.text
        places = [
            (await workspace.api.get(f"/v1/contacts/{one}/waiting")).json()["position"]
            for one in (contact, older["id"])
        ]
        assert places == [1, 2]
