"""Tests of many rows that cost next to nothing each: one test for all of them, which names every row that fails."""

import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import pytest

Test = Callable[..., Any]
Row = dict[str, Any]
SHOWN = 2_000  # characters of a row that failed


def every(names: str | tuple[str, ...], rows: Iterable[Any]) -> Callable[[Test], Test]:
    """Gives a test all rows, one after another; it fails with each row that failed, not with the first.

    Reads as `pytest.mark.parametrize` does. For rows that take less than the milliseconds that pytest and its workers
    spend on a test, and that share their fixtures: what a row changes there, the next one finds.

    Args:
        names: The arguments' names, as `parametrize` takes them.
        rows: A value each for one name, a tuple of values each for several.

    Raises:
        ValueError: There are no rows: such a test cannot fail.
    """
    wanted = [name.strip() for name in (names.split(",") if isinstance(names, str) else names)]
    table = [dict(zip(wanted, row if len(wanted) > 1 else (row,), strict=True)) for row in rows]
    if not table:
        raise ValueError(f"no row for {names}")

    def joined(test: Test) -> Test:
        of_all = wraps(test)(_awaited(test, table) if inspect.iscoroutinefunction(test) else _called(test, table))
        signature = inspect.signature(test)
        others = [given for name, given in signature.parameters.items() if name not in wanted]
        of_all.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]
        return of_all

    return joined


def _called(test: Test, table: list[Row]) -> Test:
    def of_all(**fixtures: Any) -> None:
        failed: list[Exception] = []
        for row in table:
            with _kept(failed, row):
                test(**row, **fixtures)
        _tell(failed, table)

    return of_all


def _awaited(test: Test, table: list[Row]) -> Test:
    async def of_all(**fixtures: Any) -> None:
        failed: list[Exception] = []
        for row in table:
            with _kept(failed, row):
                await test(**row, **fixtures)
        _tell(failed, table)

    return of_all


@contextmanager
def _kept(failed: list[Exception], row: Row) -> Iterator[None]:
    try:
        yield
    except (Exception, pytest.fail.Exception) as error:
        kept = error if isinstance(error, Exception) else AssertionError(str(error))
        kept.add_note(f"The row: {row!r}"[:SHOWN])
        failed.append(kept)


def _tell(failed: list[Exception], table: list[Row]) -> None:
    if failed:
        raise ExceptionGroup(f"{len(failed)} of {len(table)} rows", failed)
