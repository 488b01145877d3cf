"""Whether a workspace's resources fit together: every name that one of them uses must exist. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from mci_router.specs import KINDS, AgentSpec, ArticleSpec, EscalationSpec, PolicySpec, QueueSpec, Spec, TopicSpec, WorkspaceSpec

Specs: TypeAlias = Mapping[str, Mapping[str, Spec]]
"""Specifications by kind and name. The workspace itself is the only one of the kind `workspace`."""

USERS = (*KINDS, "workspace")
CALENDAR = "holiday calendar"


@dataclass(frozen=True, slots=True)
class Fault:
    """A reference to nothing: the resource it stands in, the path to it there, and what is wrong."""

    kind: str
    name: str
    path: tuple[str | int, ...]
    problem: str


def check(specs: Specs) -> list[Fault]:
    """Every reference to a resource that is not there, and a second catch-all."""
    known = {**specs, CALENDAR: _calendars(specs)}
    return _second_catch_alls(specs) + [
        Fault(kind, name, path, f"there is no {wanted_kind} named {wanted!r}")
        for kind in USERS
        for name, spec in specs.get(kind, {}).items()
        for path, wanted_kind, wanted in references(spec)
        if wanted not in known.get(wanted_kind, {})
    ]


def _second_catch_alls(specs: Specs) -> list[Fault]:
    first, *others = [name for name, spec in specs.get("queue", {}).items() if getattr(spec, "catch_all", False)] or [""]
    return [Fault("queue", name, ("catch_all",), f"queue {first} is the catch-all already: a workspace has one") for name in others]


def _calendars(specs: Specs) -> dict[str, Any]:
    return {name: days for spec in specs.get("workspace", {}).values() for name, days in getattr(spec, "holiday_calendars", {}).items()}


def users_of(specs: Specs, kind: str, name: str) -> list[str]:
    """The resources that refer to this one, as `kind name`."""
    return [
        f"{user_kind} {user}"
        for user_kind in USERS
        for user, spec in specs.get(user_kind, {}).items()
        if any((wanted_kind, wanted) == (kind, name) for _, wanted_kind, wanted in references(spec))
    ]


def references(spec: Spec) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Path, kind and name of each resource a specification refers to."""
    if isinstance(spec, QueueSpec | TopicSpec):
        yield from ((("skills", place, "skill"), "skill", need.skill) for place, need in enumerate(spec.skills))
    if isinstance(spec, QueueSpec):
        yield from _of_queue(spec)
    if isinstance(spec, WorkspaceSpec) and spec.machines.queue:
        yield ("machines", "queue"), "queue", spec.machines.queue
    if isinstance(spec, WorkspaceSpec):
        yield from ((("language_skills", language), "skill", skill) for language, skill in spec.language_skills.items())
    if isinstance(spec, AgentSpec):
        yield from ((("skills", place, "skill"), "skill", has.skill) for place, has in enumerate(spec.skills))
    if isinstance(spec, TopicSpec | EscalationSpec) and spec.queue:
        yield ("queue",), "queue", spec.queue
    if isinstance(spec, ArticleSpec):
        yield ("topic",), "topic", spec.topic
    if isinstance(spec, PolicySpec):
        for place, rung in enumerate(spec.ladder):
            if rung.queue:
                yield ("ladder", place, "queue"), "queue", rung.queue


def _of_queue(queue: QueueSpec) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    found: list[tuple[tuple[str | int, ...], str, str | None]] = [(("when_closed", "queue"), "queue", queue.when_closed.queue)]
    for place, name in enumerate(queue.hours.calendars if queue.hours else ()):
        found.append((("hours", "calendars", place), CALENDAR, name))
    for place, step in enumerate(queue.relaxation):
        found.append((("relaxation", place, "lower", "skill"), "skill", step.lower.skill if step.lower else None))
        found.append((("relaxation", place, "drop"), "skill", step.drop))
        found.append((("relaxation", place, "widen"), "queue", step.widen))
    for place, rule in enumerate(queue.overflow):
        found.append((("overflow", place, "to_queue"), "queue", rule.to_queue))
        found.append((("overflow", place, "widen"), "queue", rule.widen))
    return ((path, kind, name) for path, kind, name in found if name)
