"""The settings of a workspace and its queues as the live state takes them: in ms, under the names of its functions.

Pure.
"""

from collections.abc import Collection, Iterable
from typing import Any

from mci_router.specs.queues import QueueSpec
from mci_router.specs.resources import AgentSpec, TopicSpec
from mci_router.specs.workspace import WorkspaceSpec
from mci_router.values import value
from mci_router.vocabulary import AgentChoice

UNTIL_DONE = -1


IN_TURN = frozenset({AgentChoice.ROUND_ROBIN, AgentChoice.EVENLY})
"""Choices for which the live state keeps when each agent was offered something last."""


@value
class EngineTimes:
    """Times in seconds that apply to every workspace of this service."""

    reoffer_s: float
    grace_s: float
    short_abandon_s: float


def live_workspace(
    spec: WorkspaceSpec, queues: Collection[QueueSpec], topics: Iterable[TopicSpec], times: EngineTimes
) -> dict[str, Any]:
    """Returns what `configure_workspace` takes."""
    return {
        "round_robin": any(queue.agent_choice in IN_TURN for queue in queues),
        "line_choice": spec.line_choice,
        "eta": spec.shorter_first,
        "show_readers": spec.show_readers,
        "stakes": skill_stakes(queues, topics),
        "reoffer_ms": _ms(times.reoffer_s),
        "grace_ms": _ms(times.grace_s),
        "short_abandon_ms": _ms(times.short_abandon_s),
    }


def live_queue(queue: QueueSpec) -> dict[str, Any]:
    """Returns what `configure_queue` takes."""
    return {
        "target_ms": _ms(queue.service_level.target_s),
        "goal": queue.service_level.goal,
        "weight": queue.weight,
        "position": queue.position,
        "deferrable": queue.deferrable,
        "interruptible": queue.interruptible,
        "agent_choice": queue.agent_choice,
        "offer_timeout_ms": _ms(queue.offer_timeout_s),
        "wrap_up_ms": UNTIL_DONE if queue.wrap_up_s is None else _ms(queue.wrap_up_s),
        "handle_ms": _ms(queue.expected_handle_s),
        "most_wrap_up_ms": _ms(queue.most_wrap_up_s),
        "return_ms": _ms(queue.return_to_agent_s),
        **({"gather_ms": _ms(queue.gather_s)} if queue.gather_s else {}),
        "inactivity_ms": _ms(queue.inactivity_s or 0),
        **({} if queue.auto_accept_s is None else {"auto_accept_ms": _ms(queue.auto_accept_s)}),
    }


def queue_limits(agent: AgentSpec, queues: Iterable[QueueSpec]) -> dict[str, int]:
    """Returns the most contacts of each limited queue that an agent may have at once: the smaller of both limits."""
    limits = dict(agent.capacity.queues)
    for queue in queues:
        if queue.most_per_agent is not None:
            limits[queue.name] = min(queue.most_per_agent, limits.get(queue.name, queue.most_per_agent))
    return limits


def skill_stakes(queues: Iterable[QueueSpec], topics: Iterable[TopicSpec]) -> dict[str, float]:
    """Returns what depends on each skill: the greatest weight / (1 - goal) of the queues whose contacts ask for it."""
    by_name = {queue.name: queue for queue in queues}
    asked = [(need.skill, queue) for queue in by_name.values() for need in queue.skills]
    for topic in topics:
        takers = (
            [by_name[topic.queue]]
            if topic.queue in by_name
            else [queue for queue in by_name.values() if not queue.catch_all]
        )
        asked += [(need.skill, queue) for need in topic.skills for queue in takers]
    stakes: dict[str, float] = {}
    for skill, queue in asked:
        stakes[skill] = max(stakes.get(skill, 0), queue.weight / (1 - queue.service_level.goal))
    return stakes


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
