"""A trial of the rest of a day: events in time, contacts and agents drawn by chance from a seed. Pure.

It follows the router's rules in outline: live contacts before those that can wait, the line that is furthest into its
target first, the least flexible agent with room, and work that can wait only while enough agents stay idle. It is not
the engine: nobody is set aside, the balance between queues is not counted, and nothing overflows, relaxes or is
transferred. The same seed draws the same contacts whatever the moves are, so that two trials differ by the move alone
(common random numbers).
"""

import math
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from random import Random
from typing import Any

from mci_router.workforce.intraday.rest import STEP_S, Rest, RestQueue

LOOK_S = 60.0  # how often work that was held back is looked at again
OF_TARGET = 0.7  # of its target: then work that can wait does not wait for idle agents
RESERVE = 1.5  # times the root of the live load: so many agents are kept idle for live contacts
SHORT_S = 5.0  # who leaves within it is not counted, as in the service level of reports


@dataclass(slots=True)
class Result:
    """What became of a queue's contacts: answered within the target, and all that count for its service level."""

    in_time: int = 0
    counted: int = 0


@dataclass(slots=True)
class DrawnContact:
    """A contact as chance has it: when it comes, how long it takes, and when its customer leaves the line."""

    queue: RestQueue
    came_s: float
    handle_s: float
    leaves_s: float


def tried(rest: Rest, seed: int) -> Mapping[str, Result]:
    """Returns what becomes of the contacts of each queue in one drawn rest of a day."""
    return _Trial(rest, seed).run()


def drawn(queue: RestQueue, seed: int) -> Iterator[DrawnContact]:
    """Yields the contacts of a queue, those in line first, drawn from the seed and the queue's name alone."""
    chance = Random(f"{seed} {queue.name}")  # noqa: S311 — no secret
    for waited in queue.waited:
        yield _contact(queue, -waited, 0.0, chance)
    level = chance.gammavariate(1 / queue.spread**2, queue.spread**2) if queue.spread else 1.0
    begins, lasts = 0.0, queue.first_s
    for expected in queue.arrivals:
        at = begins
        while expected * level > 0:
            at += chance.expovariate(expected * level / lasts)
            if at >= begins + lasts:
                break
            yield _contact(queue, at, at, chance)
        begins, lasts = begins + lasts, STEP_S


def _contact(queue: RestQueue, came_s: float, from_s: float, chance: Random) -> DrawnContact:
    """Draws a contact: exponential times. Who waits already is as patient as who comes (memoryless)."""
    handle_s = chance.expovariate(1 / queue.aht_s)
    patience_s = chance.expovariate(1 / queue.patience_s) if queue.patience_s else math.inf
    return DrawnContact(queue, came_s, handle_s, from_s + patience_s)


