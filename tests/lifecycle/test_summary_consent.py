"""Consent to summaries: what was private is summed up in public only by a yes to the exact text."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import pytest
from sqlalchemy import text

from tests.lifecycle.test_round_trip import HOW_TO, SUMMARY, back, goes, posted, say, thread
from tests.support.conversations import accepted
from tests.support.documents import small
from tests.support.outbound import adapter, by, key_of, reading
from tests.support.problems import assert_problem
from tests.support.rows import every
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]
OTHER = "Press the 2 and wait for the tone."
numbers = count(1)  # of customers
FORUM = {"channels": ["community"], "answers": "messages"}


@pytest.fixture
async def workspace(make: Make) -> Workspace:
    """With an agent who takes what comes from the community; nothing is said of summaries, so customers are asked."""
    document = small()
    for agent in document["agents"]:
        agent["capacity"]["channels"]["community"] = 3
    return await make(document)


async def taken(workspace: Workspace) -> tuple[dict[str, Any], str]:
    """A question that was taken private, of a customer of its own, and the path of its post."""
    contact, post = await posted(workspace, number=next(numbers))
    await goes(workspace, contact, "one_to_one")
    return contact, post


async def asked(workspace: Workspace, contact: dict[str, Any], said: str = SUMMARY, **more: Any) -> dict[str, Any]:
    """Proposes a summary; what the customer is asked then."""
    await back(workspace, contact, said, **more)
    question = await how(workspace, contact)
    assert question["text"] == said
    return question


async def how(workspace: Workspace, contact: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await workspace.api.get(f"/v1/contacts/{contact['id']}/summary")).json()["asked"]
    return found


async def answers(
    workspace: Workspace, contact: dict[str, Any], question: dict[str, Any], status: int = 200, *, agree: bool = True
) -> Any:
    body = {"summary_id": question["id"], "agree": agree}
    answer = await workspace.api.post(f"/v1/contacts/{contact['id']}/summary", json=body)
    assert answer.status_code == status, answer.text
    return answer


async def writes(workspace: Workspace, contact: dict[str, Any], said: str) -> None:
    body = {"kind": "customer", "text": said, "visibility": "private"}
    answer = await workspace.api.post(f"/v1/contacts/{contact['id']}/messages", json=body)
    assert answer.status_code == 201, answer.text


async def bodies(workspace: Workspace, post: str) -> list[str]:
    return [one["body"] for one in (await thread(workspace, post))["replies"]]


async def test_nothing_is_shown_until_the_customer_agrees_to_the_exact_text(workspace: Workspace) -> None:
    """The question has the text; a yes shows it and nothing else, as the accepted answer, and takes the conversation
    back. Said again, nothing changes.
    """
    contact, post = await taken(workspace)
    question = await asked(workspace, contact, accept=True)
    assert (question["state"], question["accept"]) == ("waiting", True)
    assert SUMMARY not in await bodies(workspace, post)
    assert (await workspace.contact(contact["id"]))["modality"] == "one_to_one"
    messages = (await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")).json()["items"]
    assert messages[-1]["visibility"] == "private"
    assert SUMMARY in messages[-1]["text"]
    assert "YES or NO" in messages[-1]["text"]
    for _ in range(2):
        assert (await answers(workspace, contact, question)).json()["state"] == "agreed"
    assert (await bodies(workspace, post))[-1:] == [SUMMARY]
    seen = await thread(workspace, post)
    assert (seen["status"], len(seen["replies"])) == ("answered", 2)
    assert (await workspace.contact(contact["id"]))["modality"] == "many_to_many"


@every(("said", "state"), [("Yes", "agreed"), ("no, thanks!", "declined"), ("JA, BITTE.", "agreed")])
async def test_a_customer_answers_by_a_word(workspace: Workspace, said: str, state: str) -> None:
    """In the private conversation, by a message that says nothing else."""
    contact, post = await taken(workspace)
    await asked(workspace, contact)
    await writes(workspace, contact, said)
    assert (await how(workspace, contact))["state"] == state
    assert (SUMMARY in await bodies(workspace, post)) == (state == "agreed")


@every("said", ["yes, but leave out the greeting", "yes\nhow long does it take?", "maybe", "ok", "no idea, yes?", "👍"])
async def test_what_is_no_plain_yes_shows_nothing(workspace: Workspace, said: str) -> None:
    """Conditions, questions and what may be meant are for the agent to read."""
    contact, post = await taken(workspace)
    await asked(workspace, contact)
    await writes(workspace, contact, said)
    assert (await how(workspace, contact))["state"] == "waiting"
    assert SUMMARY not in await bodies(workspace, post)


@every("kind", ["agent", "customer"])
async def test_a_yes_after_something_else_was_said_is_about_that(workspace: Workspace, kind: str) -> None:
    """An answer to another question of the agent, or after a condition of the customer, shows nothing; what agents
    note among themselves does not come in between.
    """
    contact, post = await taken(workspace)
    question = await asked(workspace, contact)
    body = {"kind": kind, "text": "Not with the greeting. Is it repaired?", "visibility": "private", "author": "ann"}
    body = body if kind == "agent" else {name: body[name] for name in ("kind", "text", "visibility")}
    answer = await workspace.api.post(f"/v1/contacts/{contact['id']}/messages", json=body)
    assert answer.status_code == 201, answer.text
    await writes(workspace, contact, "Yes")
    assert (await how(workspace, contact))["state"] == "waiting"
    assert SUMMARY not in await bodies(workspace, post)
    await answers(workspace, contact, question)
    assert SUMMARY in await bodies(workspace, post)


async def test_a_yes_from_before_the_question_is_none(workspace: Workspace) -> None:
    """A mail that was written earlier and arrives later; and a question that has not reached the conversation."""
    contact, post = await taken(workspace)
    question = await asked(workspace, contact)
    early = {"kind": "customer", "text": "Yes", "visibility": "private", "occurred_at": "2026-01-01T10:00:00Z"}
    answer = await workspace.api.post(f"/v1/contacts/{contact['id']}/messages", json=early)
    assert answer.status_code == 201, answer.text
    assert (await how(workspace, contact))["state"] == "waiting"
    await answers(workspace, contact, question, agree=False)
    unasked = await asked(workspace, contact, OTHER)
    async with workspace.ledger() as session:
        await session.execute(text("DELETE FROM message_keys WHERE key = :id"), {"id": unasked["id"]})
    await writes(workspace, contact, "yes")
    assert await bodies(workspace, post) == ["We write to you directly."]


async def test_a_mail_that_quotes_the_question_answers_it(workspace: Workspace) -> None:
    """The quotation reveals nothing: it is what may be shown."""
    contact, post = await taken(workspace)
    await asked(workspace, contact)
    async with workspace.ledger() as session:
        mail = "UPDATE contacts SET channel = 'email' WHERE id = :id"
        await session.execute(text(mail), {"id": contact["id"]})
    messages = (await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")).json()["items"]
    quoted = "\n".join(f"> {line}" for line in messages[-1]["text"].splitlines())
    await writes(workspace, contact, f"Yes please\n\n{quoted}")
    assert (await how(workspace, contact))["state"] == "agreed"
    assert SUMMARY in await bodies(workspace, post)


async def test_a_short_summary_does_not_make_room_for_a_quotation(workspace: Workspace) -> None:
    """What the customer was asked about once is no hole in what they said in private."""
    contact, _ = await taken(workspace)
    told = "the lamp at the old pier was out of order all night long"
    await writes(workspace, contact, told)
    await answers(workspace, contact, await asked(workspace, contact, "o"), agree=False)
    await answers(workspace, contact, await asked(workspace, contact, "a"), agree=False)
    assert_problem(await back(workspace, contact, told, 422), 422, "reveals_private")


async def test_silence_is_no(workspace: Workspace) -> None:
    """Once the time is over neither a word nor a button shows anything, and the agent may ask about another text."""
    contact, post = await taken(workspace)
    question = await asked(workspace, contact)
    async with workspace.ledger() as session:
        late = "UPDATE summary_consents SET expires_at = now() - interval '1 s' WHERE id = :id"
        await session.execute(text(late), {"id": question["id"]})
    assert (await how(workspace, contact))["state"] == "expired"
    assert_problem(await answers(workspace, contact, question, 409), 409, "ask_over")
    await writes(workspace, contact, "yes")
    assert SUMMARY not in await bodies(workspace, post)
    assert (await asked(workspace, contact, OTHER))["state"] == "waiting"
    assert_problem(await answers(workspace, contact, question, 409), 409, "ask_over")
    assert await bodies(workspace, post) == ["We write to you directly."]


async def test_a_no_stays_a_no(workspace: Workspace) -> None:
    """The same text is not asked about again, another one is, and nobody is asked without end; the conversation goes
    back without a summary.
    """
    contact, post = await taken(workspace)
    for said in (SUMMARY, OTHER, "Hold the 3."):
        question = await asked(workspace, contact, said)
        for _ in range(2):
            assert (await answers(workspace, contact, question, agree=False)).json()["state"] == "declined"
        assert_problem(await answers(workspace, contact, question, 409), 409, "ask_over")
        assert_problem(await back(workspace, contact, said, 409), 409, "wrong_state")
    assert_problem(await back(workspace, contact, "Hold the 4.", 409), 409, "wrong_state")
    await goes(workspace, contact, "many_to_many")
    assert await bodies(workspace, post) == ["We write to you directly."]


async def test_a_yes_is_to_the_text_that_was_shown(workspace: Workspace) -> None:
    """While one question is open there is no other; a button of an earlier question does not answer a later one."""
    contact, post = await taken(workspace)
    first = await asked(workspace, contact)
    await back(workspace, contact, SUMMARY)
    assert_problem(await back(workspace, contact, OTHER, 409), 409, "wrong_state")
    await answers(workspace, contact, first, agree=False)
    second = await asked(workspace, contact, OTHER)
    assert_problem(await answers(workspace, contact, first, 409), 409, "ask_over")
    stranger = await workspace.post("a formal complaint about my order", customer={"external_id": "pat-1"})
    assert_problem(await answers(workspace, stranger, second, 404), 404, "not_found")
    assert len(await bodies(workspace, post)) == 1


async def test_a_yes_may_be_taken_back(workspace: Workspace) -> None:
    """What was shown by it is hidden, and no search finds it; the customer may be asked about another text."""
    contact, post = await taken(workspace)
    question = await asked(workspace, contact, accept=True)
    await answers(workspace, contact, question)
    assert (await bodies(workspace, post))[-1:] == [SUMMARY]
    await answers(workspace, contact, question, agree=False)
    assert (await how(workspace, contact))["state"] == "declined"
    assert SUMMARY not in await bodies(workspace, post)
    assert_problem(await back(workspace, contact, SUMMARY, 409), 409, "wrong_state")
    another = await asked(workspace, contact, OTHER)
    assert (await answers(workspace, contact, another)).json()["state"] == "agreed"
    assert (await bodies(workspace, post))[-1:] == [OTHER]
    async with workspace.ledger() as session:
        found = text("SELECT count(*) FROM knowledge_entries WHERE workspace_id = :workspace AND kind = 'post'")
        assert await session.scalar(found, {"workspace": workspace.id}) == 0


async def test_a_yes_is_taken_back_where_an_adapter_has_said_it_too(workspace: Workspace) -> None:
    """The words are gone from what was said in public, and the adapter hears that; what it was told before is not left
    standing while the customer is told that nothing is posted.
    """
    await adapter(workspace, "fediverse", channels=["social"], capabilities={"edit": True})
    key = await key_of(workspace, "contacts:write", "messages:deliver", adapter="fediverse", trust="authenticated")
    kim = {"external_id": "@kim@example.social", "trust": "authenticated"}
    body = {"channel": "social", "visibility": "public", "customer": kim, "text": "a formal complaint about my order"}
    contact = (await workspace.api.post("/v1/contacts", json=body, headers=by(key))).json()
    await goes(workspace, contact, "one_to_one")
    question = await asked(workspace, contact)
    async with reading(workspace, key, "fediverse") as stream:
        await answers(workspace, contact, question)
        shown = await heard(stream, lambda one: one["text"] == SUMMARY and one["visibility"] == "public")
        await answers(workspace, contact, question, agree=False)
        gone = await heard(stream, lambda one: one["id"] == shown["id"] and one["redacted_at"] is not None)
    assert gone["text"] == ""
    messages = (await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")).json()["items"]
    assert not [one for one in messages if one["visibility"] == "public" and SUMMARY in one["text"]]
    await asked(workspace, contact, OTHER)


async def heard(stream: Any, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The next message of an adapter's stream that is wanted."""
    while True:
        _, sent = await stream.next()
        if wanted(sent):
            found: dict[str, Any] = sent
            return found


