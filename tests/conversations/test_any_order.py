"""Any order of duplicates, delays and crashes leaves each message once, in its order, and as far as it has come.

Two conversations over one adapter, which keeps what it has by the messages' ids, as every adapter must. Senders die
between sending and writing that down; lines break between what was written and what was read; receipts and customers'
messages come twice, late and early.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mci_router.api.parts import Parts
from mci_router.conversations import posting as posting_module
from mci_router.conversations.delivery_states import in_force, rank
from mci_router.conversations.links import Receiver as To
from mci_router.conversations.posting import Posting
from mci_router.conversations.streaming import Stream
from mci_router.conversations.telling import Telling
from mci_router.vocabulary import MessageDelivery
from tests.support.outbound import adapter, by, delivery, key_of, posted_to, receipt
from tests.support.proof import FULL
from tests.support.receiver import Received, Receiver, receiving
from tests.support.service import Workspace, eventually

SENT, DELIVERED, READ = MessageDelivery.SENT, MessageDelivery.DELIVERED, MessageDelivery.READ
STEP = st.tuples(
    st.sampled_from(["say", "say", "hear", "receipt", "crash", "crash", "away", "back", "read", "break"]),
    st.integers(0, 1),
    st.integers(1, 6),
)
OFTEN = settings(
    max_examples=90 if FULL else 4,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass
class Channel:
    """Both sides of the conversations: what was written, what was heard, and what the adapter has."""

    workspace: Workspace
    name: str
    key: dict[str, Any]
    cases: list[dict[str, Any]] = field(default_factory=list)
    said: dict[str, list[str]] = field(default_factory=dict)
    """The ids of agents' messages, by contact."""
    has: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What the adapter has, by id, in the order in which it came first."""
    states: dict[str, MessageDelivery] = field(default_factory=dict)
    heard: dict[str, list[str]] = field(default_factory=dict)

    async def begin(self) -> None:
        for number in range(2):
            posted = await self._hear(number, "m0")
            self.cases.append(posted["contact"])
            self.said[posted["contact"]["id"]] = []
            self.heard[posted["contact"]["id"]] = ["m0"]

    async def say(self, case: int) -> None:
        contact = self.cases[case]["id"]
        body = {"kind": "agent", "author": "ada", "text": "hello", "client_id": f"{contact}{len(self.said[contact])}"}
        for _ in range(2):  # the desk is not sure of the first
            answer = await self.workspace.api.post(f"/v1/contacts/{contact}/messages", json=body)
        self.said[contact].append(answer.json()["message"]["id"])

    async def hear(self, case: int, number: int) -> None:
        key = f"m{number}"
        await self._hear(case, key)
        if key not in self.heard[self.cases[case]["id"]]:
            self.heard[self.cases[case]["id"]].append(key)

    async def report(self, number: int) -> None:
        """A receipt of what the adapter has: an earlier or later one, of any message."""
        if self.has:
            message = list(self.has)[number % len(self.has)]
            state = (SENT, DELIVERED, READ)[number % 3]
            await receipt(self.workspace, self.key, message, state)
            self.states[message] = in_force(self.states.get(message), state)

    def take(self, data: dict[str, Any]) -> None:
        self.has.setdefault(data["id"], data)

    async def _hear(self, case: int, key: str) -> dict[str, Any]:
        room = f"{self.name}-{case}"
        body: dict[str, Any] = {
            "channel": "chat",
            "channel_ref": room,
            "channel_message_id": f"{room}-{key}",
            "text": f"a complaint {key}",
            "customer": {"external_id": room},
        }
        answer = await self.workspace.api.post("/v1/messages", json=body, headers=by(self.key))
        assert answer.status_code in (200, 201), answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def whole(self) -> bool:
        """Whether the adapter has all, and the ledger knows."""
        sent = [message for messages in self.said.values() for message in messages]
        states = [(await delivery(self.workspace, message))["state"] for message in sent]
        return set(sent) == set(self.has) and all(rank(MessageDelivery(state)) >= rank(SENT) for state in states)

    async def check(self) -> None:
        for contact in self.cases:
            came = [message for message, data in self.has.items() if data["contact"] == contact["id"]]
            assert came == self.said[contact["id"]]
            seqs = [self.has[message]["seq"] for message in came]
            assert seqs == sorted(seqs)
            window = await self.workspace.api.get(f"/v1/cases/{contact['case_id']}/messages", params={"limit": 200})
            items = [one for one in window.json()["items"] if one["contact_id"] == contact["id"]]
            assert [one["id"] for one in items if one["kind"] == "agent"] == came
            customers = [one["text"] for one in items if one["kind"] == "customer"]
            assert customers == [f"a complaint {key}" for key in self.heard[contact["id"]]]
        for message, state in self.states.items():
            assert (await delivery(self.workspace, message))["state"] == in_force(SENT, state)


async def run(workspace: Workspace, name: str, way: "Way", steps: list[tuple[str, int, int]]) -> None:
    """One life of two conversations, which ends when all is quiet and everybody is back."""
    key = await key_of(workspace, "contacts:write", "messages:write", "messages:deliver", adapter=name)
    channel = way.channel = Channel(workspace, name, key)
    await channel.begin()
    try:
        for step, case, number in steps:
            match step:
                case "say":
                    await channel.say(case)
                case "hear":
                    await channel.hear(case, number)
                case "receipt":
                    await channel.report(number)
                case _:
                    await way.step(step, number)
        await way.settle()
    finally:
        await way.close()
    await channel.check()


class Way:
    """How messages go to the adapter, and what goes wrong on the way."""

    channel: Channel

    async def step(self, what: str, number: int) -> None: ...

    async def settle(self) -> None: ...

    async def close(self) -> None: ...


class ByWebhook(Way):
    """Several processes post; some die at any moment. The adapter answers, refuses, or is cut off."""

    def __init__(self, receiver: Receiver, parts: Parts) -> None:
        quick = parts.settings.model_copy(update={"webhook_timeout_s": 0.3})
        self.make: Callable[[], Posting] = lambda: Posting(
            quick, parts.database, Telling(parts.database, parts.engine.message_changed)
        )
        self.receiver = receiver
        receiver.answer = self.answer
        self.away = 0

    def answer(self, one: Received) -> int:
        if self.away == 1:
            return 503
        self.channel.take(one.event["data"])
        return 204 if self.away == 0 else 500  # it has the message, and the answer is lost

    async def step(self, what: str, number: int) -> None:
        if what == "crash":
            process = self.make()
            await process.turn()
            await asyncio.sleep(number * 0.004)
            for task in list(process._courier._serving):
                task.cancel()
            await asyncio.gather(*process._courier._serving, return_exceptions=True)
        elif what in ("away", "back"):
            self.away = 0 if what == "back" else 1 + number % 2

    async def settle(self) -> None:
        self.away = 0
        await eventually(self.channel.whole, seconds=30)

    async def close(self) -> None:
        self.receiver.answer = lambda _: 204


class ByStream(Way):
    """The adapter reads some of what is written for it; lines break, and connections take each other's place."""

    def __init__(self, parts: Parts, receiver: To) -> None:
        self.connect: Callable[[], Stream] = lambda: parts.outbox.stream(receiver, f"{random.random()}")  # noqa: S311
        self.stream: Stream | None = None
        self.last: int | None = None

    async def step(self, what: str, number: int) -> None:
        if what == "break":
            self.stream = None
        elif what == "crash" and self.stream:
            reading = asyncio.create_task(self.stream.some())
            await asyncio.sleep(number * 0.001)
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading
            self.stream = None
        elif what in ("read", "back"):
            await self.read(number)

    async def read(self, most: int) -> int:
        if self.stream is None:
            self.stream = self.connect()
            await self.stream.open(self.last)
        messages = await self.stream.some()
        for message in messages[:most]:
            self.channel.take(dict(message.data))
            self.last = message.row
        if len(messages) > most:
            self.stream = None  # what it had been written is lost with its line
        return len(messages)

    async def settle(self) -> None:
        async def quiet() -> bool:
            self.stream = None
            await self.read(1_000)
            return await self.channel.whole()

        await eventually(quiet)