class _Trial:
    """One rest of a day. Agents are their numbers."""

    def __init__(self, rest: Rest, seed: int) -> None:
        self._rest = rest
        self._now = 0.0
        self._lines: dict[str, deque[DrawnContact]] = {queue.name: deque() for queue in rest.queues}
        self._queues = {queue.name: queue for queue in rest.queues}
        self._found = {queue.name: Result() for queue in rest.queues}
        self._able = [frozenset(agent.queues & self._queues.keys()) for agent in rest.agents]
        live = {queue.name for queue in rest.queues if not queue.deferrable}
        self._apart = [not queues & live for queues in self._able]  # serve nobody but who can wait
        self._here = [False] * len(rest.agents)
        self._serving = [Counter[str]() for _ in rest.agents]
        self._used = [0] * len(rest.agents)
        self._since = [0.0] * len(rest.agents)  # the last time anything was begun or ended
        self._events: list[tuple[float, int, int, Any]] = []
        self._number = 0
        self._draw(seed)

    def _draw(self, seed: int) -> None:
        for queue in self._rest.queues:
            for contact in drawn(queue, seed):
                self._later(max(0.0, contact.came_s), 2, contact)
        for number, agent in enumerate(self._rest.agents):
            for since, until in agent.takes:
                self._later(since, 1, (number, True))
                self._later(until, 1, (number, False))
            if agent.busy and self._able[number]:
                chance = Random(f"{seed} {agent.name}")  # noqa: S311 — no secret
                served = self._queues[min(self._able[number])]
                self._begin(number, served, chance.expovariate(1 / served.aht_s))
        if any(queue.deferrable for queue in self._rest.queues):
            for look in range(int(self._rest.until_s / LOOK_S)):
                self._later(look * LOOK_S, 3, None)

    def _later(self, at_s: float, kind: int, what: Any) -> None:
        self._number += 1
        heappush(self._events, (at_s, kind, self._number, what))

    def run(self) -> Mapping[str, Result]:
        """Returns the results once the rest of the day is over."""
        while self._events and self._events[0][0] < self._rest.until_s:
            self._now, kind, _, what = heappop(self._events)
            if kind == 0:
                self._end(*what)
            elif kind == 1:
                self._come_or_go(*what)
            elif kind == 2:
                self._lines[what.queue.name].append(what)
                self._give(what.queue.name)
            else:
                self._look()
        self._now = self._rest.until_s
        for line in self._lines.values():
            self._still_waiting(line)
        return self._found

    def _end(self, agent: int, queue: RestQueue) -> None:
        self._serving[agent][queue.name] -= 1
        self._used[agent] -= queue.units
        self._since[agent] = self._now
        while self._here[agent] and self._next(agent):
            pass

    def _come_or_go(self, agent: int, here: bool) -> None:
        self._here[agent] = here
        while here and self._next(agent):
            pass

    def _look(self) -> None:
        for name, line in self._lines.items():
            while line and self._queues[name].deferrable and self._give(name):
                pass

    def _room(self, agent: int, queue: RestQueue) -> bool:
        """Returns whether an agent who is there could take one more contact of a queue."""
        of_agent = self._rest.agents[agent]
        return (
            self._here[agent]
            and queue.name in self._able[agent]
            and self._used[agent] + queue.units <= of_agent.units
            and self._serving[agent][queue.name] < of_agent.most.get(queue.name, of_agent.units)
        )

    def _give(self, name: str) -> bool:
        """Gives the head of a line to an agent with room who may take it: one who serves somebody already before one
        who is idle, then the least flexible. Returns whether there was one.
        """
        queue = self._queues[name]
        able = [
            (not self._used[one], len(self._able[one]), self._since[one], one)
            for one in range(len(self._able))
            if self._room(one, queue)
        ]
        head = self._head(name) if able else None
        if head and queue.deferrable and not self._may_begin(head):
            able = [one for one in able if self._apart[one[3]] and not self._held(name)]
        if head is None or not able:
            return False
        self._serve(min(able)[3], self._lines[name].popleft())
        return True

    def _next(self, agent: int) -> bool:
        """Gives an agent with room the line that is furthest into its target, live ones first; returns whether there
        was one.
        """
        best: tuple[bool, float, str] | None = None
        for name in self._able[agent]:
            head = self._head(name) if self._room(agent, self._queues[name]) else None
            if head is None or self._held(name):
                continue
            if head.queue.deferrable and not self._apart[agent] and not self._may_begin(head):
                continue
            place = not head.queue.deferrable, (self._now - head.came_s) / head.queue.target_s * head.queue.weight, name
            best = place if best is None else max(best, place)
        if best is None:
            return False
        self._serve(agent, self._lines[best[2]].popleft())
        return True

    def _serve(self, agent: int, contact: DrawnContact) -> None:
        self._count(contact, self._now - contact.came_s, answered=True)
        self._begin(agent, contact.queue, contact.handle_s)

    def _begin(self, agent: int, queue: RestQueue, handle_s: float) -> None:
        self._serving[agent][queue.name] += 1
        self._used[agent] += queue.units
        self._since[agent] = self._now
        self._later(self._now + handle_s, 0, (agent, queue))

    def _head(self, name: str) -> DrawnContact | None:
        """Returns who is first in a line, without those who have lost patience since."""
        line = self._lines[name]
        while line and line[0].leaves_s <= self._now:
            gone = line.popleft()
            self._count(gone, gone.leaves_s - gone.came_s, answered=False)
        return line[0] if line else None

    def _held(self, name: str) -> bool:
        return self._now < self._rest.held.get(name, 0.0)

    def _may_begin(self, head: DrawnContact) -> bool:
        """Returns whether work that can wait may begin: it is not held back, and enough agents stay idle, or it would
        be late otherwise. The engine's rule (`shared/reserve.lua`).
        """
        queue, waited = head.queue, self._now - head.came_s
        if self._held(queue.name):
            return False
        if waited >= OF_TARGET * queue.target_s:
            return True
        able = [one for one, queues in enumerate(self._able) if queue.name in queues and self._here[one]]
        if len(self._lines[queue.name]) * queue.aht_s / max(1, len(able)) > queue.target_s - waited:
            return True
        live = sum(self._live(one) for one in able)
        return sum(1 for one in able if not self._used[one]) > math.ceil(RESERVE * math.sqrt(live))

    def _live(self, agent: int) -> int:
        return sum(number for name, number in self._serving[agent].items() if not self._queues[name].deferrable)

    def _still_waiting(self, line: Iterable[DrawnContact]) -> None:
        for contact in line:
            if contact.leaves_s <= self._now:
                self._count(contact, contact.leaves_s - contact.came_s, answered=False)
            elif self._now - contact.came_s > contact.queue.target_s:
                self._found[contact.queue.name].counted += 1

    def _count(self, contact: DrawnContact, waited_s: float, *, answered: bool) -> None:
        """Counts by the service level: who leaves within the target is in neither number."""
        found, in_time = self._found[contact.queue.name], waited_s <= contact.queue.target_s
        if answered or not in_time:
            found.counted += 1
            found.in_time += answered and in_time
