"""The trial of the rest of a day beside the engine itself: the same contacts, the same agents, in virtual time."""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from mci_router.routing.engine.virtual_time import DayServer
from mci_router.simulation.intraday.playing import RestPlayer
from mci_router.simulation.run import private_valkey
from mci_router.specs.queues import QueueSpec
from mci_router.vocabulary import Channel, LineChoice
from mci_router.workforce.intraday.moves import Outlook
from mci_router.workforce.intraday.rest import Rest, RestAgent, RestQueue
from mci_router.workforce.intraday.task import Skilled, Task
from mci_router.workforce.intraday.trial import Result, tried
from mci_router.workforce.intraday.trying import TryOuts

HOUR = 3_600.0
CALLS = RestQueue("calls", goal=0.8, target_s=20, aht_s=180, arrivals=(22,) * 16, spread=0, patience_s=240)
FRAUD = RestQueue("fraud", goal=0.9, target_s=20, aht_s=300, arrivals=(5,) * 16, spread=0, patience_s=300)
MAILS = RestQueue("mails", goal=0.8, target_s=2 * HOUR, aht_s=360, arrivals=(4,) * 16, spread=0, deferrable=True)
QUEUES = (CALLS, FRAUD, MAILS)
SEEDS = range(2)


def team(number: int, *queues: str) -> list[RestAgent]:
    names = "_".join(queues)
    return [RestAgent(f"{names}_{one}", frozenset(queues), ((0.0, 4 * HOUR),)) for one in range(number)]


def day(people: Sequence[RestAgent], queues: Sequence[RestQueue] = QUEUES) -> Rest:
    return Rest(4 * HOUR, tuple(queues), tuple(people), {})


def player(server: DayServer, rest: Rest) -> RestPlayer:
    """The engine, with the queues and agents of a day."""
    return RestPlayer(server, task_of_day(rest))


def task_of_day(rest: Rest) -> Task:
    """What the process is told that plays a day."""
    queues = [
        QueueSpec(
            name=queue.name,
            skills=[{"skill": queue.name, "min": 1}],
            service_level={"goal": queue.goal, "target_s": queue.target_s},
            deferrable=queue.deferrable,
        )
        for queue in rest.queues
    ]
    able = {agent.name: Skilled(dict.fromkeys(agent.queues, 3), 1, {Channel.CHAT: 1}, {}) for agent in rest.agents}
    channels = {queue.name: Channel.CHAT for queue in rest.queues}
    found = Outlook({}, {}, 0, [])
    return Task(rest, found, queues, channels, able, LineChoice.SERVICE_LEVEL, 0.5, len(SEEDS))


@pytest.fixture
def server() -> Iterator[DayServer]:
    """A Valkey that nobody else uses, which drives days by itself."""
    with private_valkey() as url, closing(DayServer(url)) as started:
        yield started


async def test_the_process_that_plays_knows_no_secret_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that is stopped in the middle: it has neither the ledger's address nor a folder that stays."""
    folder = Path(tempfile.mkdtemp(prefix="mci-"))  # a short name, for the sockets in it
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("DATABASE_URL", "postgresql://hushed")
    monkeypatch.setenv("MCI_TOKEN_SECRET", "hushed")
    try_outs = TryOuts(_never)
    playing = asyncio.create_task(try_outs._played(task_of_day(day(team(3, "calls")))))
    try:
        async with asyncio.timeout(30):
            while not (found := _with_folder(folder)):
                await asyncio.sleep(0.02)
        assert not any(b"hushed" in words for words in found)
    finally:
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)
    async with asyncio.timeout(10):
        while _with_folder(folder):
            await asyncio.sleep(0.02)
    assert not list(folder.iterdir())
    folder.rmdir()


async def _never(workspace: str, rest: Rest) -> Outlook:
    raise AssertionError(workspace)


def _with_folder(folder: Path) -> list[bytes]:
    """Returns the environments of processes that keep temporary files in a folder."""
    found = []
    for one in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            words = one.read_bytes()
            if f"TMPDIR={folder}".encode() in words:
                found.append(words)
    return found


def level(days: Sequence[dict[str, Result]], queue: str) -> float:
    return sum(day[queue].in_time for day in days) / sum(day[queue].counted for day in days)


PEOPLE = [*team(5, "calls"), *team(3, "calls", "mails"), *team(2, "fraud", "calls"), *team(1, "fraud")]


@pytest.mark.parametrize("fewer", [0, 2])
def test_the_trial_is_near_the_engine(server: DayServer, fewer: int) -> None:
    """A blended day, enough staff and too few: the service level of each live queue is within six points of the
    engine's on the same contacts, and the trial ranks the two days as the engine does.
    """
    rest = day(PEOPLE[fewer:])
    play = player(server, rest)
    engine = [dict(play(rest, seed)) for seed in SEEDS]
    trial = [dict(tried(rest, seed)) for seed in SEEDS]
    differences = {queue.name: level(trial, queue.name) - level(engine, queue.name) for queue in QUEUES}
    print({name: (round(level(engine, name), 3), round(level(trial, name), 3)) for name in differences})
    assert all(abs(one) <= 0.06 for one in differences.values()), differences


def test_one_line_is_the_engine_to_the_contact(server: DayServer) -> None:
    """Where there is nothing to choose, every contact is answered when the engine answers it."""
    rest = day(team(5, "calls"), [replace(CALLS, patience_s=None)])
    engine, trial = player(server, rest)(rest, 1), tried(rest, 1)
    assert trial["calls"].in_time == engine["calls"].in_time


def test_hours_in_which_nobody_is_there_cost_little(server: DayServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits was looked at every second of the night: 30,000 calls of the engine for 60 customers."""
    calls, end = list[int](), server.end

    def ended(workspace: str) -> tuple[int, list[tuple[int, int, int]]]:
        number, outcomes = end(workspace)
        calls.append(number)
        return number, outcomes

    monkeypatch.setattr(server, "end", ended)
    queue = replace(CALLS, arrivals=(2,) * 30, patience_s=None, units=2)
    rest = Rest(10 * HOUR, (queue,), (RestAgent("early", frozenset(["calls"]), ((0.0, HOUR),), units=2),), {})
    task = task_of_day(rest)
    able = {"early": replace(task.agents["early"], units=2)}
    task = replace(task, queues=[one.model_copy(update={"units": 2}) for one in task.queues], agents=able)
    RestPlayer(server, task)(rest, 1)
    assert calls[0] < 500
