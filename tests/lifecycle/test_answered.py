"""A contact on the community's rung is answered from an answered post that is like it, and nothing is published."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.knowledge.answered import AnsweredSearch, Question
from mci_router.lifecycle.rebuilding import Rebuilding
from tests.support.answered import ASKED, REPLY, TOPIC, answered_post, dry_run
from tests.support.customers import chat, site_key, site_token
from tests.support.documents import small
from tests.support.problems import assert_problem
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]

LIKE_IT = "how can I set up my new voicemail greeting"
LIKE_IT_A_BIT = "which button turns the voicemail greeting off while I travel abroad"
OTHER = "where do I order a second battery"
YES = {"to": "post_publicly"}


async def board(workspace: Workspace) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await workspace.api.get("/v1/posts")).json()["items"]
    return items


async def say(workspace: Workspace, contact: str, act: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    response = await workspace.api.post(f"/v1/contacts/{contact}/{act}", json=body or {})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def test_a_private_contact_is_answered_and_nothing_is_published(workspace: Workspace) -> None:
    """Also one whose customer cannot be asked: the answer has its source and how alike they are; helped, it is
    resolved. A sensitive one is shown none, however alike.
    """
    post = await answered_post(workspace)
    contact = await workspace.post(LIKE_IT, **TOPIC)
    route = contact["route"]
    assert (contact["state"], route["outcome"], route["rung"]) == ("automating", "community", 0)
    assert contact["triage"]["modality"] == "one_to_one"
    answer = route["answer"]
    assert (answer["kind"], answer["post"], answer["title"], answer["body"]) == ("post", post, ASKED, REPLY)
    assert 0.7 <= answer["confidence"] <= 1
    assert (route["post"], route["ask"], route["at_limit"]) == (None, None, "next")
    assert route["reply_by"]
    assert f"the answered post {post} is like it" in route["reasons"][-1]
    assert [one["id"] for one in await board(workspace)] == [post]
    assert (await workspace.contact(contact["id"]))["state"] == "automating"
    await say(workspace, contact["id"], "resolve")
    resolved = await workspace.until_state(contact["id"], "resolved")
    served = {"kind": "post", "ref": post, "version": None, "run": None}
    assert (resolved["outcome"], resolved["served_by"]) == ("community", served)
    changes = {"workspace": {"bars": {"answered": 1}}}
    since = datetime.fromisoformat(resolved["accepted_at"]) - timedelta(milliseconds=20)  # its id is a little older
    past = {"since": since.isoformat(), "changes": changes}
    replayed = (await workspace.api.post("/v1/decisions/replay", json=past)).json()
    assert (replayed["contacts"], replayed["differs_from_then"]) == (1, 0)
    assert [move["to"]["outcome"] for move in replayed["moves"]] == ["agent"]
    kinds = [event["type"] for event in await workspace.events(contact["id"])]
    assert kinds[0] == "contact.automating"
    danger = await workspace.post(f"{LIKE_IT}, my husband threatens to kill me", can_ask=True, **TOPIC)
    assert (danger["triage"]["sensitive"], danger["route"]["outcome"]) == (True, "agent")
    assert (danger["route"]["answer"], danger["route"]["similar"]) == (None, [])
    nothing_to_agree_to = await workspace.post(LIKE_IT, can_ask=True, **TOPIC)
    refused = await workspace.api.post(f"/v1/contacts/{nothing_to_agree_to['id']}/consent", json=YES)
    assert_problem(refused, 409, "wrong_state")


async def test_an_answer_that_did_not_help_leaves_the_rung_to_go_on(workspace: Workspace) -> None:
    """A public contact is posted, a private one asked, and who cannot be asked goes to the next rung; said again for the
    same rung nothing happens, and no second post answers.
    """
    post = await answered_post(workspace)
    public = await workspace.post(LIKE_IT, channel="community", **TOPIC)
    assert (public["state"], public["route"]["answer"]["post"]) == ("automating", post)
    rung = {"rung": public["route"]["rung"]}
    posted = await say(workspace, public["id"], "unresolved", rung)
    assert (posted["state"], posted["route"]["outcome"], posted["route"]["rung"]) == ("posted", "community", 1)
    assert posted["route"]["reply_by"]
    assert (await say(workspace, public["id"], "unresolved", rung))["moved"] is False
    assert {one["id"] for one in await board(workspace)} == {post, posted["route"]["post"]["id"]}
    await say(workspace, public["id"], "unresolved", {"rung": 1})
    await workspace.until_state(public["id"], "queued")

    private = await workspace.post(LIKE_IT, can_ask=True, **TOPIC)
    assert private["route"]["answer"]["post"] == post
    asked = await say(workspace, private["id"], "unresolved", rung)
    assert (asked["state"], asked["route"]["answer"], asked["triage"]["modality"]) == ("automating", None, "one_to_one")
    assert asked["route"]["ask"]["draft"]["body"] == LIKE_IT
    assert asked["route"]["ask"]["similar"] == []  # it was shown already
    agreed = await say(workspace, private["id"], "consent", YES)
    assert (agreed["state"], agreed["route"]["rung"]) == ("posted", 1)

    silent = await workspace.post(LIKE_IT, **TOPIC)
    queued = await say(workspace, silent["id"], "unresolved", rung)
    assert (queued["state"], queued["route"]["outcome"], queued["route"]["rung"]) == ("queued", "agent", 1)
    history = (await workspace.api.get(f"/v1/contacts/{private['id']}/decision")).json()["history"]
    assert [step["route"]["outcome"] for step in history] == ["community", "community"]


async def test_the_ladder_goes_on_where_it_was(make: Make) -> None:
    """The step from an answered post to a post is none of the ladder's: no rung after it is left out. How alike they must
    be is the workspace's.
    """
    community, article = {"outcome": "community", "limit_s": 60}, {"outcome": "automation", "limit_s": 60}
    cells = [
        {"name": f"{volume}_volume_low_touch", "ladder": [community, article, {"outcome": "agent"}]}
        for volume in ("low", "high")
    ]
    document = small(policies=cells)
    document["articles"].append({"name": "greeting", "topic": "how_to", "title": "Greetings", "body": "Press 1."})
    document["workspace"]["bars"] |= {"answered": 0.3}
    workspace = await make(document)
    post = await answered_post(workspace)
    contact = await workspace.post(LIKE_IT_A_BIT, channel="community", **TOPIC)
    assert contact["route"]["answer"]["post"] == post
    steps = [contact["route"]["outcome"]]
    for _ in range(3):
        steps.append((await say(workspace, contact["id"], "unresolved"))["route"]["outcome"])
    assert steps == ["community", "community", "automation", "agent"]


async def test_what_is_not_alike_enough_is_shown_before_there_is_a_post(workspace: Workspace) -> None:
    """Beside the draft, or with the post; in the contact's language and topic alone, and nothing that is hidden."""
    post = await answered_post(workspace)
    shown = [{"post": post, "title": ASKED, "reply": REPLY}]
    asked = await workspace.post(LIKE_IT_A_BIT, can_ask=True, **TOPIC)
    assert (asked["route"]["answer"], asked["route"]["ask"]["similar"]) == (None, shown)
    posted = await workspace.post(LIKE_IT_A_BIT, channel="community", **TOPIC)
    assert (posted["state"], posted["route"]["similar"]) == ("posted", shown)
    foreign = await workspace.post(OTHER, channel="community", **TOPIC)
    assert (foreign["state"], foreign["route"]["similar"]) == ("posted", [])
    spanish = await workspace.post(LIKE_IT, channel="community", language="es", **TOPIC)
    assert (spanish["state"], spanish["route"]["answer"], spanish["route"]["similar"]) == ("posted", None, [])
    elsewhere = await dry_run(workspace, LIKE_IT, channel="community", topic="sign_in")
    assert elsewhere["route"]["answer"] is None or elsewhere["route"]["answer"]["kind"] == "article"
    async with workspace.ledger() as session:
        await session.execute(text("UPDATE posts SET hidden = true WHERE id = :post"), {"post": post})
    assert (await workspace.post(LIKE_IT, **TOPIC))["state"] == "queued"


