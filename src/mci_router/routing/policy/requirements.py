"""Requirements: what an agent must bring for a contact. Pure."""

from collections.abc import Iterable
from typing import Any

from mci_router.specs.base import TIER, SkillRequirement
from mci_router.specs.queues import QueueSpec


def requirement(queue: QueueSpec, *parts: Iterable[SkillRequirement]) -> list[dict[str, Any]]:
    """Returns what an agent must bring, sorted by skill.

    It is the queue's tier, and every skill that queue, topic or contact want, at the highest minimum.
    """
    wanted: dict[str, int] = {TIER: queue.tier} if queue.tier > 1 else {}
    parts = (queue.skills, *parts)
    for need in (need for part in parts for need in part):
        wanted[need.skill] = max(need.min, wanted.get(need.skill, 0))
    return [{"skill": skill, "min": minimum} for skill, minimum in sorted(wanted.items())]
