"""The share of each room is counted as the house is drawn."""

from pathlib import PurePosixPath

import pytest

from tests.checks.rooms import room_of, shares


@pytest.mark.parametrize(
    ("path", "room"),
    [
        ("api/desk/desk.py", "api"),
        ("api/schemas/frames.py", "api/schemas"),
        ("routing/policy/joining.py", "routing/policy"),
        ("routing/engine/journal.py", "routing/engine"),
        ("routing/engine/lua/shared/matching.lua", "routing/engine/lua"),
        ("routing/calls.py", "routing/calls.py"),
        ("clock.py", "clock.py"),
    ],
)
def test_a_file_counts_towards_the_room_that_it_stands_in(path: str, room: str) -> None:
    """Sub-packages count with their room; schemas and the function library are rooms by themselves."""
    assert room_of(PurePosixPath(path)) == room


def test_the_shares_are_of_all_lines_and_the_largest_comes_first() -> None:
    """So that the list begins with what is to be looked at."""
    found = shares({PurePosixPath("clock.py"): 10, PurePosixPath("api/a.py"): 20, PurePosixPath("api/b/c.py"): 70})
    assert list(found.items()) == [("api", 0.9), ("clock.py", 0.1)]
