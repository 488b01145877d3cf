"""Messages into a conversation over HTTP: each once by its author's key, and answers to what the case has."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.ids import new_id
from tests.api.test_messages import say, window
from tests.support.conversations import slug, staffed, taken
from tests.support.outbound import adapter, by, key_of
from tests.support.problems import assert_problem
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]
OK: dict[str, Any] = {"kind": "agent", "author": "ada", "text": "ok"}
AS_BEFORE = """
UPDATE message_keys SET key = :key, fingerprint = :fingerprint
WHERE workspace_id = :workspace AND message_id = :message
"""


BEFORE_MESSAGES = """
WITH gone AS (DELETE FROM messages WHERE contact_id = :contact)
UPDATE contacts SET first_seq = NULL WHERE id = :contact
"""


@pytest.fixture
def parts(service: tuple[str, Parts]) -> Parts:
    """The parts of the service under test."""
    return service[1]


async def said_in(workspace: Workspace, contact: dict[str, Any]) -> list[tuple[str, str]]:
    """Who said what in the contact's case, after what it came with."""
    items = (await window(workspace, contact["case_id"]))["items"][1:]
    return [(item["author"], item["text"]) for item in items]


async def kept_as_before(parts: Parts, workspace: Workspace, message: dict[str, Any], key: str) -> None:
    """Has a message's key as the version before kept it: whoever wrote it, and in whichever member it came."""
    said = {
        "contact": message["contact_id"],
        "kind": message["kind"],
        "text": message["text"],
        "html": None,
        "to": None,
    }
    kept = parts.conversations.key_of(workspace.id, "", key, said)
    row = {"key": kept.key, "fingerprint": kept.fingerprint, "workspace": workspace.id, "message": message["id"]}
    async with workspace.database.transaction() as session:
        assert (await session.execute(text(AS_BEFORE), row)).rowcount == 1  # type: ignore[attr-defined]


async def test_two_authors_have_keys_of_their_own(make: Make) -> None:
    """Over one key of the API, with the same words and with others; a second try of either is that one's message."""
    workspace = await make(staffed())
    contact = await workspace.post("hello")
    bob = {**OK, "author": "bob"}
    of_ada = await say(workspace, contact["id"], **OK, client_id="1")
    of_bob = await say(workspace, contact["id"], **bob, client_id="1")
    for body, first in ((OK, of_ada), (bob, of_bob)):
        again = await say(workspace, contact["id"], **body, status=200, client_id="1")
        assert again["message"] == first["message"]
    await say(workspace, contact["id"], **{**bob, "author": "cyd", "text": "fine"}, client_id="1")
    await say(workspace, contact["id"], "thanks", author="ada", client_id="1")  # a customer of that name
    reused = await say(workspace, contact["id"], **{**OK, "text": "no"}, status=422, client_id="1")
    assert reused["type"] == "/problems/message_key_reused"
    note = await say(workspace, contact["id"], **{**OK, "kind": "note"}, status=422, client_id="1")
    assert note["type"] == "/problems/message_key_reused"
    assert await said_in(workspace, contact) == [("ada", "ok"), ("bob", "ok"), ("cyd", "fine"), ("ada", "thanks")]


async def test_the_channels_ids_and_the_authors_do_not_meet(make: Make) -> None:
    """The same value in the other member is another message, in either order; a channel's id is its adapter's."""
    workspace = await make(staffed())
    contact = await workspace.post("hello")
    sent: list[dict[str, Any]] = [
        {"channel_message_id": "1"},
        {"client_id": "1"},
        {"client_id": "2"},
        {"channel_message_id": "2"},
    ]
    firsts = [await say(workspace, contact["id"], **OK, **key) for key in sent]
    assert len({first["message"]["id"] for first in firsts}) == 4
    for key, first in zip(sent, firsts, strict=True):
        again = await say(workspace, contact["id"], **OK, status=200, **key)
        assert again["message"]["id"] == first["message"]["id"]
    await adapter(workspace)
    keys = [await key_of(workspace, "contacts:write", "messages:write", adapter="widget") for _ in range(2)]
    path, body = f"/v1/contacts/{contact['id']}/messages", {**OK, "channel_message_id": "1"}
    answers = [await workspace.api.post(path, json=body, headers=by(key)) for key in keys]
    assert [answer.status_code for answer in answers] == [201, 200]
    places = await workspace.api.get("/v1/messages", params={"channel_message_id": "1"}, headers=by(keys[1]))
    assert [one["message_id"] for one in places.json()["items"]] == [answers[0].json()["message"]["id"]]


