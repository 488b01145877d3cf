"""A row of the proof that `make bench-triage` prints."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured, the goal, the figure, whether it is met (None: no goal, or no data), and what to know of it."""

    what: str
    goal: str
    figure: str
    met: bool | None
    note: str
