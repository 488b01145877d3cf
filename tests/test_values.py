"""Values: equal by their fields, with slots, and guarded by the type checker."""

import inspect
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


@value
class Span:
    """Has what a dataclass may have beside its fields."""

    begin: int
    length: int = 1
    seen: list[int] = field(default_factory=list, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.seen.append(self.begin)

    def __str__(self) -> str:
        return f"{self.begin}+{self.length}"


@value
class Named(Span):
    """A span with a name, equal to all of its name."""

    name: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Named) and self.name == other.name


def test_a_value_is_what_its_dataclass_would_be() -> None:
    """Defaults, factories, what follows the making, fields that are not compared or shown, and heirs."""
    span = Span(3)
    assert (span, repr(span), str(span), span.seen) == (Span(3, 1), "Span(begin=3, length=1)", "3+1", [3])
    assert span != Named(3)
    assert len({Named(1, 2, [], "a"), Named(1, 2, [9], "a")}) == 1
    assert repr(Named(1, name="a")) == "Named(begin=1, length=1, name='a')"
    assert Named(1, name="a") == Named(2, name="a")
    with pytest.raises(TypeError, match=r"Span\.__init__\(\) missing 1 required positional argument: 'begin'"):
        Span()  # type: ignore[call-arg]


def test_a_method_is_compiled_when_it_is_first_called() -> None:
    """And is from then on that of a dataclass: nothing stands between it and who calls it."""

    @value
    class Fresh:
        """Nobody has made one yet."""

        name: str

    before = {name: Fresh.__dict__[name] for name in ("__init__", "__eq__", "__hash__", "__repr__")}
    one = Fresh("a")
    assert Fresh.__dict__["__init__"] is not before["__init__"]
    assert inspect.signature(Fresh.__dict__["__init__"]).parameters.keys() == {"self", "name"}
    assert Fresh.__dict__["__eq__"] is before["__eq__"]
    assert one == Fresh("a")
    assert Fresh.__dict__["__eq__"] is not before["__eq__"]
    assert Fresh.__dict__["__hash__"] is before["__hash__"]


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