async def test_a_rungs_limit_leads_to_an_answer_and_past_it(make: Make, service: tuple[str, Parts]) -> None:
    """A timer brings the contact to the community, where a post answers; the rung's silence takes it on. A live state
    that is built again has it as it was.
    """
    rungs = [{"outcome": "automation", "limit_s": 0.3}, {"outcome": "community", "limit_s": 60}, {"outcome": "agent"}]
    document = small(policies=[{"name": f"{volume}_volume_low_touch", "ladder": rungs} for volume in ("low", "high")])
    article = {"name": "greeting", "topic": "how_to", "title": "Greetings", "body": "Press 1.", "audience": "customers"}
    document["articles"].append(article)
    workspace = await make(document)
    post = await answered_post(workspace)
    contact = await workspace.post(LIKE_IT, **TOPIC)
    assert contact["route"]["answer"]["article"] == "greeting"

    async def answered() -> dict[str, Any] | None:
        decision = (await workspace.api.get(f"/v1/contacts/{contact['id']}/decision")).json()
        return decision["route"] if decision["route"]["outcome"] == "community" else None

    route = await eventually(answered)
    assert (route["rung"], route["answer"]["post"]) == (1, post)
    await workspace.projected()
    _, parts = service
    await Rebuilding(parts.database, parts.engine, parts.snapshots).again(workspace.id)
    live = await parts.engine.contact(workspace.id, contact["id"])
    assert live is not None
    assert (live.state, live.rung, live.outcome) == ("automating", 1, "community")
    assert (await workspace.contact(contact["id"]))["state"] == "automating"
    async with workspace.ledger() as session:
        await session.execute(text("UPDATE contacts SET rung_limit_at = now() WHERE id = :id"), {"id": contact["id"]})
    await Rebuilding(parts.database, parts.engine, parts.snapshots).again(workspace.id)
    assert (await workspace.until_state(contact["id"], "queued"))["rung"] == 2


