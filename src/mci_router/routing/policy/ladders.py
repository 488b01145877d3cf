"""Where a contact goes: the first rung of its cell's ladder that can serve it, the queue, and what it asks of an agent. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mci_router.specs import TIER, AgentSpec, QueueSpec, Rung, SkillRequirement, TopicSpec
from mci_router.specs.bars import USUAL, Bars
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


@dataclass(frozen=True, slots=True)
class Servable:
    """What decides which outcomes may serve a contact.

    `answerable`: automation has an answer. `publishable`: the contact may come to be posted. `confidence` is in its topic, and has to clear
    an outcome's bar.
    """

    channel: Channel
    sensitive: bool = False
    machine: bool = False
    answerable: bool = False
    publishable: bool = False
    confidence: float = 1.0
    bars: Bars = USUAL


def choose_rung(ladder: Sequence[Rung], contact: Servable, *, after: int) -> Choice:
    """The first rung above `after` (-1: from the bottom) that can serve; the last rung, an agent, always can.

    A sensitive contact goes to a person, whatever the ladder says, and so does what a machine sent, if it is to be served at all.
    """
    reasons: list[str] = []
    for place, rung in enumerate(ladder):
        if place <= after:
            continue
        hindrance = _hindrance(rung, contact)
        if hindrance is None:
            return Choice(place, rung, (*reasons, f"rung {place + 1} of {len(ladder)}: {rung.outcome}"))
        reasons.append(f"rung {place + 1}, {rung.outcome}, is passed over: {hindrance}")
    place = max(after + 1, len(ladder))  # the ladder was shortened under the contact
    return Choice(place, _AGENT, (*reasons, "the ladder is used up: an agent"))


def _hindrance(rung: Rung, contact: Servable) -> str | None:
    if rung.outcome is Outcome.AGENT:
        return None
    if contact.sensitive:
        return "the contact is sensitive"
    if contact.machine:
        return "no customer sent it"
    if rung.channels and contact.channel not in rung.channels:
        return f"it does not serve {contact.channel}"
    if rung.outcome is Outcome.AUTOMATION and not contact.answerable:
        return "no article answers this topic"
    if rung.outcome is Outcome.COMMUNITY and not contact.publishable:
        return "the customer wrote in private and cannot be asked"
    return contact.bars.hindrance(rung.outcome, contact.confidence)


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

    What none takes goes to the catch-all: `queues` have one, as a snapshot's always do.
    """
    if topic and topic.queue and topic.queue in queues:
        return queues[topic.queue], f"queue {topic.queue}: the topic's own"
    takers = [queue for queue in in_order(queues.values()) if _takes(queue, channel, cell, customer)]
    special = next((queue for queue in takers if queue.customer), None)
    if special:
        return special, f"queue {special.name}: for customers like this one"
    if rung.queue and rung.queue in queues:
        return queues[rung.queue], f"queue {rung.queue}: the rung's own"
    if takers:
        return takers[0], f"queue {takers[0].name}: the first that takes {channel}"
    caught = next(queue for queue in queues.values() if queue.catch_all)
    return caught, f"queue {caught.name}: the catch-all, for no queue takes {channel} contacts of {cell} and this customer"


def in_order(queues: Iterable[QueueSpec]) -> list[QueueSpec]:
    return sorted(queues, key=lambda queue: (queue.position, queue.name))


def _takes(queue: QueueSpec, channel: Channel, cell: Cell, customer: Mapping[str, Any]) -> bool:
    return (
        not queue.catch_all
        and (not queue.channels or channel in queue.channels)
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
