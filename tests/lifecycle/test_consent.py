"""What came in privately becomes public only if the customer agrees, and then exactly as it was shown."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import pytest

from mci_router.api.parts import Parts
from mci_router.errors import EngineUnavailable
from mci_router.lifecycle.dispatch import Dispatch
from mci_router.lifecycle.publicity.consent import Consents
from mci_router.lifecycle.rebuilding import Rebuilding
from mci_router.models import Contact
from mci_router.routing.calls import CallResult
from mci_router.specs import WorkspaceSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import Channel
from tests.support.documents import closed_now, small, with_queue
from tests.support.problems import assert_problem
from tests.support.rows import every
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]

HOW_TO = "how do I set up my voicemail greeting"
OTHER = "where can I change the voicemail greeting"
SENSITIVE = "how do I set up my voicemail greeting, my husband threatens to kill me"
YES = {"to": "post_publicly"}
NO = {"to": "post_publicly", "agree": False}


async def say(workspace: Workspace, contact_id: str, body: dict[str, Any], status: int = 200) -> dict[str, Any]:
    response = await workspace.api.post(f"/v1/contacts/{contact_id}/consent", json=body)
    assert response.status_code == status, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def board(workspace: Workspace) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await workspace.api.get("/v1/posts")).json()["items"]
    return items


def asking(**limits: float) -> dict[str, Any]:
    """The small workspace, with times to agree by channel."""
    document = small()
    document["workspace"]["ask_limit_s"] = limits
    return document


@every("channel", ["email", "chat", "sms", "product", "social", "voice"])
async def test_what_came_in_privately_is_not_posted(workspace: Workspace, channel: str) -> None:
    """The rung is passed over at once, and the reason says why; so it stands in the contact and in its decision."""
    contact = await workspace.post(HOW_TO, channel=channel)
    assert (contact["state"], contact["route"]["outcome"], contact["route"]["post"]) == ("queued", "agent", None)
    assert (
        "rung 1, community, is passed over: the customer wrote in private and cannot be asked"
        in contact["route"]["reasons"]
    )
    assert (contact["triage"]["visibility"], (await workspace.contact(contact["id"]))["visibility"]) == (
        "private",
        "private",
    )
    assert await board(workspace) == []


async def test_nobody_is_asked_on_the_phone(workspace: Workspace) -> None:
    """There is no draft to look at, whatever the adapter says."""
    assert (await workspace.post(HOW_TO, channel="voice", can_ask=True))["route"]["outcome"] == "agent"


@every(("channel", "visibility"), [("community", None), ("community", "public"), ("social", "public")])
async def test_what_was_written_in_public_is_posted(workspace: Workspace, channel: str, visibility: str | None) -> None:
    """By the channel, or by its adapter's word."""
    contact = await workspace.post(HOW_TO, channel=channel, visibility=visibility)
    assert (contact["state"], contact["triage"]["visibility"]) == ("posted", "public")
    assert_problem(await workspace.api.post(f"/v1/contacts/{contact['id']}/consent", json=YES), 409, "wrong_state")


async def test_an_adapter_may_say_that_a_forum_is_private(workspace: Workspace) -> None:
    """A message to the company in a community is none to the community."""
    assert (await workspace.post(HOW_TO, channel="community", visibility="private"))["route"]["outcome"] == "agent"


@every("channel", ["email", "chat", "sms", "product", "voice"])
async def test_an_adapter_cannot_say_that_a_private_channel_is_public(workspace: Workspace, channel: str) -> None:
    """422, and the problem says which channels can be."""
    response = await workspace.api.post(
        "/v1/contacts", json={"channel": channel, "text": HOW_TO, "visibility": "public"}
    )
    problem = assert_problem(response, 422, "invalid_request")
    assert problem["errors"][0]["where"] == "body.visibility"
    assert "community and social" in problem["errors"][0]["problem"]


