"""What processes cost, from /proc: CPU with that of their children, and resident memory."""

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Stat:
    """A process: its parent, and its CPU in seconds with that of its children that have ended."""

    parent: int
    cpu_s: float


def parsed(stat: str) -> Stat:
    """Returns what a line of `/proc/PID/stat` says. The name in it may hold anything, blanks and brackets too."""
    fields = stat.rpartition(")")[2].split()
    return Stat(parent=int(fields[1]), cpu_s=sum(map(int, fields[11:15])) / TICKS_PER_S)


def resident_kib(status: str) -> int:
    """Returns the resident memory in `/proc/PID/status`; 0 where there is none, as of a process that has ended."""
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")), 0)


def tree(root: int) -> dict[int, Stat]:
    """Returns a process and all below it, by id."""
    stats = {}
    for path in PROC.glob("[0-9]*/stat"):
        with suppress(OSError):
            stats[int(path.parent.name)] = parsed(path.read_text())
    return {pid: stats[pid] for pid in below(root, {pid: stat.parent for pid, stat in stats.items()})}


def below(root: int, parents: dict[int, int]) -> set[int]:
    """Returns the processes that descend from one, and that one, if it is there."""
    found = {root} & parents.keys()
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def cpu_s(roots: Iterable[int]) -> float:
    """Returns the CPU seconds that these processes and all below them have had."""
    return sum(stat.cpu_s for root in roots for stat in tree(root).values())


def resident_bytes(root: int) -> int:
    """Returns the resident memory of a process and all below it."""
    found = 0
    for pid in tree(root):
        with suppress(OSError):
            found += resident_kib((PROC / str(pid) / "status").read_text())
    return found * 1024
