"""Rows of the live state: transitions beside a function that does nothing, and whether their cost grows. On Valkeys of
their own, so that nothing else is under way there.
"""

import asyncio

from benchmarks import growth, transitions
from benchmarks.engine_floor import Figure
from benchmarks.side_by_side.figures import Row, at_least, at_most, spread
from benchmarks.side_by_side.stage import Stage


async def rows(stage: Stage) -> list[Row]:
    """Returns the rows. The stage's servers stand still meanwhile."""
    figures = await asyncio.to_thread(lambda: [*transitions.rows(), *growth.rows()])
    return [_row(figure) for figure in figures]


def _row(figure: Figure) -> Row:
    judge = at_least if figure.least else at_most
    digits = 0 if figure.unit == "B" else 2
    return judge(figure.what, spread(figure.values), figure.bar, figure.stretch, unit=figure.unit, digits=digits)
