"""Whose desks are played, and how fast contacts may come so that they are well occupied. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from mci_router.demo.customers import AGREES, HELPED, SimulatedCustomer
from mci_router.demo.workspace import DemoAgent, DemoQueue, DemoWorkspace, Needs
from mci_router.vocabulary import Cell, Channel, Outcome

OCCUPANCY = 0.45  # leaves room for the targets of queues that only few agents can serve
HANDLE_S = {
    Channel.VOICE: 190.0,
    Channel.CHAT: 240.0,
    Channel.EMAIL: 200.0,
    Channel.SMS: 180.0,
    Channel.MESSAGING: 180.0,
    Channel.SOCIAL: 180.0,
    Channel.COMMUNITY: 180.0,
    Channel.PRODUCT: 200.0,
    Channel.WEB: 200.0,
}
"""Mean length of a conversation, in simulated seconds."""
WRAP_UP_S = 15.0
"""Mean after-call work, in simulated seconds."""
DOUBT = 0.05
"""Share of texts that triage is not sure of, and gives to a person."""
SHORTEST_RUN_S = 120.0


@dataclass(frozen=True, slots=True)
class Load:
    """What a plan asks of the agents."""

    horizon_s: float
    """Simulated seconds over which the contacts come."""
    to_agents: float
    """Contacts expected to reach an agent."""


def pick_agents(workspace: DemoWorkspace, count: int) -> list[DemoAgent]:
    """Picks agents who together cover what topics and queues want, and all of it twice before anything a third time.

    The next is always the one who adds most, where a second able agent for a need adds less than a first.
    """
    wants = _wants(workspace)
    covered = [0] * len(wants)
    left = sorted(workspace.agents, key=lambda agent: agent.name)
    picked: list[DemoAgent] = []
    while left and len(picked) < count:
        best = max(
            left,
            key=lambda agent: sum(0.5**times for want, times in zip(wants, covered, strict=True) if agent.able(want)),
        )
        left.remove(best)
        picked.append(best)
        covered = [times + best.able(want) for want, times in zip(wants, covered, strict=True)]
    return picked


def _wants(workspace: DemoWorkspace) -> list[Needs]:
    wants = [topic.needs for topic in workspace.topics] + [queue.needs for queue in workspace.queues]
    return [dict(want) for want in {tuple(sorted(want.items())) for want in wants if want}]


def load(workspace: DemoWorkspace, customers: Sequence[SimulatedCustomer], agents: Sequence[DemoAgent]) -> Load:
    """Returns how long the run must be for the agents to be about `OCCUPANCY` occupied."""
    units = sum(agent.units for agent in agents)
    chances = [_chance_of_agent(workspace, customer) for customer in customers]
    unit_seconds = sum(
        chance * (HANDLE_S[customer.channel] + WRAP_UP_S) * _units(workspace, customer, units / len(agents))
        for customer, chance in zip(customers, chances, strict=True)
    )
    return Load(max(SHORTEST_RUN_S, unit_seconds / (units * OCCUPANCY)), sum(chances))


def _chance_of_agent(workspace: DemoWorkspace, customer: SimulatedCustomer) -> float:
    """Returns the chance that nothing else on the ladder settles the contact."""
    topic, chance = customer.topic, 1.0
    for rung in workspace.ladders.get(topic.cell, ()):
        serves = not topic.sensitive and (not rung.channels or customer.channel in rung.channels)
        if rung.outcome is Outcome.AGENT:
            break
        if serves and (rung.outcome is not Outcome.AUTOMATION or topic.has_article):
            chance *= 1 - HELPED[rung.outcome] * (_posted(customer.channel) if rung.outcome is Outcome.COMMUNITY else 1)
    return chance + (1 - chance) * DOUBT


def _posted(channel: Channel) -> float:
    """Returns the chance that a question is posted: a private one only if the customer can be asked, and agrees."""
    return {Channel.COMMUNITY: 1.0, Channel.VOICE: 0.0}.get(channel, AGREES)


def _units(workspace: DemoWorkspace, customer: SimulatedCustomer, most: float) -> float:
    queue = _likely_queue(workspace, customer.topic.queue, customer.topic.cell, customer.channel)
    return min(most, queue.units) if queue else most


def _likely_queue(workspace: DemoWorkspace, named: str | None, cell: Cell, channel: Channel) -> DemoQueue | None:
    """Returns the topic's own queue, the ladder's, or the first that takes the channel."""
    ladder = workspace.ladders.get(cell, ())
    wanted = named or (ladder[-1].queue if ladder else None)
    takers = [queue for queue in workspace.queues if queue.takes(channel) and not queue.special]
    return next((queue for queue in workspace.queues if queue.name == wanted), takers[0] if takers else None)
