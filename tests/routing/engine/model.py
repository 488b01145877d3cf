"""A plain model of the live state. It is told what was asked, replays what the journal says happened, and refuses what
may not.

Nothing here knows how the functions work: only who may be offered what, in which order contacts are taken, and who
waits in vain.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from tests.routing.engine import replans, stays
from tests.routing.engine.choice import Chooser, best
from tests.routing.engine.facts import (
    FINAL,
    HELD,
    PARKED,
    SPEED_PRIOR,
    Agent,
    Contact,
    Line,
    Place,
    Queue,
    Share,
    moved,
)
from tests.routing.engine.participation import Participation

AFTER_AN_END_MS = 120_000  # of wrap-up where the queue has none, and the agent did not end the conversation
NOBODY = "-"
BY_HAND = {"supervisor", "pulled", "transfer", "preferred"}


class Model(Participation, Chooser):
    """The state of one workspace. Methods raise AssertionError for what breaks a rule.

    `strict`: the whole of what was asked is known, so that the choice of every line and agent is worked out again. Else
    `line_of` tells a contact's line in a queue.
    """

    def __init__(self, reoffer_delay_ms: int, grace_ms: int, short_abandon_ms: int, *, strict: bool = True) -> None:
        super().__init__()
        self.offers: Counter[str] = Counter()
        self.retries: dict[tuple[str, str], int] = {}
        self.replans: dict[str, replans.Replan] = {}
        self.stays: list[tuple[str, int, str, str, bool]] = []
        self.strict = strict
        self.line_of: Callable[[Contact, str], Line] | None = None
        self.one_by_one = True
        self._delay, self._grace, self._short = reoffer_delay_ms, grace_ms, short_abandon_ms
        self._freed: set[str] = set()
        self._fresh: set[str] = set()
        self._wish: tuple[Contact, str, int] | None = None
        self._undecided: tuple[Contact, str, int] | None = None
        self._promised: tuple[Contact, str] | None = None
        self._interrupted: list[tuple[Agent, Share]] = []

    # What was asked

    def configure(
        self,
        name: str,
        skills: Mapping[str, int],
        units: int,
        channels: Mapping[str, int],
        queues: Mapping[str, int],
        now: int,
    ) -> None:
        agent = self.agents.setdefault(name, Agent(name, skills, units, channels, idle_since=now, seq=now))
        agent.skills, agent.units, agent.channels, agent.queues = skills, units, channels, queues
        self._freed.add(name)
        self._let_off(agent)  # the agent may no longer be able to serve it

    def configure_queue(self, name: str, settings: Mapping[str, Any]) -> None:
        self.queues.setdefault(name, Queue(name, settings)).settings = settings

    def begin(self, now: int, *, one_by_one: bool = True) -> None:
        """A function is about to run.

        `one_by_one`: it does one thing, so that the journal tells who was chosen for whom.
        """
        self.now, self.latest, self.one_by_one = now, max(self.latest, now), one_by_one
        self._freed.clear()
        self._fresh.clear()

    def place(self, contact: Contact, place: Place) -> None:
        """A contact is about to be enqueued."""
        contact.wanted = place
        self.contacts[contact.id] = contact

    def prefer(self, contact: Contact, agent: str, until: int) -> None:
        """It is to be offered to this agent first, once it is in line."""
        self._wish = (contact, agent, until)

    def remove(self, agent: Agent) -> None:
        """An agent is about to be removed."""
        agent.wants, agent.reachable = "offline", False
        self._let_off(agent)

    def settle(self, timers: Mapping[str, int]) -> None:
        """A function has run; these timers are left."""
        self._decide()
        assert not self._promised, f"{self._promised} was not offered to the preferred agent"
        assert not self._interrupted, "somebody was interrupted for nothing"
        for contact in [contact for contact in self.waiting.values() if contact.held_for]:
            fired = f"held:{contact.id}" not in timers
            assert not fired or contact.held_until <= self.now, f"{contact} was let off before its time"
            if fired:
                contact.held_for = None
        for pair in [pair for pair, due in self.retries.items() if due <= self.now]:
            self._retry(pair, timers.get(f"retry:{pair[0]}:{pair[1]}"))
        for agent in self.agents.values():
            if agent.grace_until is not None and agent.grace_until <= self.now and f"grace:{agent.name}" not in timers:
                agent.grace_until = None

    def _retry(self, pair: tuple[str, str], due: int | None) -> None:
        """An agent may be offered again what it let go; but not what it is passing on."""
        contact = self.contacts[pair[0]]
        if due is None:
            del self.retries[pair]
            self.declined.pop(pair, None)
        elif due > self.now:
            assert contact.transfer, f"{contact} was let go once only"
            assert contact.agent == pair[1], f"{contact} was let go once only"
            self.declined[pair] = self.retries[pair] = self.now + self._delay

    # What must be so at rest

    def waiting_in_vain(self) -> Iterator[tuple[str, str]]:
        """Live contacts that wait, each with an agent who could serve it: at rest there are none."""
        for contact in self.waiting.values():
            if self.is_live(contact):
                yield from (
                    (contact.id, agent.name)
                    for agent in self.agents.values()
                    if self.could_take(agent, contact) and agent.aside in (None, contact.line.id)
                )
            holder = self.agents.get(contact.held_for or "")
            free = (
                holder
                and not holder.aside
                and self.has_room(holder, contact)
                and (self.is_live(contact) or not holder.paused)
            )
            if holder and free and self.queues[contact.queue].is_open:
                yield contact.id, holder.name

    def held_back_in_vain(self) -> Iterator[tuple[str, str]]:
        """Deferrable contacts that could start: there are none after a look at what was held back."""
        for contact in self.waiting.values():
            if not self.is_live(contact):
                for agent in self.agents.values():
                    free = self.could_take(agent, contact) and agent.aside is None
                    if free and self.may_start(contact, agent):
                        yield contact.id, agent.name

    def aside_in_vain(self) -> Iterator[str]:
        """Agents who are kept from taking more for nobody, or more of them than contacts that must be served."""
        for agent in self.agents.values():
            if agent.aside:
                line = self.lines[agent.aside]
                more = len(self.aside_for(line)) > len(self.must_be_served(line, self.latest))
                if more or not agent.works or not agent.shares or not line.served_by(agent):
                    yield agent.name

    def passed_over(self) -> Iterator[tuple[str, list[str]]]:
        """Lines whose contacts must be served and have too few agents set aside, though there are others: none after a
        look.
        """
        for line in self.lines.values():
            late = self.must_be_served(line)[len(self.aside_for(line)) :]
            able = self.could_be_set_aside(line, late[0]) if late and line.units > 1 else []
            if able:
                yield line.id, [agent.name for agent in able]

    def paused_in_vain(self) -> Iterator[str]:
        """Agents who could go on with what they were called away from."""
        for agent in self.agents.values():
            if any(share.paused and agent.used + share.paused <= agent.units for share in agent.shares.values()):
                yield agent.name

    # The journal

    def replay(self, entry: dict[str, Any]) -> None:
        if entry["type"] == "live_state.rebuilt":
            assert not self.waiting, f"what waits is journalled again with the live state: {entry}"
            return
        if entry["type"].startswith(("incident.", "topic.", "escalation.")) or "active" in entry:
            return  # nobody's place in line depends on it, nor on an alarm
        self.now = entry["at"]
        agent = self.agents.get(entry.get("agent", ""))
        if agent and "seq" in entry:
            assert agent.seq is None or entry["seq"] == agent.seq + 1, f"an entry is missing before {entry}"
            agent.seq = entry["seq"]
        if "contact" in entry:
            contact = self.contacts[entry["contact"]]
            assert contact.state not in FINAL, f"it had ended: {entry}"
            if not entry["type"].startswith("contact.relaxed"):
                self._decide()
            self._of_contact(entry["type"])(contact, entry)
            assert entry["state"] == contact.state, f"{contact} after {entry}"
        elif entry["type"].startswith("queue."):
            self._queue_opens_or_closes(entry)
        else:
            assert agent, f"nobody knows the agent of {entry}"
            if entry["type"].startswith("agent.set_aside"):
                self._decide()  # who is set aside, or not any more, was so when it was asked
            self._of_agent(entry["type"])(agent, entry)

    def _of_contact(self, kind: str) -> Callable[[Contact, dict[str, Any]], None]:
        return {
            "offer.created": self._offered,
            "offer.accepted": self._accepted,
            "offer.declined": self._taken_back,
            "offer.expired": self._taken_back,
            "offer.revoked": self._taken_back,
            "contact.queued": self._queued,
            "contact.relaxed": self._relaxed,
            "contact.relaxed_fully": self._relaxed,
            "contact.replanned": self._replanned,
            "contact.transferring": self._transferring,
            "contact.transferred": self._transferred,
            "contact.transfer_failed": self._transfer_failed,
            "contact.transfer_cancelled": self._transfer_cancelled,
            "contact.interrupted": self._interrupt,
            "contact.resumed": self._resumed,
            "contact.parked": self._parked,
            "contact.unparked": self._unparked,
            "participant.invited": self._invited,
            "participant.joined": self._joined,
            "participant.declined": self._not_joined,
            "participant.expired": self._not_joined,
            "participant.withdrawn": self._not_joined,
            "participant.left": self._left_conversation,
            "contact.participants_changed": self._participants_changed,
            "contact.handed_over": self._handed_over,
            "contact.hold_started": self._hold_started,
            "contact.hold_ended": self._hold_ended,
            "contact.agent_lost": self._flagged,
            "contact.agent_returned": self._flagged,
            "contact.callback_requested": self._callback,
            "contact.conversation_ended": self._conversation_ended,
            "contact.wrapping_up": self._wrapping_up,
            "contact.wrap_up_extended": self._wrap_up_extended,
            "contact.completed": self._ended,
            "contact.abandoned": self._ended,
            "contact.cancelled": self._ended,
            "contact.resolved": self._ended,
            "contact.automating": self._held,
            "contact.asked": self._held,
            "contact.posted": self._held,
        }[kind]

    def _of_agent(self, kind: str) -> Callable[[Agent, dict[str, Any]], None]:
        return {
            "agent.connected": self._connected,
            "agent.lost": self._lost,
            "agent.presence_changed": self._present,
            "agent.suspended": self._suspended,
            "agent.resumed": self._suspended,
            "agent.removed": self._removed,
            "agent.set_aside": self._set_aside,
            "agent.set_aside_ended": self._set_aside_ended,
        }[kind]

    # Into line

    def _held(self, contact: Contact, entry: dict[str, Any]) -> None:
        kind = entry["type"].partition(".")[2]
        agreed = contact.asking and contact.state == "automating" and kind == "posted"
        assert entry["rung"] > contact.rung or (agreed and entry["rung"] == contact.rung), (
            f"{contact} was not asked, and stands there: {entry}"
        )
        self._leave_queue(contact, entry)
        contact.stay = None
        contact.ended.clear()
        self._leave_agent(contact, entry)
        contact.state, contact.relaxing, contact.overflow_at = "automating" if kind == "asked" else kind, False, None
        contact.asking, contact.rung = kind == "asked", entry["rung"]

    def _queued(self, contact: Contact, entry: dict[str, Any]) -> None:
        """From wherever it was: an escalation takes it from its agent, too."""
        if entry.get("why") == "agent_lost":
            assert contact.state == "assigned", f"{contact} had not been served: {entry}"
            self._given_up(self.agents[entry["agent"]], entry)
        goes_on = contact.stay is not None and contact.answered_at is None and contact.stay.queue == entry["queue"]
        if goes_on:
            assert "stay" not in entry, f"{contact} waits there already: {entry}"
        else:
            self._leave_queue(contact, entry)
        self._leave_agent(contact, entry)
        contact.state, contact.agent_lost, contact.relaxing, contact.asking = "queued", False, True, False
        contact.rung = entry["rung"]
        if entry.get("why") == "customer_wrote":
            assert contact.place
            contact.place = replace(contact.place, due_at=entry["due_at"])
        if "why" not in entry:
            self._take_place(contact, entry["queue"])
        elif not self.queues[contact.queue].is_open or (contact.place and contact.place.overflow_at is not None):
            contact.overflow_at = entry["at"]  # its queue's rules, or its policy while it is closed, are looked at
        if not goes_on:
            self._enter_queue(contact, entry)
            assert contact.stay
            if contact.overflow_at is not None and contact.stay.queue_waited:  # its wait in this queue goes on
                contact.overflow_at = max(entry["at"], contact.overflow_at - contact.stay.queue_waited)
        passed_on = contact.wanted and contact.wanted.passed_on and "why" not in entry
        if "agent" in entry and (passed_on or entry.get("why") == "transferred"):
            self._shun(contact, entry["agent"])
        self._join(contact)
        self._undecided, self._wish = self._wish, None
        if "why" not in entry:
            self._gather(contact, entry["at"])

    def _gather(self, contact: Contact, now: int) -> None:
        """A chat is not offered until its first queue's time for more messages is over."""
        assert contact.stay
        gather_ms = self.queues[contact.queue].settings.get("gather_ms", 0)
        until = contact.stay.entered_at + gather_ms
        fresh = contact.stay.number == 1 and not contact.stay.offers
        if contact.channel == "chat" and fresh and gather_ms and until > now:
            contact.held_for, contact.held_until = NOBODY, until

    def _leave_queue(self, contact: Contact, entry: dict[str, Any]) -> None:
        assert ("stay" in entry) == (contact.stay is not None), f"{contact} was in a queue, or not: {entry}"
        if contact.stay:
            stays.leave(contact, self.queues[contact.stay.queue], entry)
            self._note_stay(contact, entry)

    def _note_stay(self, contact: Contact, entry: dict[str, Any]) -> None:
        stay = contact.stay
        assert stay
        told = entry.get("stay") or entry
        self.stays.append(
            (contact.id, stay.number, told["queue"], entry["left_as"], told.get("answered_at") is not None)
        )

    def _enter_queue(self, contact: Contact, entry: dict[str, Any]) -> None:
        now: int = entry["at"]
        since = now if self.strict else entry["entered_at"]  # else nobody has told when it came
        if contact.segments == 0 and contact.place:
            since = contact.place.enqueued_at
        stays.enter(contact, contact.queue, since)
        stays.wait(contact, self.queues[contact.queue], now)

    def _given_up(self, agent: Agent, entry: dict[str, Any]) -> None:
        assert agent.gone_at is not None, f"{agent} is there: {entry}"
        assert entry["at"] >= agent.gone_at + self._grace, f"too early for {agent}: {entry}"

    def _take_place(self, contact: Contact, queue: str) -> None:
        if self.line_of:
            contact.line = self.line_of(contact, queue)
        if contact.wanted:
            contact.place, contact.line, contact.step = contact.wanted, contact.wanted.line, 0
            contact.overflow_at, contact.callback = contact.place.overflow_at, contact.place.callback
            self.lines[contact.line.id] = contact.line  # not before: of several, each comes as if it came alone

    def _join(self, contact: Contact) -> None:
        self.waiting[contact.id] = contact
        self._fresh.add(contact.id)

    def _relaxed(self, contact: Contact, entry: dict[str, Any]) -> None:
        step = contact.next_step
        assert step, f"nothing to relax: {entry}"
        _, line = step
        assert contact.place
        assert contact.relax_at is not None
        due = contact.relax_at <= entry["at"]
        unstaffed = not self.staffed(contact.line) and any(
            self.staffed(later) for _, later in contact.place.steps[contact.step :]
        )
        assert due or unstaffed, f"{contact} asks less before its time: {entry}"
        contact.line, contact.step = line, contact.step + 1
        self.lines[line.id] = line
        assert (entry["line"], entry["step"]) == (line.id, contact.step)
        assert (entry["type"] == "contact.relaxed_fully") == (contact.next_step is None)
        self._fresh.add(contact.id)

    def _replanned(self, contact: Contact, entry: dict[str, Any]) -> None:
        if entry["changed"] == ["limit_at"]:
            assert contact.state in ("automating", "posted"), f"it has no limit: {entry}"
            contact.limit_at = entry["limit_at"]
            return
        wanted = self.replans.pop(contact.id, None)
        assert wanted, f"nobody has asked for it: {entry}"
        assert entry["changed"] == replans.differences(contact, wanted), f"{contact} is not changed so: {entry}"
        replans.apply(contact, wanted, entry["at"])
        replans.time_overflow(contact, wanted.look_at)
        replans.told(contact, entry)
        self.lines[contact.line.id] = contact.line
        holder = self.agents.get(contact.held_for or "")
        if contact.held_for not in (None, NOBODY) and not (holder and contact.line.served_by(holder)):
            contact.held_for = None
        elif holder:
            self._freed.add(holder.name)
        if contact.waits:
            self._fresh.add(contact.id)

    def _decide(self) -> None:
        """Whether a contact that has just been put in line is held for its preferred agent, or promised to that one."""
        if not self._undecided:
            return
        (contact, name, until), self._undecided = self._undecided, None
        agent = self.agents.get(name)
        able = agent and agent.works and contact.line.served_by(agent)
        if not agent or not able or until <= self.now or not self.queues[contact.queue].is_open:
            return
        if self.has_room(agent, contact) and not agent.aside:
            self._promised = (contact, name)
        else:
            contact.held_for, contact.held_until = name, until

    # Offers

    def _offered(self, contact: Contact, entry: dict[str, Any]) -> None:
        agent = self.agents[entry["agent"]]
        assert contact.offer is None, f"offered twice: {contact}, {entry}"
        assert contact.state == "queued" or (contact.state == "assigned" and contact.transfer), (
            f"{contact} is not to be had: {entry}"
        )
        assert contact.agent != agent.name, f"{agent} has {contact} already: {entry}"
        assert contact.id not in agent.shares, f"{agent} takes part in it still: {entry}"
        assert agent.works or (entry.get("why") == "pulled" and agent.signed_in), f"{agent} does not work: {entry}"
        assert contact.line.served_by(agent), f"{agent} is unable to serve {contact}"
        assert agent.has_room(contact.channel, contact.line.units, contact.queue), f"{agent} has no room for {contact}"
        if self.strict:
            self._check_choice(contact, agent, entry.get("why"))
        else:
            assert entry.get("why") in BY_HAND or not self.let_go(contact, agent), (
                f"{agent} let {contact} go a moment ago"
            )
        self._interrupted.clear()
        self.offers["created"] += 1
        contact.offer, contact.expires_at = entry["offer"], entry["expires_at"]
        assert contact.stay
        contact.stay.offers += contact.state != "assigned"
        contact.second_offers += contact.state == "assigned"
        if contact.state == "assigned":
            contact.second = agent.name
        else:
            contact.state, contact.agent = "offered", agent.name
        contact.held_for = None
        self.waiting.pop(contact.id, None)
        self._take(agent, contact, entry["at"])
        agent.turn_at = entry["at"]

    def _check_choice(self, contact: Contact, agent: Agent, why: str | None) -> None:
        promised, self._promised = self._promised, None
        assert promised in (None, (contact, agent.name)), f"{promised} comes first, not {contact} for {agent}"
        assert (why == "preferred") == (promised is not None), f"{contact} for {agent}: {why}"
        if why in BY_HAND:
            return
        for other, share in self._interrupted:
            assert other is agent, f"{other} was interrupted for {contact} of {agent}"
            share.units, share.paused, share.pausable = share.paused, 0, True
        elsewhere = contact.held_for != agent.name or agent.aside  # who is set aside takes it from its line only
        if elsewhere and contact.held_until <= self.now:
            contact.held_for = None
            self._fresh.add(contact.id)
        self._check_rules(contact, agent)
        for _, share in self._interrupted:
            share.units, share.paused, share.pausable = 0, share.units, False

    def _check_rules(self, contact: Contact, agent: Agent) -> None:
        assert contact.held_for or not self.let_go(contact, agent), f"{agent} let {contact} go a moment ago"
        if not contact.held_for:
            self.declined.pop((contact.id, agent.name), None)  # its time is over, and its timer fires right now
        assert contact.held_for or self.may_start(contact, agent, self._fresh), (
            f"{contact} is to be held back from {agent}"
        )
        assert contact.held_for or self.may_take(agent, contact), f"{agent} is set aside, not for {contact}"
        older = [c for c in self.in_line(contact.line) if c.age < contact.age and self.could_take(agent, c)]
        assert not older or contact.held_for, f"{older} are older than {contact} for {agent}"
        right_line = contact in self.next_for(agent, self._fresh)
        right_agent = contact.held_for is None and agent in self.agents_for(contact, self._fresh)
        if not self.one_by_one or (agent.name in self._freed and contact.id in self._fresh):
            assert right_line or right_agent, f"neither {contact} nor {agent} would choose the other"
        elif agent.name in self._freed:
            assert right_line, f"{agent} should take {self.next_for(agent, self._fresh)} before {contact}"
        else:
            assert right_agent, f"{contact} should be offered to {self.agents_for(contact)} before {agent}"

    def _accepted(self, contact: Contact, entry: dict[str, Any]) -> None:
        self._pending(contact, entry)
        assert contact.second is None, f"not transferred yet: {entry}"
        self.offers["accepted"] += 1
        contact.assignment = entry["offer"].replace("ofr_", "asg_")
        assert entry["assignment"] == contact.assignment
        queue = self.queues[contact.queue]
        stays.stop(contact, queue, entry["at"])
        contact.answered_at = entry["at"]
        if self.strict:
            assert contact.place
            queue.note_level(entry["at"], entry["at"] <= contact.place.due_at)
        assert entry["answered_at"] == contact.answered_at
        contact.state, contact.offer, contact.relaxing, contact.overflow_at = "assigned", None, False, None
        share = self.agents[entry["agent"]].shares[contact.id]
        share.pausable = bool(self.queues[contact.queue].settings["interruptible"])
        self._freed.add(entry["agent"])

    def _taken_back(self, contact: Contact, entry: dict[str, Any]) -> None:
        self._pending(contact, entry)
        fate = entry["type"].partition(".")[2]
        assert fate != "expired" or entry["at"] >= contact.expires_at, f"{contact} expired before its time: {entry}"
        self.offers[fate] += 1
        if fate != "revoked":
            self._shun(contact, entry["agent"])
        self._free(entry["agent"], contact, entry["at"])
        contact.offer = None
        if contact.second:
            contact.second = None
        else:
            contact.state, contact.agent = "queued", None
        if contact.waits:
            if not self.queues[contact.queue].is_open:
                contact.overflow_at = entry["at"]  # its policy decides
            self._join(contact)

    def _shun(self, contact: Contact, agent: str) -> None:
        """Who let a contact go, or passed it on, does not get it back at once."""
        self.declined[contact.id, agent] = self.retries[contact.id, agent] = self.now + self._delay

    def _pending(self, contact: Contact, entry: dict[str, Any]) -> None:
        assert contact.state in ("offered", "assigned"), f"{contact} has no offer: {entry}"
        assert (contact.asked, contact.offer) == (entry["agent"], entry["offer"]), (
            f"{contact} has no such offer: {entry}"
        )

    # Transfers

    def _transferring(self, contact: Contact, entry: dict[str, Any]) -> None:
        assert contact.state == "assigned", f"{contact} is nobody's to transfer"
        assert contact.offer is None, f"{contact} is offered still"
        if "to" in entry:
            contact.transfer = "agent"
        else:
            assert entry["queue"] == contact.queue, f"it stays in its queue until somebody accepts: {entry}"
            contact.transfer, contact.relaxing = "queue", True
            contact.leave_home()
            self._take_place(contact, entry["to_queue"])
            stays.pass_on(contact, self.queues[entry["to_queue"]], entry["at"])
            self._shun(contact, entry["agent"])
            self._join(contact)

    def _transferred(self, contact: Contact, entry: dict[str, Any]) -> None:
        """The second agent is about to accept: the first is free."""
        assert contact.agent == entry["agent"], f"it is another agent's: {entry}"
        assert entry["to"] == contact.second or contact.joined.get(entry["to"]) == "consult", (
            f"{contact} was not to be passed so: {entry}"
        )
        if contact.second is None:  # inside the conversation, to somebody who takes part in it
            self._swap(contact, entry)
            return
        self._leave_queue(contact, entry)
        self._free(entry["agent"], contact, entry["at"])
        if contact.transfer == "queue":
            contact.home, contact.rung = None, entry["rung"]
        assert entry["queue"] == contact.queue, f"from now on it is in the other queue: {entry}"
        contact.agent, contact.second, contact.transfer, contact.agent_lost = contact.second, None, None, False
        if contact.beside and not self.strict:  # nobody has told when it was passed on
            contact.beside.entered_at = contact.beside.waits_since = entry["entered_at"]
        stays.take_over(contact, self.queues[contact.queue], entry["at"])
        assert contact.stay
        contact.stay.offers, contact.second_offers = contact.second_offers, 0

    def _transfer_failed(self, contact: Contact, entry: dict[str, Any]) -> None:
        assert contact.transfer, f"{contact} was not being transferred: {entry}"
        assert contact.agent == entry["agent"], f"the first agent keeps it: {entry}"
        contact.transfer, contact.second_offers = None, 0
        self.waiting.pop(contact.id, None)

    def _transfer_cancelled(self, contact: Contact, entry: dict[str, Any]) -> None:
        """It is its agent's, in its own queue, as if it had not been passed on."""
        assert contact.transfer, f"{contact} was not being transferred: {entry}"
        assert (contact.agent, contact.offer) == (entry["agent"], None), f"the first agent keeps it: {entry}"
        self.waiting.pop(contact.id, None)
        contact.transfer, contact.relaxing, contact.overflow_at, contact.second_offers = None, False, None, 0
        contact.go_home()
        assert entry["queue"] == contact.queue, f"it stays in its queue: {entry}"

    # With an agent

    def _interrupt(self, contact: Contact, entry: dict[str, Any]) -> None:
        agent = self.agents[entry["agent"]]
        assert contact.agent == agent.name, f"{contact} is not {agent}'s to interrupt: {entry}"
        share = agent.shares[contact.id]
        assert share.pausable, f"{contact} cannot be interrupted"
        share.units, share.paused, share.pausable = 0, share.units, False
        assert contact.stay
        contact.stay.parked_since = entry["at"]
        self._interrupted.append((agent, share))

    def _resumed(self, contact: Contact, entry: dict[str, Any]) -> None:
        agent = self.agents[entry["agent"]]
        assert contact.agent == agent.name, f"{contact} is not {agent}'s to go on with: {entry}"
        share = agent.shares[contact.id]
        assert share.paused, f"{contact} was not interrupted"
        assert contact.stay
        stays.go_on(contact.stay, entry["at"])
        share.units, share.paused, share.pausable = share.paused, 0, True
        assert agent.used <= agent.units, f"{agent} has no room to go on with {contact}"
        self._freed.add(agent.name)

    def _parked(self, contact: Contact, entry: dict[str, Any]) -> None:
        """Its agent waits for the customer, and has the room for others."""
        assert contact.state == "assigned", f"nobody talks to {contact}: {entry}"
        assert contact.channel != "voice", f"the customer is on the line: {entry}"
        assert contact.stay
        stays.go_on(contact.stay, entry["at"])
        self._free(entry["agent"], contact, entry["at"])
        limit = self.queues[contact.queue].settings["inactivity_ms"]
        contact.stay.awaited_since, contact.inactive_at = entry["at"], entry["at"] + limit if limit else None
        assert entry.get("inactive_at") == contact.inactive_at, f"it ends at another time: {entry}"
        contact.state, contact.agent_lost = PARKED, False

    def _unparked(self, contact: Contact, entry: dict[str, Any]) -> None:
        """It is with the same agent again, who has room for it."""
        assert contact.state == PARKED, f"{contact} was not parked: {entry}"
        assert contact.agent == entry["agent"], f"it is another agent's: {entry}"
        agent = self.agents[entry["agent"]]
        assert contact.line.served_by(agent), f"{agent} is unable to serve {contact}"
        assert agent.has_room(contact.channel, contact.line.units, contact.queue), f"{agent} has no room for {contact}"
        assert agent.goes_on or (entry["why"] == "agent" and agent.is_there), f"{agent} does not work: {entry}"
        self._interrupted.clear()
        assert contact.stay
        stays.come_back(contact.stay, entry["at"])
        contact.state, contact.inactive_at = "assigned", None
        self._take(agent, contact, entry["at"])
        agent.shares[contact.id].pausable = bool(self.queues[contact.queue].settings["interruptible"])
        self._freed.add(agent.name)

    def _take(self, agent: Agent, contact: Contact, at: int) -> None:
        """The contact has room of the agent's from now on."""
        handled = at + self.queues[contact.queue].settings["handle_ms"]
        agent.free_at = max(agent.free_at if agent.shares else 0, handled)
        agent.shares[contact.id] = Share(contact.channel, contact.line.units, self.is_live(contact), contact.queue)
        agent.idle_since = at

    def _hold_started(self, contact: Contact, entry: dict[str, Any]) -> None:
        assert contact.stay
        assert contact.stay.held_since is None, f"{contact} is on hold already: {entry}"
        assert contact.state == "assigned", f"nobody talks to {contact}: {entry}"
        contact.stay.held_since = entry["at"]

    def _hold_ended(self, contact: Contact, entry: dict[str, Any]) -> None:
        assert contact.stay
        assert contact.stay.held_since is not None, f"{contact} is not on hold: {entry}"
        contact.stay.held += entry["at"] - contact.stay.held_since
        contact.stay.held_since = None

    def _flagged(self, contact: Contact, entry: dict[str, Any]) -> None:
        assert contact.agent == entry["agent"]
        contact.agent_lost = entry["type"] == "contact.agent_lost"

    def _callback(self, contact: Contact, entry: dict[str, Any]) -> None:
        contact.callback, contact.callback_since, contact.hung_up = True, entry["at"], False
        if contact.state == "queued":
            self._leave_queue(contact, entry)
            self._enter_queue(contact, entry)

    def _conversation_ended(self, contact: Contact, entry: dict[str, Any]) -> None:
        """What it leads to is the next entry."""
        assert contact.state in ("assigned", PARKED), f"nobody serves {contact}: {entry}"
        assert entry["agent"] == contact.agent, f"it is another agent's: {entry}"
        assert contact.transfer is None, f"it is being passed on still: {entry}"
        assert contact.stay
        stays.go_on(contact.stay, entry["at"])

    def _wrap_up_extended(self, contact: Contact, entry: dict[str, Any]) -> None:
        assert contact.state == "wrapping_up", f"nobody wraps {contact} up: {entry}"
        most = (contact.handled_at or 0) + self.queues[contact.queue].settings["most_wrap_up_ms"]
        assert contact.wraps_up_until is not None
        assert contact.wraps_up_until < entry["wrap_up_ends_at"] <= most, f"not longer, or too long: {entry}"
        contact.wraps_up_until = entry["wrap_up_ends_at"]

    def _wrapping_up(self, contact: Contact, entry: dict[str, Any]) -> None:
        assert contact.state == "assigned", f"{contact} was not served: {entry}"
        assert not contact.joined, f"others take part still: {entry}"
        share = self.agents[entry["agent"]].shares[contact.id]
        share.pausable, share.paused = False, 0
        assert contact.stay
        stays.go_on(contact.stay, entry["at"])
        contact.state, contact.handled_at, contact.agent_lost, contact.transfer = (
            "wrapping_up",
            entry["at"],
            False,
            None,
        )
        limit = self.queues[contact.queue].settings["wrap_up_ms"] or AFTER_AN_END_MS
        contact.wraps_up_until = entry["at"] + limit if limit > 0 else None
        assert entry.get("wrap_up_ends_at") == contact.wraps_up_until, f"it ends at another time: {entry}"
        contact.second_offers = 0
        self.waiting.pop(contact.id, None)

    def _ended(self, contact: Contact, entry: dict[str, Any]) -> None:
        state = entry["type"].partition(".")[2]
        assert state != "completed" or contact.state in ("assigned", "wrapping_up", PARKED), (
            f"{contact} cannot be completed"
        )
        silent = entry.get("why") == "customer_inactive"
        assert not silent or (contact.inactive_at or entry["at"] + 1) <= entry["at"], f"too early: {entry}"
        holder = contact.agent
        waited = self._waited_in_vain(contact, state, entry["at"])
        if contact.stay:
            stays.stop(contact, self.queues[contact.queue], entry["at"])
            stays.go_on(contact.stay, entry["at"])
            assert entry["left_as"] == self._way_out(contact, state, waited), f"{contact} left otherwise: {entry}"
            self._note_stay(contact, entry)
        self._leave_agent(contact, entry)
        if (
            self.strict
            and waited is not None
            and waited > self._short
            and contact.place
            and self.now > contact.place.due_at
        ):
            self.queues[contact.queue].note_level(self.now, False)
        if state == "completed" and self.strict and holder in self.agents:
            self._note_handling(contact, self.agents[holder], entry)
        contact.state, contact.relaxing, contact.overflow_at = state, False, None

    def _way_out(self, contact: Contact, state: str, waited: int | None) -> str:
        if state == "completed" or (state == "abandoned" and contact.answered_at is not None):
            return "answered"
        return "short_abandoned" if waited is not None and waited <= self._short else state

    def _waited_in_vain(self, contact: Contact, state: str, now: int) -> int | None:
        """How long a customer waited who leaves without an answer."""
        left = state == "abandoned" and contact.state in ("queued", "offered") and contact.answered_at is None
        return stays.waited(contact, self.queues[contact.queue], now) if left else None

    def _note_handling(self, contact: Contact, agent: Agent, entry: dict[str, Any]) -> None:
        assert contact.answered_at is not None
        assert contact.stay
        took = entry["handled_at"] - contact.answered_at - contact.stay.awaited
        queue = self.queues[contact.queue]
        mean, number = self.handling.get((agent.signature, queue.name), (1, 0))
        self.handling[agent.signature, queue.name] = (moved(mean, number, took / queue.handle, SPEED_PRIOR), number + 1)
        queue.note_handle(took)

    def _leave_agent(self, contact: Contact, entry: dict[str, Any]) -> None:
        held = contact.agent if contact.state in HELD else None
        named = contact.agent if contact.state == PARKED else held
        offer = contact.offer if contact.state == "offered" else None
        assert (entry.get("agent"), entry.get("offer")) == (named, offer), f"{contact} was with somebody else: {entry}"
        assert contact.second is None, f"{contact} is still offered to a second agent: {entry}"
        self.offers["revoked"] += contact.state == "offered"
        if held:
            self._free(held, contact, entry["at"])
        self.waiting.pop(contact.id, None)
        ended = entry["type"].partition(".")[2] in FINAL
        contact.offer, contact.transfer, contact.held_for, contact.second_offers = None, None, None, 0
        contact.inactive_at = None
        if not ended:
            contact.agent, contact.assignment = None, None

    def _free(self, name: str, contact: Contact, at: int) -> None:
        if agent := self.agents.get(name):
            del agent.shares[contact.id]
            agent.idle_since = at
            self._freed.add(name)

    # Agents and queues

    def _connected(self, agent: Agent, entry: dict[str, Any]) -> None:
        agent.reachable = True
        self._note_absence(agent, entry["at"])
        self._freed.add(agent.name)

    def _set_aside(self, agent: Agent, entry: dict[str, Any]) -> None:
        """For a contact that must be served and fits nowhere; the one who is expected to be free soonest."""
        line = self.lines[entry["line"]]
        late, have = self.must_be_served(line), len(self.aside_for(line))
        assert len(late) > have, f"more agents than {line.id} needs: {entry}"
        if not self.let_go(late[have], agent):
            self.declined.pop((late[have].id, agent.name), None)  # its time is over, and its timer fires right now
        able = self.could_be_set_aside(line, late[have])
        soonest = best(able, [(each.free_at, each.name) for each in able])
        assert agent in soonest, f"{soonest} will be free before {agent}: {entry}"
        assert not self.is_live(late[0]) or not self.has_room(agent, late[0]), f"{late[0]} fits {agent}: {entry}"
        agent.aside = line.id
        self._freed.add(agent.name)

    def _set_aside_ended(self, agent: Agent, entry: dict[str, Any]) -> None:
        assert agent.aside == entry["line"], f"{agent} was not set aside for it: {entry}"
        agent.aside = None
        self._freed.add(agent.name)

    def _lost(self, agent: Agent, entry: dict[str, Any]) -> None:
        agent.reachable = False
        self._note_absence(agent, entry["at"])
        if agent.grace_until is None:
            agent.grace_until = entry["at"] + self._grace
        self._let_off(agent)

    def _present(self, agent: Agent, entry: dict[str, Any]) -> None:
        if entry["presence"] == "available" and agent.wants != "available":
            agent.idle_since = entry["at"]
        agent.wants, agent.signed_off = entry["presence"], entry["presence"] == "offline"
        self._note_absence(agent, entry["at"])
        self._freed.add(agent.name)
        if agent.wants != "available":
            self._let_off(agent)

    def _suspended(self, agent: Agent, entry: dict[str, Any]) -> None:
        agent.suspended = entry["type"] == "agent.suspended"
        if agent.suspended:
            self._let_off(agent)
        else:
            agent.idle_since = entry["at"]
        self._freed.add(agent.name)

    def _note_absence(self, agent: Agent, at: int) -> None:
        """An agent who is gone with work in hand has a grace; one who is there again keeps that work."""
        if agent.is_there:
            agent.gone_at = agent.grace_until = None
        elif agent.gone_at is None:
            agent.gone_at = at
            if any(agent.name not in (contact.asked, contact.invited) for contact in self.held_by(agent)):
                agent.grace_until = at + self._grace

    def _let_off(self, agent: Agent) -> None:
        """What was held for an agent stands in its line."""
        for contact in self.held_for(agent):
            contact.held_for = None
            self._fresh.add(contact.id)

    def _removed(self, agent: Agent, entry: dict[str, Any]) -> None:
        assert not agent.shares, f"{agent} still holds contacts"
        del self.agents[agent.name]
        self.declined = {pair: until for pair, until in self.declined.items() if pair[1] != agent.name}

    def _queue_opens_or_closes(self, entry: dict[str, Any]) -> None:
        self.queues[entry["queue"]].open_or_close(entry["at"], opens=entry["type"] == "queue.opened")
        there = [contact for contact in self.waiting.values() if contact.queue == entry["queue"]]
        self._fresh |= {contact.id for contact in there}
        if entry["type"] == "queue.closed":
            for contact in there:
                contact.overflow_at = entry["at"] if contact.home else contact.overflow_at  # who passes it on is told


__all__ = ["FINAL", "HELD", "Agent", "Contact", "Line", "Model", "Place"]
