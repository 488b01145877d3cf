"""The load: a balancer that looks who is ready, and adapters that post until they are answered, and write down every 201."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from tests.survival.records import Post
from tests.survival.wire import Answer, Unanswered, Wires, ask, request

LOOK_S = 0.25
TIMEOUT_S = 5
GIVE_UP_S = 90
AT_ONCE = 128
"""Connections of one load."""


@dataclass
class Balancer:
    """Sends clients to routers that say they are ready; to any, while none does."""

    urls: Sequence[str]
    dice: random.Random
    up: set[str] = field(default_factory=set)

    def choose(self) -> str:
        return self.dice.choice(sorted(self.up) or list(self.urls))

    async def watch(self) -> None:
        self.up = set(self.urls)
        while True:
            await asyncio.gather(*(self._look(url) for url in self.urls))
            await asyncio.sleep(LOOK_S)

    async def _look(self, url: str) -> None:
        ready = False
        with suppress(OSError, EOFError, TimeoutError):
            ready = (await ask(url, "GET", "/readyz", timeout_s=1)).status == 200
        (self.up.add if ready else self.up.discard)(url)


@dataclass
class Adapter:
    """Posts contacts, each again and elsewhere with the same key until it is answered 201."""

    balancer: Balancer
    key: str
    dice: random.Random
    posts: list[Post] = field(default_factory=list)
    wires: Wires = field(default_factory=Wires)
    without_retry: int = 0
    """Answers of 503 that did not say when to come back."""
    _posting: set[asyncio.Task[None]] = field(default_factory=set)

    async def steadily(self, rate: float) -> None:
        """Posts so many a second, whatever becomes of those before, on connections of its own."""
        loop, room = asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)
        due = loop.time()
        while True:
            self.begin(room)
            due = max(due + 1 / rate, loop.time() - 1)
            await asyncio.sleep(max(0, due - loop.time()))

    def begin(self, room: asyncio.Semaphore) -> None:
        """Begins to deliver one more contact."""
        topic, channel = self.dice.choice(["complaint", "card_fraud"]), self.dice.choice(["chat", "chat", "voice"])
        post = Post(len(self.posts), asyncio.get_running_loop().time(), channel, topic)
        self.posts.append(post)
        task = asyncio.create_task(self._deliver(post, room))
        self._posting.add(task)
        task.add_done_callback(self._posting.discard)

    async def delivered(self) -> None:
        """Returns when every post is answered, or was given up."""
        while self._posting:
            await asyncio.gather(*self._posting)

    async def stop(self) -> None:
        for task in self._posting:
            task.cancel()
        await asyncio.gather(*self._posting, return_exceptions=True)
        self.wires.close()

    async def send_again(self, posts: Sequence[Post]) -> None:
        """Posts what was answered once more, all at once: the answers have to be the same."""
        await asyncio.gather(*(self._again(post) for post in posts))

    async def _again(self, post: Post) -> None:
        with suppress(OSError, EOFError, TimeoutError):
            answer = await self._send(post)
            if answer.status == 201:
                self._note(post, answer)

    async def _deliver(self, post: Post, room: asyncio.Semaphore) -> None:
        loop = asyncio.get_running_loop()
        async with room:
            while post.answered is None and loop.time() < post.sent + GIVE_UP_S:
                await asyncio.sleep(await self._try(post))

    async def _try(self, post: Post) -> float:
        """Sends it once. Returns how long to wait before the next time."""
        try:
            answer = await self._send(post)
        except Unanswered:
            post.unanswered += 1
            return 0.1
        except (OSError, TimeoutError):
            return 0.1
        post.statuses.append(answer.status)
        if answer.status == 201:
            self._note(post, answer)
            return 0
        if answer.status == 503 and "retry-after" not in answer.headers:
            self.without_retry += 1
        return float(answer.headers.get("retry-after", "0.2")) * (0.5 + self.dice.random())

    async def _send(self, post: Post) -> Answer:
        url = self.balancer.choose()
        body = {
            "channel": post.channel,
            "text": "help",
            "topic": post.topic,
            "context": {"number": post.number},
        }
        named = {"authorization": f"Bearer {self.key}", "idempotency-key": f"contact {post.number}"}
        return await self.wires.ask(url, request("POST", url, "/v1/contacts", body, **named), TIMEOUT_S)

    def _note(self, post: Post, answer: Answer) -> None:
        contact = str(answer.json["id"])
        if post.contact not in (None, contact):
            post.others.append(contact)
        post.contact = post.contact or contact
        post.answered = post.answered or asyncio.get_running_loop().time()
