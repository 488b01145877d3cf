"""What is known of a workspace: queues, agents, contacts, and the plain questions that can be asked of them."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

FINAL = {"completed", "abandoned", "cancelled", "resolved"}
HELD = {"offered", "assigned", "wrapping_up"}
PARKED = "waiting_for_customer"
M, CAP_MS = 12, 600_000
LEVEL_MEMORY_MS = 1_800_000
HANDLE_PRIOR, SPEED_PRIOR, HANDLE_MEMORY = 20, 100, 200


@dataclass
class Queue:
    """A queue as the operator set it, and how it does."""

    name: str
    settings: Mapping[str, Any]
    is_open: bool = True
    good: float = 0
    all: float = 0
    level_at: int = 0
    handle_ms: float | None = None
    handled: int = 0
    closed_for: int = 0
    closed_since: int | None = None

    def closed_ms(self, now: int) -> int:
        return self.closed_for + (max(0, now - self.closed_since) if self.closed_since is not None else 0)

    def open_or_close(self, now: int, *, opens: bool) -> None:
        self.closed_for, self.closed_since = self.closed_ms(now), None if opens else now
        self.is_open = opens

    @property
    def deferrable(self) -> bool:
        return bool(self.settings["deferrable"])

    @property
    def handle(self) -> float:
        return self.settings["handle_ms"] if self.handle_ms is None else self.handle_ms

    def level(self, now: int) -> float:
        """The rolling service level, with ten contacts at the goal before the first."""
        kept = math.exp(-max(0, now - self.level_at) / LEVEL_MEMORY_MS)
        return (self.good * kept + 10 * float(self.settings["goal"])) / (self.all * kept + 10)

    def note_level(self, now: int, in_time: bool) -> None:
        kept = math.exp(-max(0, now - self.level_at) / LEVEL_MEMORY_MS)
        self.good, self.all, self.level_at = self.good * kept + in_time, self.all * kept + 1, now
        self.handle_ms = self.handle

    def note_handle(self, handle_ms: int) -> None:
        self.handle_ms = moved(self.handle, self.handled, handle_ms, HANDLE_PRIOR)
        self.handled += 1


def moved(mean: float, number: int, value: float, prior: int) -> float:
    """A mean that starts at a prior, and forgets old values in the end."""
    return mean + (value - mean) / (min(number, HANDLE_MEMORY) + prior + 1)


@dataclass
class Share:
    """What a contact takes of an agent.

    `pausable`: live contacts may interrupt it; `paused`: the units it takes when it goes on.
    """

    channel: str
    units: int
    live: bool
    queue: str
    pausable: bool = False
    paused: int = 0


@dataclass
class Agent:
    """What is known of an agent; `idle_since` is when a contact was last taken or given up."""

    name: str
    skills: Mapping[str, int]
    units: int
    channels: Mapping[str, int]
    idle_since: int = 0
    turn_at: int = 0
    seq: int | None = None
    wants: str = "offline"
    reachable: bool = False
    signed_off: bool = False
    suspended: bool = False
    gone_at: int | None = None
    grace_until: int | None = None
    free_at: int = 0  # when all that is served is expected to have ended
    aside: str | None = None  # the line for which it is kept from taking more
    shares: dict[str, Share] = field(default_factory=dict)
    queues: Mapping[str, int] = field(default_factory=dict)  # the most contacts of a queue

    @property
    def standing(self) -> str:
        if self.wants != "offline" and not self.reachable:
            return "unreachable"
        return "suspended" if self.suspended and self.wants != "offline" else self.wants

    @property
    def is_there(self) -> bool:
        return self.reachable and not self.signed_off

    @property
    def works(self) -> bool:
        return self.standing == "available"

    @property
    def goes_on(self) -> bool:
        """It works, or would but for a suspension."""
        return self.wants == "available" and self.is_there

    @property
    def signed_in(self) -> bool:
        return self.standing in ("available", "away")

    @property
    def used(self) -> int:
        return sum(share.units for share in self.shares.values())

    @property
    def pausable(self) -> int:
        return sum(share.units for share in self.shares.values() if share.pausable)

    @property
    def paused(self) -> int:
        return sum(share.paused > 0 for share in self.shares.values())

    @property
    def is_idle(self) -> bool:
        return self.works and not self.shares

    @property
    def signature(self) -> tuple[Any, ...]:
        named = (self.skills, self.channels, self.queues)
        return self.units, *(tuple(sorted(each.items())) for each in named)

    def used_on(self, channel: str) -> int:
        return sum(share.channel == channel for share in self.shares.values())

    def of(self, queue: str) -> int:
        return sum(share.queue == queue for share in self.shares.values())

    def may_have_more_of(self, queue: str) -> bool:
        return self.of(queue) < self.queues.get(queue, math.inf)

    def has_room(self, channel: str, units: int, queue: str, *, called_away: bool = False) -> bool:
        used = self.used - (self.pausable if called_away else 0)
        below_limits = self.used_on(channel) < self.channels.get(channel, 0) and self.may_have_more_of(queue)
        return below_limits and used + units <= self.units


@dataclass(frozen=True)
class Line:
    """What makes contacts interchangeable. Any one of `alternatives` will do, each skills by the least proficiency."""

    queue: str
    channel: str
    units: int
    alternatives: tuple[Mapping[str, int], ...] = ({},)

    @cached_property
    def id(self) -> str:
        wanted = (",".join(f"{skill}:{least}" for skill, least in sorted(wants.items())) for wants in self.alternatives)
        return f"{self.queue}|{self.channel}|{self.units}|{'/'.join(wanted)}"

    def met_by(self, agent: Agent) -> Mapping[str, int] | None:
        """The first alternative that an agent meets."""
        for wants in self.alternatives:
            if all(agent.skills.get(skill, 0) >= least for skill, least in wants.items()):
                return wants
        return None

    def served_by(self, agent: Agent) -> bool:
        """Whether an agent could serve it at all."""
        return self.met_by(agent) is not None and agent.units >= self.units and agent.channels.get(self.channel, 0) > 0


NOWHERE = Line("", "", 0)


@dataclass
class Place:
    """Where a contact is asked to wait."""

    line: Line
    enqueued_at: int
    due_at: int
    age: int
    rung: int
    steps: tuple[tuple[int, Line], ...] = ()
    overflow_at: int | None = None
    callback: bool = False
    passed_on: bool = False


@dataclass
class Stay:
    """A contact's stay in a queue: since when, and its times in ms."""

    number: int
    queue: str
    entered_at: int
    waits_since: int | None = None
    closed_before: int = 0
    segment_waited: int = 0
    queue_waited: int = 0
    offers: int = 0
    held: int = 0
    held_since: int | None = None
    parked: int = 0
    parked_since: int | None = None
    awaited: int = 0
    awaited_since: int | None = None


