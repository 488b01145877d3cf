"""A contact that is posted later than it came: its post has what was said in public, and nothing of the rest."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.api.test_message_changes import patch, redact
from tests.api.test_result_reports import SIGN_IN
from tests.lifecycle.test_consent import HOW_TO, board
from tests.lifecycle.test_modality import goes
from tests.support.documents import with_queue
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]

WAITS_S = 3  # the rest of the test, before the queue passes it on


async def overflowing(make: Make) -> Workspace:
    """A workspace whose queue passes on to the community who waits for too long."""
    return await make(with_queue("desk", overflow=[{"wait_s": WAITS_S, "to_community": True}]))


async def posted(workspace: Workspace, contact: dict[str, Any]) -> list[tuple[str, str]]:
    await workspace.until_state(contact["id"], "posted")
    return [(one["title"], one["body"]) for one in await board(workspace)]


async def posted_with(make: Make, later: dict[str, Any]) -> list[tuple[str, str]]:
    """The posts of a contact that waited for too long, in which its customer said something later, which was judged."""
    workspace = await overflowing(make)
    about = {"channel": "community", "channel_ref": "thread-1", "customer": {"external_id": "kim", "trust": "verified"}}
    contact = (await workspace.api.post("/v1/contacts", json={**about, "text": "hello everybody"})).json()
    assert (contact["state"], contact["triage"]["topic"]) == ("queued", None), contact
    said = await workspace.api.post("/v1/messages", json={**about, **later})
    assert said.json()["contact"]["id"] == contact["id"], said.text
    assert (await workspace.contact(contact["id"]))["topic"] == "how_to"
    if later["visibility"] == "private":
        await goes(workspace, contact, "many_to_many")
    return await posted(workspace, contact)


async def test_what_was_said_in_private_is_not_posted_once_the_conversation_is_back(make: Make) -> None:
    """An agent has taken the conversation back to the public; then nobody was free, and the community is asked."""
    said = {"text": f"{HOW_TO} of my boat house", "visibility": "private"}
    assert await posted_with(make, said) == [("hello everybody", "hello everybody")]


async def test_what_was_said_in_public_later_is_posted(make: Make) -> None:
    """It may say what the first words did not."""
    said = {"text": HOW_TO, "visibility": "public"}
    assert await posted_with(make, said) == [("hello everybody", f"hello everybody\n{HOW_TO}")]


async def test_what_a_customer_has_changed_is_posted_as_it_is_now(make: Make) -> None:
    """It was judged as it was at first; who takes a word back does not find it on the board."""
    workspace = await overflowing(make)
    customer = {"external_id": "kim"}
    contact = await workspace.post(
        f"{HOW_TO} of my boat house", channel="community", topic="complaint", customer=customer
    )
    assert contact["state"] == "queued", contact
    assert (await patch(workspace, f"msg_{contact['id'][4:]}", HOW_TO)).status_code == 200
    assert await posted(workspace, contact) == [(HOW_TO, HOW_TO)]


async def test_what_was_taken_away_is_not_posted(make: Make) -> None:
    """Not even an empty post: it goes to a person, where another one is posted."""
    workspace = await make()
    for gone, states in ((False, {"posted"}), (True, {"queued", "offered"})):
        contact = await workspace.post(SIGN_IN, channel="community")
        assert contact["state"] == "automating", contact
        if gone:
            assert (await redact(workspace, f"msg_{contact['id'][4:]}")).status_code == 200
        answer = await workspace.api.post(f"/v1/contacts/{contact['id']}/unresolved", json={"rung": 0})
        assert answer.json()["state"] in states, answer.text
    assert len(await board(workspace)) == 1
