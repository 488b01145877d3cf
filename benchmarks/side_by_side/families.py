"""The families of rows, in the order of the table: each is measured by a function of its own module."""

from collections.abc import Awaitable, Callable

from benchmarks.side_by_side import engine, hop, intake, memory, messages, starting
from benchmarks.side_by_side.figures import Row
from benchmarks.side_by_side.stage import Stage

FAMILIES: dict[str, Callable[[Stage], Awaitable[list[Row]]]] = {
    "intake": intake.rows,
    "hop": hop.rows,
    "messages": messages.rows,
    "memory": memory.rows,
    "starting": starting.rows,
    "engine": engine.rows,
}
