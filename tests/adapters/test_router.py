"""The router as adapters see it: nothing is lost over broken lines, and what it refuses is told apart from its absence."""

import asyncio
import socket
from contextlib import aclosing
from typing import Any

import pytest

from mci_router.adapters.router import Refused, Router, RouterAway
from tests.support.outbound import adapter, chat, delivery, key_of, reply, until_delivery
from tests.support.service import PATIENCE_S, Workspace


@pytest.fixture
async def router(workspace: Workspace) -> Any:
    """The router with the key of an adapter that reads a stream."""
    await adapter(workspace)
    key = await key_of(workspace, "messages:deliver", "contacts:write", adapter="widget")
    async with Router(workspace.url, key["key"], "widget") as made:
        yield made


async def some(router: Router, number: int, **how: Any) -> list[str]:
    """The texts of the next messages; asking for one more says that they were taken."""
    found: list[str] = []
    async with asyncio.timeout(PATIENCE_S), aclosing(router.outbound(**how)) as messages:
        async for message in messages:
            if len(found) == number:
                break
            found.append(message["text"])
    return found


async def test_a_message_is_taken_once_the_next_is_asked_for(workspace: Workspace, router: Router) -> None:
    """What was not taken comes with the next connection."""
    contact = await chat(workspace)
    messages = [await reply(workspace, contact, said) for said in ("one", "two", "three")]
    assert await some(router, 2) == ["one", "two"]
    assert await some(router, 0) == []
    assert [(await delivery(workspace, one))["state"] for one in messages] == ["sent", "sent", "queued"]


async def test_by_receipt_nothing_else_says_that_a_message_was_taken(workspace: Workspace, router: Router) -> None:
    """However far the stream was read: what is being sent comes again until it is sent."""
    contact = await chat(workspace)
    messages = [await reply(workspace, contact, said) for said in ("one", "two", "three")]
    assert await some(router, 2, by_receipt=True) == ["one", "two"]
    await router.receipt(messages[1], "delivered")
    await router.receipt(messages[1], "delivered")
    await until_delivery(workspace, messages[1], "delivered")
    assert await some(router, 1, by_receipt=True) == ["one"]
    assert (await delivery(workspace, messages[0]))["state"] == "queued"


async def test_what_is_refused_is_told_apart_from_a_router_that_is_away(workspace: Workspace, router: Router) -> None:
    """A refusal has its problem, and is not tried again; a receipt for what is gone is done with."""
    with pytest.raises(Refused) as refused:
        await router.post("/v1/messages", {"channel": "email", "text": "hello"})
    assert (refused.value.status, refused.value.slug) == (422, "channel_cannot")
    await router.receipt("msg_" + "0" * 32, "sent")
    with pytest.raises(Refused) as missing:
        await router.get("/v1/contacts/con_none")
    assert missing.value.status in (403, 404)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        async with Router(f"http://127.0.0.1:{nobody.getsockname()[1]}", "key", "widget") as away:
            with pytest.raises(RouterAway):
                await away.get("/v1/matrix")


async def test_files_are_uploaded_and_read_by_their_links_without_the_key(workspace: Workspace, router: Router) -> None:
    contact = await chat(workspace)
    file = await router.upload("bill.txt", "text/plain", b"12 euros")
    said = {"text": "my bill", "attachments": [{"id": file}], "client_id": "1"}
    spoken = await router.post(f"/v1/contacts/{contact['id']}/messages", said)
    (shown,) = spoken["message"]["attachments"]
    assert await router.download(shown["url"], 100) == b"12 euros"
    for link, most in ((shown["url"], 3), (shown["url"] + "x", 100)):
        with pytest.raises(Refused):
            await router.download(link, most)
