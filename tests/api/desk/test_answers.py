"""Written answers at the desk: suggested, searched, inserted to be adapted, counted, and saved without who it was."""

from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from mci_router.api.parts import Parts
from mci_router.clock import utc_now
from mci_router.community import board
from mci_router.knowledge.gaps import SEVERAL
from tests.support.documents import small
from tests.support.service import TestDesk, Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]
CANNED = [
    {"name": "hello", "title": "Greeting", "text": "Hello {customer_name}, {agent_name} here.", "shortcut": "hello"},
    {
        "name": "hallo",
        "title": "Begrüßung",
        "text": "Guten Tag {customer_name}. Wir sind da: {queue_hours}.",
        "shortcut": "hello",
        "language": "de",
    },
    {"name": "inside", "title": "Fee rules", "text": "Up to 20 euro.", "audience": "agents", "topic": "complaint"},
    {"name": "number", "title": "Reference", "text": "Your reference is {case_reference}.", "shortcut": "ref"},
    {"name": "elsewhere", "title": "Voicemail", "text": "Press one.", "topic": "how_to"},
]
ARTICLES = [
    {"name": "fees", "topic": "complaint", "title": "Fees on your bill", "body": "Fees are listed on page two."},
    {"name": "fees_de", "topic": "complaint", "title": "Gebühren", "body": "Seite zwei.", "language": "de"},
    {"name": "half", "topic": "complaint", "title": "Fees, new", "body": "Half written fees.", "state": "draft"},
    {"name": "over", "topic": "complaint", "title": "Fees", "body": "Fees.", "valid_until": "2020-01-01T00:00:00Z"},
]
COMPLAINT = {"topic": "complaint", "language": "en", "customer": {"name": "Vera Lang", "external_id": "v-1"}}


@asynccontextmanager
async def served(workspace: Workspace, text: str = "what are these fees on my bill", **more: Any) -> Any:
    """A contact that an agent serves, and the agent's desk."""
    async with workspace.desk("ann") as desk:
        contact = await workspace.post(text, **{**COMPLAINT, **more})
        offer = await desk.expect("offer.created")
        await desk.do("offer.accept", offer_id=offer["offer_id"])
        yield contact, desk


async def found(desk: TestDesk, words: str, **more: Any) -> list[str]:
    """The names of what a search finds, in order."""
    return [one["name"] for one in (await desk.do("answers.search", words=words, **more))["answers"]]


async def sends(desk: TestDesk, contact: Any, text: str, key: str, **used: str) -> dict[str, Any]:
    answers = [{"use_id": use, "outcome": outcome} for use, outcome in used.items()]
    return await desk.do(
        "message.send", contact_id=contact["id"], client_id=key, kind="agent", text=text, answers=answers
    )


async def test_answers_of_the_topic_are_suggested_in_the_customers_language(make: Make) -> None:
    """By the words of the latest message; no draft, nothing outside of its validity, nothing of another topic's."""
    workspace = await make(small(canned_answers=CANNED, articles=ARTICLES))
    async with served(workspace) as (contact, desk):
        answers = (await desk.do("answers.suggest", contact_id=contact["id"]))["answers"]
        assert [one["name"] for one in answers][:2] == ["fees", "inside"]
        assert not {"half", "over", "elsewhere"} & {one["name"] for one in answers}
        assert answers[0]["text"] == "Fees are listed on page two."
        assert (await desk.do("answers.suggest", contact_id="con_" + "0" * 32))["problem"]["type"].endswith(
            "not_your_contact"
        )
    async with served(workspace, "Gebühren auf der Rechnung", language="de") as (contact, desk):
        answers = (await desk.do("answers.suggest", contact_id=contact["id"]))["answers"]
        assert [one["name"] for one in answers][:2] == ["fees_de", "fees"]


async def test_the_words_of_a_mask_suggest_nothing(make: Make) -> None:
    """What stands for a card number is ours: a customer who pays by card does not ask for a SIM card."""
    sim = {"name": "sim", "topic": "complaint", "title": "Your SIM card number", "body": "The number of the card."}
    workspace = await make(small(articles=[ARTICLES[0], sim]))
    async with served(workspace, "what are these fees, I paid by 5105 1051 0510 5100") as (contact, desk):
        assert "[card number removed]" in contact["triage"]["text"]
        answers = (await desk.do("answers.suggest", contact_id=contact["id"]))["answers"]
        assert [one["name"] for one in answers] == ["fees", "sim"]


