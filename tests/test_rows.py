"""`every`, by which a test takes many rows, hides no row that fails."""

import inspect

import pytest

from tests.support.rows import every

ROWS = [(1, 1), (2, 4), (3, 9), (4, 15)]


def test_each_row_that_fails_is_named_and_the_others_are_looked_at() -> None:
    """The test fails with every one of them, whether by an assertion, an error or pytest's own word."""

    @every(("number", "square"), [*ROWS, (0, 1), ("x", 1)])
    def squares(number: int, square: int) -> None:
        if not number:
            pytest.fail("nothing to multiply")
        assert number * number == square

    with pytest.raises(ExceptionGroup, match="3 of 6 rows") as failed:
        squares()
    assert [error.__notes__[0] for error in failed.value.exceptions] == [
        f"The row: {{'number': {number!r}, 'square': {square}}}" for number, square in [(4, 15), (0, 1), ("x", 1)]
    ]


@every("name", ["one", "two"])
@every("number", [1, 2])
def test_rows_are_combined_and_fixtures_are_given(name: str, number: int, request: pytest.FixtureRequest) -> None:
    """As `parametrize` does."""
    seen = request.node.__dict__.setdefault("seen", [])
    seen.append((name, number))
    assert seen == [("one", 1), ("one", 2), ("two", 1), ("two", 2)][: len(seen)]


async def test_what_waits_is_awaited() -> None:
    """Else nothing of it would run, and nothing could fail."""

    @every("number, square", ROWS)
    async def squares(number: int, square: int) -> None:
        assert number * number == square

    assert inspect.iscoroutinefunction(squares)
    with pytest.raises(ExceptionGroup, match="1 of 4 rows"):
        await squares()


def test_no_rows_are_refused() -> None:
    """A test of none can not fail."""
    with pytest.raises(ValueError, match="no row for name"):
        every("name", [])
