"""Rows of the engine, on a Valkey of its own: transitions against a function that does nothing, and what growth costs."""

import asyncio
from collections.abc import Iterable

from benchmarks import growth, transitions
from benchmarks.engine_floor import Figure
from benchmarks.side_by_side.figures import Row, at_least, at_most, spread
from benchmarks.side_by_side.stage import Stage

WHOLE_FROM = 100  # figures from here on are shown without decimals


async def rows(stage: Stage) -> list[Row]:
    return await asyncio.to_thread(_rows)


def _rows() -> list[Row]:
    return [*of(transitions.rows()), *of(growth.rows())]


def of(figures: Iterable[Figure]) -> list[Row]:
    """Returns the rows for what the engine's own benchmarks have found."""
    return [_row(figure) for figure in figures]


def _row(figure: Figure) -> Row:
    found = spread(figure.values)
    digits = 0 if found.median >= WHOLE_FROM else 2
    compared = at_least if figure.least else at_most
    return compared(figure.what, found, figure.bar, figure.stretch, unit=figure.unit, digits=digits)
