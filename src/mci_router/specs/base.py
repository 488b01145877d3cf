"""Base of all specifications: names, texts, skills, references."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator

from mci_router.storable import StorableModel

Name = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]{0,63}$"),
    Field(
        description="Lower-case letters, digits and underscores; the identity within the workspace.",
        examples=["fraud_desk"],
    ),
]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Example = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
Proficiency = Annotated[int, Field(ge=1, le=5, description="1 (beginner) to 5 (expert).")]
Language = Annotated[
    str, StringConstraints(pattern=r"^[a-z]{2,3}$"), Field(description="ISO 639 code.", examples=["en"])
]


def _as_written(value: Any) -> Any:
    """Returns the value, or refuses what is no day as it is written: numbers and times are read as days, too."""
    if isinstance(value, str) and re.fullmatch(r"(19[7-9]|20\d|21\d)\d-\d\d-\d\d", value, re.ASCII):
        return value
    if type(value) is date and 1970 <= value.year <= 2199:
        return value
    raise ValueError("must be a day from 1970 to 2199, such as 2026-01-31")


Day = Annotated[
    date, BeforeValidator(_as_written), Field(description="A day of the workspace.", examples=["2026-01-31"])
]

TIER = "tier"
"""The name under which a queue's tier is a requirement like a skill."""

CALENDAR = "holiday calendar"
"""The kind of a holiday calendar: queues refer to it, but it belongs to the workspace and is no resource."""


class Reference(NamedTuple):
    """A reference to another resource: its path in the specification, and the kind and name of the other resource."""

    path: tuple[str | int, ...]
    kind: str
    name: str


@cache
def _takes_numbers(annotation: Any) -> bool:
    """Returns whether a field's type is a number, perhaps among others, and not a truth value."""
    parts, found = [annotation], set[Any]()
    while parts:
        part = parts.pop()
        if get_origin(part) in (Union, UnionType, Annotated):
            parts += get_args(part)
        else:
            found.add(part)
    return not found.isdisjoint((int, float)) and bool not in found


@cache
def _each_takes_numbers(annotation: Any) -> bool:
    """Returns whether a field's type is a list or a map whose values are numbers, and not truth values."""
    if get_origin(annotation) in (Union, UnionType, Annotated):
        return any(map(_each_takes_numbers, get_args(annotation)))
    return get_origin(annotation) in (list, dict) and _takes_numbers(get_args(annotation)[-1])


class Spec(StorableModel):
    """A resource's specification. Read back, it has every member, those with a default too."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)

    @field_validator("*", mode="before")
    @classmethod
    def yes_is_no_number(cls, value: Any, field: ValidationInfo) -> Any:
        """Refuses true and false for a number, which would be 1 and 0. Raises ValueError."""
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        if isinstance(value, bool) or any(isinstance(one, bool) for one in inner):
            annotation: Any = cls.model_fields[field.field_name or ""].annotation
            if _takes_numbers(annotation) if isinstance(value, bool) else _each_takes_numbers(annotation):
                raise ValueError("must be a number, not true or false")
        return value

    def references(self) -> Iterator[Reference]:
        """Yields every resource that has to exist for this one."""
        yield from ()


def refers(kind: str, name: str | None, *path: str | int) -> Iterator[Reference]:
    """Yields the reference at the path, if it names something."""
    if name:
        yield Reference(path, kind, name)


class SkillRequirement(Spec):
    """A skill a contact needs, and the least proficiency that is enough."""

    skill: Name
    min: Proficiency = 1


class AgentSkill(Spec):
    """A skill an agent has."""

    skill: Name
    proficiency: Proficiency = 3