async def test_the_search_finds_stems_beginnings_and_misspelt_words(make: Make) -> None:
    """Also what has just been changed; with an open contact only the canned answers that are for it."""
    workspace = await make(small(canned_answers=CANNED, articles=ARTICLES))
    async with workspace.desk("ann") as desk:
        assert await found(desk, "fee listing") == ["fees"]
        assert (await found(desk, "greet")) == ["hello"]
        assert (await found(desk, "voicemial")) == []
        await workspace.api.put("/v1/articles/voice", json={"topic": "how_to", "title": "Voicemail", "body": "Say it."})
        assert (await found(desk, "voicemial")) == ["voice"]
        await workspace.api.delete("/v1/articles/voice")
        assert await found(desk, "voicemail") == []
        assert await found(desk, "' | & <-> ! ( :* \\") == []


async def test_what_is_inserted_is_counted_by_what_became_of_it(make: Make) -> None:
    """As it was, changed or left out; once, however often the message comes; what is not sent stays open."""
    workspace = await make(small(canned_answers=CANNED, articles=ARTICLES))
    async with served(workspace) as (contact, desk):
        uses = []
        for _ in range(4):
            given = await desk.do("answers.insert", contact_id=contact["id"], kind="article", name="fees")
            uses.append(given["use_id"])
        text = given["answer"]["text"]
        sent = await sends(desk, contact, text, "k1", **{uses[0]: "helped", uses[1]: "discarded"})
        assert sent["message"]["text"] == text
        again = await sends(desk, contact, text, "k1", **{uses[0]: "edited"})
        assert again["message"]["id"] == sent["message"]["id"]
        await sends(desk, contact, "Look at page two, please.", "k2", **{uses[2]: "edited"})
    agents = (await workspace.api.get("/v1/articles/fees/use")).json()["agents"]
    assert agents == {"inserted": 4, "helped": 1, "edited": 1, "discarded": 1, "open": 1}
    (row,) = (await workspace.api.get("/v1/reports/answers")).json()["items"]
    assert (row["kind"], row["name"], row["agents"]) == ("article", "fees", agents)


async def test_canned_answers_come_by_shortcut_with_the_contacts_values(make: Make) -> None:
    """In the customer's language; a value that is not known is said, and its message is not sent with a gap in it."""
    workspace = await make(small(canned_answers=CANNED, articles=[]))
    async with served(workspace) as (contact, desk):
        given = await desk.do("answers.insert", contact_id=contact["id"], shortcut="hello")
        assert (given["answer"]["text"], given["answer"]["missing"]) == ("Hello Vera Lang, Ann here.", [])
        reference = (await workspace.api.get(f"/v1/cases/{contact['case_id']}")).json()["reference"]
        given = await desk.do("answers.insert", contact_id=contact["id"], shortcut="ref")
        assert given["answer"]["text"] == f"Your reference is {reference}."
        none = await desk.do("answers.insert", contact_id=contact["id"], shortcut="nothing")
        assert none["problem"]["type"].endswith("not_found")
        inside = {"contact_id": contact["id"], "kind": "canned", "name": "inside"}
        assert (await desk.do("answers.insert", **inside))["problem"]["type"].endswith("not_for_this_reader")
        assert (await desk.do("answers.insert", **inside, into="note"))["answer"]["text"] == "Up to 20 euro."
    async with served(workspace, language="de", customer={"external_id": "v-2"}) as (contact, desk):
        given = await desk.do("answers.insert", contact_id=contact["id"], shortcut="hello")
        text = given["answer"]["text"]
        assert (text, given["answer"]["missing"]) == (
            "Guten Tag {customer_name}. Wir sind da: 0:00–24:00.",
            ["customer_name"],
        )
        refused = await sends(desk, contact, text, "k1", **{given["use_id"]: "helped"})
        assert refused["problem"]["type"].endswith("value_missing")
    wrong = await workspace.api.put("/v1/canned_answers/bad", json={"title": "Bad", "text": "Hello {name}"})
    assert wrong.status_code == 422
    assert "{name}" in wrong.text