async def test_the_customer_agrees_and_what_was_shown_is_posted(workspace: Workspace) -> None:
    """Nothing is public before; then exactly the draft is, for the rung's whole time, and saying it again changes
    nothing.
    """
    await workspace.post("make a live state")
    asked = await workspace.post(HOW_TO, customer={"name": "Sam Leeson"}, can_ask=True)
    ask = asked["route"]["ask"]
    assert (asked["state"], asked["route"]["outcome"], asked["route"]["post"]) == ("automating", "community", None)
    assert (asked["triage"]["modality"], ask["kind"], ask["draft"]["body"]) == ("one_to_one", "post_publicly", HOW_TO)
    assert asked["route"]["reply_by"] == ask["until"]
    assert await board(workspace) == []
    answers = [await say(workspace, asked["id"], YES) for _ in range(2)]
    assert answers[0] == answers[1]
    agreed = answers[0]
    assert (agreed["state"], agreed["route"]["rung"], agreed["triage"]["modality"]) == (
        "posted",
        asked["route"]["rung"],
        "many_to_many",
    )
    assert (agreed["route"]["ask"], agreed["route"]["consent"]["agreed"], agreed["route"]["consent"]["posted"]) == (
        None,
        True,
        True,
    )
    assert [{"title": post["title"], "body": post["body"]} for post in await board(workspace)] == [ask["draft"]]
    assert datetime.fromisoformat(agreed["route"]["reply_by"]) > datetime.fromisoformat(ask["until"])
    posted = await workspace.contact(asked["id"])
    assert (posted["state"], posted["served_by"]["ref"]) == ("posted", agreed["route"]["post"]["id"])

    async def told() -> list[str] | None:
        kinds = [event["type"] for event in await workspace.events(asked["id"])]
        return kinds if "contact.posted" in kinds else None

    assert await eventually(told) == ["contact.asked", "contact.posted"]
    decision = (await workspace.api.get(f"/v1/contacts/{asked['id']}/decision")).json()
    assert decision["route"] == agreed["route"]
    assert_problem(
        await workspace.api.post(f"/v1/contacts/{asked['id']}/consent", json={**YES, "text": OTHER}), 409, "wrong_state"
    )


async def test_a_no_moves_on_at_once(workspace: Workspace) -> None:
    """Said again it changes nothing; a yes comes too late."""
    asked = await workspace.post(HOW_TO, can_ask=True)
    answers = [await say(workspace, asked["id"], NO) for _ in range(2)]
    assert {(answer["state"], answer["route"]["queue"]) for answer in answers} == {("queued", "desk")}
    assert (answers[0]["route"]["consent"]["agreed"], answers[0]["route"]["ask"]) == (False, None)
    assert "the customer does not want it in public" in answers[0]["route"]["reasons"]
    assert_problem(await workspace.api.post(f"/v1/contacts/{asked['id']}/consent", json=YES), 409, "ask_over")
    assert await board(workspace) == []


async def test_that_it_did_not_help_is_a_no(workspace: Workspace) -> None:
    """`unresolved` moves on from the question as from any rung."""
    asked = await workspace.post(HOW_TO, can_ask=True)
    moved = (await workspace.api.post(f"/v1/contacts/{asked['id']}/unresolved")).json()
    assert (moved["state"], moved["route"]["outcome"]) == ("queued", "agent")
    assert_problem(await workspace.api.post(f"/v1/contacts/{asked['id']}/consent", json=YES), 409, "ask_over")


async def test_who_says_nothing_in_time_is_with_a_person(make: Make) -> None:
    """The channel's time passes, the contact moves on, and a yes that comes then is too late."""
    workspace = await make(asking(chat=0.3))
    asked = await workspace.post(HOW_TO, can_ask=True)
    await workspace.until_state(asked["id"], "queued")
    assert_problem(await workspace.api.post(f"/v1/contacts/{asked['id']}/consent", json=YES), 409, "ask_over")
    decision = (await workspace.api.get(f"/v1/contacts/{asked['id']}/decision")).json()
    assert "the customer did not say in time whether it may be posted" in decision["route"]["reasons"]
    assert await board(workspace) == []


async def test_each_channel_has_its_time_to_agree(make: Make) -> None:
    """Two minutes where the customer is waiting, four hours where not, or what the workspace says."""
    workspace, has = await make(asking(social=60)), dict[str, int]()
    for channel in ("chat", "product", "email", "sms", "social"):
        asked = await workspace.post(HOW_TO, channel=channel, can_ask=True)
        accepted = datetime.fromisoformat((await workspace.contact(asked["id"]))["accepted_at"])
        has[channel] = round((datetime.fromisoformat(asked["route"]["ask"]["until"]) - accepted).total_seconds())
    assert has == {"chat": 120, "product": 120, "email": 14_400, "sms": 14_400, "social": 60}


