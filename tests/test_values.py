"""Values: equal by their fields, with slots, and guarded by the type checker."""

import pickle
from copy import copy
from dataclasses import field, fields, replace
from pathlib import Path

import pytest
from mypy import api

from mci_router.values import value

CHANGES = """
from mci_router.values import value

@value
class Place:
    rank: int

Place(1).rank = 2
"""


@value
class Place:
    """A value of these tests."""

    name: str
    rank: int = 0
    tags: tuple[str, ...] = field(default=())


def test_values_are_compared_and_kept_by_their_fields() -> None:
    """They stand in sets, are keys, are copied and pickled as frozen dataclasses are."""
    one, same, other = Place("a", 1), Place("a", rank=1), Place("a", 2)
    assert one == same != other
    assert {one: "found"}[same] == "found"
    assert replace(one, rank=2) == other
    assert copy(one) == pickle.loads(pickle.dumps(one)) == one  # noqa: S301 — our own
    assert [member.name for member in fields(one)] == ["name", "rank", "tags"]


def test_a_value_has_no_other_members() -> None:
    """A mistyped name is no new member."""
    with pytest.raises(AttributeError):
        Place("a").rnak = 2  # type: ignore[attr-defined]


def test_the_type_checker_refuses_to_change_a_value(tmp_path: Path) -> None:
    """Nothing else does."""
    changes = tmp_path / "changes.py"
    changes.write_text(CHANGES)
    said, _, status = api.run([str(changes), "--cache-dir", str(tmp_path / "cache")])
    assert status == 1
    assert 'Property "rank" defined in "Place" is read-only' in said
