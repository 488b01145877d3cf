"""The driver: an event loop in virtual time.

Contacts arrive, agents accept every offer at once, work ends, customers run out of patience; between these the engine's
own timers fire exactly when they are due. Only the driver knows how long work takes and how patient a customer is. At
the same time, timers come first, then agents who come and go, then ends of work, then customers who leave, then those
who arrive: a freed agent may still serve a customer who is about to leave. A contact that an open incident answers does
not reach the engine, unless the customer says later that it is still broken.
"""

from collections import Counter
from dataclasses import dataclass, replace
from enum import IntEnum
from heapq import heappop, heappush
from math import ceil, floor

from mci_router.simulation.floor import Floor, SimulatedOffer, SimulationFailed
from mci_router.simulation.incidents import STILL_BROKEN_PRIORITY, Incidents
from mci_router.simulation.outcomes import Abandoned, Answered, ContactOutcome, Informed, LineOutcome
from mci_router.simulation.trace import Trace, TraceIncident
from mci_router.values import value

# after the last event; longer than any target, so that no later timer concerns a waiting contact
LONGEST_SILENCE_MS = 31 * 86_400_000


class Kind(IntEnum):
    """The kind of an event, in the order of events at the same time."""

    SHIFT = -1
    COMPLETION = 0
    ABANDON = 1
    ARRIVAL = 2


@dataclass(frozen=True, slots=True, order=True)
class SimulatedEvent:
    """Something that will happen to a contact, `at_ms` since the start of the day; or the number of a shift's end or
    beginning.
    """

    at_ms: int
    kind: Kind
    contact: int


@value
class ShiftChange:
    """An agent, a number in the trace, comes to work or goes; what the agent has in hand is finished."""

    at_ms: int
    agent: int
    comes: bool


@value
class Work:
    """A contact with an agent, since `start_ms`."""

    agent: int
    assignment: str
    start_ms: int


