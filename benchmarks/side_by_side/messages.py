"""Rows of conversations: what messages cost those who come in beside them, against the same contacts alone."""

import asyncio
import itertools
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial

import httpx

from benchmarks.side_by_side.figures import Row, at_most, percentile, plain, ratios, spread
from benchmarks.side_by_side.intake import Side, bodies
from benchmarks.side_by_side.load import Burst, closed, paced, request
from benchmarks.side_by_side.services import Service, router
from benchmarks.side_by_side.stage import Stage, Tenant, example

WORKERS = 2
CONTACTS_PER_S, MESSAGES_PER_S = 50, 300
KINDS = ("customer", "agent")
MOST_MESSAGES = 5_000
TALKS = 100  # conversations that are under way, and wait in line
TEXT = "The light on the router is red again, on the one of flat"  # nothing sensitive: it is judged each time
FEWEST_S = 6  # of a burst: the hundredth part of fewer contacts says nothing


async def talks(stage: Stage, service: Service, tenant: Tenant) -> list[str]:
    """Returns the contacts in whose conversations is written."""
    headers = {"Authorization": f"Bearer {tenant.key}", "Content-Type": "application/json"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{service.port}", headers=headers) as client:
        return [
            (await client.post("/v1/contacts", content=said)).json()["id"]
            for said in itertools.islice(bodies(stage.numbers, classified=False), TALKS)
        ]


def messages(numbers: Iterator[int], contacts: list[str], key: str, kinds: Sequence[str] = KINDS) -> Iterator[bytes]:
    """Yields messages of agents and customers in turn, each once."""
    for number in numbers:
        kind = kinds[number % len(kinds)]
        said = {"kind": kind, "text": f"{TEXT} {number}", "client_id": f"m{number}"}
        if kind == "agent":
            said["author"] = "ann"
        yield request(f"/v1/contacts/{contacts[number // len(kinds) % TALKS]}/messages", json.dumps(said).encode(), key)


async def burst(stage: Stage, side: Side, contacts: list[str], *, per_s: int) -> tuple[Burst, Burst | None]:
    """Takes contacts in at an even rate, with so many messages a second beside them."""
    seconds = max(FEWEST_S, stage.burst_s)
    coming = list(itertools.islice(side.requests(stage, classified=False), round(CONTACTS_PER_S * seconds)))
    key = side.tenant.key if side.tenant else ""
    said = list(itertools.islice(messages(stage.numbers, contacts, key), round(per_s * seconds)))
    intake = paced(side.service.port, coming, per_s=CONTACTS_PER_S, count=16)
    if not said:
        return await intake, None
    both = await asyncio.gather(intake, paced(side.service.port, said, per_s=per_s, count=32))
    for one in both:
        if one.refused:
            raise SystemExit(f"{len(one.refused)} were refused: {one.refused[0][:500]!r}")
    return both


async def rows(stage: Stage) -> list[Row]:
    tenant = await stage.tenant(example())
    alone: list[float] = []
    beside: list[float] = []
    spoken: list[float] = []
    with ExitStack() as stack:
        ours = stack.enter_context(router(stage.directory, stage.variables, workers=WORKERS))
        await stage.quiet(ours)
        side, contacts = Side(ours, tenant), await talks(stage, ours, tenant)
        for round_number in range(-1, stage.rounds):
            bare, _ = await burst(stage, side, contacts, per_s=0)
            taken, said = await burst(stage, side, contacts, per_s=MESSAGES_PER_S)
            if round_number >= 0 and said:  # the first is to warm up
                alone.append(1_000 * percentile(bare.latencies_s, 0.99))
                beside.append(1_000 * percentile(taken.latencies_s, 0.99))
                spoken.append(1_000 * percentile(said.latencies_s, 0.99))
        said_by = {}
        for kind in KINDS:
            written = list(itertools.islice(messages(stage.numbers, contacts, tenant.key, (kind,)), MOST_MESSAGES))
            work = partial(closed, ours.port, iter(written), count=16, seconds=stage.burst_s)
            said, cost = await stage.measured(ours, work, tenant)
            said_by[kind] = 1e6 * cost.whole / len(said.latencies_s)
    note = f"{spread(beside).median:.1f} of {spread(alone).median:.1f} ms"
    return [
        at_most("p99 of 50 contacts/s beside 300 messages/s", ratios(beside, alone), 1.33, note=note),
        plain("a message: p99 beside them", spread(spoken), "ms", 1),
        *(plain(f"a message of kind {kind}: CPU", spread([us]), "µs") for kind, us in said_by.items()),
    ]
