"""A contact from the outside: its ladder, its endings, its lists, and who may see it."""

import asyncio
from typing import Any

import httpx

from tests.support.problems import assert_problem
from tests.support.rows import every
from tests.support.service import Workspace, eventually

SIGN_IN = "I forgot my password and cannot log in"
HOW_TO = "how do I set up my voicemail greeting"
COMPLAINT = "a formal complaint, I demand a manager"
FRAUD = "fraud! a thief used my card"


async def act(workspace: Workspace, contact_id: str, verb: str, **body: Any) -> httpx.Response:
    return await workspace.api.post(f"/v1/contacts/{contact_id}/{verb}", json=body or None)


async def test_an_unresolved_contact_climbs_its_ladder_to_a_person(workspace: Workspace) -> None:
    """Automation, then the community, then an agent; the post closes when the contact leaves it, and every step is
    explained.
    """
    contact = await workspace.post(SIGN_IN, channel="community", customer={"email": "sam@example.com"})
    assert (contact["route"]["outcome"], contact["route"]["rung"], contact["route"]["answer"]["article"]) == (
        "automation",
        0,
        "reset",
    )
    article = {"kind": "article", "ref": "reset", "version": 1, "run": None}
    assert (await workspace.contact(contact["id"]))["served_by"] == article
    posted = (await act(workspace, contact["id"], "unresolved")).json()
    assert (posted["state"], posted["route"]["outcome"], posted["route"]["rung"]) == ("posted", "community", 1)
    assert (posted["route"]["answer"], posted["triage"]["modality"]) == (None, "many_to_many")
    post = f"/v1/posts/{posted['route']['post']['id']}"
    assert (await workspace.api.get(post)).json()["status"] == "open"
    queued = (await act(workspace, contact["id"], "unresolved")).json()
    assert (queued["state"], queued["route"]["outcome"], queued["route"]["queue"]) == ("queued", "agent", "desk")
    assert queued["triage"]["modality"] == "one_to_one"
    assert queued["route"]["reply_by"]
    served = {"kind": "post", "ref": posted["route"]["post"]["id"], "version": None, "run": None}
    assert (await workspace.contact(contact["id"]))["served_by"] == served
    closed = (await workspace.api.get(post)).json()
    assert closed["status"] == "closed"
    assert closed["closed_at"]
    assert_problem(await workspace.api.post(f"{post}/replies", json={"author": "a", "body": "b"}), 409, "wrong_state")

    refused = assert_problem(await act(workspace, contact["id"], "unresolved"), 409, "wrong_state")
    assert refused["state"] == "queued"
    decision = (await workspace.api.get(f"/v1/contacts/{contact['id']}/decision")).json()
    assert [step["route"]["outcome"] for step in decision["history"]] == ["automation", "community", "agent"]
    assert [step["rung"] for step in decision["history"]] == [0, 1, 2]
    assert decision["route"] == queued["route"]
    assert all(step["route"]["reasons"] and step["triage"]["reasons"] for step in decision["history"])


async def test_unresolved_twice_at_once_climbs_without_breaking(workspace: Workspace) -> None:
    """Two clicks may move the contact one rung or two, but it is served by exactly one outcome and has at most one open
    post.
    """
    contact = await workspace.post(SIGN_IN)
    await asyncio.gather(*(act(workspace, contact["id"], "unresolved") for _ in range(2)))
    state = (await workspace.contact(contact["id"]))["state"]
    assert state in ("posted", "queued")
    open_posts = (await workspace.api.get("/v1/posts?status=open")).json()["items"]
    assert len(open_posts) == (1 if state == "posted" else 0)


ENDINGS = (("resolve", "resolved"), ("abandon", "abandoned"), ("cancel", "cancelled"))


@every(("said", "verb", "state"), [(said, *ending) for said in (SIGN_IN, HOW_TO, COMPLAINT) for ending in ENDINGS])
async def test_an_ending_is_final_and_harmless_to_repeat(
    workspace: Workspace, said: str, verb: str, state: str
) -> None:
    """From every open state; said again it is the same, another ending is 409 and changes nothing, and no post stays
    open.
    """
    contact = await workspace.post(said)
    for _ in range(2):
        ended = await act(workspace, contact["id"], verb, reason="the customer said so")
        assert (ended.status_code, ended.json()) == (200, {"id": contact["id"], "state": state})
    for other in {"resolve", "abandon", "cancel", "unresolved"} - {verb}:
        assert assert_problem(await act(workspace, contact["id"], other), 409, "wrong_state")["state"] == state
    read = await workspace.contact(contact["id"])
    assert (read["state"], read["ended_at"] is not None) == (state, True)
    assert (await workspace.api.get("/v1/posts?status=open")).json()["items"] == []

    async def told() -> bool:
        return bool([event for event in await workspace.events(contact["id"]) if event["type"] == f"contact.{state}"])

    await eventually(told)


