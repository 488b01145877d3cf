"""Relaxation: what a contact asks of an agent at each step of its queue's relaxation. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from mci_router.routing.policy.requirements import requirement
from mci_router.specs import QueueSpec, RelaxationStep, SkillRequirement

Requirement: TypeAlias = list[dict[str, Any]]
"""`[{skill, min}]`, by skill."""


@dataclass(frozen=True, slots=True)
class Relaxed:
    """What is asked of an agent once the contact is `after_s` seconds in line: any one of the alternatives."""

    after_s: float
    alternatives: list[Requirement]


def relaxed(
    steps: Sequence[RelaxationStep],
    queue: QueueSpec,
    parts: Sequence[Sequence[SkillRequirement]],
    queues: Mapping[str, QueueSpec],
) -> list[Relaxed]:
    """What is asked at each step, in order; a step that changes nothing for this contact is left out.

    `parts` are what topic, contact and language ask beside the queue. Steps add up: `widen` adds another queue's tier and skills as an
    alternative to the queue's own, and what is lowered or dropped is so in every alternative, also in those that come later.
    """
    bases, given_up, found = [queue], list[RelaxationStep](), list[Relaxed]()
    before = [requirement(queue, *parts)]
    for step in steps:
        if step.widen:
            bases += [queues[step.widen]] if step.widen in queues else []
        else:
            given_up.append(step)
        alternatives = _weakest(_without(requirement(base, *parts), given_up) for base in bases)
        if alternatives != before:
            found.append(Relaxed(step.after_s, alternatives))
            before = alternatives
    return found


def _without(wanted: Requirement, given_up: Sequence[RelaxationStep]) -> Requirement:
    minima = {need["skill"]: need["min"] for need in wanted}
    for step in given_up:
        if step.drop:
            minima.pop(step.drop, None)
        elif step.lower and step.lower.skill in minima:
            minima[step.lower.skill] = min(step.lower.min, minima[step.lower.skill])
    return [{"skill": skill, "min": minimum} for skill, minimum in minima.items()]


def _weakest(alternatives: Iterable[Requirement]) -> list[Requirement]:
    """Without those that say nothing new: whoever meets them meets another one, too."""
    kept: list[Requirement] = []
    for wanted in alternatives:
        if not any(_implies(wanted, other) for other in kept):
            kept = [*(other for other in kept if not _implies(other, wanted)), wanted]
    return kept


def _implies(wanted: Requirement, other: Requirement) -> bool:
    minima = {need["skill"]: need["min"] for need in wanted}
    return all(minima.get(need["skill"], 0) >= need["min"] for need in other)
