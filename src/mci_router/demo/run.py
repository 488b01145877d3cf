"""One demo from its first question to its last table: learn the workspace, seat the agents, let the customers come,
tidy up, report.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom

from rich.console import Console

from mci_router.demo import progress, tables, workspace
from mci_router.demo.adapters import Adapters
from mci_router.demo.customers import SimulatedCustomer, plan
from mci_router.demo.desks import Desks
from mci_router.demo.report import Fate, fate
from mci_router.demo.scene import Clock, DemoTally, Stage
from mci_router.demo.service import DemoError, Service
from mci_router.demo.staffing import load, pick_agents
from mci_router.vocabulary import FINAL_STATES

KEY_VARIABLE = "MCI_API_KEY"
RUN_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
STILL_SIMULATED_S, STILL_REAL_S = (
    300,
    35,
)  # nothing moves for both, longer than a declined contact is kept from its agent: nothing will
LOOK_S = 0.5
PIPED_WIDTH = 100
LONGEST_TAIL_S = 3_600  # simulated, after the last arrival


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """The command line's options."""

    contacts: int
    agents: int | None
    """All agents there are unless given."""
    speed: float
    seed: int
    url: str
    keys: Path
    allow_remote: bool = False


def play(options: DemoOptions) -> None:
    """Plays a demo and prints what became of it. Raises DemoError."""
    # The tables need the room; a pipe or a file has no width of its own.
    console = Console() if sys.stdout.isatty() or "COLUMNS" in os.environ else Console(width=PIPED_WIDTH)
    run = asyncio.run(_play(options, console))
    if not run.fates:
        raise DemoError(
            f"not one contact was taken in: {run.tally.refused[0]}"
            if run.tally.refused
            else "stopped before the first contact"
        )
    tables.show(console, run)


def find_key(keys: Path) -> str:
    """Returns the key from the environment, or the operator's that `mci-router dev` keeps. Raises DemoError."""
    if key := os.environ.get(KEY_VARIABLE):
        return key
    try:
        return str(json.loads(keys.read_text())["operator"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DemoError(f"no key: {keys} holds none for the operator, and {KEY_VARIABLE} is not set") from error


async def _play(options: DemoOptions, console: Console) -> tables.Run:
    async with Service(options.url, find_key(options.keys)) as service:
        if not service.loopback and not options.allow_remote:
            raise DemoError(
                f"{service.url} is not this machine: the demo posts contacts and takes over desks; say "
                "--allow-remote if it may"
            )
        known = await workspace.read(service)
        agents = pick_agents(known, options.agents or len(known.agents))
        customers = plan(known.topics, known.channels(), options.contacts, options.seed)
        asked = load(known, customers, agents)
        clock = Clock(options.speed)
        tally = DemoTally(clock)
        adapters = Adapters(service, clock, tally, _run_name())
        desks = Desks(service, clock, tally, options.seed)
        await desks.seat(agents)
        console.print(
            f"[bold]{_heading(options, len(agents))}[/bold] at {service.url}\n"
            f"Contacts come for {tables.duration(asked.horizon_s / options.speed)}; then what is open is finished. "
            f"Ctrl-C ends it early. To watch: {service.url}/wallboard?speed={options.speed:g}"
        )
        with progress.shown(console, clock, tally, options.contacts):
            fates = await _act(clock, tally, adapters, desks, customers, asked.horizon_s)
        return tables.Run(
            fates=fates,
            queues=list(known.queues),
            agents=agents,
            tally=tally,
            wanted=options.contacts,
            speed=options.speed,
        )


async def _act(
    clock: Clock,
    tally: DemoTally,
    adapters: Adapters,
    desks: Desks,
    customers: Sequence[SimulatedCustomer],
    horizon_s: float,
) -> list[Fate]:
    """Lets everyone play until all is settled, nothing moves any more, or Ctrl-C; then sends the agents home and tidies
    up.
    """
    floor = asyncio.create_task(desks.run())
    crowd = asyncio.create_task(_come(clock, tally, adapters, desks, customers, horizon_s))
    with _interrupt() as stop:
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({floor, crowd, stopping}, return_when=asyncio.FIRST_COMPLETED)
        crowd.cancel()
        stopping.cancel()
        await asyncio.gather(crowd, return_exceptions=True)
        if not floor.done():
            await desks.leave()
        failed = _failure(crowd) or _failure(floor)
        try:
            fates = [] if failed else await _fates(clock, tally, adapters)
        finally:
            await asyncio.gather(*(adapters.cancel(contact) for contact in _open(tally)))
            floor.cancel()
            await asyncio.gather(floor, return_exceptions=True)
    if failed:
        raise failed
    return fates


async def _come(
    clock: Clock,
    tally: DemoTally,
    adapters: Adapters,
    desks: Desks,
    customers: Sequence[SimulatedCustomer],
    horizon_s: float,
) -> None:
    """Lets every customer come at the planned moment, and serves each to the end, unless that does not come."""
    await desks.ready()
    opened = clock.now()
    async with asyncio.TaskGroup() as group:
        served = set[asyncio.Task[None]]()
        for customer in customers:
            await clock.sleep(opened + customer.moment * horizon_s - clock.now())
            served.add(group.create_task(adapters.serve(customer)))
        last = clock.now()
        while served and not _stuck(tally) and clock.now() < last + LONGEST_TAIL_S:
            _, served = await asyncio.wait(served, timeout=LOOK_S)
        for task in served:
            task.cancel()


def _stuck(tally: DemoTally) -> bool:
    """Returns whether all who are left have long been waiting for an agent: none of those here can serve them."""
    still_simulated, still_real = tally.still_for()
    moving = any(stage in (Stage.AUTOMATION, Stage.COMMUNITY, Stage.WITH_AGENT) for stage in tally.stages())
    return not moving and still_simulated > STILL_SIMULATED_S and still_real > STILL_REAL_S


async def _fates(clock: Clock, tally: DemoTally, adapters: Adapters) -> list[Fate]:
    found = await asyncio.gather(*(adapters.look(contact) for contact in tally.contacts))
    for contact in found:
        if contact["state"] in FINAL_STATES:
            tally.settled(contact["id"]).set()
    return [fate(contact, clock.speed) for contact in found]


def _open(tally: DemoTally) -> list[str]:
    return [contact for contact in tally.contacts if not tally.settled(contact).is_set()]


def _failure(task: asyncio.Task[None]) -> BaseException | None:
    """Returns the first real cause of a task's failure."""
    if not task.done() or task.cancelled():
        return None
    error: BaseException | None = task.exception()
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


@contextlib.contextmanager
def _interrupt() -> Iterator[asyncio.Event]:
    """Yields an event that Ctrl-C sets, once; a second one breaks off as usual."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def heard() -> None:
        stop.set()
        loop.remove_signal_handler(signal.SIGINT)

    loop.add_signal_handler(signal.SIGINT, heard)
    try:
        yield stop
    finally:
        loop.remove_signal_handler(signal.SIGINT)


def _heading(options: DemoOptions, agents: int) -> str:
    few = f" (all there are; {options.agents} were asked for)" if agents < (options.agents or 0) else ""
    return f"{options.contacts} contacts, {agents} agent{'s' * (agents != 1)}{few}, {options.speed:g} × real time"


def _run_name() -> str:
    return "".join(SystemRandom().choices(RUN_LETTERS, k=5))
