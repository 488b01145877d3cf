"""The floor of a simulated day: the trace's queues and agents in the live state, and what contacts do there.

Only this module knows how the engine names and configures things. Contacts and agents are named by their numbers in the
trace, so that the engine orders equals as the trace does.
"""

from collections.abc import Iterator

from mci_router.events import EventType
from mci_router.routing.calls import CallResult, Placement, Status
from mci_router.routing.engine.live_settings import EngineTimes, live_queue, live_workspace
from mci_router.routing.engine.virtual_time import START_MS, VirtualEngine
from mci_router.simulation.figures import SHORT_ABANDON_S
from mci_router.simulation.policies import SimulatedPolicy
from mci_router.simulation.trace import Trace, TraceAgent, TraceContact, TraceQueue
from mci_router.specs.base import SkillRequirement
from mci_router.specs.queues import QueueSpec, ServiceLevel
from mci_router.specs.workspace import WorkspaceSpec
from mci_router.values import value
from mci_router.vocabulary import ContactState, Presence

TIMES = EngineTimes(reoffer_s=30, grace_s=30, short_abandon_s=SHORT_ABANDON_S)  # only the last one matters here
MEAN_PROFICIENCY = 3.0  # the proficiency that the engine takes for speed 1
PROFICIENCY_OF_SPEED = 10.0  # so one level is a tenth of speed


class SimulationFailed(Exception):
    """The engine did what it must never do: what, when, and with which contact."""


@value
class SimulatedOffer:
    """A pending offer; the contact and the agent are numbers in the trace."""

    contact: int
    agent: int
    offer: str


class Floor:
    """The live state of one simulated day."""

    def __init__(
        self, engine: VirtualEngine, workspace: str, trace: Trace, policy: SimulatedPolicy, *, plain: bool = False
    ) -> None:
        self.engine = engine
        self.workspace = workspace
        self.trace = trace
        self.policy = policy
        self.plain = plain
        self._queues = {queue: f"queue_{number}" for number, queue in enumerate(trace.queues)}

    async def open(self) -> None:
        """Configures the queues, and makes every agent present, and available who has no shifts."""
        await self.engine.load()
        await self._configure_workspace()
        for number, agent in enumerate(self.trace.agents.values()):
            await self._configure_agent(agent_name(number), agent)
        await self.engine.mark_built(self.workspace, 1)
        for number in range(len(self.trace.agents)):
            await self.engine.connect(self.workspace, agent_name(number), "simulated")
        for number, agent in enumerate(self.trace.agents.values()):
            if agent.shifts is None:
                await self.come_or_go(number, comes=True)

    async def come_or_go(self, agent: int, *, comes: bool) -> None:
        """Makes an agent available, or away: what the agent has in hand is finished."""
        presence = Presence.AVAILABLE if comes else Presence.AWAY
        await self.engine.set_presence(self.workspace, agent_name(agent), presence, "")

    async def arrive(self, number: int, contact: TraceContact, priority: int) -> None:
        """Puts the contact into its queue's line with these points of priority; it may be offered at once."""
        queue, name = self.trace.queue_of(contact), self._queues[str(contact.queue)]
        now = START_MS + self.engine.now_ms
        result = await self.engine.enqueue(
            self.workspace,
            Placement(
                contact=_contact_id(number),
                queue=name,
                channel=name,
                requirement=[{"skill": name, "min": 1}],
                units=queue.units,
                enqueued_at=now,
                due_at=now + round(queue.target_s * 1000),
                priority=priority,
                rung=0,
            ),
        )
        self._expect(result, ContactState.QUEUED, ContactState.OFFERED)

    def offers(self) -> Iterator[SimulatedOffer]:
        """Yields the offers made since the last call, and those made while these are answered."""
        for entry in self.engine.journalled():
            if entry["type"] == EventType.OFFER_CREATED:
                yield SimulatedOffer(
                    int(entry["contact"].removeprefix("con_"), 16),
                    int(entry["agent"].removeprefix("agent_")),
                    entry["offer"],
                )

    async def accept(self, offer: SimulatedOffer) -> str:
        """Accepts an offer and returns its assignment."""
        result = await self.engine.accept(self.workspace, agent_name(offer.agent), offer.offer)
        self._expect(result, ContactState.ASSIGNED)
        return result.assignment or ""

    async def complete(self, agent: int, assignment: str) -> None:
        result = await self.engine.complete(self.workspace, agent_name(agent), assignment, "served", "")
        self._expect(result, ContactState.COMPLETED)

    async def abandon(self, number: int) -> None:
        result = await self.engine.close_contact(
            self.workspace, _contact_id(number), ContactState.ABANDONED, "out of patience"
        )
        self._expect(result, ContactState.ABANDONED)

    async def fire_timers(self) -> None:
        due = await self.engine.fire_timers(self.workspace)
        if not due.fired:
            raise SimulationFailed(f"{self._when()}: timer {self.engine.next_timer} is due, and does not fire")

    async def _configure_workspace(self) -> None:
        queues = [queue_spec(name, self.trace.queues[queue], self.policy) for queue, name in self._queues.items()]
        workspace = WorkspaceSpec(name="simulated", title="Simulated", line_choice=self.policy.line_choice)
        settings = live_workspace(workspace, queues, [], TIMES) | {"plain": self.plain}
        await self.engine.configure_workspace(self.workspace, 1, settings)
        for queue in queues:
            await self.engine.configure_queue(self.workspace, 1, queue.name, live_queue(queue))

    async def _configure_agent(self, name: str, agent: TraceAgent) -> None:
        abilities = {self._queues[queue]: proficiency(speed) for queue, speed in agent.skills.items()}
        limits = {self._queues[queue]: agent.capacity for queue in agent.skills}
        await self.engine.configure_agent(self.workspace, 1, name, abilities, agent.capacity, limits)

    def _expect(self, result: CallResult, *states: ContactState) -> None:
        if result.status is not Status.OK or result.state not in states:
            wanted = " or ".join(states)
            raise SimulationFailed(
                f"{self._when()}: {result.contact} is {result.state} ({result.status}), not {wanted}"
            )

    def _when(self) -> str:
        return f"at {self.engine.now_ms / 1000:.3f} s"


def queue_spec(name: str, queue: TraceQueue, policy: SimulatedPolicy) -> QueueSpec:
    """Returns the queue as an operator would write it. Each queue is a skill, too."""
    return QueueSpec(
        name=name,
        position=queue.static_priority,
        service_level=ServiceLevel(goal=queue.goal, target_s=queue.target_s),
        skills=[SkillRequirement(skill=name)],
        units=queue.units,
        weight=queue.weight,
        deferrable=queue.deferrable,
        agent_choice=policy.agent_choice,
        expected_handle_s=queue.mean_handle_s,
    )


def proficiency(speed: float) -> float:
    return max(1.0, MEAN_PROFICIENCY + PROFICIENCY_OF_SPEED * (speed - 1))


def agent_name(number: int) -> str:
    return f"agent_{number:06d}"


def _contact_id(number: int) -> str:
    return f"con_{number:032x}"
