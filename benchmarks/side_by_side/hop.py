"""Rows of the way to the desk: from a POST that leaves to the offer read at a socket, against the bare hop."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

from benchmarks.side_by_side.figures import Row, at_most, percentile, ratios, spread
from benchmarks.side_by_side.intake import CONNECTIONS, Side
from benchmarks.side_by_side.load import closed, paced, request
from benchmarks.side_by_side.services import Service, router, yardstick
from benchmarks.side_by_side.sockets import DeskSocket, desk_socket
from benchmarks.side_by_side.stage import Stage, Tenant, body, example
from mci_router.access.tokens import AgentIdentity, Tokens
from mci_router.configuration import store
from mci_router.models import Resource
from mci_router.specs import WorkspaceFile

WORKERS, DESKS, ROOM, AT_ONCE = (
    1,
    40,
    50,
    10,
)  # one process, so that each desk is where its contact comes in, as in the bare hop
SHARE_OF_PEAK = 0.1
FEWEST_CONTACTS, MOST_CONTACTS = 100, 300  # a round: together they fill the desks, since nobody accepts
MARK = b"hop-"
SETTLE_S = 1
WORKSPACE = WorkspaceFile.model_validate(
    {
        "workspace": {"name": "hop", "title": "Hop"},
        "queues": [
            {"name": "chat", "service_level": {"goal": 0.8, "target_s": 20}, "offer_timeout_s": 3600, "catch_all": True}
        ],
        "topics": [{"name": "question", "title": "Question", "touch": "high"}],
        "agents": [
            {"name": f"agent_{number}", "title": "Agent", "capacity": {"units": 100, "channels": {"chat": ROOM}}}
            for number in range(DESKS)
        ],
    }
)


@dataclass
class Arrivals:
    """When each marked contact was read at a desk."""

    read: dict[int, float] = field(default_factory=dict)

    def note(self, frame: bytes) -> None:
        if (start := frame.find(MARK)) >= 0:
            self.read.setdefault(int(frame[start + len(MARK) : start + len(MARK) + 8]), time.perf_counter())


def posts(numbers: range, path: str, key: str = "") -> Iterator[bytes]:
    """Yields contacts whose words have a mark that is found again at the desk."""
    for number in numbers:
        customer = {"external_id": f"h{number}"}
        said = f"{MARK.decode()}{number:08d}: how do I change my plan?"
        sent = body(channel="chat", customer=customer, text=said, topic="question", language="en")
        yield request(path.format(number % DESKS), sent, key)


async def desks_of_ours(
    stage: Stage, service: Service, tenant: Tenant, on_text: Callable[[bytes], None] = lambda _: None
) -> list[DeskSocket]:
    """Returns the sockets of all agents of a workspace, available."""
    async with stage.database.transaction() as session:
        agents = await store.resources(session, tenant.id, "agent")
    tokens, gate = Tokens(stage.secret, ttl_s=3_600), asyncio.Semaphore(AT_ONCE)

    async def opened(agent: Resource) -> DeskSocket:
        token, _ = tokens.make(AgentIdentity(tenant.id, agent.name, agent.id, tenant.key_id))
        async with gate:
            desk = await desk_socket(service.port, "/v1/agent-socket", on_text, token=token)
        desk.send(b'{"type": "presence.set", "id": "p", "data": {"state": "available"}}')
        return desk

    return await asyncio.gather(*map(opened, agents))


async def times_ms(
    service: Service, written: list[bytes], numbers: range, arrivals: Arrivals, per_s: float
) -> list[float]:
    """Returns the milliseconds from the moment that each POST left to that at which its offer was read."""
    burst = await paced(service.port, written, per_s=per_s, count=16)
    if burst.refused:
        raise SystemExit(f"{service.name} refused {len(burst.refused)}: {burst.refused[0][:500]!r}")
    async with asyncio.timeout(30):
        while not arrivals.read.keys() >= set(numbers):
            await asyncio.sleep(0.01)
    return [1_000 * (arrivals.read[number] - burst.began - place / per_s) for place, number in enumerate(numbers)]


async def peak_per_s(stage: Stage, service: Service) -> float:
    """Returns how many contacts a second it takes in, where intake was not measured in this run."""
    side = Side(service, await stage.tenant(example()))
    burst = await closed(service.port, side.requests(stage, classified=False), count=CONNECTIONS, seconds=stage.burst_s)
    return burst.per_s


async def rows(stage: Stage) -> list[Row]:
    tenant, arrivals = await stage.tenant(WORKSPACE), Arrivals()
    with ExitStack() as stack:
        ours = stack.enter_context(router(stage.directory, stage.variables, workers=WORKERS))
        theirs = stack.enter_context(yardstick(stage.directory, stage.variables, workers=WORKERS))
        await stage.quiet(ours)
        per_s = SHARE_OF_PEAK * (stage.peak_per_s or await peak_per_s(stage, ours))
        count = min(MOST_CONTACTS, max(FEWEST_CONTACTS, round(per_s * stage.burst_s)))
        desks = await desks_of_ours(stage, ours, tenant, arrivals.note)
        bare = [await desk_socket(theirs.port, f"/desks/{number}", arrivals.note) for number in range(DESKS)]
        mine: list[list[float]] = []
        others: list[list[float]] = []
        for _ in range(stage.rounds):
            for service, path, key, found in (
                (ours, "/v1/contacts", tenant.key, mine),
                (theirs, "/hop/{}", "", others),
            ):
                first = next(stage.numbers) * MOST_CONTACTS
                numbers = range(first, first + count)
                await asyncio.sleep(SETTLE_S)
                found.append(await times_ms(service, list(posts(numbers, path, key)), numbers, arrivals, per_s))
        for desk in (*desks, *bare):
            desk.close()
    return list(compared(mine, others, per_s))


def compared(ours: list[list[float]], theirs: list[list[float]], per_s: float) -> Iterator[Row]:
    for share, bar, stretch in ((0.5, 2, 1.3), (0.99, 2, 1.3)):
        mine, others = ([percentile(times, share) for times in side] for side in (ours, theirs))
        note = f"{spread(mine).median:.1f} of {spread(others).median:.1f} ms, {per_s:.0f} a second"
        yield at_most(f"POST sent → offer read: p{100 * share:g}", ratios(mine, others), bar, stretch, note=note)
