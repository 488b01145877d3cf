"""A client of the server that simulations run on, and two days that are over."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from mci_router.embedded import Servers
from mci_router.simulation import trace
from mci_router.simulation.outcomes import Abandoned, Answered, ContactOutcome, Informed
from mci_router.simulation.policies import SimulatedPolicy
from mci_router.simulation.run import Day
from mci_router.simulation.trace import Trace
from tests.simulation.days import agent, contact, incident, queue, save


@pytest.fixture
def client(servers: Servers) -> Iterator[Any]:
    client: Any = Redis.from_url(servers.valkey.url, decode_responses=True)
    yield client
    client.close()


NAMES = {0: "calls at $5 [bold]", 1: "chat", 2: "nobody comes"}


@pytest.fixture
def day(tmp_path: Path) -> Day:
    """Calls: three answered, one of them late; three who left, after 4, 15 and 50 s. One chat."""
    records = [*(queue(number, name) for number, name in NAMES.items()), agent(9, {0: 1.0, 1: 1.0})]
    calls = [contact(number, 0, 100.0 * number, 10.0, 1000.0) for number in range(6)]
    read = trace.read(save(tmp_path / "day.jsonl", [*records, *calls, contact(6, 1, 700.0, 5.0)]))
    return Day(read, SimulatedPolicy.SERVICE_LEVEL, _outcomes(read), 21, 0.5)


def _outcomes(day: Trace) -> list[ContactOutcome]:
    answered = {0: 0, 1: 20_000, 2: 30_000, 6: 0}
    left = {3: 4_000, 4: 15_000, 5: 50_000}
    found: list[ContactOutcome] = []
    for place, one in enumerate(day.contacts):
        came = round(one.t * 1000)
        if place in answered:
            start = came + answered[place]
            found.append(Answered(one, day.agents["9"], start, start + round(one.handle_s * 1000)))
        else:
            found.append(Abandoned(one, came + left[place]))
    return found


@pytest.fixture
def broken_day(tmp_path: Path) -> Day:
    """An incident informs four of six calls: one of them is answered, and one gives up, after they said that it is
    still broken.
    """
    calls = [contact(number, 0, 100.0 * number, 10.0, 50.0) for number in range(6)]
    records = [queue(0, "calls at $5"), agent(9, {0: 1.0}), *calls, incident(0, 50.0, 450.0, still_broken=0.5)]
    read = trace.read(save(tmp_path / "day.jsonl", records))
    first, *informed, last = read.contacts
    again = [one.model_copy(update={"t": 450.0}) for one in informed]
    stood: dict[int, Answered | Abandoned] = {
        2: Answered(again[1], read.agents["9"], 460_000, 470_000),
        4: Abandoned(again[3], 500_000),
    }
    told = [
        Informed(one, read.incidents[0], round(one.t * 1000), stood.get(place)) for place, one in enumerate(informed, 1)
    ]
    ends = [Answered(one, read.agents["9"], round(one.t * 1000), round(one.t * 1000) + 10_000) for one in (first, last)]
    return Day(read, SimulatedPolicy.SERVICE_LEVEL, [ends[0], *told, ends[1]], 9, 0.5)
