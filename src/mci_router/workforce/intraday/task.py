"""A task for the engine: the rest of a day, with what it has to know of queues and agents, as one JSON text. Pure.

A process of its own does it, which has no ledger: `python -m mci_router.simulation.intraday`.
"""

from collections.abc import Mapping

from mci_router.specs.queues import QueueSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.vocabulary import Channel, LineChoice
from mci_router.workforce.intraday.moves import Outlook
from mci_router.workforce.intraday.rest import Rest


@value
class Skilled:
    """What makes an agent able, as the engine takes it."""

    abilities: Mapping[str, int]
    units: int
    channels: Mapping[Channel, int]
    queues: Mapping[str, int]


@value
class Task:
    """The rest of a day and the moves that were `found` to help it, to be played by the engine on so many days.

    `channels` has the channel of each queue on which most are expected.
    """

    rest: Rest
    found: Outlook
    queues: list[QueueSpec]
    channels: Mapping[str, Channel]
    agents: Mapping[str, Skilled]
    line_choice: LineChoice
    shorter_first: float
    days: int


def task_of(snapshot: Snapshot, rest: Rest, found: Outlook, channels: Mapping[str, str], days: int) -> Task:
    """Returns the task for a workspace."""
    named = {queue.name for queue in rest.queues}
    return Task(
        rest=rest,
        found=found,
        queues=[queue for queue in snapshot.queues.values() if queue.name in named],
        channels={name: Channel(channels[name]) for name in named},
        agents={agent.name: _skilled(snapshot, agent.name, named) for agent in rest.agents},
        line_choice=snapshot.spec.line_choice,
        shorter_first=snapshot.spec.shorter_first,
        days=days,
    )


def _skilled(snapshot: Snapshot, name: str, named: set[str]) -> Skilled:
    agent = snapshot.agents[name]
    limits = {queue: most for queue, most in agent.capacity.queues.items() if queue in named}
    for queue in named:
        if (most := snapshot.queues[queue].most_per_agent) is not None:
            limits[queue] = min(most, limits.get(queue, most))
    return Skilled(agent.abilities, agent.capacity.units, agent.capacity.of_channels, limits)
