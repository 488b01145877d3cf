"""Where a contact goes: the first rung of its cell's ladder that can serve it, the queue, and what it asks of an agent. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mci_router.errors import NoQueue
from mci_router.specs import TIER, AgentSpec, QueueSpec, Rung, SkillRequirement, TopicSpec
from mci_router.specs.bars import Bars
from mci_router.vocabulary import Cell, Channel, Outcome

_AGENT = Rung(outcome=Outcome.AGENT)
DEFAULT_LADDERS: dict[Cell, list[Rung]] = {
    Cell.HIGH_VOLUME_LOW_TOUCH: [
        Rung(outcome=Outcome.AUTOMATION, limit_s=900),
        Rung(outcome=Outcome.COMMUNITY, limit_s=14_400),
        _AGENT,
    ],
    Cell.LOW_VOLUME_LOW_TOUCH: [Rung(outcome=Outcome.COMMUNITY, limit_s=14_400), _AGENT],
    Cell.HIGH_VOLUME_HIGH_TOUCH: [_AGENT],
    Cell.LOW_VOLUME_HIGH_TOUCH: [_AGENT],
}
"""The ladders of a workspace that sets none."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The rung chosen, and why those before it were not."""

    place: int
    rung: Rung
    reasons: tuple[str, ...]


def choose_rung(
    ladder: Sequence[Rung], *, after: int, channel: Channel, sensitive: bool, answerable: bool, confidence: float, bars: Bars
) -> Choice:
    """The first rung above `after` (-1: from the bottom) that can serve; the last rung, an agent, always can.

    `answerable` says whether automation has an answer; `confidence` is in the topic, and has to clear the outcome's bar. A sensitive
    contact goes to a person, whatever the ladder says.
    """
    reasons: list[str] = []
    for place, rung in enumerate(ladder):
        if place <= after:
            continue
        hindrance = _hindrance(rung, channel, sensitive, answerable) or bars.hindrance(rung.outcome, confidence)
        if hindrance is None:
            return Choice(place, rung, (*reasons, f"rung {place + 1} of {len(ladder)}: {rung.outcome}"))
        reasons.append(f"rung {place + 1}, {rung.outcome}, is passed over: {hindrance}")
    place = max(after + 1, len(ladder))  # the ladder was shortened under the contact
    return Choice(place, _AGENT, (*reasons, "the ladder is used up: an agent"))


def _hindrance(rung: Rung, channel: Channel, sensitive: bool, answerable: bool) -> str | None:
    if rung.outcome is Outcome.AGENT:
        return None
    if sensitive:
        return "the contact is sensitive"
    if rung.channels and channel not in rung.channels:
        return f"it does not serve {channel}"
    if rung.outcome is Outcome.AUTOMATION and not answerable:
        return "no article answers this topic"
    return None


def choose_queue(
    queues: Mapping[str, QueueSpec],
    *,
    topic: TopicSpec | None,
    rung: Rung,
    channel: Channel,
    cell: Cell,
    customer: Mapping[str, Any],
) -> tuple[QueueSpec, str]:
    """The queue and the reason: the topic's own, then a customer's special one, then the rung's, then the first that takes the contact.

    Raises NoQueue when none takes it.
    """
    if topic and topic.queue and topic.queue in queues:
        return queues[topic.queue], f"queue {topic.queue}: the topic's own"
    takers = [queue for queue in in_order(queues.values()) if _takes(queue, channel, cell, customer)]
    special = next((queue for queue in takers if queue.customer), None)
    if special:
        return special, f"queue {special.name}: for customers like this one"
    if rung.queue and rung.queue in queues:
        return queues[rung.queue], f"queue {rung.queue}: the rung's own"
    if not takers:
        raise NoQueue(f"No queue takes {channel} contacts of {cell}. Add a queue with that channel, or with none named.")
    return takers[0], f"queue {takers[0].name}: the first that takes {channel}"


def in_order(queues: Iterable[QueueSpec]) -> list[QueueSpec]:
    return sorted(queues, key=lambda queue: (queue.position, queue.name))


def _takes(queue: QueueSpec, channel: Channel, cell: Cell, customer: Mapping[str, Any]) -> bool:
    return (
        (not queue.channels or channel in queue.channels)
        and (not queue.cells or cell in queue.cells)
        and all(customer.get(name) == value for name, value in queue.customer.items())
    )


def abilities(agent: AgentSpec) -> dict[str, int]:
    """What an agent brings: proficiency by skill, and the tier."""
    return {TIER: agent.tier, **{skill.skill: skill.proficiency for skill in agent.skills}}


def requirement(queue: QueueSpec, *parts: Iterable[SkillRequirement]) -> list[dict[str, Any]]:
    """What an agent must bring: the queue's tier, and every skill that queue, topic or contact want, at the highest minimum, by name."""
    wanted: dict[str, int] = {TIER: queue.tier} if queue.tier > 1 else {}
    parts = (queue.skills, *parts)
    for need in (need for part in parts for need in part):
        wanted[need.skill] = max(need.min, wanted.get(need.skill, 0))
    return [{"skill": skill, "min": minimum} for skill, minimum in sorted(wanted.items())]
