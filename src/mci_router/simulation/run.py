"""A run: a simulation from trace to outcomes: the server, the floor, the driver, and the time it took."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from mci_router.embedded import EmbeddedValkey, owned
from mci_router.errors import EngineUnavailable
from mci_router.routing.engine.virtual_time import VirtualEngine
from mci_router.simulation.driver import Driver
from mci_router.simulation.floor import Floor
from mci_router.simulation.outcomes import ContactOutcome
from mci_router.simulation.policies import SimulatedPolicy
from mci_router.simulation.trace import Trace
from mci_router.values import value


@value
class Day:
    """A simulated day, in order of arrival.

    `calls` are those of the engine's functions, `seconds` the real time of the whole run. `plain`: no deferrable work
    was held back, and no agent set aside.
    """

    trace: Trace
    policy: SimulatedPolicy
    outcomes: list[ContactOutcome]
    calls: int
    seconds: float
    plain: bool = False


def simulate(trace: Trace, policy: SimulatedPolicy, redis_url: str, *, plain: bool = False) -> Day:
    """Drives the engine on the server of `redis_url` through the trace, in a workspace that is deleted afterwards.

    `plain`: deferrable work is not held back, and no agent is set aside.
    """
    started = time.perf_counter()
    workspace = f"wsp_{uuid4().hex}"
    engine = VirtualEngine(redis_url, workspace)
    try:
        outcomes = asyncio.run(_drive(Floor(engine, workspace, trace, policy, plain=plain)))
    finally:
        with suppress(EngineUnavailable):  # then the error is reported already
            engine.leave()
    return Day(trace, policy, outcomes, engine.calls, time.perf_counter() - started, plain)


@contextmanager
def private_valkey() -> Iterator[str]:
    """Yields the address of a private Valkey without persistence, on a socket in a temporary directory.

    Both are removed afterwards.
    """
    with tempfile.TemporaryDirectory(prefix="mci-router-simulate-") as directory, owned(Path(directory)):
        valkey = EmbeddedValkey(Path(directory), durable=False)
        try:
            valkey.start()
            yield valkey.url
        finally:
            valkey.stop()


async def _drive(floor: Floor) -> list[ContactOutcome]:
    await floor.open()
    return await Driver(floor).run()
