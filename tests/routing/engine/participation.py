"""What the journal says of agents who join conversations, replayed on the plain model."""

from typing import Any

from tests.routing.engine import stays
from tests.routing.engine.facts import Agent, Contact, Facts, Queue, Share


class Participation(Facts):
    """Who takes part in which conversation. Methods raise AssertionError for what breaks a rule."""

    def _take(self, agent: Agent, contact: Contact, at: int) -> None:
        raise NotImplementedError

    def _free(self, name: str, contact: Contact, at: int) -> None:
        raise NotImplementedError

    def _note_stay(self, contact: Contact, entry: dict[str, Any]) -> None:
        raise NotImplementedError

    def _invited(self, contact: Contact, entry: dict[str, Any]) -> None:
        agent = self.agents[entry["agent"]]
        assert contact.state == "assigned", f"nobody serves {contact}: {entry}"
        assert contact.invited is None, f"somebody is asked already: {entry}"
        assert agent.name != contact.agent, f"{agent} serves it: {entry}"
        assert contact.id not in agent.shares, f"{agent} has it: {entry}"
        assert agent.works, f"{agent} does not work: {entry}"
        assert agent.has_room(contact.channel, contact.line.units, contact.queue), f"{agent} has no room: {entry}"
        contact.invited, contact.invited_until = agent.name, entry["expires_at"]
        self._take(agent, contact, entry["at"])

    def _joined(self, contact: Contact, entry: dict[str, Any]) -> None:
        name, role = entry["agent"], entry["role"]
        assert contact.state == "assigned", f"nobody serves {contact}: {entry}"
        assert name not in contact.joined, f"{name} takes part already: {entry}"
        if entry.get("why") != "handed_over":
            assert name != contact.agent, f"{name} serves it: {entry}"
            assert (name == contact.invited) == (role == "consult"), f"{name} was not asked: {entry}"
        if name == contact.invited:
            contact.invited = None
        contact.joined[name] = role

    def _not_joined(self, contact: Contact, entry: dict[str, Any]) -> None:
        assert contact.invited == entry["agent"], f"nobody asked: {entry}"
        expired = entry["type"] == "participant.expired"
        assert not expired or entry["at"] >= contact.invited_until, f"too early: {entry}"
        contact.invited = None
        self._free(entry["agent"], contact, entry["at"])

    def _left_conversation(self, contact: Contact, entry: dict[str, Any]) -> None:
        if entry.get("why") == "handed_over":
            assert contact.agent == entry["agent"], f"it is not that agent's: {entry}"
            return
        role = contact.joined.pop(entry["agent"])
        assert role == entry["role"], f"the role was {role}: {entry}"
        if role == "consult":
            self._free(entry["agent"], contact, entry["at"])

    def _participants_changed(self, contact: Contact, entry: dict[str, Any]) -> None:
        """The agent who serves it hears who takes part."""
        assert entry["agent"] == contact.agent, f"it is another agent's: {entry}"
        told = {one["agent"]: one["role"] for one in entry.get("participants", [])}
        assert told == contact.joined, f"{contact.joined} take part: {entry}"
        assert entry.get("invited") == contact.invited, f"{contact.invited} is asked: {entry}"

    def _swap(self, contact: Contact, entry: dict[str, Any]) -> None:
        """A participant is about to serve it: neither has more room, or less."""
        stay = contact.stay
        assert stay
        queue: Queue = self.queues[stay.queue]
        stays.leave(contact, queue, entry)
        self._note_stay(contact, entry)
        stays.enter(contact, queue.name, entry["at"])
        del contact.joined[entry["to"]]
        first: Share = self.agents[entry["agent"]].shares[contact.id]
        self.agents[entry["to"]].shares[contact.id].pausable = first.pausable
        first.pausable = False

    def _handed_over(self, contact: Contact, entry: dict[str, Any]) -> None:
        assert contact.state == "assigned", f"nobody served {contact}: {entry}"
        assert entry["answered_at"] == entry["at"], f"it is answered at once: {entry}"
        contact.agent, contact.assignment, contact.agent_lost = entry["agent"], entry["assignment"], False
        contact.answered_at = entry["at"]