async def test_a_second_try_after_an_upgrade_is_known(make: Make, parts: Parts) -> None:
    """The version before wrote the first: the same author and words are known by either member, others are not."""
    workspace = await make(staffed())
    contact = await workspace.post("hello")
    members: tuple[dict[str, Any], ...] = ({"client_id": "a"}, {"channel_message_id": "b"})
    for member in members:
        first = await say(workspace, contact["id"], **OK, **member)
        await kept_as_before(parts, workspace, first["message"], *member.values())
        again = await say(workspace, contact["id"], **OK, status=200, **member)
        assert again["message"] == first["message"]
    bob = {**OK, "author": "bob"}
    await say(workspace, contact["id"], **bob, client_id="a")
    reused = await say(workspace, contact["id"], **bob, status=422, channel_message_id="b")
    assert reused["type"] == "/problems/message_key_reused"
    await say(workspace, contact["id"], **{**OK, "text": "no"}, client_id="a")
    assert await said_in(workspace, contact) == [("ada", "ok"), ("ada", "ok"), ("bob", "ok"), ("ada", "no")]


async def test_an_answer_names_a_message_of_its_case(make: Make) -> None:
    """One that is not there, of another case or of another workspace is refused by name, and nothing is written."""
    workspace, other = await make(staffed()), await make(staffed())
    contact, elsewhere, away = await workspace.post("hello"), await workspace.post("hi"), await other.post("hey")
    first = (await window(workspace, contact["case_id"]))["items"][0]["id"]
    foreign = [
        (await window(space, one["case_id"]))["items"][0]["id"]
        for space, one in ((workspace, elsewhere), (other, away))
    ]
    path = f"/v1/contacts/{contact['id']}/messages"
    for kind in ("customer", "agent", "note"):
        for alien in (*foreign, new_id("message"), f"msg_{'f' * 32}", f"msg_{'0' * 32}"):
            body = {"kind": kind, "text": "this one", "client_id": alien, "in_reply_to": alien}
            problem = assert_problem(await workspace.api.post(path, json=body), 422, "unknown_message")
            assert problem["in_reply_to"] == alien
            assert "`in_reply_to`" in problem["detail"]
    assert await said_in(workspace, contact) == []
    answer = await say(workspace, contact["id"], "this one", in_reply_to=first, client_id="1")
    assert answer["message"]["in_reply_to"] == first
    again = await say(workspace, contact["id"], "this one", 200, in_reply_to=foreign[0], client_id="1")
    assert again["message"]["in_reply_to"] == first  # what is written is not looked at again


async def test_the_words_of_a_contact_from_before_there_were_messages_can_be_answered(make: Make) -> None:
    """Its conversation shows them as a message, of which there is no row."""
    workspace = await make(staffed())
    contact = await workspace.post("hello")
    async with workspace.database.transaction() as session:
        await session.execute(text(BEFORE_MESSAGES), {"contact": contact["id"]})
    shown = (await window(workspace, contact["case_id"]))["items"][0]
    answer = await say(workspace, contact["id"], "this one", in_reply_to=shown["id"])
    assert (shown["text"], answer["message"]["in_reply_to"]) == ("hello", shown["id"])


async def test_a_desk_answers_what_its_case_has(make: Make) -> None:
    """The agent's frame is refused as a request is."""
    workspace = await make(staffed())
    alien = (await window(workspace, (await workspace.post("hi"))["case_id"]))["items"][0]["id"]
    async with workspace.desk("ann") as ann:
        contact, _ = await taken(workspace, ann)
        about = {"contact_id": contact, "kind": "agent", "text": "this one", "in_reply_to": alien}
        refused = await ann.do("message.send", **about, client_id="1")
        assert (slug(refused), refused["problem"]["in_reply_to"]) == ("unknown_message", alien)
        assert len((await window(workspace, (await workspace.contact(contact))["case_id"]))["items"]) == 1
