"""Requirements: what an agent must bring for a contact, at first and at each step of its queue's relaxation. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mci_router.routing.policy.routes import Relaxed, Requirement
from mci_router.specs.base import TIER, SkillRequirement
from mci_router.specs.queues import QueueSpec, RelaxationStep


def requirement(queue: QueueSpec, *parts: Iterable[SkillRequirement]) -> list[dict[str, Any]]:
    """Returns what an agent must bring, sorted by skill.

    It is the queue's tier, and every skill that queue, topic or contact want, at the highest minimum.
    """
    wanted: dict[str, int] = {TIER: queue.tier} if queue.tier > 1 else {}
    parts = (queue.skills, *parts)
    for need in (need for part in parts for need in part):
        wanted[need.skill] = max(need.min, wanted.get(need.skill, 0))
    return [{"skill": skill, "min": minimum} for skill, minimum in sorted(wanted.items())]


def relaxed(
    steps: Sequence[RelaxationStep],
    queue: QueueSpec,
    parts: Sequence[Sequence[SkillRequirement]],
    queues: Mapping[str, QueueSpec],
) -> list[Relaxed]:
    """Returns what an agent must bring at each step, in order, without steps that change nothing for this contact.

    `parts` are the skills that topic, contact and language want beside the queue. Steps add up: `widen` adds another
    queue's tier and skills as an alternative to the queue's own, and what is lowered or dropped is so in every
    alternative, also in those that come later.
    """
    bases, given_up, steps_taken = [queue], list[RelaxationStep](), list[Relaxed]()
    before = [requirement(queue, *parts)]
    for step in steps:
        if step.widen:
            bases += [queues[step.widen]] if step.widen in queues else []
        else:
            given_up.append(step)
        alternatives = _weakest(_without(requirement(base, *parts), given_up) for base in bases)
        if alternatives != before:
            steps_taken.append(Relaxed(step.after_s, alternatives))
            before = alternatives
    return steps_taken


def _without(wanted: Requirement, given_up: Sequence[RelaxationStep]) -> Requirement:
    minima = {need["skill"]: need["min"] for need in wanted}
    for step in given_up:
        if step.drop:
            minima.pop(step.drop, None)
        elif step.lower and step.lower.skill in minima:
            minima[step.lower.skill] = min(step.lower.min, minima[step.lower.skill])
    return [{"skill": skill, "min": minimum} for skill, minimum in minima.items()]


def _weakest(alternatives: Iterable[Requirement]) -> list[Requirement]:
    """Returns the alternatives without those that imply another one."""
    kept: list[Requirement] = []
    for wanted in alternatives:
        if not any(_implies(wanted, other) for other in kept):
            kept = [*(other for other in kept if not _implies(other, wanted)), wanted]
    return kept


def _implies(wanted: Requirement, other: Requirement) -> bool:
    minima = {need["skill"]: need["min"] for need in wanted}
    return all(minima.get(need["skill"], 0) >= need["min"] for need in other)