async def test_lists_filter_and_page_and_link(workspace: Workspace) -> None:
    """Newest first, whole and without doubles over the pages, by state and queue; `Link` leads to the next page and the
    last has none.
    """
    made = [
        (await workspace.post(COMPLAINT, channel="voice" if number % 3 == 0 else "chat"))["id"] for number in range(7)
    ]
    answered = (await workspace.post(SIGN_IN))["id"]
    for contact in made:
        await workspace.until_state(contact, "queued")

    async def projected() -> bool:
        return len((await workspace.api.get("/v1/contacts?state=queued")).json()["items"]) == 7

    await eventually(projected)
    everything = (await workspace.api.get("/v1/contacts")).json()
    assert [item["id"] for item in everything["items"]] == [answered, *reversed(made)]
    assert everything["next_cursor"] is None
    by_queue = (await workspace.api.get("/v1/contacts", params={"queue": "voice"})).json()["items"]
    assert [item["id"] for item in by_queue] == [made[6], made[3], made[0]]

    seen, address = [], "/v1/contacts?state=queued&limit=3"
    while address:
        page = await workspace.api.get(address)
        seen += [item["id"] for item in page.json()["items"]]
        assert bool(page.links) == (page.json()["next_cursor"] is not None)
        address = page.links["next"]["url"] if page.links else ""
    assert seen == list(reversed(made))


async def test_a_sensitive_contact_is_invisible_without_its_scope(workspace: Workspace) -> None:
    """Not listed, and 404 like one that is not there: its journal and decision too; with the scope all of it is there."""
    secret, plain = await workspace.post(FRAUD), await workspace.post(COMPLAINT)
    assert secret["triage"]["sensitive"]
    made = await workspace.api.post("/v1/api-keys", json={"name": "crm", "scopes": ["contacts:read"]})
    crm = {"Authorization": f"Bearer {made.json()['key']}"}
    listed = (await workspace.api.get("/v1/contacts", headers=crm)).json()["items"]
    assert [item["id"] for item in listed] == [plain["id"]]
    for tail in ("", "/decision", "/events"):
        hidden = await workspace.api.get(f"/v1/contacts/{secret['id']}{tail}", headers=crm)
        nothing = await workspace.api.get(f"/v1/contacts/con_{'0' * 32}{tail}", headers=crm)
        assert_problem(hidden, 404, "not_found")
        assert hidden.json()["detail"].replace(secret["id"], "") == nothing.json()["detail"].replace(
            f"con_{'0' * 32}", ""
        )
        assert (await workspace.api.get(f"/v1/contacts/{secret['id']}{tail}")).status_code == 200
    assert len((await workspace.api.get("/v1/contacts")).json()["items"]) == 2


async def test_priority_is_a_credit_of_time(workspace: Workspace) -> None:
    """One point counts as a minute waited: it is offered before those who came sooner, and its due time stays the
    queue's.
    """
    early = await workspace.post(COMPLAINT)
    urgent = await workspace.post(COMPLAINT, priority=5)
    async with workspace.desk("ann") as ann:
        assert (await ann.expect("offer.created"))["contact"]["id"] == urgent["id"]
        assert (await ann.expect("offer.created"))["contact"]["id"] == early["id"]
    read = await workspace.contact(urgent["id"])
    assert (read["priority"], read["enqueued_at"]) == (5, read["accepted_at"])


async def test_an_answer_and_a_later_read_say_the_same(workspace: Workspace) -> None:
    """A client sees its own write at once, with everything it sent."""
    sent: dict[str, Any] = {
        "channel": "email",
        "subject": "A complaint",
        "text": "  This is outrageous, I demand a manager\n",
        "language": "de",
        "priority": 2,
        "context": {"page": "/help", "order": 4711, "nested": {"a": [1, 2.5, None, True]}},
        "channel_ref": "<mail-1@example.com>",
        "attachments": [{"url": "https://files.example/1.png", "name": "1.png", "content_type": "image/png"}],
        "skills": [{"skill": "billing", "min": 2}],
        "customer": {"email": "sam@example.com"},
    }
    made = await workspace.post(**sent)
    read = await workspace.contact(made["id"])
    assert (read["state"], read["queue"], read["cell"]) == (
        made["state"],
        made["route"]["queue"],
        made["triage"]["cell"],
    )
    assert {
        name: read[name]
        for name in ("channel", "subject", "language", "priority", "context", "channel_ref", "attachments")
    } == {
        name: sent[name]
        for name in ("channel", "subject", "language", "priority", "context", "channel_ref", "attachments")
    }
    assert read["text"] == sent["text"].strip()
    assert read["due_at"] == made["route"]["reply_by"]


async def test_contacts_are_found_by_their_conversation_and_their_customer(workspace: Workspace) -> None:
    """Newest first, a page at a time, and only this workspace's; an unknown one has none."""
    first = await workspace.post(SIGN_IN, channel="chat", channel_ref="s-1", customer={"external_id": "u1"})
    await workspace.api.post(f"/v1/contacts/{first['id']}/resolve")
    second = await workspace.post(SIGN_IN, channel="chat", channel_ref="s-1", customer={"external_id": "u1"})
    other = await workspace.post(SIGN_IN, channel="chat", channel_ref="s-2", customer={"external_id": "u2"})

    async def found(**query: str) -> list[str]:
        answer = await workspace.api.get("/v1/contacts", params=query)
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["items"]]

    assert await found(channel_ref="s-1") == [second["id"], first["id"]]
    assert await found(channel_ref="s-1", limit="1") == [second["id"]]
    assert await found(customer=other["customer_id"]) == [other["id"]]
    assert await found(channel_ref="s-1", customer=other["customer_id"]) == []
    assert await found(channel_ref="s-3") == []
    assert_problem(await workspace.api.get("/v1/contacts?customer=a%20b"), 422, "invalid_request")
    assert_problem(await workspace.api.get(f"/v1/contacts?channel_ref={501 * 'x'}"), 422, "invalid_request")
    assert (await workspace.api.get("/v1/contacts?channel_ref=%00")).status_code in (200, 422)
