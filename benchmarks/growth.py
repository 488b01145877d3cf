"""Whether a transition's cost grows: `python -m benchmarks.growth [--only NAME]`.

A small and a large floor are served in turns, each on a Valkey of its own: the median cost of a transition on the large
one over that on the small one, in processor time of the server. What grows: agents, waiting contacts, lines,
workspaces; each alone. And the bytes of Valkey that a waiting contact takes.
"""

import argparse
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import cycle

from benchmarks.engine_floor import Figure, Floor, Server, server

ROUNDS, CONTACTS = 12, 48
BAR, STRETCH = 1.5, 1.2
BYTES_BAR, BYTES_STRETCH = 1_024, 512
TRANSITIONS = ("enqueue", "accept", "complete")


class Side:
    """The floors of one size: contacts come to each in turn, are taken and completed, while `waiting` others wait."""

    def __init__(self, valkey: Server, agents: int, lines: int, *, waiting: int = 0, workspaces: int = 1) -> None:
        self.valkey = valkey
        self.floors = [Floor(valkey, agents, lines, workspace=f"bench_{number}") for number in range(workspaces)]
        self._turns = cycle(self.floors)
        for floor in self.floors:
            floor.serve(max(4 * lines, CONTACTS))
        self.offered = self.floors[0].fill(waiting) if waiting else []

    def round(self) -> dict[str, float]:
        """Returns what each transition costs, in µs of processor time."""
        turns = [next(self._turns) for _ in range(CONTACTS)]
        costs = {}
        burst = self.valkey.burst([floor.enqueue() for floor in turns])
        costs["enqueue"] = burst.cpu
        offered = [(floor, one) for floor, one in zip(turns, burst.replies, strict=True) if one["state"] == "offered"]
        if self.offered:  # nobody has room left for who comes now
            part, self.offered = self.offered[:CONTACTS], self.offered[CONTACTS:]
            offered = [(self.floors[0], one) for one in part]
        burst = self.valkey.burst([floor.accept(one) for floor, one in offered])
        costs["accept"] = burst.cpu
        taken = [(floor, one) for (floor, _), one in zip(offered, burst.replies, strict=True)]
        costs["complete"] = self.valkey.burst([floor.complete(one) for floor, one in taken]).cpu
        return costs


Sides = Callable[[Server, Server], tuple[Side, Side]]
GROWING: dict[str, Sides] = {
    "100 → 10,000 agents": lambda small, large: (Side(small, 100, 10), Side(large, 10_000, 10)),
    "10 → 100,000 waiting": lambda small, large: (
        Side(small, 300, 10, waiting=10),
        Side(large, 300, 10, waiting=100_000),
    ),
    "10 → 200 lines": lambda small, large: (Side(small, 400, 10), Side(large, 400, 200)),
    "1 → 100 workspaces": lambda small, large: (Side(small, 60, 10), Side(large, 60, 10, workspaces=100)),
}


def growth(name: str) -> dict[str, list[float]]:
    """Returns the ratios of each transition, of neighbouring rounds."""
    with ExitStack() as stack:
        sides = GROWING[name](stack.enter_context(server()), stack.enter_context(server()))
        for side in sides:
            side.round()  # what is made once is not counted
        found: dict[str, list[float]] = {transition: [] for transition in TRANSITIONS}
        for _ in range(_rounds(sides)):
            small, large = (side.round() for side in sides)
            for transition in TRANSITIONS:
                found[transition].append(large[transition] / small[transition])
    return found


def _rounds(sides: Sequence[Side]) -> int:
    """Offers are used up where contacts wait."""
    return min([ROUNDS, *(len(side.offered) // CONTACTS for side in sides if side.offered)])


def bytes_a_waiting_contact(waiting: int = 20_000) -> float:
    """Returns the bytes of Valkey that one more waiting contact takes, without the journal."""
    with server() as valkey:
        floor = Floor(valkey, 100, 200)
        floor.fill(1_000)
        before = valkey.used_bytes()
        floor.fill(waiting)
        return (valkey.used_bytes() - before) / waiting


def rows(names: Sequence[str] = tuple(GROWING)) -> Iterator[Figure]:
    """Yields the ratios, and the bytes, for the table of all benchmarks."""
    for name in names:
        for transition, ratios in growth(name).items():
            yield Figure(f"engine: {transition}, {name}", ratios, "×", BAR, STRETCH)
    yield Figure("engine: Valkey a waiting contact", [bytes_a_waiting_contact()], "B", BYTES_BAR, BYTES_STRETCH)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", choices=GROWING, action="append", help="what grows; all, if not given")
    chosen = parser.parse_args()
    for figure in rows(chosen.only or tuple(GROWING)):
        median, low, high = statistics.median(figure.values), min(figure.values), max(figure.values)
        met = "met" if figure.bar and median <= figure.bar else "missed"
        print(
            f"{figure.what:45}{median:9.2f} ({low:.2f}–{high:.2f}) {figure.unit}  bar {figure.bar:g}: {met}", flush=True
        )


if __name__ == "__main__":
    main()
