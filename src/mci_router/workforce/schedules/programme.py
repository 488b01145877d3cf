"""A programme: a mixed-integer linear programme, built row by row and solved by HiGHS within a time and to a gap.

Pure: it belongs into a worker process, for the solver holds the interpreter until it is done.
"""

import time
from array import array
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from mci_router.values import value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values: TypeAlias = NDArray[np.float64]

INFINITE = float("inf")
LEAST_S = 3.0  # for a part of a programme: on a machine that is busy, less finds nothing
Term: TypeAlias = tuple[int, float]
"""A variable, and what it is multiplied by."""


class NoSolution(Exception):
    """No solution was found in the time, or there is none."""


@value
class Solved:
    """A solution: the variables' values, the gap to the best that there could be (0.01: a hundredth), and seconds."""

    values: "Values"
    gap: float
    seconds: float

    def whole(self, variable: int) -> int:
        """Returns the value of a variable that is whole."""
        return round(float(self.values[variable]))


class Programme:
    """Costs to be made as small as possible, by variables within bounds, under rows of sums."""

    def __init__(self) -> None:
        self._costs, self._lows, self._highs = array("d"), array("d"), array("d")
        self._whole = array("b")
        self._row_lows, self._row_highs = array("d"), array("d")
        self._places, self._of_row, self._factors = array("l"), array("l"), array("d")

    def variable(self, cost: float = 0, low: float = 0, high: float = INFINITE, *, whole: bool = False) -> int:
        """Adds a variable. Returns its number."""
        self._costs.append(cost)
        self._lows.append(low)
        self._highs.append(high)
        self._whole.append(1 if whole else 0)
        return len(self._costs) - 1

    def row(self, terms: Iterable[Term], low: float = -INFINITE, high: float = INFINITE) -> None:
        """Adds a row: the sum of the terms is from `low` to `high`."""
        number = len(self._row_lows)
        for variable, factor in terms:
            self._places.append(variable)
            self._of_row.append(number)
            self._factors.append(factor)
        self._row_lows.append(low)
        self._row_highs.append(high)

    def solve(self, seconds: float, gap: float) -> Solved:
        """Solves it, to the gap or for so many seconds. Raises NoSolution."""
        return self._in_turns([[number for number, whole in enumerate(self._whole) if whole]], seconds, gap)

    def solve_in_turns(self, parts: Sequence[Sequence[int]], seconds: float, gap: float) -> Solved:
        """Solves it part after part: one part's variables are whole, those of later parts may be broken, and those of
        earlier ones stay as they were found ("relax and fix"). Far faster than all at once, and nearly as good.

        The gap is to the bound with all of them broken: the true one is smaller. Raises NoSolution.
        """
        return self._in_turns(parts, seconds, gap, bounded=True)

    def _in_turns(self, parts: Sequence[Sequence[int]], seconds: float, gap: float, *, bounded: bool = False) -> Solved:
        import numpy as np  # takes a fifth of a second: only the worker pays it

        began = time.monotonic()
        lows, highs, nothing = np.array(self._lows), np.array(self._highs), np.zeros(len(self._costs))
        least = self._solved(nothing, lows, highs, seconds, gap).fun if bounded else None
        found = None
        for number, part in enumerate(parts):
            left = (seconds - (time.monotonic() - began)) / (len(parts) - number)
            whole = nothing.copy()
            whole[list(part)] = 1
            found = self._solved(whole, lows, highs, max(LEAST_S, left), gap)
            lows[list(part)] = highs[list(part)] = np.round(found.x[list(part)])
        if found is None:
            raise NoSolution("there is nothing to solve")
        distance = float(found.mip_gap or 0) if least is None else (found.fun - least) / max(1.0, abs(found.fun))
        return Solved(found.x, max(0.0, distance), time.monotonic() - began)

    def _solved(self, whole: "Values", lows: "Values", highs: "Values", seconds: float, gap: float) -> Any:
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        shape = (len(self._row_lows), len(self._costs))
        rows = csr_array((np.array(self._factors), (np.array(self._of_row), np.array(self._places))), shape=shape)
        found = milp(
            np.array(self._costs),
            integrality=whole,
            bounds=Bounds(lows, highs),
            constraints=LinearConstraint(rows, np.array(self._row_lows), np.array(self._row_highs)),
            options={"time_limit": seconds, "mip_rel_gap": gap},
        )
        if found.x is None:
            raise NoSolution(str(found.message))
        return found
