"""The proof that `make bench-triage` prints: its rows, and the shares in them."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured, the goal, the figure, whether it is met (None: no goal, or no data), and what to know of it."""

    what: str
    goal: str
    figure: str
    met: bool | None
    note: str


def share(hits: Iterable[bool]) -> float:
    """Returns the share that is true; 0 of nothing."""
    counted = list(hits)
    return sum(counted) / len(counted) if counted else 0.0


def percent(part: float) -> str:
    """Returns a share as per cent, with one digit."""
    return f"{100 * part:.1f} %"