async def test_what_was_said_since_is_held_against_it(workspace: Workspace) -> None:
    """A yes does not show what by then would reveal something: the agent writes another one."""
    contact, post = await taken(workspace)
    told = "Our lamp at the old pier was out of order all night long."
    question = await asked(workspace, contact, told)
    await writes(workspace, contact, "the lamp at the old pier was out of order all night, and I am the keeper")
    assert (await answers(workspace, contact, question)).json()["state"] == "withheld"
    assert told not in await bodies(workspace, post)
    messages = (await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")).json()["items"]
    assert messages[-1]["text"] == "We do not post it."


async def test_the_gate_comes_before_the_question(workspace: Workspace) -> None:
    """Nobody is asked about what may not be shown; and what is sensitive is never asked about."""
    contact, _ = await taken(workspace)
    assert_problem(await back(workspace, contact, "Kim Roe has it.", 422), 422, "reveals_private")
    assert await how(workspace, contact) is None


async def test_an_adapter_with_buttons_answers_and_the_desk_sees_how_it_stands(workspace: Workspace) -> None:
    """The message on its way names its question; the agent is told by each step, and by the draft's frame."""
    await adapter(workspace, "forum", **FORUM)
    key = await key_of(workspace, "contacts:write", "messages:deliver", adapter="forum", trust="authenticated")
    body = {"channel": "community", "text": HOW_TO, "topic": "how_to", "customer": {"external_id": "kim-77"}}
    contact = (await workspace.api.post("/v1/contacts", json=body, headers=by(key))).json()
    post = f"/v1/posts/{contact['route']['post']['id']}"
    move = {"contact_id": contact["id"], "reason": "done"}
    async with workspace.desk("ann") as ann, reading(workspace, key, "forum") as stream:
        await ann.do("contact.modality", to="one_to_one", **move)
        await accepted(ann, contact["id"])
        await say(ann, contact, "1", "It is done, and it was quick.")
        told = await ann.do("contact.modality", to="many_to_many", summary={"text": SUMMARY, "accept": True}, **move)
        assert (told["modality"], told["asked"]["state"]) == ("one_to_one", "waiting")
        sent: dict[str, Any] = {}
        while "consent" not in sent:
            _, sent = await stream.next()
        assert SUMMARY in sent["text"]
        assert sent["private_thread"] is True
        yes = {"summary_id": sent["consent"]["summary_id"], "agree": True}
        answer = await workspace.api.post(f"/v1/contacts/{contact['id']}/summary", json=yes, headers=by(key))
        assert answer.json()["state"] == "agreed", answer.text
        assert (await ann.do("summary.read", contact_id=contact["id"]))["asked"]["state"] == "agreed"
    assert SUMMARY in await bodies(workspace, post)


async def test_two_answers_at_once_are_one(workspace: Workspace) -> None:
    """A yes and a no, and the same yes again and again: one of them holds, and the thread says what the question says."""
    contact, post = await taken(workspace)
    question = await asked(workspace, contact)
    url = f"/v1/contacts/{contact['id']}/summary"
    bodies_sent = [{"summary_id": question["id"], "agree": agree} for agree in (True, False, True, True)]
    done = await asyncio.gather(*(workspace.api.post(url, json=one) for one in bodies_sent))
    assert {one.status_code for one in done} <= {200, 409}
    state = (await how(workspace, contact))["state"]
    assert state == "declined", "a no holds, before a yes and after it"
    assert SUMMARY not in await bodies(workspace, post)