class Driver:
    """Drives one day on a floor, from the first arrival until nobody is left.

    Contacts and agents are numbers, their order in the trace.
    """

    def __init__(self, floor_of_day: Floor) -> None:
        self._floor = floor_of_day
        self._contacts = list(floor_of_day.trace.contacts)
        self._agents = list(floor_of_day.trace.agents.values())
        self._now_ms = 0
        # In order of time, which makes it a heap.
        self._events = [
            SimulatedEvent(first_ms(contact.t), Kind.ARRIVAL, number) for number, contact in enumerate(self._contacts)
        ]
        self._changes = changes(floor_of_day.trace)
        for number, change in enumerate(self._changes):
            heappush(self._events, SimulatedEvent(change.at_ms, Kind.SHIFT, number))
        self._last_event_ms = 0
        self._work: dict[int, Work] = {}
        self._jobs: Counter[int] = Counter()
        self._incidents = Incidents(floor_of_day.trace.incidents)
        self._informed: dict[int, Informed] = {}  # contacts that will say that it is still broken
        self._outcomes: dict[int, ContactOutcome] = {}

    async def run(self) -> list[ContactOutcome]:
        """Returns the outcome of every contact, in order of arrival."""
        while len(self._outcomes) < len(self._contacts):
            await self._step()
            for offer in self._floor.offers():
                await self._accept(offer)
        return [outcome for _, outcome in sorted(self._outcomes.items())]

    async def _step(self) -> None:
        """Does the next thing that happens."""
        timer, event = self._floor.engine.next_timer, self._events[0] if self._events else None
        if timer and timer.due_ms <= (event.at_ms if event else self._last_event_ms + LONGEST_SILENCE_MS):
            self._pass_time(timer.due_ms)
            await self._floor.fire_timers()
        elif event:
            self._pass_time(event.at_ms)
            self._last_event_ms = event.at_ms
            await self._happen(heappop(self._events))
        else:
            waiting = len(self._contacts) - len(self._outcomes)
            raise SimulationFailed(f"the engine leaves {waiting} contacts waiting for ever, with every agent idle")

    def _pass_time(self, until_ms: int) -> None:
        self._now_ms = self._floor.engine.now_ms = max(self._now_ms, until_ms)

    async def _happen(self, event: SimulatedEvent) -> None:
        if event.kind is Kind.SHIFT:
            change = self._changes[event.contact]
            await self._floor.come_or_go(change.agent, comes=change.comes)
        elif event.kind is Kind.COMPLETION:
            await self._complete(event.contact)
        elif event.kind is Kind.ARRIVAL:
            await self._arrive(event.contact)
        elif event.contact not in self._work and event.contact not in self._outcomes:
            await self._abandon(event.contact)

    async def _arrive(self, number: int) -> None:
        contact, again = self._contacts[number], number in self._informed
        if not again and (incident := self._incidents.informing(contact)):
            self._inform(number, incident)
            return
        if contact.patience_s is not None:
            # Not before its arrival, and not after its patience has ended: times are whole ms.
            leaves = max(self._now_ms, last_ms(contact.t + contact.patience_s))
            heappush(self._events, SimulatedEvent(leaves, Kind.ABANDON, number))
        await self._floor.arrive(number, contact, STILL_BROKEN_PRIORITY if again else 0)

    def _inform(self, number: int, incident: TraceIncident) -> None:
        """Has the incident answer the contact without an agent; perhaps the customer comes again."""
        contact = self._contacts[number]
        informed = Informed(contact, incident, self._now_ms)
        again = self._incidents.still_broken_at(incident, contact)
        if again is None:
            self._outcomes[number] = informed
        else:
            self._informed[number] = informed
            self._contacts[number] = contact.model_copy(update={"t": again})
            heappush(self._events, SimulatedEvent(first_ms(again), Kind.ARRIVAL, number))

    async def _accept(self, offer: SimulatedOffer) -> None:
        if offer.contact in self._work or offer.contact in self._outcomes:
            raise SimulationFailed(
                f"at {self._now_ms} ms: contact {self._contacts[offer.contact].id} is offered a second time"
            )
        self._work[offer.contact] = Work(offer.agent, await self._floor.accept(offer), self._now_ms)
        heappush(self._events, SimulatedEvent(self._now_ms + self._handle_ms(offer), Kind.COMPLETION, offer.contact))
        self._jobs[offer.agent] += 1

    def _handle_ms(self, offer: SimulatedOffer) -> int:
        """Returns how long the work takes: less for a fast agent, more for one with other jobs."""
        contact = self._contacts[offer.contact]
        queue = self._floor.trace.queue_of(contact)
        speed = self._agents[offer.agent].skills[str(contact.queue)]
        return round(contact.handle_s * 1000 / speed * (1 + queue.conc_slow * self._jobs[offer.agent]))

    async def _complete(self, number: int) -> None:
        work = self._work.pop(number)
        await self._floor.complete(work.agent, work.assignment)
        self._jobs[work.agent] -= 1
        self._leave(number, Answered(self._contacts[number], self._agents[work.agent], work.start_ms, self._now_ms))

    async def _abandon(self, number: int) -> None:
        await self._floor.abandon(number)
        self._leave(number, Abandoned(self._contacts[number], self._now_ms))

    def _leave(self, number: int, outcome: LineOutcome) -> None:
        informed = self._informed.get(number)
        self._outcomes[number] = replace(informed, still_broken=outcome) if informed else outcome


def changes(trace: Trace) -> list[ShiftChange]:
    """Returns when agents with shifts come and go, in order; those without are there all day."""
    found = [
        ShiftChange(first_ms(at), number, comes)
        for number, agent in enumerate(trace.agents.values())
        for shift in agent.shifts or ()
        for at, comes in zip(shift, (True, False), strict=True)
    ]
    return sorted(found, key=lambda change: change.at_ms)


def first_ms(seconds: float) -> int:
    """Returns the first whole ms that is not before; a float's digits below the ns mean nothing."""
    return ceil(round(seconds * 1000, 6))


def last_ms(seconds: float) -> int:
    """Returns the last whole ms that is not after."""
    return floor(round(seconds * 1000, 6))
