"""Whether a workspace's resources fit together: every name that one of them uses must exist. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from mci_router.specs import KINDS, AgentSpec, ArticleSpec, EscalationSpec, PolicySpec, QueueSpec, Spec, TopicSpec

Specs: TypeAlias = Mapping[str, Mapping[str, Spec]]
"""Specifications by kind and name."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A reference to nothing: the resource it stands in, the path to it there, and what is wrong."""

    kind: str
    name: str
    path: tuple[str | int, ...]
    problem: str


def check(specs: Specs) -> list[Fault]:
    """Every reference to a resource that is not there."""
    return [
        Fault(kind, name, path, f"there is no {wanted_kind} named {wanted!r}")
        for kind in KINDS
        for name, spec in specs.get(kind, {}).items()
        for path, wanted_kind, wanted in references(spec)
        if wanted not in specs.get(wanted_kind, {})
    ]


def users_of(specs: Specs, kind: str, name: str) -> list[str]:
    """The resources that refer to this one, as `kind name`."""
    return [
        f"{user_kind} {user}"
        for user_kind in KINDS
        for user, spec in specs.get(user_kind, {}).items()
        if any((wanted_kind, wanted) == (kind, name) for _, wanted_kind, wanted in references(spec))
    ]


def references(spec: Spec) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Path, kind and name of each resource a specification refers to."""
    if isinstance(spec, QueueSpec | TopicSpec):
        yield from ((("skills", place, "skill"), "skill", need.skill) for place, need in enumerate(spec.skills))
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
