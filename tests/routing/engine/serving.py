"""What happens to conversations: they are parked, come back, end, and somebody joins them."""

from mci_router.vocabulary import ContactState
from tests.routing.engine.actions import action, one_of, whole
from tests.routing.engine.facts import FINAL, PARKED, Contact
from tests.routing.engine.workplace import AGENTS, Workplace

WITH_AGENT = ("assigned", "wrapping_up")
HANG_UP_MS = 10_000
"""After the request for a callback, the word that a call has ended is that of the first call."""

pick = whole(0, 1_000)
agents = one_of(AGENTS)
maybe = one_of([True, False])


class Serving(Workplace):
    """What agents and customers do with a conversation, and what must come of it."""

    @action(5, when=lambda self: self.model.in_state("assigned"), which=pick, by_hand=maybe)
    def park(self, which: int, by_hand: bool) -> None:
        contact = self.one(which, "assigned")
        refusal = "wrong_state" if contact.transfer else "unable" if contact.channel == "voice" else None
        reply = self.call("park", contact.agent if by_hand else "", contact.assignment, contact.id)
        assert reply["status"] == (refusal or "ok")
        assert refusal or contact.state == PARKED

    @action(1, when=lambda self: self.model.in_state(PARKED), which=pick, agent=agents)
    def another_agent_parks_or_takes_it(self, which: int, agent: str) -> None:
        contact = self.one(which, PARKED)
        for function in ("park", "unpark") if agent != contact.agent else ():
            assert self.call(function, agent, contact.assignment, contact.id)["status"] == "gone"

    @action(2, when=lambda self: self.model.in_state(PARKED), which=pick, by_hand=maybe)
    def unpark(self, which: int, by_hand: bool) -> None:
        contact = self.one(which, PARKED)
        refusal = self.why_not(contact, str(contact.agent), may_have="is_there" if by_hand else "goes_on")
        reply = self.call("unpark", contact.agent if by_hand else "", contact.assignment, contact.id)
        assert reply["status"] == (refusal or "ok")
        assert refusal or contact.state == "assigned"

    @action(4, when=lambda self: self.model.contacts, which=pick)
    def the_customer_writes(self, which: int) -> None:
        """Back to the same agent at once, if that can be; else into the line, where that agent comes first."""
        contact = self.one(which, PARKED) if self.model.in_state(PARKED) else self.one(which)
        first, state, assignment, age = str(contact.agent), contact.state, contact.assignment, contact.place
        agent = self.model.agents.get(first)
        at_once = state == PARKED and agent and not agent.aside and not self.why_not(contact, first, may_have="goes_on")
        if state == PARKED and not at_once:
            wait_ms = self.model.queues[contact.queue].settings["return_ms"]
            self.model.prefer(contact, first, self.now + wait_ms)
        reply = self.call("customer_wrote", contact.id, self.now + 20_000)
        if state != PARKED:
            assert reply["status"] == ("closed" if ContactState(state).final else "known")
            return
        assert reply["status"] == "ok"
        if at_once:
            assert (contact.state, contact.agent, contact.assignment) == ("assigned", first, assignment)
        else:
            assert contact.state in ("queued", "offered")
            assert contact.place
            assert age
            assert contact.place.age == age.age

    def customers_are_silent(self, inactive: list[str]) -> None:
        """What `fire_timers` reports as silent is completed; asked again, or too early, nothing happens."""
        for contact in map(self.model.contacts.__getitem__, inactive):
            reply = self.call("close_inactive", contact.id, "customer_inactive", "We have closed it.")
            assert reply["status"] == "ok"
            assert contact.state == "completed"
            assert self.call("close_inactive", contact.id, "customer_inactive", "")["status"] == "known"

    @action(1, when=lambda self: self.model.in_state(PARKED), which=pick)
    def asked_too_early_for_a_silent_customer(self, which: int) -> None:
        contact = self.one(which, PARKED)
        if contact.inactive_at is None or contact.inactive_at > self.now:
            assert self.call("close_inactive", contact.id, "customer_inactive", "")["status"] == "known"

    @action(2, when=lambda self: self.model.contacts, which=pick, by=one_of(["customer", "adapter", "agent"]))
    def the_conversation_ends(self, which: int, by: str) -> None:
        """Whoever ends it, its agent wraps up; a second time nothing happens."""
        served = self.model.in_state("assigned", PARKED)
        contact = served[which % len(served)] if served and which % 3 else self.one(which)
        before, callback = contact.state, by != "agent" and self.hangs_up_to_be_called(contact)
        told = "closed" if before in FINAL else "wrong_state" if before not in (*WITH_AGENT, PARKED) else "ok"
        for _ in range(1 if callback else 2):
            reply = self.call("end_conversation", contact.id, by, "bye", "")
            assert reply["status"] == ("ok" if callback else told)
            told = "closed" if before == PARKED else told
        if callback:
            assert contact.state == before
            contact.hung_up = True
        elif before == "assigned":
            assert contact.state == "wrapping_up"
        elif before == PARKED:
            assert contact.state == "completed"

    def hangs_up_to_be_called(self, contact: Contact) -> bool:
        """Whether the word that a customer hangs up is that of a call which a callback follows."""
        ended = contact.state in FINAL
        just_asked = self.model.now - contact.callback_since <= HANG_UP_MS and not (contact.hung_up or ended)
        return contact.callback and (contact.state in ("queued", "offered") or just_asked)

    @action(2, when=lambda self: self.model.in_state("wrapping_up"), which=pick, s=one_of([5, 30, 400]), agent=agents)
    def ask_for_more_time(self, which: int, s: int, agent: str) -> None:
        contact = self.one(which, "wrapping_up")
        if agent != contact.agent:
            assert self.call("more_time", agent, contact.assignment, contact.id, 5_000)["status"] == "gone"
        until = contact.wraps_up_until
        most = (contact.handled_at or 0) + self.model.queues[contact.queue].settings["most_wrap_up_ms"]
        reply = self.call("more_time", contact.agent, contact.assignment, contact.id, s * 1000)
        longer = until is not None and min(max(until, self.now) + s * 1000, most)
        assert reply["status"] == ("no_room" if until is not None and longer <= until else "ok")
        assert contact.wraps_up_until == (max(longer, until) if until is not None else None)

    @action(1, when=lambda self: self.model.in_state("assigned", PARKED, "wrapping_up"), which=pick, agent=agents)
    def write_something_down(self, which: int, agent: str) -> None:
        contact = self.one(which, "assigned", PARKED, "wrapping_up")
        mine = agent == contact.agent
        reply = self.call("save_notes", agent, contact.assignment, contact.id, "called back", "")
        assert reply["status"] == ("ok" if mine else "gone")

    @action(4, when=lambda self: self.model.in_state("assigned"), which=pick, to=agents, able=maybe)
    def consult(self, which: int, to: str, able: bool) -> None:
        contact = self.one(which, "assigned")
        refusal = self.why_not_join(contact, to, able)
        reply = self.call("consult", contact.agent if which % 2 else "", contact.id, to, "able" if able else "")
        assert reply["status"] == (refusal or "ok")
        assert refusal or contact.invited == to

    def why_not_join(self, contact: Contact, name: str, able: bool) -> str | None:
        agent, mine = self.model.agents.get(name), self.model.agents.get(str(contact.agent))
        if not agent:
            return "unknown"
        if contact.transfer or contact.invited or (mine and mine.shares[contact.id].paused):
            return "wrong_state"
        if name == contact.agent or name in contact.joined:
            return "known"
        if able and not contact.line.served_by(agent):
            return "unable"
        if not agent.works:
            return "not_working"
        line = contact.line
        return None if not agent.aside and agent.has_room(line.channel, line.units, line.queue) else "no_room"

    @action(5, when=lambda self: self.invited(), which=pick, word=one_of(["accepted", "accepted", "declined"]))
    def answer_an_invitation(self, which: int, word: str) -> None:
        contact = self.invited()[which % len(self.invited())]
        asked = str(contact.invited)
        invitation = self.client.hget(f"{self.prefix}:contact:{contact.id}", "invitation")
        wrong = self.call("answer_invitation", asked, "inv_other", contact.id, word, "")
        assert wrong["status"] == "gone"
        assert self.call("answer_invitation", asked, invitation, contact.id, word, "")["status"] == "ok"
        assert (asked in contact.joined) == (word == "accepted")
        again = self.call("answer_invitation", asked, invitation, contact.id, word, "")
        assert again["status"] == ("ok" if word == "accepted" else "gone")

    def invited(self) -> list[Contact]:
        return [contact for contact in self.model.contacts.values() if contact.invited]

    def joined(self) -> list[tuple[Contact, str]]:
        return [(contact, name) for contact in self.model.contacts.values() for name in sorted(contact.joined)]

    @action(2, when=lambda self: self.joined(), which=pick)
    def leave_a_conversation(self, which: int) -> None:
        contact, name = self.joined()[which % len(self.joined())]
        assert self.call("leave_conversation", name, contact.id, "left")["status"] == "ok"
        assert name not in contact.joined
        assert self.call("leave_conversation", name, contact.id, "left")["status"] == "gone"

    @action(1, when=lambda self: self.model.in_state("assigned"), which=pick, agent=agents)
    def read_along(self, which: int, agent: str) -> None:
        contact, known = self.one(which, "assigned"), self.model.agents.get(agent)
        taken = agent in (contact.agent, contact.second, contact.invited)
        refusal = "wrong_state" if taken else None if known and known.signed_in else "not_working"
        refusal = "unknown" if not known else None if agent in contact.joined else refusal
        assert self.call("read_along", agent, contact.id, "")["status"] == (refusal or "ok")
        assert refusal or agent in contact.joined

    @action(3, when=lambda self: self.joined(), which=pick)
    def hand_over_inside(self, which: int) -> None:
        contact, name = self.joined()[which % len(self.joined())]
        first, mine = str(contact.agent), self.model.agents.get(str(contact.agent))
        refusal = "unknown" if contact.joined[name] != "consult" else None
        refusal = refusal or (None if contact.line.served_by(self.model.agents[name]) else "unable")
        if contact.transfer or (mine and mine.shares[contact.id].paused):
            refusal = "wrong_state"
        reply = self.call("hand_over_inside", first if which % 2 else "", contact.id, name)
        assert reply["status"] == (refusal or "ok")
        assert refusal or (contact.agent, contact.joined[first]) == (name, "consult")

    @action(1, when=lambda self: self.model.in_state(PARKED), which=pick)
    def complete_what_is_parked(self, which: int) -> None:
        contact = self.one(which, PARKED)
        reply = self.call("complete", contact.agent, contact.assignment, contact.id, "solved", "")
        assert reply["state"] == "completed"
