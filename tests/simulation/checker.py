"""What must hold of any outcome of a day, checked from the records alone: nothing here knows how the simulator works."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from tests.simulation.days import Record

TICK_S = 0.0011  # the engine's clock ticks in ms


class Checker:
    """One day and its outcomes. `faults()` names each rule broken, with the contact.

    `by_rank`: queues were served in the order of their static priority, so a contact may wait for those before it.
    """

    def __init__(self, day: list[Record], outcomes: list[Record], *, by_rank: bool = False) -> None:
        self.by_rank = by_rank
        self.queues = {record["id"]: record for record in day if record["kind"] == "queue"}
        self.agents = {record["id"]: record for record in day if record["kind"] == "agent"}
        self.contacts = {record["id"]: record for record in day if record["kind"] == "contact"}
        self.outcomes = outcomes
        self.answered = [outcome for outcome in outcomes if "agent" in outcome]
        self.by_agent: dict[int, list[Record]] = defaultdict(list)
        for outcome in self.answered:
            self.by_agent[outcome["agent"]].append(outcome)

    def faults(self) -> list[str]:
        """None, of a day that went as it must."""
        found = sorted(outcome["id"] for outcome in self.outcomes)
        lost = [] if found == sorted(self.contacts) else ["a contact is lost, or told twice"]
        if lost:
            return lost
        return [*self._abandoned(), *self._answered(), *self._capacity(), *self._order(), *self._idle(), *self._bound()]

    def _abandoned(self) -> Iterator[str]:
        for outcome in self.outcomes:
            contact = self.contacts[outcome["id"]]
            if "abandoned_at" in outcome:
                patience = contact["patience_s"]
                if patience is None or abs(outcome["abandoned_at"] - contact["t"] - patience) > TICK_S:
                    yield f"{contact['id']} did not leave when its patience ended"

    def _answered(self) -> Iterator[str]:
        for outcome in self.answered:
            contact, agent = self.contacts[outcome["id"]], self.agents[outcome["agent"]]
            if str(contact["queue"]) not in agent["skills"]:
                yield f"{contact['id']} went to an agent who is not able"
                continue
            if outcome["start"] < contact["t"]:
                yield f"{contact['id']} was answered before it came"
            if contact["patience_s"] is not None and outcome["start"] > contact["t"] + contact["patience_s"] + TICK_S:
                yield f"{contact['id']} was answered after it had left"
            if not any(abs(outcome["end"] - outcome["start"] - length) < TICK_S for length in self._lengths(outcome)):
                yield f"{contact['id']} took an agent for a wrong time"

    def _lengths(self, outcome: Record) -> Iterator[float]:
        """How long the work may take, by the agent's other jobs when it began; who began at that moment may have been
        before or after.
        """
        contact = self.contacts[outcome["id"]]
        others = [other for other in self.by_agent[outcome["agent"]] if other["id"] != outcome["id"]]
        sure = sum(other["start"] < outcome["start"] < other["end"] for other in others)
        unsure = sum(other["start"] == outcome["start"] for other in others)
        speed = self.agents[outcome["agent"]]["skills"][str(contact["queue"])]
        for jobs in range(sure, sure + unsure + 1):
            yield contact["handle_s"] / speed * (1 + self.queues[contact["queue"]]["conc_slow"] * jobs)

    def _capacity(self) -> Iterator[str]:
        for agent, work in self.by_agent.items():
            for one in work:
                held = [other for other in work if other["start"] <= one["start"] < other["end"] or other is one]
                if sum(self._units(other) for other in held) > self.agents[agent]["capacity"]:
                    yield f"{one['id']} was too much for agent {agent}"

    def _order(self) -> Iterator[str]:
        for queue in self.queues:
            still_there, oldest = float("-inf"), None
            for contact in sorted(
                (c for c in self.contacts.values() if c["queue"] == queue), key=lambda contact: contact["t"]
            ):
                outcome = self._outcome(contact["id"])
                if "start" in outcome and outcome["start"] < still_there - TICK_S:
                    yield f"{contact['id']} was answered before {oldest}, which is older"
                if self._left(outcome) > still_there:
                    still_there, oldest = self._left(outcome), contact["id"]

    def _idle(self) -> Iterator[str]:
        """An able agent had room while a contact waited that is not for later, and was not set aside for another."""
        waiting: dict[int, int] = defaultdict(int)
        used: dict[int, int] = defaultdict(int)
        for (moment, what, key, change), (following, *_) in pairwise(sorted(self._changes(), key=lambda row: row[0])):
            (waiting if what == "waiting" else used)[key] += change
            if following - moment < TICK_S:
                continue
            for queue in (queue for queue, number in waiting.items() if number):
                free = [
                    agent
                    for agent in self._able(queue)
                    if used[agent] + self.queues[queue]["units"] <= self.agents[agent]["capacity"]
                ]
                kept = self._set_aside(free, used, moment) if free else 0
                yield from (f"agent {agent} had room at {moment:.3f} s while {queue} waited" for agent in free[kept:])

    def _set_aside(self, free: list[int], used: dict[int, int], moment: float) -> int:
        """How many of these agents may be kept from taking more: one for each contact that must be served and does
        not fit.
        """
        late = [
            contact
            for contact in self.contacts.values()
            if self._due(contact) <= moment + TICK_S and self._left(self._outcome(contact["id"])) > moment + TICK_S
        ]
        return sum(
            any(
                agent in self._able(contact["queue"])
                and used[agent] > 0
                and used[agent] + self.queues[contact["queue"]]["units"] > self.agents[agent]["capacity"]
                for agent in free
            )
            for contact in late
        )

    def _due(self, contact: Record) -> float:
        """From when a contact must be served: twelve targets or ten minutes, and not before its target."""
        target = self.queues[contact["queue"]]["target_s"]
        due: float = contact["t"] + min(12 * target, max(600, target))
        return due

    def _bound(self) -> Iterator[str]:
        """A contact that must be served waits for the work under way on one agent, and for what goes before it."""
        for contact in self.contacts.values():
            due, left = self._due(contact), self._left(self._outcome(contact["id"]))
            able = [
                agent
                for agent in self._able(contact["queue"])
                if self.queues[contact["queue"]]["units"] <= self.agents[agent]["capacity"]
            ]
            passed_over = all(
                any(
                    due + TICK_S < other["start"] < left - TICK_S and not self._goes_before(other, contact)
                    for other in self.by_agent[agent]
                )
                for agent in able
            )
            if able and left > due + TICK_S and passed_over:
                yield f"{contact['id']} was passed over by every agent after {due:.3f} s, until {left:.3f} s"

    def _goes_before(self, outcome: Record, contact: Record) -> bool:
        other = self.contacts[outcome["id"]]
        rank, own = (self.queues[each["queue"]]["static_priority"] for each in (other, contact))
        if self.by_rank and rank != own:
            return bool(rank < own)
        return bool(other["t"] <= contact["t"])

    def _changes(self) -> Iterator[tuple[float, str, int, int]]:
        for outcome in self.outcomes:
            contact = self.contacts[outcome["id"]]
            if not self.queues[contact["queue"]]["deferrable"] and self._left(outcome) - contact["t"] >= TICK_S:
                yield contact["t"], "waiting", contact["queue"], 1
                yield self._left(outcome), "waiting", contact["queue"], -1
            if "agent" in outcome:
                yield outcome["start"], "used", outcome["agent"], self._units(outcome)
                yield outcome["end"], "used", outcome["agent"], -self._units(outcome)

    def _able(self, queue: int) -> list[int]:
        return [number for number, agent in self.agents.items() if str(queue) in agent["skills"]]

    def _units(self, outcome: Record) -> int:
        units: int = self.queues[self.contacts[outcome["id"]]["queue"]]["units"]
        return units

    def _outcome(self, contact: int) -> Record:
        return next(outcome for outcome in self.outcomes if outcome["id"] == contact)

    def _left(self, outcome: Record) -> float:
        left: float = outcome["start"] if "start" in outcome else outcome["abandoned_at"]
        return left