async def test_a_saved_answer_is_a_draft_without_the_customer(make: Make) -> None:
    """Nobody is suggested it until somebody has read and published it; nothing of a sensitive contact is saved."""
    workspace = await make(small(articles=[]))
    async with served(workspace) as (contact, desk):
        text = "Dear Vera Lang, the fee of order number 4711-882913 is on page two. Write to vera@example.com."
        message = (await sends(desk, contact, text, "k1"))["message"]
        saved = await desk.do("answers.save", message_id=message["id"], title="Where fees are listed")
        assert (await desk.do("answers.save", message_id=message["id"], title="Where fees are")) == saved
        article = (await workspace.api.get(f"/v1/articles/{saved['article']}")).json()
        assert (article["state"], article["audience"], article["topic"]) == ("draft", "agents", "complaint")
        assert not [word for word in ("Vera", "Lang", "4711", "example.com") if word in article["body"]]
        assert await found(desk, "fee page") == []
        await workspace.api.post(f"/v1/articles/{saved['article']}/publish")
        assert await found(desk, "fee page") == [saved["article"]]
    async with workspace.desk("fred") as desk:
        contact = await workspace.post("someone stole my card", topic="card_fraud")
        await desk.do("offer.accept", offer_id=(await desk.expect("offer.created"))["offer_id"])
        message = (await sends(desk, contact, "We have blocked it.", "k2"))["message"]
        refused = await desk.do("answers.save", message_id=message["id"], title="Blocked")
        assert refused["problem"]["type"].endswith("stays_private")


async def test_an_accepted_reply_is_found_until_its_question_is_hidden(make: Make) -> None:
    """By the words of the question, which is not inserted itself."""
    workspace = await make(small(articles=[]))
    asked = "how do I record another voicemail greeting"
    contact = await workspace.post(asked, topic="how_to", channel="community", visibility="public")
    post = contact["route"]["post"]["id"]
    reply = await workspace.api.post(f"/v1/posts/{post}/replies", json={"author": "sam", "body": "Hold the star key."})
    await workspace.api.post(f"/v1/posts/{post}/replies/{reply.json()['id']}/accept")
    async with workspace.desk("ann") as desk:
        answers = (await desk.do("answers.search", words="record greeting"))["answers"]
        assert [(one["kind"], one["name"], one["text"]) for one in answers] == [("post", post, "Hold the star key.")]
        async with workspace.database.transaction() as session:
            assert await board.reindex(session, workspace.id) == 1
        assert await found(desk, "record greeting") == [post]
        async with workspace.database.transaction() as session:
            await board.hide_post(session, contact["id"], utc_now())
        assert await found(desk, "record greeting") == []


async def test_searches_that_find_nothing_are_gaps(make: Make) -> None:
    """Those of agents, once the words are complete; without numbers and names of the customer."""
    workspace = await make(small(canned_answers=CANNED, articles=[]))
    async with served(workspace) as (contact, desk):
        for finished in (False, True, True):
            words = "Vera Lang roaming abroad 4711"
            assert await found(desk, words, contact_id=contact["id"], finished=finished) == []

    async def counted() -> Any:
        return (await workspace.api.get("/v1/articles/gaps")).json()["searches"]

    (gap,) = await eventually(counted)
    assert (gap["topic"], gap["words"], gap["searches"], gap["by_agents"]) == ("complaint", "abroad roaming", 2, 2)


async def test_words_of_customers_are_shown_once_several_have_searched_for_them(
    workspace: Workspace, service: tuple[str, Parts]
) -> None:
    """Different ones: one who asks again is still one. Nobody is kept by name."""
    gaps = service[1].answers.gaps
    for customer in ["one", "one", "two"]:
        await gaps.searched(workspace.id, "Roaming in Peru", False, customer=customer)
    await gaps.searched(workspace.id, "Roaming in Peru", True, customer="five")
    assert (await workspace.api.get("/v1/articles/gaps")).json()["searches"] == []
    await gaps.searched(workspace.id, "peru roaming in", False, customer="three")
    (gap,) = (await workspace.api.get("/v1/articles/gaps")).json()["searches"]
    assert (gap["words"], gap["searches"], gap["by_agents"], SEVERAL) == ("in peru roaming", 4, 0, 3)
