"""What the community does not answer in time goes to the next rung, and the thread stays linked."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.community.test_moderation import HOW_TO, done, events, reply, with_spaces
from tests.support.customers import chat, session_token
from tests.support.help_pages import visitor
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]


async def with_limit(make: Make, limit_s: float) -> Workspace:
    """A workspace whose community has so long for what is asked there."""
    document: dict[str, Any] = with_spaces()
    ladder = [{"outcome": "community", "limit_s": limit_s}, {"outcome": "agent"}]
    document["policies"] = [{"name": "low_volume_low_touch", "ladder": ladder}]
    document["workspace"]["portal"] = {}
    document["agents"][0]["capacity"]["channels"]["community"] = 2
    return await make(document)


async def test_the_thread_is_linked_for_agent_and_customer(make: Make) -> None:
    """After the limit an agent is offered the contact with it, the customer sees it, and the post is closed."""
    board = await with_limit(make, 0.5)
    contact = await board.post(HOW_TO, channel="community", customer={"external_id": "crm-1", "trust": "verified"})
    post = contact["route"]["post"]["id"]
    assert contact["route"]["thread"] is None
    async with board.desk("ann") as ann:
        offer = await ann.expect("offer.created")
        page = f"/community/{board.name}/posts/{post}"
        assert offer["contact"]["thread"]["id"] == post
        assert (offer["contact"]["thread"]["status"], offer["contact"]["thread"]["url"]) == ("closed", page)
    decision = await done(board, "GET", f"/v1/contacts/{contact['id']}/decision")
    assert (decision["route"]["post"], decision["route"]["thread"]) == (None, {"id": post})
    assert (await done(board, "GET", f"/v1/posts/{post}"))["status"] == "closed"
    async with chat(board, await session_token(board, contact["customer_id"])) as customer:
        (case,) = customer.hello["cases"]
        assert [one["thread"] for one in case["contacts"]] == [post]


async def test_the_page_of_a_case_links_the_thread(make: Make) -> None:
    """So that the customer reads there what others answer."""
    board = await with_limit(make, 600)
    said = {"channel": "community", "customer": {"email": "sam@post.example"}}
    contact = await board.post(HOW_TO, **said)
    async with visitor(board, "203.0.113.77") as sam:
        await sam.open("status")
        await sam.send("status", reference=contact["case_reference"], address="sam@post.example")
        link = f"../../community/{board.name}/posts/{contact['route']['post']['id']}"
        assert link in sam.page.links
        assert (await sam.client.get(str(sam.answer.url.join(link)))).status_code == 200


async def test_a_thread_that_became_private_is_not_linked(make: Make) -> None:
    """Neither to the agent nor to the customer."""
    board = await with_limit(make, 600)
    contact = await board.post(HOW_TO, channel="community")
    post = contact["route"]["post"]["id"]
    await reply(board, f"/v1/posts/{post}", "somebody stole my identity and my husband says he will kill me")
    await board.until_state(contact["id"], "queued")
    decision = await done(board, "GET", f"/v1/contacts/{contact['id']}/decision")
    assert decision["route"]["thread"] is None


async def test_who_agreed_to_a_post_hears_of_replies_where_they_wrote(make: Make) -> None:
    """As a message of the conversation, once, where nobody else carries it there."""
    board = await with_limit(make, 600)
    contact = await board.post(HOW_TO, channel="web", can_ask=True, customer={"email": "sam@post.example"})
    agreed = await done(board, "POST", f"/v1/contacts/{contact['id']}/consent", to="post_publicly")
    post = agreed["route"]["post"]["id"]
    said = await reply(board, f"/v1/posts/{post}", "Press and hold 1.")
    assert (await events(board, contact["id"], "reply.created"))[0]["reply"] == said["id"]

    async def told() -> list[str]:
        read = await done(board, "GET", f"/v1/cases/{contact['case_id']}/messages")
        return [one["text"] for one in read["items"] if one["kind"] == "system"]

    (text,) = await eventually(told)
    assert "kim has answered your question in the community" in text
    assert "Press and hold 1." in text
