"""A stage: one workspace on a ground, with its adapter and its desks, under steady load until it comes to rest."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from mci_router.database import Database
from mci_router.errors import Problem
from mci_router.routing.engine import Engine
from tests.support.documents import small
from tests.support.service import TLS, eventually, make_workspace
from tests.survival.desks import Desk
from tests.survival.ground import Ground
from tests.survival.load import Adapter, Balancer
from tests.survival.records import Heard, Room

SEED = 11
UNITS = {"voice": 3, "desk": 1, "fraud_desk": 2}
ROOM = Room(4, {"voice": 1, "chat": 3})
KNOWN = ([("billing", 3)], [("fraud", 4)], [("billing", 2), ("fraud", 3)], [("fraud", 5), ("billing", 5)])
START_S = 90
NEVER = 1e9
RECOVERY_S = 10.0
"""The bar: from the end of a fault until a new contact is accepted, one is offered, and every desk is back."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a load is, and how long it runs before the fault and after the recovery."""

    rate: float = 20
    desks: int = 12
    before_s: float = 3
    after_s: float = 2
    rest_s: float = 60
    again: int = 40
    """Requests that are sent once more in the end."""


SIZE = Size()


def untaught() -> dict[str, Any]:
    """The small workspace with nothing to learn from: who posts says the topic."""
    workspace = small()
    for topic in workspace["topics"]:
        topic.pop("examples", None)
    return workspace


def document(desks: int) -> dict[str, Any]:
    """Three queues that ask different rooms and skills, and agents of four kinds."""
    workspace = untaught()
    for queue in workspace["queues"]:
        queue |= {"units": UNITS[queue["name"]], "offer_timeout_s": 5}
        queue |= {"wrap_up_s": 0.2 if queue["name"] == "desk" else 0}
    workspace["agents"] = [
        {
            "name": f"agent_{number}",
            "title": "An agent",
            "skills": [{"skill": skill, "proficiency": level} for skill, level in KNOWN[number % 4]],
            "capacity": {"units": ROOM.units, "channels": deepcopy(ROOM.channels)},
        }
        for number in range(desks)
    ]
    return workspace


@dataclass
class Recovery:
    """The seconds from the end of a fault to each thing that has to go on; `NEVER` where it did not."""

    post_s: float = NEVER
    offer_s: float = NEVER
    desks_s: float = NEVER

    @property
    def seconds(self) -> float:
        """Until the last of them."""
        return max(self.post_s, self.offer_s, self.desks_s)

    def __str__(self) -> str:
        parts = {"accepted": self.post_s, "offered": self.offer_s, "desks back": self.desks_s}
        return ", ".join(f"{what} {'never' if s > NEVER / 2 else f'after {s:.1f} s'}" for what, s in parts.items())