async def test_an_edited_text_is_posted_masked(workspace: Workspace) -> None:
    """The customer's own wording instead of the draft; what identifies somebody is taken out of it, too."""
    asked = await workspace.post(HOW_TO, customer={"name": "Sam Leeson"}, can_ask=True)
    text = f"{OTHER}\nwrite to sam@post.example\nKind regards\nSam Leeson"
    answers = [await say(workspace, asked["id"], {**YES, "text": text}) for _ in range(2)]
    assert answers[0] == answers[1]
    assert (answers[0]["state"], answers[0]["route"]["consent"]["text_edited"]) == ("posted", True)
    (post,) = await board(workspace)
    assert (post["title"], post["body"].splitlines()[0]) == (OTHER, OTHER)
    assert not re.search(r"post\.example|Leeson|regards", str(post))
    assert answers[0]["triage"]["text"] == f"{OTHER}\nwrite to sam@post.example"


@every(("text", "sensitive"), [(SENSITIVE, True), ("I demand to speak to a human being", False), ("zzz", False)])
async def test_an_edited_text_that_is_nothing_for_the_public_is_not_posted(
    workspace: Workspace, text: str, sensitive: bool
) -> None:
    """Sensitive, or for a person: the contact goes to one, who is told what the customer wrote, and the answer says so."""
    asked = await workspace.post(HOW_TO, can_ask=True)
    answers = [await say(workspace, asked["id"], {**YES, "text": text}) for _ in range(2)]
    assert answers[0] == answers[1]
    answer = answers[0]
    assert (answer["state"], answer["triage"]["sensitive"]) == ("queued", sensitive)
    assert (answer["route"]["consent"]["posted"], answer["route"]["post"]) == (False, None)
    assert any(reason.startswith("the customer's own wording is not posted") for reason in answer["route"]["reasons"])
    contact = await workspace.contact(asked["id"])
    assert contact["sensitive"] is sensitive
    assert contact["text"] == f"{HOW_TO}\n\n{text}"
    assert await board(workspace) == []


async def test_a_customer_may_take_the_consent_back(workspace: Workspace) -> None:
    """The post is out of the public, only moderators see it, and the contact goes on."""
    asked = await workspace.post(HOW_TO, can_ask=True)
    post = (await say(workspace, asked["id"], YES))["route"]["post"]["id"]
    back = await say(workspace, asked["id"], NO)
    assert (back["state"], back["route"]["queue"]) == ("queued", "desk")
    assert [(one["id"], one["hidden"]) for one in await board(workspace)] == [(post, True)]
    reader = await key_of(workspace, "community:read", "community:write")
    assert (await workspace.api.get("/v1/posts", headers=reader)).json()["items"] == []
    assert_problem(await workspace.api.get(f"/v1/posts/{post}", headers=reader), 404, "not_found")
    replied = await workspace.api.post(
        f"/v1/posts/{post}/replies", headers=reader, json={"author": "kim", "body": "hold 1"}
    )
    assert_problem(replied, 404, "not_found")


async def key_of(workspace: Workspace, *scopes: str) -> dict[str, str]:
    made = await workspace.api.post("/v1/api-keys", json={"name": "other", "scopes": scopes})
    return {"Authorization": f"Bearer {made.json()['key']}"}


async def test_consent_for_what_was_never_asked_is_refused(workspace: Workspace) -> None:
    """And for what is not there, or has ended."""
    never = await workspace.post(HOW_TO)
    for body in (YES, NO, {**YES, "text": OTHER}):
        assert_problem(await workspace.api.post(f"/v1/contacts/{never['id']}/consent", json=body), 409, "wrong_state")
        assert_problem(await workspace.api.post("/v1/contacts/con_0/consent", json=body), 404, "not_found")
    ended = await workspace.post(HOW_TO, can_ask=True)
    await workspace.api.post(f"/v1/contacts/{ended['id']}/abandon")
    assert_problem(await workspace.api.post(f"/v1/contacts/{ended['id']}/consent", json=YES), 409, "wrong_state")
    assert (await say(workspace, ended["id"], NO))["state"] == "abandoned"
    for bad in ({}, {"to": "sell"}, {**YES, "text": "\u200b"}, {**YES, "text": "a" * 20_001}):
        assert_problem(
            await workspace.api.post(f"/v1/contacts/{never['id']}/consent", json=bad), 422, "invalid_request"
        )
    assert await board(workspace) == []


async def test_a_sensitive_contact_is_never_asked(workspace: Workspace) -> None:
    """Whatever the adapter can do."""
    contact = await workspace.post(SENSITIVE, can_ask=True)
    assert (contact["route"]["outcome"], contact["route"]["ask"]) == ("agent", None)


