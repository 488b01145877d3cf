"""Section by section, who should be offered what: the rules of choice once more, over all agents and all contacts,
without an index.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable
from itertools import groupby
from typing import TypeVar

from tests.routing.engine.facts import CAP_MS, Agent, Contact, Facts, Line, M

KAPPA, D, ETA = 0.5, 0.2, 0.5
B, C, SPEED_A_LEVEL, MEASURED_FROM = 0.5, 0.05, 0.1, 100
SAME = 1e-9
RESERVE, LATE_SHARE = 1.5, 0.7

Choice = TypeVar("Choice")


class Chooser(Facts):
    """The choices an engine has to make, made from the facts alone."""

    # Deferrable work

    def may_start(self, contact: Contact, agent: Agent, fresh: Collection[str] = ()) -> bool:
        """Whether the reserve rule lets a contact start with an agent. `fresh`: contacts that may not stand in their
        line yet.

        A contact whose hold has just ended may stand in its line again already.
        """
        queue = self.queues[contact.queue]
        if not queue.deferrable:
            return True
        waited, target = self.now - contact.age, queue.settings["target_ms"]
        live, idle = self.live_load(contact.line), sum(each.is_idle for each in self.able_for(contact.line))
        if waited >= LATE_SHARE * target or idle > math.ceil(RESERVE * math.sqrt(live)):
            return True
        if not any(line.served_by(agent) for line in self.lines.values() if not self.queues[line.queue].deferrable):
            return True
        line = {each.id for each in self.in_line(contact.line)} | {contact.id}
        released = [
            c for c in self.waiting.values() if c.held_for and c.line.id == contact.line.id and c.held_until <= self.now
        ]
        backlogs = {len(line), len(line) + len(released), len(line - (set(fresh) - {contact.id}))}
        return any(number * queue.handle / max(1, self.staffed(contact.line)) > target - waited for number in backlogs)

    # Which line

    def next_for(self, agent: Agent, fresh: Collection[str] = ()) -> list[Contact]:
        """The contact that an agent should take next; several if the rule cannot tell them apart."""
        for contact in [] if agent.aside else self.held_for(agent):
            if (
                self.queues[contact.queue].is_open
                and self.has_room(agent, contact)
                and (self.is_live(contact) or not agent.paused)
            ):
                return [contact]
        able = sorted(
            (c for c in self.waiting.values() if self.could_take(agent, c) and self.may_take(agent, c)),
            key=lambda c: (c.line.id, c.age, c.id),
        )
        heads = [next(contacts) for _, contacts in groupby(able, key=lambda c: c.line.id)]
        heads = [contact for contact in heads if self.may_start(contact, agent, fresh)]
        return best(
            heads, [(-rank, -score, head.age, head.line.id) for head in heads for rank, score in [self.pull(head)]]
        )

    def may_take(self, agent: Agent, contact: Contact) -> bool:
        """Whether an agent is free for a contact: who is set aside takes only what goes before that line's first."""
        if agent.aside in (None, contact.line.id):
            return True
        line = [c for c in self.in_line(self.lines[str(agent.aside)]) if (c.id, agent.name) not in self.declined]
        return all(self.goes_before(contact, other) for other in line)

    def goes_before(self, contact: Contact, other: Contact) -> bool:
        (rank, score), (other_rank, other_score) = self.pull(contact), self.pull(other)
        key = (-rank, -score, contact.age, contact.line.id)
        return key < (-other_rank, -other_score, other.age, other.line.id)

    def pull(self, contact: Contact) -> tuple[float, float]:
        """How strongly a head draws on an agent: the greater first number wins, then the greater second."""
        queue, waited = self.queues[contact.queue], self.now - contact.age
        settings, rule = queue.settings, self.settings["line_choice"]
        if rule != "service_level":
            return (float(-settings["position"]) if rule == "strict_priority" else 0), waited
        target, goal = settings["target_ms"], settings["goal"]
        if waited >= min(M * target, max(CAP_MS, target)):
            return 1, waited
        u = waited / target
        f = u if u <= 1 or settings["deferrable"] else D + (1 - D) * (u - 1) / (M - 1)
        boost = min(4, max(0.25, math.exp(KAPPA * (goal - queue.level(self.now)) / (1 - goal + 0.05))))
        pull: float = settings["weight"] * boost * (1000 / queue.handle) ** self.settings.get("eta", ETA) * f
        return 0, pull

    # Which agent

    def agents_for(self, contact: Contact, fresh: Collection[str] = ()) -> list[Agent]:
        """The agent a contact should be offered to; several if the rule cannot tell them apart."""
        able = [
            agent
            for agent in self.agents.values()
            if self.could_take(agent, contact) and self.may_start(contact, agent, fresh)
        ]
        aside = [agent for agent in able if agent.aside and self.may_take(agent, contact)]
        able = [agent for agent in able if not agent.aside]
        room = [agent for agent in able if agent.has_room(contact.line.channel, contact.line.units, contact.queue)]
        partly_used = [agent for agent in room if not agent.is_idle and not agent.paused]
        idle = [agent for agent in room if agent.is_idle]
        evenly = self.queues[contact.queue].settings["agent_choice"] == "evenly"
        if idle and (evenly or not partly_used):
            return self.idle_agents_for(contact, idle)
        if partly_used:
            order = -1 if evenly else 1
            return best(
                partly_used,
                [(order * (agent.units - agent.used), agent.idle_since, agent.name) for agent in partly_used],
            )
        if not able:
            return aside  # whichever of them
        return best(able, [(agent.units - agent.used + agent.pausable, agent.idle_since, agent.name) for agent in able])

    def idle_agents_for(self, contact: Contact, idle: list[Agent]) -> list[Agent]:
        rule = self.queues[contact.queue].settings["agent_choice"]
        if rule in ("round_robin", "evenly") and self.settings["round_robin"]:
            return best(idle, [(agent.turn_at, agent.name) for agent in idle])
        cost = {"service_level": self.cost, "best_skill": proficiency}.get(rule, nothing)
        costs = [cost(agent, contact.line) for agent in idle]
        cheap = [agent for agent, each in zip(idle, costs, strict=True) if each <= min(costs) + SAME]
        return best(cheap, [(agent.idle_since, agent.name) for agent in cheap])

    def cost(self, agent: Agent, line: Line) -> float:
        """What the other queues lose if an agent is taken, less the agent's speed."""
        idle = Counter(skill for each in self.agents.values() if each.is_idle for skill in each.skills)
        stakes, wants = self.settings["stakes"], line.met_by(agent) or {}
        lost = sum(stakes.get(skill, 0) * B ** (idle[skill] - 1) for skill in agent.skills if skill not in wants)
        return float(C * lost - self.speed(agent, line))

    def speed(self, agent: Agent, line: Line) -> float:
        ratio, number = self.handling.get((agent.signature, line.queue), (1, 0))
        if number >= MEASURED_FROM:
            return 1 / ratio
        levels = [agent.skills[skill] - 3 for skill in line.met_by(agent) or {}]
        return 1 + SPEED_A_LEVEL * sum(levels) / len(levels) if levels else 1


def proficiency(agent: Agent, line: Line) -> float:
    return -sum(agent.skills[skill] for skill in line.met_by(agent) or {})


def nothing(agent: Agent, line: Line) -> float:
    return 0


def best(choices: Iterable[Choice], keys: list[tuple[float | str, ...]]) -> list[Choice]:
    """The choices with the least key; numbers that differ by a rounding error only do not tell choices apart."""
    least = min(keys, default=())

    def near(key: tuple[float | str, ...]) -> bool:
        for one, other in zip(key, least, strict=True):
            if isinstance(one, float) and isinstance(other, float) and one != other:
                return math.isclose(one, other, rel_tol=SAME)
            if one != other:
                return False
        return True

    return [choice for choice, key in zip(choices, keys, strict=True) if near(key)]
