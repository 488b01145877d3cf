"""Contacts that come in go first, and nobody waits for them for ever."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from mci_router.api.parts import Parts
from mci_router.precedence import Precedence
from tests.support.conversations import staffed
from tests.support.service import Workspace

FOR_EVER_S = 3_600


Make = Callable[..., Awaitable[Workspace]]


def run(scene: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(20):
            await scene()

    asyncio.run(bounded())


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_work_lets_pass_what_is_coming() -> None:
    """It goes on when the last of those that were coming is through, and at once where nothing is coming."""

    async def scene() -> None:
        precedence = Precedence(FOR_EVER_S)
        await precedence.give_way()
        with precedence.coming():
            with precedence.coming():
                waiting = asyncio.create_task(precedence.give_way())
                await settle()
            await settle()
            assert not waiting.done()
        await waiting

    run(scene)


def test_who_comes_as_the_last_one_leaves_is_let_pass_too() -> None:
    """A contact between two steps of its way is still coming: nobody squeezes in."""

    async def scene() -> None:
        precedence = Precedence(FOR_EVER_S)
        with precedence.coming():
            waiting = asyncio.create_task(precedence.give_way())
            await settle()
        with precedence.coming():
            await settle()
            assert not waiting.done()
        await waiting

    run(scene)


def test_nobody_waits_for_ever() -> None:
    """However many contacts come, work goes on."""

    async def scene() -> None:
        precedence, loop = Precedence(0.2), asyncio.get_running_loop()
        with precedence.coming():
            began = loop.time()
            await asyncio.gather(*(precedence.give_way() for _ in range(50)))
            assert 0.2 <= loop.time() - began < 50 * 0.2 / 2

    run(scene)


def test_a_contact_that_fails_is_through() -> None:
    """Nobody waits for what was refused."""

    async def scene() -> None:
        precedence = Precedence(FOR_EVER_S)
        with pytest.raises(ValueError, match="refused"), precedence.coming():
            raise ValueError("refused")
        await precedence.give_way()

    run(scene)


async def test_messages_wait_while_a_contact_comes_in(
    service: tuple[str, Parts], make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A contact waits for nobody; what is said meanwhile is written once that is through."""
    workspace, precedence = await make(staffed()), service[1].conversations.precedence
    contact = (await workspace.post("hello"))["id"]

    async def say(text: str) -> str:
        answer = await workspace.api.post(f"/v1/contacts/{contact}/messages", json={"text": text})
        return str(answer.json()["message"]["text"])

    assert await say("one") == "one"
    monkeypatch.setattr(precedence, "_longest_s", FOR_EVER_S)
    with precedence.coming():
        said = [asyncio.create_task(say(text)) for text in ("two", "three")]
        for _ in range(5):
            assert (await workspace.post("hello from somebody else"))["state"] == "queued"
        assert not any(one.done() for one in said)
    assert await asyncio.gather(*said) == ["two", "three"]


async def test_a_contact_that_is_a_message_does_not_wait_for_itself(
    service: tuple[str, Parts], make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What joins an open contact is written like any message, though it came as a contact."""
    workspace, precedence = await make(staffed()), service[1].conversations.precedence
    monkeypatch.setattr(precedence, "_longest_s", FOR_EVER_S)
    first = await workspace.post("hello", channel_ref="thread-1")
    second = await workspace.post("and one more thing", channel_ref="thread-1")
    assert (second["id"], second["joined"]) == (first["id"], True)
