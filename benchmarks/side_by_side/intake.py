"""Rows of intake: contacts a second, latency and CPU a contact, against the yardstick; and two processes against one."""

import itertools
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import text

from benchmarks.side_by_side.figures import Row, at_least, at_most, percentile, plain, ratios, spread
from benchmarks.side_by_side.load import Burst, closed, request
from benchmarks.side_by_side.services import ROOT, Service, router, yardstick
from benchmarks.side_by_side.stage import Cost, Stage, Tenant, body, example
from benchmarks.side_by_side.yardstick import TABLE

CONNECTIONS, WORKERS = 64, 2
COME_BACK = 10  # one in so many contacts is from a customer who wrote before
REGULARS = 500
TOPICS = ("bill_too_high", "billing_complaint", "price_rise", "tv", "refund", "number_porting", "lost_sim", "complaint")
"""For an agent, whatever the volume: they wait in line."""
SAID = ROOT / "benchmarks/held_out/telecom.jsonl"


@dataclass
class Side:
    """A service that is measured in turns, and what its rounds came to."""

    service: Service
    tenant: Tenant | None = None
    bursts: list[Burst] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)

    def requests(self, stage: Stage, *, classified: bool) -> Iterator[bytes]:
        key = self.tenant.key if self.tenant else ""
        return map(partial(request, "/v1/contacts", key=key), bodies(stage.numbers, classified=classified))

    def per_s(self) -> list[float]:
        return [burst.per_s for burst in self.bursts]

    def latency_ms(self, share: float) -> list[float]:
        return [1_000 * percentile(burst.latencies_s, share) for burst in self.bursts]

    def cpu_us(self, part: str = "whole") -> list[float]:
        return [
            1e6 * getattr(cost, part) / len(burst.latencies_s)
            for burst, cost in zip(self.bursts, self.costs, strict=True)
        ]


def bodies(numbers: Iterator[int], *, classified: bool) -> Iterator[bytes]:
    """Yields contacts as a chat's adapter sends them, each other than the last."""
    texts = [json.loads(line)["text"] for line in SAID.read_text().splitlines()]
    for number in numbers:
        customer = number // COME_BACK % REGULARS if number % COME_BACK == 0 else REGULARS + number
        topic = {} if classified else {"topic": TOPICS[number % len(TOPICS)]}
        yield body(
            channel="chat",
            customer={"external_id": f"c{customer}", "name": "Sam Example"},
            text=texts[number % len(texts)],
            language="en",
            context={"page": "/help", "device": "phone"},
            **topic,
        )


async def table(stage: Stage) -> None:
    """Makes the yardstick's table."""
    async with stage.database.transaction() as session:
        await session.execute(text(TABLE))


async def alternate(stage: Stage, sides: list[Side], *, classified: bool = False) -> None:
    """Measures the sides in turns; who is not asked stands still."""
    for round_number in range(-1, stage.rounds):
        for side in sides:
            side.service.go_on()
            seconds = stage.burst_s if round_number >= 0 else stage.burst_s / 2
            written = list(itertools.islice(side.requests(stage, classified=classified), _enough(side, seconds)))
            work = partial(closed, side.service.port, iter(written), count=CONNECTIONS, seconds=seconds)
            burst, cost = await stage.measured(side.service, work, side.tenant)
            side.service.hold()
            if round_number >= 0:  # the first is to warm up
                side.bursts.append(burst)
                side.costs.append(cost)


def _enough(side: Side, seconds: float) -> int:
    fastest = max(side.per_s(), default=4_000)
    return round(2 * fastest * seconds) + CONNECTIONS


async def rows(stage: Stage) -> list[Row]:
    tenant = await stage.tenant(example())
    await table(stage)
    with ExitStack() as stack:
        ours = stack.enter_context(router(stage.directory, stage.variables, workers=WORKERS))
        await stage.quiet(ours)
        ours.hold()
        theirs = stack.enter_context(yardstick(stage.directory, stage.variables, workers=WORKERS))
        theirs.hold()
        given, bare = Side(ours, tenant), Side(theirs)
        await alternate(stage, [given, bare])
        read, bare_too = Side(ours, tenant), Side(theirs)
        await alternate(stage, [read, bare_too], classified=True)
        theirs.hold()
        one = Side(stack.enter_context(router(stage.directory, stage.variables, workers=1)), tenant)
        await stage.quiet(one.service)
        one.service.hold()
        two = Side(ours, tenant)
        await alternate(stage, [two, one])
    stage.peak_per_s = spread(given.per_s()).median
    return [
        *compared("intake, topic given", given, bare, (1.0, 1.5), (1.2, 1.0)),
        *compared("intake, text classified", read, bare_too, (0.8, 1.0), None),
        at_least("two processes against one: requests/s", ratios(two.per_s(), one.per_s()), 1.15),
        at_most("two processes against one: CPU a contact", ratios(two.cpu_us(), one.cpu_us()), 1.1),
    ]


def compared(
    what: str, ours: Side, theirs: Side, rate: tuple[float, float], p99: tuple[float, float] | None
) -> Iterator[Row]:
    """Yields the rows of one kind of intake."""
    yield at_least(
        f"{what}: requests/s",
        ratios(ours.per_s(), theirs.per_s()),
        *rate,
        note=_of(ours.per_s(), theirs.per_s(), "a second"),
    )
    tails = ratios(ours.latency_ms(0.99), theirs.latency_ms(0.99))
    note = _of(ours.latency_ms(0.99), theirs.latency_ms(0.99), "ms")
    yield at_most(f"{what}: p99", tails, *p99, note=note) if p99 else plain(f"{what}: p99", tails, "×", 2, note)
    medians = ratios(ours.latency_ms(0.5), theirs.latency_ms(0.5))
    yield plain(f"{what}: p50", medians, "×", 2, _of(ours.latency_ms(0.5), theirs.latency_ms(0.5), "ms"))
    costs = ratios(ours.cpu_us(), theirs.cpu_us())
    yield plain(f"{what}: CPU a contact", costs, "×", 2, _of(ours.cpu_us(), theirs.cpu_us(), "µs"))
    for part in ("service", "postgres", "valkey"):
        title = {"service": "processes", "postgres": "PostgreSQL", "valkey": "Valkey"}[part]
        note = _of(ours.cpu_us(part), theirs.cpu_us(part), "µs")
        yield plain(f"{what}: CPU of the {title}", ratios(ours.cpu_us(part), theirs.cpu_us(part)), "×", 2, note)


def _of(ours: list[float], theirs: list[float], unit: str) -> str:
    return f"{spread(ours).median:,.0f} of {spread(theirs).median:,.0f} {unit}"