@dataclass
class Contact:
    """A contact as it was asked for, and where the journal has brought it.

    `place`, `line` and `step` are where it waits. `second` is asked to take it over from `agent`; while it waits for one
    of another queue, `home` is where it is served. `wanted` is the place that was asked for last.
    """

    id: str
    channel: str
    place: Place | None = None
    line: Line = NOWHERE
    step: int = 0
    relaxing: bool = False
    state: str = "new"
    agent: str | None = None
    second: str | None = None
    offer: str | None = None
    assignment: str | None = None
    transfer: str | None = None
    expires_at: int = 0
    answered_at: int | None = None
    handled_at: int | None = None
    wraps_up_until: int | None = None
    limit_at: int | None = None
    inactive_at: int | None = None
    joined: dict[str, str] = field(default_factory=dict)  # the role of each agent who takes part
    invited: str | None = None
    invited_until: int = 0
    overflow_at: int | None = None
    held_for: str | None = None
    held_until: int = 0
    callback: bool = False
    callback_since: int = 0
    hung_up: bool = False
    agent_lost: bool = False
    asking: bool = False
    rung: int = -2
    segments: int = 0
    stay: Stay | None = None
    ended: list[dict[str, Any]] = field(default_factory=list)
    waited: int = 0
    second_offers: int = 0
    beside: Stay | None = None
    wanted: Place | None = None
    home: tuple[Place | None, Line, int] | None = None

    @property
    def own_line(self) -> Line:
        """The line of the queue that it is in, also while it is passed on to another."""
        return self.home[1] if self.home else self.line

    def leave_home(self) -> None:
        """It is passed on to another queue."""
        self.home = self.place, self.line, self.step

    def go_home(self) -> None:
        """It is not passed on after all."""
        if self.home:
            (self.place, self.line, self.step), self.home, self.beside = self.home, None, None

    @property
    def queue(self) -> str:
        return self.line.queue

    @property
    def age(self) -> int:
        assert self.place
        return self.place.age

    @property
    def asked(self) -> str | None:
        """Who has the offer."""
        return (self.second or self.agent) if self.offer else None

    @property
    def waits(self) -> bool:
        """In a line, or held for an agent beside it."""
        return self.state == "queued" or (self.transfer == "queue" and not self.offer)

    @property
    def relax_at(self) -> int | None:
        """When it asks less, if it does."""
        step, stay = self.next_step, self.beside or self.stay
        return stay.entered_at + step[0] - stay.queue_waited if step and stay else None

    @property
    def waiting_or_offered(self) -> bool:
        """Whether it waits for an agent, or for another one, or has been offered meanwhile."""
        return self.state in ("queued", "offered") or self.home is not None

    @property
    def next_step(self) -> tuple[int, Line] | None:
        steps = self.place.steps if self.place else ()
        return steps[self.step] if self.step < len(steps) else None