async def test_a_ledger_that_is_slow_holds_nobody_up(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """While nothing of the index can be read, the rung goes on without it, for those who come and for those who climb."""
    await answered_post(workspace)
    _, parts = service
    search = AnsweredSearch(parts.database, 0.02)
    question = Question(workspace.id, LIKE_IT, None, "how_to")
    assert await eventually(lambda: search.find(question))
    climbs = await workspace.post(LIKE_IT, can_ask=True, **TOPIC)
    assert climbs["route"]["answer"]
    async with parts.database.transaction() as session:
        await session.execute(text("LOCK TABLE knowledge_entries IN ACCESS EXCLUSIVE MODE"))
        assert await search.find(question) is None
        assert not search.worth_it(workspace.id)  # a slow ledger is not asked by each contact
        came = [await workspace.post(LIKE_IT, can_ask=True, **TOPIC) for _ in range(3)]
        assert [one["route"]["ask"] is not None for one in came] == [True] * 3
        asked = await say(workspace, climbs["id"], "unresolved", {"rung": 0})
        assert asked["route"]["ask"]
    assert await eventually(lambda: search.find(question))


async def test_a_customer_in_the_chat_reads_answer_and_similar_ones(workspace: Workspace) -> None:
    """The answer's frame says that it comes from the community; *not helped* leads to the draft and, for what is only
    similar, the answered posts stand beside it.
    """
    post = await answered_post(workspace)
    async with chat(workspace, site_token(await site_key(workspace))) as client:
        said = await client.do("message.send", client_id="one", text=LIKE_IT)
        contact = said["contact"]["id"]
        answer = await client.expect("answer", contact_id=contact)
        assert (answer["kind"], answer["post"], answer["article"]) == ("post", post, {"title": ASKED, "body": REPLY})
        await client.do("answer.not_helped", contact_id=contact, rung=answer["rung"])
        ask = await client.expect("ask", contact_id=contact)
        assert (ask["draft"]["body"], ask["similar"], ask["rung"]) == (LIKE_IT, [], answer["rung"] + 1)
        again = await client.do("answer.not_helped", contact_id=contact, rung=answer["rung"])  # a second click
        assert again["contact"]["state"] == "automating"
        await client.do("consent", contact_id=contact, agreed=False)
        await client.do("conversation.end", contact_id=contact)
        await workspace.projected()  # the case is closed: who comes back to an open one is served by a person
        said = await client.do("message.send", client_id="two", text=LIKE_IT_A_BIT, new=True)
        ask = await client.expect("ask", contact_id=said["contact"]["id"])
        assert ask["similar"] == [{"post": post, "title": ASKED, "reply": REPLY}]
