"""The round trip: a post is taken to a private chat in one step, and comes back to its thread with a summary."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text

from tests.support.conversations import accepted
from tests.support.documents import small
from tests.support.problems import assert_problem
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]

HOW_TO = "how do I set up my voicemail greeting"
CARD = "4111 1111 1111 1111"
RULE = {"name": "orders", "title": "Order numbers", "effect": "take_private", "patterns": [r"\border \d{4}"]}
SECRETS = "My order is 7714-92, and I live with my sister at the old lighthouse"
TOLD = "We have put your greeting right for the lighthouse line."
MACHINE = "This is an automatic message.\n\n"
SUMMARY = "Hold the 1 until it beeps, then speak.\nIt works on every phone."


@pytest.fixture
async def workspace(make: Make) -> Workspace:
    """With an agent who takes what comes from the community, and a rule."""
    document = small(rules=[RULE])
    document["workspace"]["summaries"] = {"consent": "own_words"}  # with it: tests/lifecycle/test_summary_consent.py
    for agent in document["agents"]:
        agent["capacity"]["channels"]["community"] = 3
    document["agents"][0]["title"] = "Ann Quill"
    return await make(document)


async def posted(workspace: Workspace, said: str = HOW_TO, number: int = 77, **more: Any) -> tuple[dict[str, Any], str]:
    """A question on the board of the customer with this number, and the path of its post."""
    customer = {"external_id": f"kim-{number}", "name": "Kim Roe", "email": f"kim{number}@post.example"}
    contact = await workspace.post(said, channel="community", customer=customer, **more)
    return contact, f"/v1/posts/{contact['route']['post']['id']}"


async def goes(workspace: Workspace, contact: dict[str, Any], to: str, status: int = 200, **more: Any) -> Any:
    body = {"to": to, "reason": "an order number is needed", **more}
    answer = await workspace.api.post(f"/v1/contacts/{contact['id']}/modality", json=body)
    assert answer.status_code == status, answer.text
    return answer


async def back(workspace: Workspace, contact: dict[str, Any], said: str, status: int = 200, **more: Any) -> Any:
    return await goes(workspace, contact, "many_to_many", status, summary={"text": said, **more})


async def thread(workspace: Workspace, post: str) -> dict[str, Any]:
    """The post and its replies, as anybody reads them."""
    made = await workspace.api.post("/v1/api-keys", json={"name": "visitor", "scopes": ["community:read"]})
    answer = await workspace.api.get(post, headers={"Authorization": f"Bearer {made.json()['key']}"})
    found: dict[str, Any] = answer.json()
    return found


async def test_a_post_goes_to_a_private_chat_and_comes_back_with_the_accepted_answer(workspace: Workspace) -> None:
    """In one step each way: with case and age, a note in the thread, and nothing private in it afterwards."""
    contact, post = await posted(workspace)
    async with workspace.desk("ann") as ann:
        taken = await ann.do("contact.modality", contact_id=contact["id"], to="one_to_one", reason="needs the order")
        assert taken["modality"] == "one_to_one"
        offered = await ann.expect("offer.created")
        assert offered["contact"]["id"] == contact["id"]
        assert "agent ann took it: first" in offered["reasons"]
        await ann.do("offer.accept", offer_id=offered["offer_id"])
        seen = await thread(workspace, post)
        assert (seen["status"], [one["body"] for one in seen["replies"]]) == ("closed", ["We write to you directly."])
        found = await workspace.until_state(contact["id"], "assigned")
        assert (found["agent"], found["modality"], found["case_id"]) == ("ann", "one_to_one", contact["case_id"])
        assert (found["place_since"], found["rung"]) == (found["accepted_at"], 1)
        await say(ann, contact, "1", TOLD)
        refused = await ann.do(
            "contact.modality",
            contact_id=contact["id"],
            to="many_to_many",
            reason="done",
            summary={"text": "Kim had order 77 14 92; we have put your greeting right for the line."},
        )
        places = refused["problem"]["places"]
        assert [(one["kind"], one["offset"]) for one in places] == [("name", 0), ("number", 14), ("quote", 24)]
        draft = await ann.do("summary.draft", contact_id=contact["id"])
        assert draft["text"].startswith("how do I set up my voicemail")
        summary = {"text": SUMMARY, "accept": True}
        move = {"contact_id": contact["id"], "to": "many_to_many", "reason": "done", "summary": summary}
        assert (await ann.do("contact.modality", **move))["modality"] == "many_to_many"
        assert (await ann.do("contact.modality", **move))["modality"] == "many_to_many"
    seen = await thread(workspace, post)
    assert seen["status"] == "answered"
    assert [(one["author"], one["body"], one["accepted"]) for one in seen["replies"]][1:] == [("Small", SUMMARY, True)]
    messages = (await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")).json()["items"]
    assert [(one["text"], one["visibility"]) for one in messages] == [
        (HOW_TO, "public"),
        (TOLD, "private"),
        (f"{MACHINE}The answer is in your thread now, where everybody can read it.", "private"),
    ]


async def test_a_thread_with_a_card_number_is_hidden_until_it_is_back(workspace: Workspace) -> None:
    """By a supervisor, to a queue with skills, whose agent is named; and back once the contact has ended. The token in
    place of the card number is all that anybody ever reads of it.
    """
    contact, post = await posted(workspace, f"{HOW_TO}, my card is {CARD}")
    wrong: tuple[dict[str, Any], ...] = (
        {"queue": "nowhere"},
        {"skills": [{"skill": "juggling"}]},
        {"agent": "nobody"},
        {"summary": {"text": "x"}},
    )
    for more in wrong:
        await goes(workspace, contact, "one_to_one", 422, **more)
    await goes(workspace, contact, "one_to_one", 409, queue="voice", skills=[{"skill": "fraud", "min": 5}])
    assert (await workspace.contact(contact["id"]))["state"] == "posted"
    place: dict[str, Any] = {"queue": "fraud_desk", "skills": [{"skill": "fraud", "min": 2}], "agent": "fred"}
    for _ in range(2):
        await goes(workspace, contact, "one_to_one", **place)
    assert (await thread(workspace, post))["status"] == 404
    async with workspace.desk("fred") as fred:
        assignment = await accepted(fred, contact["id"])
        await fred.do("assignment.complete", assignment_id=assignment, disposition="solved")
        await fred.do("wrap_up.done", assignment_id=assignment)
        await workspace.until_state(contact["id"], "completed")
    assert_problem(await goes(workspace, contact, "many_to_many", 409), 409, "wrong_state")
    await back(workspace, contact, SUMMARY)
    assert_problem(await back(workspace, contact, "Hold the 2.", 409), 409, "wrong_state")
    seen = await thread(workspace, post)
    assert (seen["status"], [one["body"] for one in seen["replies"]]) == ("open", [SUMMARY])
    assert "[card number removed]" in seen["body"]
    ended = await workspace.contact(contact["id"])
    assert (ended["state"], ended["modality"], ended["queue"]) == ("completed", "many_to_many", "fraud_desk")
    trail = (await workspace.api.get("/v1/audit", params={"target": contact["id"]})).json()["items"]
    moves = [one["after"] for one in trail if one["action"] == "contact.modality_changed"]
    assert moves[0] == {"modality": "many_to_many", "summary": {"accept": False}}
    assert (len(moves), moves[1]["queue"]) == (2, "fraud_desk")


async def test_what_is_sensitive_or_never_was_public_does_not_go_back(workspace: Workspace) -> None:
    """Whatever a summary says; and a sensitive summary goes nowhere."""
    contact, post = await posted(workspace)
    sensitive = "somebody stole my identity and my husband says he will kill me"
    await goes(workspace, contact, "one_to_one")
    refused = await back(workspace, contact, sensitive, 422)
    assert refused.json()["places"][0]["kind"] == "sensitive"
    hurt = await workspace.api.post(f"{post}/replies", json={"author": "kim", "body": sensitive})
    assert hurt.status_code == 409
    await goes(workspace, contact, "many_to_many")
    await workspace.api.post(f"{post}/replies", json={"author": "kim", "body": sensitive})
    assert_problem(await back(workspace, contact, SUMMARY, 409), 409, "stays_private")
    private = await workspace.post("a formal complaint about my order")
    assert_problem(await back(workspace, private, SUMMARY, 409), 409, "stays_private")


async def test_a_post_that_its_customer_agreed_to_makes_the_same_trip(workspace: Workspace) -> None:
    """Its conversation was private all the time; the thread is left, and answered."""
    contact = await workspace.post(HOW_TO, can_ask=True)
    agreed = await workspace.api.post(f"/v1/contacts/{contact['id']}/consent", json={"to": "post_publicly"})
    post = f"/v1/posts/{agreed.json()['route']['post']['id']}"
    await goes(workspace, contact, "one_to_one")
    await workspace.until_state(contact["id"], "queued")
    await back(workspace, contact, SUMMARY, accept=True)
    seen = await thread(workspace, post)
    assert [(one["body"], one["accepted"]) for one in seen["replies"]][1:] == [(SUMMARY, True)]
    messages = (await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")).json()["items"]
    assert {one["visibility"] for one in messages} == {"private"}


async def test_a_rule_takes_a_conversation_private(workspace: Workspace) -> None:
    """At once, if the first words fire it, or later, when the customer says more in the thread."""
    at_once = await workspace.post(f"{HOW_TO}, it was order 5512", channel="community")
    assert (at_once["route"]["outcome"], at_once["route"]["post"]) == ("agent", None)
    assert "the rule orders fires: a person, in private" in at_once["triage"]["reasons"]
    assert (await workspace.contact(at_once["id"]))["modality"] == "one_to_one"
    later, post = await posted(workspace, channel_ref="thread-9")
    said = {"channel": "community", "channel_ref": "thread-9", "text": "it was order 5512"}
    customer = {"external_id": "kim-77", "trust": "authenticated"}
    answer = await workspace.api.post("/v1/messages", json={**said, "customer": customer})
    assert answer.json()["contact"]["id"] == later["id"], answer.text
    queued = await workspace.until_state(later["id"], "queued")
    assert queued["modality"] == "one_to_one"
    decision = (await workspace.api.get(f"/v1/contacts/{later['id']}/decision")).json()
    assert "taken private: the rule orders fires" in decision["route"]["reasons"]
    assert len((await thread(workspace, post))["replies"]) == 1


async def test_two_at_once_are_one_and_a_crash_leaves_nothing_untold(workspace: Workspace) -> None:
    """Both ways: one note, one summary, one word to the customer, also if the process dies before it says it."""
    contact, post = await posted(workspace)
    await asyncio.gather(*(goes(workspace, contact, "one_to_one") for _ in range(4)))
    texts = [SUMMARY, "Press the 2 and speak."] * 2
    moves = {"to": "many_to_many", "reason": "done"}
    url = f"/v1/contacts/{contact['id']}/modality"
    answers = await asyncio.gather(
        *(workspace.api.post(url, json={**moves, "summary": {"text": said}}) for said in texts)
    )
    assert sorted(one.status_code for one in answers) == [200, 200, 409, 409]
    assert len((await thread(workspace, post))["replies"]) == 2
    async with workspace.ledger() as session:
        mine = {"contact": contact["id"]}
        query = text("SELECT goes_to FROM modality_moves WHERE contact_id = :contact ORDER BY id")
        assert list(await session.scalars(query, mine)) == ["one_to_one", "many_to_many"]
        for statement in (
            "DELETE FROM message_keys WHERE message_id IN (SELECT id FROM messages WHERE contact_id = :contact)",
            "DELETE FROM messages WHERE contact_id = :contact AND kind = 'system'",
            "UPDATE modality_moves SET told_at = NULL, created_at = now() - interval '1 min' WHERE contact_id = :contact",
        ):
            await session.execute(text(statement), mine)

    async def told() -> bool:
        async with workspace.database.transaction() as session:
            query = text("SELECT count(*) FROM modality_moves WHERE contact_id = :contact AND told_at IS NULL")
            return not await session.scalar(query, {"contact": contact["id"]})

    await eventually(told)
    messages = (await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")).json()["items"]
    assert [one["kind"] for one in messages] == ["customer", "system"]


async def say(desk: Any, contact: dict[str, Any], client_id: str, said: str) -> None:
    await desk.do("message.send", contact_id=contact["id"], client_id=client_id, kind="agent", text=said)
