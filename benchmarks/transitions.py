"""What a transition costs Valkey: `python -m benchmarks.transitions [--agents N] [--lines N] [--limited N]`.

Prints for enqueue (one by one, and many by one call), accept and complete the processor time of a call in µs, what the
server counts of it, how many commands it runs inside, and the transitions per second of one core as a share of the
calls per second of a function that does nothing, with the same arguments; with everybody idle, and with a backlog.
Bursts of both alternate; the figures are medians.
"""

import argparse
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.engine_floor import Burst, Figure, Floor, in_place_of, server

ROUNDS, CONTACTS, AT_ONCE = 12, 48, 16
WAITING = 5_000
BAR, STRETCH = 0.4, 0.6  # of a function that does nothing


@dataclass
class Timed:
    """The bursts of one transition. `size`: transitions of a call."""

    name: str
    size: int = 1
    bursts: list[Burst] = field(default_factory=list)
    nothing: list[Burst] = field(default_factory=list)

    def time(self, floor: Floor, calls: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
        """Makes the calls of a round, beside as many that do nothing. Returns the replies."""
        self.nothing.append(floor.server.burst([in_place_of(call) for call in calls]))
        self.bursts.append(floor.server.burst(calls))
        return self.bursts[-1].replies

    def median(self, of: Callable[[Burst], float]) -> float:
        return statistics.median(of(burst) / self.size for burst in self.bursts)

    @property
    def shares(self) -> list[float]:
        """Of each round, the transitions per second as a share of the calls that do nothing."""
        return [self.size * free.cpu / burst.cpu for free, burst in zip(self.nothing, self.bursts, strict=True)]


def timed(agents: int, lines: int, limited: int) -> dict[str, Timed]:
    """Returns the bursts of each transition, by what goes on and its name."""
    found: dict[str, Timed] = {}

    def of(load: str, name: str, size: int = 1) -> Timed:
        return found.setdefault(f"{load}, {name}", Timed(name, size))

    with server() as valkey:
        floor = Floor(valkey, agents, lines, limited=limited)
        for _ in range(5):
            floor.serve(min(agents, 4 * lines))
        for _ in range(ROUNDS):
            rest = of("idle", "enqueue").time(floor, [floor.enqueue() for _ in range(CONTACTS)])
            offered = [reply for reply in rest if reply["state"] == "offered"]
            taken = of("idle", "accept").time(floor, [floor.accept(one) for one in offered])
            of("idle", "complete").time(floor, [floor.complete(one) for one in taken])
            batches = [floor.enqueue_all(AT_ONCE) for _ in range(CONTACTS // AT_ONCE)]
            replies = of("idle", "enqueue of many", AT_ONCE).time(floor, batches)
            many = [one for reply in replies for one in reply["replies"] if one["state"] == "offered"]
            valkey.run([floor.complete(one) for one in floor.replies([floor.accept(one) for one in many])])
        offered = floor.fill(WAITING)
        for number in range(min(ROUNDS, len(offered) // CONTACTS)):
            of("backlog", "enqueue").time(floor, [floor.enqueue() for _ in range(CONTACTS)])
            part = offered[number * CONTACTS : (number + 1) * CONTACTS]
            taken = of("backlog", "accept").time(floor, [floor.accept(one) for one in part])
            of("backlog", "complete").time(floor, [floor.complete(one) for one in taken])
    return found


def rows(agents: int = 10_000, lines: int = 200) -> list[Figure]:
    """Returns the shares of a function that does nothing, for the table of all benchmarks."""
    found = timed(agents, lines, 0)
    names = ("idle, enqueue", "idle, accept", "idle, complete")
    return [
        Figure(
            f"engine: {found[name].name}, of a function that does nothing", found[name].shares, "×", BAR, STRETCH, True
        )
        for name in names
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--agents", type=int, default=10_000)
    parser.add_argument("--lines", type=int, default=200)
    parser.add_argument("--limited", type=int, default=0, help="queues of which an agent may have two contacts at most")
    chosen = parser.parse_args()
    print(f"{chosen.agents} agents, {chosen.lines} lines, {chosen.limited} limited queues an agent")
    print(f"{'':26}{'CPU':>9}{'counted':>11}{'commands':>10}{'of nothing':>12}")
    for name, one in timed(chosen.agents, chosen.lines, chosen.limited).items():
        cpu, counted = one.median(lambda burst: burst.cpu), one.median(lambda burst: burst.counted)
        inside, share = one.median(lambda burst: burst.redis_calls), statistics.median(one.shares)
        print(f"{name:26}{cpu:6.1f} µs{counted:8.1f} µs{inside:10.1f}{share:11.1%}")


if __name__ == "__main__":
    main()