# Other ways to the community


async def test_a_closed_queue_asks_before_it_posts(make: Make) -> None:
    """Its contacts are asked about until it opens at the latest, and only if the adapter can ask."""
    document = with_queue("desk", hours=closed_now(), when_closed={"action": "community"})
    workspace = await make(document)
    waits = await workspace.post("a formal complaint", topic="complaint")
    asked = await workspace.post("a formal complaint", topic="complaint", can_ask=True)
    assert (waits["state"], waits["route"]["queue"]) == ("queued", "desk")
    assert (asked["state"], asked["route"]["ask"]["draft"]["body"]) == ("automating", "a formal complaint")
    assert await board(workspace) == []
    posted = await say(workspace, asked["id"], YES)
    assert (posted["state"], posted["route"]["reply_by"][11:19]) == ("posted", "12:00:00")
    assert len(await board(workspace)) == 1


async def test_an_overflow_rule_asks_before_it_posts(make: Make) -> None:
    """The contact leaves its line while its customer is asked, once, and comes back with its age."""
    document = with_queue("desk", overflow=[{"wait_s": 0.3, "to_community": True}])
    document["workspace"]["ask_limit_s"] = {"chat": 30}
    workspace = await make(document)
    stays = await workspace.post("a formal complaint", topic="complaint")
    contact = await workspace.post("a formal complaint", topic="complaint", can_ask=True)
    await workspace.until_state(contact["id"], "automating")
    assert await board(workspace) == []
    assert (await say(workspace, contact["id"], NO))["route"]["queue"] == "desk"
    back = await workspace.contact(contact["id"])
    assert (back["state"], back["enqueued_at"]) == ("queued", back["accepted_at"])
    again = await workspace.post("a formal complaint", topic="complaint", can_ask=True)
    await workspace.until_state(again["id"], "automating")  # by then the rule has been looked at for the others, too
    assert (await workspace.contact(contact["id"]))["state"] == "queued"
    assert (await workspace.contact(stays["id"]))["state"] == "queued"
    assert (await say(workspace, again["id"], YES))["state"] == "posted"


# Bad days


async def test_a_question_comes_back_with_its_time_when_the_live_state_is_lost(
    make: Make, service: tuple[str, Parts]
) -> None:
    """Made again from the ledger, the contact is asked about as before, the time to answer passes, and consent still
    posts another.
    """
    _, parts = service
    workspace = await make(asking(chat=3, email=60))
    asked, other = (
        await workspace.post(HOW_TO, can_ask=True),
        await workspace.post(HOW_TO, can_ask=True, channel="email"),
    )
    posted = await workspace.post(HOW_TO, can_ask=True, channel="email")
    await say(workspace, posted["id"], YES)
    await Rebuilding(parts.database, parts.engine, parts.snapshots).again(workspace.id)
    live = await parts.engine.contacts(workspace.id, [asked["id"], other["id"], posted["id"]])
    assert [(one.state, one.asking) for one in live if one] == [
        ("automating", True),
        ("automating", True),
        ("posted", False),
    ]
    assert (await say(workspace, other["id"], YES))["state"] == "posted"
    await workspace.until_state(asked["id"], "queued")


class Killed(Dispatch):
    """Dies after each commit."""

    async def send(self, snapshot: Snapshot, contact: Contact) -> CallResult:
        raise EngineUnavailable


async def test_a_consent_that_is_committed_and_not_placed_is_found(
    workspace: Workspace, service: tuple[str, Parts]
) -> None:
    """The process dies in between: another one puts the contact where it belongs, and the answer may be asked for
    again.
    """
    _, parts = service
    asked, repeated = await workspace.post(HOW_TO, can_ask=True), await workspace.post(HOW_TO, can_ask=True)
    killed = Killed(parts.engine)
    consents = Consents(parts.database, parts.engine, parts.snapshots, parts.reception, killed)
    for contact in (asked, repeated):
        with pytest.raises(EngineUnavailable):
            await consents.agree(workspace.id, contact["id"], None)
    assert (await say(workspace, repeated["id"], YES))["state"] == "posted"
    await workspace.until_state(asked["id"], "posted")
    assert len(await board(workspace)) == 2


def test_a_time_to_agree_on_the_phone_is_refused() -> None:
    """Nobody is asked there, so the setting would mean nothing."""
    with pytest.raises(ValueError, match="names voice"):
        WorkspaceSpec(name="w", title="W", ask_limit_s={Channel.VOICE: 60})