async def _often(example: Callable[[list[tuple[str, int, int]]], Awaitable[None]]) -> None:
    """Tries examples: Hypothesis is not asynchronous, so it has a thread of its own."""
    loop = asyncio.get_running_loop()

    @OFTEN
    @given(st.lists(STEP, min_size=4, max_size=40 if FULL else 14))
    def tried(steps: list[tuple[str, int, int]]) -> None:
        asyncio.run_coroutine_threadsafe(example(steps), loop).result()  # type: ignore[arg-type]

    await asyncio.to_thread(tried)


@pytest.mark.timeout(1_200 if FULL else 60)
async def test_by_webhook_each_message_comes_once_and_in_order(
    workspace: Workspace, service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However processes die between sending and committing, and whatever the adapter answers."""
    monkeypatch.setattr(posting_module, "LEASE_MARGIN_S", 0.2)
    number = iter(range(10_000))
    async with receiving() as receiver:

        async def example(steps: list[tuple[str, int, int]]) -> None:
            name = f"hook_{next(number)}"
            await posted_to(workspace, receiver.url, name)
            await run(workspace, name, ByWebhook(receiver, service[1]), steps)

        await _often(example)


@pytest.mark.timeout(1_200 if FULL else 60)
async def test_by_stream_each_message_comes_once_and_in_order(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """However lines break between what was written, what was read, and what was acknowledged."""
    number = iter(range(10_000))

    async def example(steps: list[tuple[str, int, int]]) -> None:
        name = f"stream_{next(number)}"
        await adapter(workspace, name)
        await run(workspace, name, ByStream(service[1], To(workspace.id, name)), steps)

    await _often(example)
