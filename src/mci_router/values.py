"""Values: objects that never change once they are made, which the type checker sees to.

A frozen dataclass sees to it itself: its own `__init__` has to go around the guard, by a call for each field, and takes
two to three times as long for that. Some forty such objects are made for each contact that comes in. So those that are
made for every contact are values; whatever is made seldom may as well be a frozen dataclass.
"""

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

Kind = TypeVar("Kind")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(kind: type[Kind]) -> type[Kind]:
    """Returns the class as a dataclass with slots, equal and hashed by its fields. Nobody may change one."""
    return dataclass(slots=True, unsafe_hash=True)(kind)
