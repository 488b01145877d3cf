"""Values: objects that never change once they are made, which the type checker sees to.

A frozen dataclass sees to it itself, and pays twice. Its `__init__` has to go around the guard, by a call for each
field, and takes two to three times as long for that. And its six methods are compiled when its module is imported,
though most classes are never compared or printed: for some four hundred classes that was an eighth of a start. A value
has the methods of a dataclass, each compiled when it is first called.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, make_dataclass
from typing import Any, TypeVar, dataclass_transform

Kind = TypeVar("Kind")

NOTHING = {"init": False, "repr": False, "eq": False}
METHODS = {"__init__": "init", "__repr__": "repr", "__eq__": "eq", "__hash__": "unsafe_hash"}
"""What a value has, and the switch of `dataclass` that makes it."""


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(kind: type[Kind]) -> type[Kind]:
    """Returns the class as a dataclass with slots, equal and hashed by its fields. Nobody may change one."""
    made = dataclass(slots=True, **NOTHING)(kind)
    for name, switch in METHODS.items():
        if kind.__dict__.get(name) is None:  # so is the hash of a class that says when it is equal
            setattr(made, name, _first_call(made, name, switch))
    return made


def _first_call(kind: type, name: str, switch: str) -> Callable[..., Any]:
    """Returns what makes a method of a class, puts it in its own place, and calls it."""

    def first_call(self: Any, *arguments: Any, **named: Any) -> Any:
        method = _method(kind, name, switch)
        setattr(kind, name, method)
        return method(self, *arguments, **named)

    return first_call


def _method(kind: type, name: str, switch: str) -> Callable[..., Any]:
    """Returns the method that a dataclass with the same fields has. It may as well be called for this class."""
    members = [(each.name, each.type, each) for each in fields(kind)]
    after = {"__post_init__": None} if hasattr(kind, "__post_init__") else {}  # only asked whether it is there
    made: dict[str, Any] = {**NOTHING, switch: True}
    twin = make_dataclass(kind.__name__, members, namespace=after, **made)
    method: Callable[..., Any] = getattr(twin, name)
    return method