class Facts:
    """The state of one workspace."""

    def __init__(self) -> None:
        self.settings: Mapping[str, Any] = {}
        self.queues: dict[str, Queue] = {}
        self.agents: dict[str, Agent] = {}
        self.contacts: dict[str, Contact] = {}
        self.waiting: dict[str, Contact] = {}
        self.declined: dict[tuple[str, str], int] = {}
        self.handling: dict[tuple[Any, str], tuple[float, int]] = {}
        self.lines: dict[str, Line] = {}
        self.now = self.latest = 0

    def in_state(self, *states: str) -> list[Contact]:
        return [contact for contact in self.contacts.values() if contact.state in states]

    def held_by(self, agent: Agent) -> list[Contact]:
        return [self.contacts[contact] for contact in agent.shares]

    def held_for(self, agent: Agent) -> list[Contact]:
        held = [contact for contact in self.waiting.values() if contact.held_for == agent.name]
        return sorted(held, key=lambda contact: (contact.age, contact.id))

    def is_live(self, contact: Contact) -> bool:
        return not self.queues[contact.queue].deferrable

    def has_room(self, agent: Agent, contact: Contact) -> bool:
        line = contact.line
        return agent.has_room(line.channel, line.units, line.queue, called_away=self.is_live(contact))

    def let_go(self, contact: Contact, agent: Agent) -> bool:
        """Whether the agent let the contact go a moment ago."""
        return self.declined.get((contact.id, agent.name), 0) > self.now

    def must_be_served(self, line: Line, at: int | None = None) -> list[Contact]:
        """The contacts of a line that have waited as long as any may before an agent is set aside, oldest first.

        `at`: now, or the latest time that a clock has told which then went back.
        """
        queue = self.queues[line.queue]
        bound = min(M * queue.settings["target_ms"], max(CAP_MS, queue.settings["target_ms"]))
        late = [contact for contact in self.in_line(line) if (at or self.now) - contact.age >= bound]
        return sorted(late, key=lambda contact: (contact.age, contact.id)) if queue.is_open else []

    def aside_for(self, line: Line) -> list[Agent]:
        return [agent for agent in self.agents.values() if agent.aside == line.id]

    def could_be_set_aside(self, line: Line, contact: Contact) -> list[Agent]:
        """Who serves somebody and could take what leaves too little room for a contact."""
        return [
            agent
            for agent in self.agents.values()
            if agent.works
            and agent.shares
            and agent.aside is None
            and line.served_by(agent)
            and agent.may_have_more_of(line.queue)
            and (contact.id, agent.name) not in self.declined
            and any(less.units < line.units and less.served_by(agent) for less in self.lines.values())
        ]

    def could_take(self, agent: Agent, contact: Contact) -> bool:
        """Whether a waiting contact may be offered to an agent by the engine's own choice, but for the reserve rule."""
        return (
            agent.works
            and contact.waits
            and contact.agent != agent.name
            and contact.held_for is None
            and self.queues[contact.queue].is_open
            and contact.line.served_by(agent)
            and self.has_room(agent, contact)
            and (contact.id, agent.name) not in self.declined
            and (self.is_live(contact) or not agent.paused)
        )

    def able_for(self, line: Line) -> list[Agent]:
        """Who is signed in and could serve a line."""
        return [agent for agent in self.agents.values() if agent.signed_in and line.served_by(agent)]

    def staffed(self, line: Line) -> int:
        return len(self.able_for(line))

    def live_load(self, line: Line) -> int:
        """The live contacts that the agents of a line are serving."""
        able = [agent for agent in self.agents.values() if line.served_by(agent)]
        return sum(share.live for agent in able for share in agent.shares.values())

    def in_line(self, line: Line) -> Iterator[Contact]:
        for contact in self.waiting.values():
            if contact.line.id == line.id and contact.held_for is None:
                yield contact
