"""References: every name that a workspace's resources use must exist. Pure."""

from collections.abc import Mapping
from difflib import get_close_matches
from itertools import combinations
from typing import Any, TypeAlias, cast

from mci_router.specs.base import CALENDAR, Spec
from mci_router.specs.interim_levels import InterimServiceLevelSpec
from mci_router.specs.kinds import KINDS
from mci_router.values import value

Specs: TypeAlias = Mapping[str, Mapping[str, Spec]]
"""Specifications by kind and name. The workspace itself is the only one of the kind `workspace`."""

Known: TypeAlias = set[str] | None
"""Names that are there besides those of the specifications; None: any may be."""

USERS = (*KINDS, "workspace")


@value
class Fault:
    """A reference to nothing: the resource that has it, the path in it, and what is wrong."""

    kind: str
    name: str
    path: tuple[str | int, ...]
    problem: str


def check(specs: Specs, besides: Mapping[str, Known] | None = None) -> list[Fault]:
    """Returns every reference to a resource that does not exist, a second catch-all, and what holds at once with
    another of its kind. `besides` has names, by kind, that exist without a specification.
    """
    known = {**specs, CALENDAR: _calendars(specs)}
    more = besides or {}
    return [*_second_catch_alls(specs), *_interim_levels_that_meet(specs)] + [
        Fault(kind, name, path, _missing(wanted_kind, wanted, {*known.get(wanted_kind, ()), *also}))
        for kind in USERS
        for name, spec in specs.get(kind, {}).items()
        for path, wanted_kind, wanted in spec.references()
        if (also := more.get(wanted_kind, set())) is not None
        if wanted not in known.get(wanted_kind, {}) and wanted not in also
    ]


def _missing(kind: str, wanted: str, known: set[str]) -> str:
    near = get_close_matches(wanted, sorted(known), n=1)
    return f"there is no {kind} named {wanted!r}" + (f": did you mean {near[0]!r}?" if near else "")


def _second_catch_alls(specs: Specs) -> list[Fault]:
    first, *others = [name for name, spec in specs.get("queue", {}).items() if getattr(spec, "catch_all", False)] or [
        ""
    ]
    return [
        Fault("queue", name, ("catch_all",), f"queue {first} is the catch-all already: a workspace has one")
        for name in others
    ]


def _interim_levels_that_meet(specs: Specs) -> list[Fault]:
    levels = cast(Mapping[str, InterimServiceLevelSpec], specs.get("interim_service_level", {}))
    return [
        Fault(
            "interim_service_level",
            after.name,
            ("begins_on",),
            f"{before.name} holds from {before.begins_on} to {before.ends_on} for some of the same queues: change the "
            "days or the queues of one of them",
        )
        for before, after in combinations(levels.values(), 2)
        if before.meets(after)
    ]


def _calendars(specs: Specs) -> dict[str, Any]:
    return {
        name: days
        for spec in specs.get("workspace", {}).values()
        for name, days in getattr(spec, "holiday_calendars", {}).items()
    }


def users_of(specs: Specs, kind: str, name: str) -> list[str]:
    """Returns the resources that refer to this one, as `kind name`."""
    return [
        f"{user_kind} {user}"
        for user_kind in USERS
        for user, spec in specs.get(user_kind, {}).items()
        if any((wanted_kind, wanted) == (kind, name) for _, wanted_kind, wanted in spec.references())
    ]
