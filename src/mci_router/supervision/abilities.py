"""Abilities: which queues the agents of a signature could serve, as far as the queue alone asks. Pure."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from mci_router.routing.policy.requirements import requirement
from mci_router.specs.queues import QueueSpec
from mci_router.specs.snapshot import Snapshot

Signature: TypeAlias = str
"""`skill:proficiency,…|units|channel:limit,…`, as the live state writes it."""


class Abilities:
    """The queues that each signature could serve, worked out once a revision of the configuration."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._queues = snapshot.queues
        self._known: dict[Signature, frozenset[str]] = {}

    def count(self, agents: Mapping[Signature, int]) -> dict[str, int]:
        """Returns how many of these agents, counted by signature, could serve each queue."""
        totals = dict.fromkeys(self._queues, 0)
        for signature, number in agents.items():
            for queue in self._of(signature):
                totals[queue] += number
        return totals

    def _of(self, signature: Signature) -> frozenset[str]:
        if signature not in self._known:
            skills, units, channels = _read(signature)
            self._known[signature] = frozenset(
                name for name, queue in self._queues.items() if could_serve(queue, skills, units, channels)
            )
        return self._known[signature]


def could_serve(queue: QueueSpec, skills: Mapping[str, float], units: int, channels: Mapping[str, float]) -> bool:
    """Returns whether an agent who serves nobody could serve a contact for which its queue alone asks."""
    taken = [channel for channel, limit in channels.items() if limit > 0]
    return (
        units >= queue.units
        and any(not queue.channels or channel in queue.channels for channel in taken)
        and all(skills.get(need["skill"], 0) >= need["min"] for need in requirement(queue))
    )


def _read(signature: Signature) -> tuple[dict[str, float], int, dict[str, float]]:
    skills, units, limits = signature.split("|")
    channels = {name: limit for name, limit in _numbers(limits).items() if not name.startswith("*")}  # of a queue
    return _numbers(skills), int(units), channels


def _numbers(text: str) -> dict[str, float]:
    pairs = (part.rpartition(":") for part in text.split(",") if part)
    return {name: float(number) for name, _, number in pairs}


def able_agents(snapshot: Snapshot) -> dict[str, frozenset[str]]:
    """Returns by queue the agents who could serve it."""

    def able(queue: QueueSpec) -> Iterator[str]:
        for name, agent in snapshot.agents.items():
            capacity = agent.capacity
            if could_serve(
                queue,
                agent.abilities,
                capacity.units,
                {str(channel): float(most) for channel, most in capacity.channels.items()},
            ):
                yield name

    return {name: frozenset(able(queue)) for name, queue in snapshot.queues.items()}
