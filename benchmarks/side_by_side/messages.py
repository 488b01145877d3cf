"""Rows of conversations: what messages cost those who come in beside them, against the same contacts alone."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

import httpx

from benchmarks.side_by_side.figures import Row, at_most, percentile, plain, ratios, spread
from benchmarks.side_by_side.hop import desks_of_ours
from benchmarks.side_by_side.intake import Side, bodies
from benchmarks.side_by_side.load import Burst, closed, paced, request
from benchmarks.side_by_side.services import Service, router
from benchmarks.side_by_side.stage import Stage, Tenant, example
from mci_router.specs import WorkspaceFile

WORKERS = 2
CONTACTS_PER_S, MESSAGES_PER_S = 50, 300
KINDS = ("customer", "agent")
MOST_MESSAGES = 5_000
TALKS = 100  # conversations that are under way
TEXT = "The light on the router is red again, on the one of flat"  # nothing sensitive: it is judged each time
LOOK_S = 0.2
FEWEST_S = 20  # of a burst: the hundredth part of fewer contacts than a thousand says little


def serving() -> WorkspaceFile:
    """Returns the workspace of the example, with agents who take all its chats by themselves."""
    document = example().model_dump(mode="json", exclude_unset=True)
    document["workspace"] |= {"name": "serving"}
    for agent in document["agents"]:
        agent["capacity"] = {"units": TALKS, "channels": {"chat": TALKS // 2}}
    for queue in document["queues"]:
        queue["auto_accept_s"] = 0.05
    return WorkspaceFile.model_validate(document)


@dataclass(frozen=True)
class Talks:
    """Conversations under way, and whose they are."""

    contacts: list[str]
    tenant: Tenant


async def begun(stage: Stage, service: Service, tenant: Tenant) -> Talks:
    """Returns conversations that wait in line."""
    headers = {"Authorization": f"Bearer {tenant.key}", "Content-Type": "application/json"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{service.port}", headers=headers) as client:
        said = itertools.islice(bodies(stage.numbers, classified=False), TALKS)
        taken = [(await client.post("/v1/contacts", content=one)).json() for one in said]
    return Talks([one["id"] for one in taken], tenant)


@asynccontextmanager
async def under_way(stage: Stage, service: Service, tenant: Tenant) -> AsyncIterator[Talks]:
    """Yields conversations that agents serve, at desks that hear of each message."""
    desks = await desks_of_ours(stage, service, tenant)
    talks = await begun(stage, service, tenant)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{service.port}") as client:
        client.headers["Authorization"] = f"Bearer {tenant.key}"
        for contact in talks.contacts:
            while (await client.get(f"/v1/contacts/{contact}")).json()["state"] != "assigned":
                await asyncio.sleep(LOOK_S)
    yield talks
    for desk in desks:
        desk.close()


def messages(numbers: Iterator[int], talks: Talks, kinds: Sequence[str] = KINDS) -> Iterator[bytes]:
    """Yields messages of agents and customers in turn, each once."""
    for number in numbers:
        kind = kinds[number % len(kinds)]
        said = {"kind": kind, "text": f"{TEXT} {number}", "client_id": f"m{number}"}
        if kind == "agent":
            said["author"] = "aoife_brennan"
        contact = talks.contacts[number // len(kinds) % TALKS]
        yield request(f"/v1/contacts/{contact}/messages", json.dumps(said).encode(), talks.tenant.key)


async def burst(stage: Stage, side: Side, talks: Talks, *, per_s: int) -> tuple[Burst, Burst | None]:
    """Takes contacts in at an even rate, with so many messages a second beside them."""
    seconds = max(FEWEST_S, stage.burst_s)
    coming = list(itertools.islice(side.requests(stage, classified=False), round(CONTACTS_PER_S * seconds)))
    said = list(itertools.islice(messages(stage.numbers, talks), round(per_s * seconds)))
    intake = paced(side.service.port, coming, per_s=CONTACTS_PER_S, count=16)
    if not said:
        return await intake, None
    both = await asyncio.gather(intake, paced(side.service.port, said, per_s=per_s, count=32))
    for one in both:
        if one.refused:
            raise SystemExit(f"{len(one.refused)} were refused: {one.refused[0][:500]!r}")
    return both


async def rows(stage: Stage) -> list[Row]:
    """Returns the rows of conversations that agents serve, and of those that wait in line."""
    tenant, desks = await stage.tenant(example()), await stage.tenant(serving())
    with ExitStack() as stack:
        ours = stack.enter_context(router(stage.directory, stage.variables, workers=WORKERS))
        await stage.quiet(ours)
        side = Side(ours, tenant)
        waiting = await rows_of(stage, side, await begun(stage, ours, tenant), "in line")
        async with under_way(stage, ours, desks) as served:
            return [*await rows_of(stage, side, served, "served"), *waiting]


async def rows_of(stage: Stage, side: Side, talks: Talks, where: str) -> list[Row]:
    """Returns the rows of conversations of one kind."""
    alone: list[float] = []
    beside: list[float] = []
    spoken: list[float] = []
    for round_number in range(-1, stage.rounds):
        bare, _ = await burst(stage, side, talks, per_s=0)
        taken, said = await burst(stage, side, talks, per_s=MESSAGES_PER_S)
        if round_number >= 0 and said:  # the first is to warm up
            alone.append(1_000 * percentile(bare.latencies_s, 0.99))
            beside.append(1_000 * percentile(taken.latencies_s, 0.99))
            spoken.append(1_000 * percentile(said.latencies_s, 0.99))
    said_by = {}
    for kind in KINDS:
        written = list(itertools.islice(messages(stage.numbers, talks, (kind,)), MOST_MESSAGES))
        work = partial(closed, side.service.port, iter(written), count=16, seconds=stage.burst_s)
        said, cost = await stage.measured(side.service, work, talks.tenant)
        said_by[kind] = 1e6 * cost.whole / len(said.latencies_s)
    note = f"{spread(beside).median:.1f} of {spread(alone).median:.1f} ms"
    return [
        at_most(f"p99 of 50 contacts/s beside 300 messages/s, {where}", ratios(beside, alone), 1.33, note=note),
        plain(f"a message, {where}: p99 beside them", spread(spoken), "ms", 1),
        *(plain(f"a message of kind {kind}, {where}: CPU", spread([us]), "µs") for kind, us in said_by.items()),
    ]