@dataclass
class Stage:
    """What a scenario harms, and what it sees."""

    ground: Ground
    workspace: str
    key: str
    api: httpx.AsyncClient
    database: Database
    engine: Engine
    balancer: Balancer
    adapter: Adapter
    size: Size
    dice: random.Random
    desks: list[Desk] = field(default_factory=list)
    forgot: float | None = None
    """When the live state was emptied, on purpose."""
    seen: list[str] = field(default_factory=list)
    """What the fault itself has seen that may not be."""
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    steady: asyncio.Task[None] = field(init=False)

    @property
    def heard(self) -> list[Heard]:
        return [desk.heard for desk in self.desks]

    async def seat(self, count: int) -> None:
        """Puts so many agents to their desks, with tokens of their own."""
        for number in range(count):
            name = f"agent_{number}"
            desk = Desk(await self.token(name), self.balancer, random.Random(SEED + number), Heard(name))  # noqa: S311
            self.desks.append(desk)
            self.begin(desk.work())
        await eventually(self._seated, START_S)

    async def _seated(self) -> bool:
        return all(desk.hellos and desk.socket for desk in self.desks)

    async def token(self, agent: str) -> str:
        """Asks until there is one: a machine may be busy, and a router just started."""

        async def asked() -> str | None:
            answer = await self.api.post(f"/v1/agents/{agent}/token")
            return str(answer.json()["token"]) if answer.status_code == 201 else None

        token: str = await eventually(asked, START_S)
        return token

    def begin(self, work: Any) -> asyncio.Task[None]:
        """Runs something beside the rest until the stage ends."""
        self.tasks.append(asyncio.create_task(work))
        return self.tasks[-1]

    async def recovered(self, ended: float, patience_s: float, *, any_offer: bool) -> Recovery:
        """Returns how long each took from the end of a fault: a contact sent after it is accepted; one of these, or any
        at all, is offered; every desk that lost its socket has had its hello.
        """
        recovery = Recovery()

        async def looked() -> bool:
            accepted = [post for post in self.adapter.posts if post.sent >= ended and post.answered]
            fresh = {post.contact for post in accepted}
            offered = [
                frame.at
                for desk in self.desks
                for frame in reversed(desk.heard.frames)
                if frame.at >= ended and frame.type == "offer.created" and (any_offer or frame.data["contact"] in fresh)
            ]
            back = [_seat(desk, ended) for desk in self.desks]
            recovery.post_s = min((post.answered or 0 for post in accepted), default=NEVER) - ended
            recovery.offer_s = min(offered, default=NEVER) - ended
            recovery.desks_s = max(0.0, max(back) - ended)
            return recovery.seconds < NEVER / 2

        with suppress(TimeoutError):
            await eventually(looked, patience_s)
        return recovery

    async def rest(self, *, ended: bool) -> None:
        """Stops the load; returns when all is delivered, and all has ended or desks hold nothing more."""
        self.steady.cancel()
        await self.adapter.delivered()
        await self.adapter.send_again(
            self.dice.sample(self.adapter.posts, min(self.size.again, len(self.adapter.posts)))
        )
        if not ended:
            await asyncio.gather(*(desk.rest() for desk in self.desks))
        await self._until(self._all_ended if ended else self._nothing_held)

    async def _until(self, look: Callable[[], Awaitable[bool]]) -> None:
        """Waits as long as there is patience: what is wrong after that is for the checks to say."""
        try:
            await eventually(look, self.size.rest_s)
        except TimeoutError:
            return

    async def _all_ended(self) -> bool:
        return await self._none("state NOT IN ('completed', 'abandoned', 'cancelled', 'resolved')")

    async def _nothing_held(self) -> bool:
        return await self._none("state IN ('accepted', 'offered', 'assigned', 'wrapping_up')")

    async def _none(self, condition: str) -> bool:
        await asyncio.sleep(0.1)
        async with self.database.transaction() as session:
            query = f"SELECT EXISTS (SELECT FROM contacts WHERE workspace_id = :workspace AND {condition})"
            return not await session.scalar(text(query), {"workspace": self.workspace})


def _seat(desk: Desk, ended: float) -> float:
    """When the desk was back: never, or at the fault's end if it was there all the time."""
    left = max((at for at, _ in desk.heard.closes), default=0.0)
    if desk.socket is None or not desk.hellos or desk.hellos[-1] < left:
        return NEVER
    return max(desk.hellos[-1], ended)


@asynccontextmanager
async def stage(ground: Ground, size: Size) -> AsyncIterator[Stage]:
    """A stage that is loaded and at work; what it runs is over when the block ends, and its workspace is gone."""
    database = Database(ground.database_url, pool_size=2, timeout_s=20)
    engine = Engine(ground.valkey.url, timeout_s=5, lease_s=15)
    workspace, key = await make_workspace(database, document(size.desks))
    dice = random.Random(SEED)  # noqa: S311
    balancer = Balancer([router.url for router in ground.routers], dice)
    api = httpx.AsyncClient(
        base_url=ground.routers[0].url, headers={"Authorization": f"Bearer {key}"}, timeout=10, verify=TLS
    )
    made = Stage(ground, workspace, key, api, database, engine, balancer, Adapter(balancer, key, dice), size, dice)
    try:
        made.begin(balancer.watch())
        await eventually(lambda: _known(ground, key), START_S)
        await made.seat(size.desks)
        made.steady = made.begin(made.adapter.steadily(size.rate))
        yield made
    finally:
        for task in made.tasks:
            task.cancel()
        await asyncio.gather(*made.tasks, return_exceptions=True)
        await made.adapter.stop()
        await _remove(made)
        await api.aclose()
        await engine.close()
        await database.close()


async def _known(ground: Ground, key: str) -> bool:
    """Whether each router has heard of the workspace."""
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"}, verify=TLS) as client:
        answers = [await client.get(f"{router.url}/v1/agents") for router in ground.routers]
        return all(answer.status_code == 200 for answer in answers)


async def _remove(made: Stage) -> None:
    """Takes the workspace away, so that the next stage is alone. Best effort: its loops may be writing."""
    for _ in range(3):
        with suppress(DBAPIError, Problem):
            async with made.database.transaction() as session:
                await session.execute(text("DELETE FROM workspaces WHERE id = :id"), {"id": made.workspace})
            return
