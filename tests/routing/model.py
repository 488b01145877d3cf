"""A plain model of the live state. It is told what was asked, replays what the journal says happened, and refuses what may not.

Nothing here knows how the functions work: only who may be offered what, in which order contacts are taken, and who waits in vain.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

FINAL = {"completed", "abandoned", "cancelled", "resolved"}
HELD = {"offered", "assigned", "wrapping_up"}


@dataclass
class Agent:
    """What is known of an agent; `idle_since` is when a contact was last taken or given up."""

    name: str
    skills: Mapping[str, int]
    units: int
    channels: Mapping[str, int]
    idle_since: int = 0
    seq: int | None = None
    wants: str = "offline"
    reachable: bool = False

    @property
    def standing(self) -> str:
        return self.wants if self.wants == "offline" or self.reachable else "unreachable"


@dataclass
class Contact:
    """A contact as it was asked for, and where the journal has brought it."""

    id: str
    channel: str
    queue: str = ""
    line: str = ""
    wants: Mapping[str, int] = field(default_factory=dict)
    units: int = 0
    age: int = 0
    state: str = "new"
    agent: str | None = None
    offer: str | None = None
    assignment: str | None = None
    expires_at: int = 0
    since: int = 0
    left: str | None = None


class Model:
    """The state of one workspace. Methods raise AssertionError for what breaks a rule."""

    def __init__(self, reoffer_delay_ms: int) -> None:
        self.agents: dict[str, Agent] = {}
        self.contacts: dict[str, Contact] = {}
        self.declined: dict[tuple[str, str], int] = {}
        self.offers: Counter[str] = Counter()
        self._delay = reoffer_delay_ms

    def configure(self, name: str, skills: Mapping[str, int], units: int, channels: Mapping[str, int], now: int) -> None:
        agent = self.agents.setdefault(name, Agent(name, skills, units, channels, idle_since=now, seq=now))
        agent.skills, agent.units, agent.channels = skills, units, channels

    # Questions

    def in_state(self, *states: str) -> list[Contact]:
        return [contact for contact in self.contacts.values() if contact.state in states]

    def held(self, agent: Agent) -> list[Contact]:
        return [contact for contact in self.contacts.values() if contact.agent == agent.name and contact.state in HELD]

    def used(self, agent: Agent) -> int:
        return sum(contact.units for contact in self.held(agent))

    def used_on(self, agent: Agent, channel: str) -> int:
        return sum(contact.channel == channel for contact in self.held(agent))

    def has_room(self, agent: Agent, channel: str, units: int) -> bool:
        return self.used_on(agent, channel) < agent.channels.get(channel, 0) and self.used(agent) + units <= agent.units

    def able(self, agent: Agent, contact: Contact) -> bool:
        return all(agent.skills.get(skill, 0) >= level for skill, level in contact.wants.items())

    def could_serve(self, agent: Agent, contact: Contact) -> bool:
        """Whether the agent works, is able, has room, and did not let the contact go a moment ago."""
        return (
            agent.standing == "available"
            and self.able(agent, contact)
            and self.has_room(agent, contact.channel, contact.units)
            and (contact.id, agent.name) not in self.declined
        )

    def waiting_in_vain(self) -> Iterator[tuple[str, str]]:
        """Contacts that wait, each with an agent who could serve it: at rest there are none."""
        for contact in self.in_state("queued"):
            yield from ((contact.id, name) for name, agent in self.agents.items() if self.could_serve(agent, contact))

    # The journal

    def replay(self, entry: dict[str, Any]) -> None:
        agent = self.agents.get(entry.get("agent", ""))
        if agent and "seq" in entry:
            assert agent.seq is None or entry["seq"] == agent.seq + 1, f"an entry is missing before {entry}"
            agent.seq = entry["seq"]
        if "contact" in entry:
            contact = self.contacts[entry["contact"]]
            assert contact.state not in FINAL, f"it had ended: {entry}"
            self._of_contact(entry["type"])(contact, entry)
            contact.since = entry["at"]
            assert entry["state"] == contact.state, f"{contact} after {entry}"
        else:
            assert agent, f"nobody knows the agent of {entry}"
            self._of_agent(entry["type"])(agent, entry)

    def _of_contact(self, kind: str) -> Callable[[Contact, dict[str, Any]], None]:
        if kind == "offer.created":
            return self._offered
        if kind == "offer.accepted":
            return self._accepted
        if kind in ("offer.declined", "offer.expired", "offer.revoked"):
            return self._taken_back
        if kind == "contact.queued":
            return self._queued
        if kind in ("contact.abandoned", "contact.cancelled", "contact.resolved", "contact.completed"):
            return self._ended
        return self._moved

    def _of_agent(self, kind: str) -> Callable[[Agent, dict[str, Any]], None]:
        return {
            "agent.connected": self._connected,
            "agent.lost": self._lost,
            "agent.presence_changed": self._present,
            "agent.removed": self._removed,
        }[kind]

    def _moved(self, contact: Contact, entry: dict[str, Any]) -> None:
        """Held by automation or the community, or wrapping up."""
        state = entry["type"].partition(".")[2]
        before = {"assigned"} if state == "wrapping_up" else {"new", "automating", "posted"}
        assert contact.state in before, f"{contact} cannot become {state}"
        contact.state = state

    def _queued(self, contact: Contact, entry: dict[str, Any]) -> None:
        """From wherever it was: an escalation takes it from its agent, too."""
        contact.left = contact.agent
        self._leave_agent(contact, entry)
        contact.state, contact.agent, contact.assignment = "queued", None, None

    def _offered(self, contact: Contact, entry: dict[str, Any]) -> None:
        agent = self.agents[entry["agent"]]
        assert contact.state == "queued", f"offered twice: {contact}, {entry}"
        assert agent.standing == "available", f"{agent} does not work: {entry}"
        assert self.able(agent, contact), f"{agent} lacks a skill for {contact}"
        assert self.has_room(agent, contact.channel, contact.units), f"{agent} has no room for {contact}"
        assert entry["at"] >= self.declined.get((contact.id, agent.name), 0), f"{agent} let {contact} go a moment ago"
        for other in self.in_state("queued"):
            assert other.age >= contact.age or not self.could_serve(agent, other), f"{other} is older than {contact} for {agent}"
        for rival in self.agents.values():
            # An agent whom a contact has just left takes the oldest of all that wait, and that may be the same one.
            better = self._preference(rival) < self._preference(agent) and contact.left != agent.name
            assert not better or not self.could_serve(rival, contact), f"{rival} should have been offered {contact} before {agent}"
        self.offers["created"] += 1
        contact.state, contact.agent, contact.offer = "offered", agent.name, entry["offer"]
        contact.expires_at = entry["expires_at"]
        agent.idle_since = entry["at"]

    def _preference(self, agent: Agent) -> tuple[bool, int, int]:
        """Busy agents before idle ones, the fullest first; of idle ones the longest idle."""
        used = self.used(agent)
        return used == 0, agent.units - used if used else 0, agent.idle_since

    def _accepted(self, contact: Contact, entry: dict[str, Any]) -> None:
        self._pending(contact, entry)
        self.offers["accepted"] += 1
        contact.assignment = entry["offer"].replace("ofr_", "asg_")
        assert entry["assignment"] == contact.assignment
        contact.state, contact.offer = "assigned", None

    def _taken_back(self, contact: Contact, entry: dict[str, Any]) -> None:
        self._pending(contact, entry)
        fate = entry["type"].partition(".")[2]
        assert fate != "expired" or entry["at"] >= contact.expires_at, f"{contact} expired before its time: {entry}"
        self.offers[fate] += 1
        if entry.get("why") == "agent_removed":  # told before the agent's own entry
            self.agents[entry["agent"]].wants = "offline"
        if fate != "revoked":
            self.declined[contact.id, entry["agent"]] = entry["at"] + self._delay
        self._free(contact, entry["at"])
        contact.state, contact.agent, contact.offer = "queued", None, None

    def _ended(self, contact: Contact, entry: dict[str, Any]) -> None:
        state = entry["type"].partition(".")[2]
        assert state != "completed" or contact.state in ("assigned", "wrapping_up"), f"{contact} cannot be completed"
        self._leave_agent(contact, entry)
        contact.state = state

    def _leave_agent(self, contact: Contact, entry: dict[str, Any]) -> None:
        held = contact.agent if contact.state in HELD else None
        assert (entry.get("agent"), entry.get("offer")) == (held, contact.offer), f"{contact} was with somebody else: {entry}"
        self.offers["revoked"] += contact.state == "offered"
        self._free(contact, entry["at"])
        contact.offer = None

    def _pending(self, contact: Contact, entry: dict[str, Any]) -> None:
        pending = (contact.state, contact.agent, contact.offer)
        assert pending == ("offered", entry["agent"], entry["offer"]), f"{contact} has no such offer: {entry}"

    def _free(self, contact: Contact, at: int) -> None:
        if contact.state in HELD and contact.agent in self.agents:
            self.agents[contact.agent].idle_since = at

    def _connected(self, agent: Agent, entry: dict[str, Any]) -> None:
        agent.reachable = True

    def _lost(self, agent: Agent, entry: dict[str, Any]) -> None:
        agent.reachable = False

    def _present(self, agent: Agent, entry: dict[str, Any]) -> None:
        if entry["presence"] == "available" and agent.wants != "available":
            agent.idle_since = entry["at"]
        agent.wants = entry["presence"]

    def _removed(self, agent: Agent, entry: dict[str, Any]) -> None:
        assert not self.held(agent), f"{agent} still holds contacts"
        del self.agents[agent.name]
        self.declined = {pair: until for pair, until in self.declined.items() if pair[1] != agent.name}
