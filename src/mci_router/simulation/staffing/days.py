"""Days played on several servers at once, a thread each: the work is the servers'."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from queue import SimpleQueue

from mci_router.routing.engine.virtual_time import DayServer
from mci_router.simulation.run import private_valkey
from mci_router.simulation.staffing.playing import Player
from mci_router.workforce.staffing.figures import DayFigures
from mci_router.workforce.staffing.problem import Plan, Problem


class Days:
    """Plays days of one problem, as many at once as there are servers."""

    def __init__(self, servers: Sequence[DayServer], problem: Problem) -> None:
        self.at_once = len(servers)
        self._threads = ThreadPoolExecutor(self.at_once)
        self._free: SimpleQueue[Player] = SimpleQueue()
        for server in servers:
            self._free.put(Player(server, problem))

    def __call__(self, plan: Plan, seeds: Sequence[int]) -> list[DayFigures]:
        return list(self._threads.map(lambda seed: self._play(plan, seed), seeds))

    def _play(self, plan: Plan, seed: int) -> DayFigures:
        player = self._free.get()
        try:
            return player.play(plan, seed)
        finally:
            self._free.put(player)


@contextmanager
def servers(urls: Sequence[str], processes: int) -> Iterator[list[DayServer]]:
    """Yields the servers at these addresses; where none are given, so many private ones, which go afterwards."""
    with ExitStack() as stack:
        addresses = list(urls) or [stack.enter_context(private_valkey()) for _ in range(processes)]
        found = [DayServer(url) for url in addresses]
        for server in found:
            stack.callback(server.close)
        yield found
