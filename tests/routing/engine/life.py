"""A contact centre's life: every transition of the live state, in any order, with clocks that jump and commands sent
again.
"""

import json
from collections.abc import Mapping, Sequence
from random import Random

from mci_router.routing.engine.live_settings import IN_TURN, EngineTimes, live_queue, live_workspace
from mci_router.routing.engine.queues import signature
from mci_router.specs import QueueSpec, ServiceLevel, WorkspaceSpec
from mci_router.vocabulary import AgentChoice, LineChoice
from tests.routing.engine import likeness
from tests.routing.engine.actions import Draw, action, one_of, several, some_with, whole
from tests.routing.engine.facts import PARKED
from tests.routing.engine.model import FINAL, Contact
from tests.routing.engine.serving import Serving, agents, maybe, pick
from tests.routing.engine.workplace import AGENTS, CHANNELS, LEASE_MS, QUEUES, SHORT_ABANDON_S
from tests.support.live import GRACE_S, LEASE_S, REOFFER_DELAY_S, contact_id

ASKED_AGAIN_MS, PASSED_ON_MS = 5_000, 60_000

skills = some_with(["billing", "fraud"], whole(1, 3))
limits = some_with(CHANNELS, whole(1, 3), least=1)
queue_limits: Draw[Mapping[str, int]] = one_of([{}, {"desk": 1, "mail": 2}, {"fraud_desk": 1, "phone": 1, "tasks": 1}])
queues = one_of([*QUEUES, "desk", "phone", "mail"])
preferences: Draw[str | None] = one_of([None, None, None, *AGENTS])


def needs(dice: Random) -> Mapping[str, int]:
    return dice.choice([{}, {}, {"billing": 2}, skills(dice)])


def rushed(dice: Random) -> tuple[str, str, int]:
    return queues(dice), dice.choice(["voice", "chat"]), dice.randint(0, 130)


class Life(Serving):
    """What can happen, and what must come of it."""

    line_choices: Sequence[LineChoice] = (LineChoice.SERVICE_LEVEL, *LineChoice)

    # The workspace

    def opens(self) -> None:
        able = [skills(self.dice), skills(self.dice), {"billing": 3, "fraud": 3}]
        agent_choices = [self.dice.choice(list(AgentChoice)) for _ in QUEUES]
        line_choice, limited = self.dice.choice(self.line_choices), queue_limits(self.dice)
        times = EngineTimes(reoffer_s=REOFFER_DELAY_S, grace_s=GRACE_S, short_abandon_s=SHORT_ABANDON_S)
        settings = live_workspace(WorkspaceSpec(name="life", title="Life", line_choice=line_choice), [], [], times)
        settings |= {"stakes": {"billing": 10, "fraud": 3}, "round_robin": not IN_TURN.isdisjoint(agent_choices)}
        self.model.settings = settings
        assert self.call("configure_workspace", 1, json.dumps(settings))["status"] == "ok"
        for name, agent_choice in zip(QUEUES, agent_choices, strict=True):
            self.configure_queue(name, agent_choice, 1, 0.8)
        assert self.call("mark_built", 1)["status"] == "ok"
        for agent, has in zip(AGENTS, able, strict=False):
            self.now += 1_000
            self.configure_agent(agent, has, 4, {"voice": 1, "chat": 3, "email": 2}, limited)
            self.connect(agent)
            self.set_presence(agent, "available")

    @action(1, name=queues, choice=one_of(list(AgentChoice)), weight=one_of([0.5, 1, 3]), goal=one_of([0.5, 0.8, 0.95]))
    def configure_queue(self, name: str, choice: AgentChoice, weight: float, goal: float) -> None:
        self.revision += 1
        more = dict(QUEUES[name])
        level = ServiceLevel(goal=goal, target_s=more.pop("target_s"))
        if not (choice in IN_TURN and not self.model.settings["round_robin"]):
            more["agent_choice"] = choice
        spec = QueueSpec(name=name, service_level=level, **({"weight": weight} | more))
        settings = json.loads(json.dumps(live_queue(spec)))
        self.model.configure_queue(name, settings)
        assert self.call("configure_queue", name, self.revision, json.dumps(settings))["status"] == "ok"

    @action(1, name=queues, open_=one_of([True, True, False]))
    def open_or_close(self, name: str, open_: bool) -> None:
        assert self.call("set_open", name, "open" if open_ else "closed")["status"] == "ok"
        assert self.model.queues[name].is_open == open_

    # Contacts come

    @action(
        8,
        queue=queues,
        channel=one_of(list(CHANNELS)),
        wants=needs,
        waited_s=several(whole(0, 130), 3),
        priority=one_of([0, 0, 1]),
        preferred=preferences,
        relaxes=maybe,
    )
    def enqueue(
        self,
        queue: str,
        channel: str,
        wants: Mapping[str, int],
        waited_s: list[int],
        priority: int,
        preferred: str | None,
        relaxes: bool,
    ) -> None:
        for waited in waited_s:
            contact = Contact(contact_id(len(self.model.contacts)), channel)
            self.place(contact, queue, wants, waited, priority, preferred=preferred, relaxes=relaxes)

    @action(3, waits=several(rushed, 8), at_once=maybe)
    def rush(self, waits: list[tuple[str, str, int]], *, at_once: bool = False) -> None:
        """More than there is room for, in several lines; one by one, or by one call."""
        if at_once:
            self.place_all(waits)
            return
        for queue, channel, waited_s in waits:
            self.place(Contact(contact_id(len(self.model.contacts)), channel), queue, {}, waited_s, 0)

    @action(1, limit_s=whole(1, 40))
    def serve(self, limit_s: int) -> None:
        contact = Contact(contact_id(len(self.model.contacts)), "chat")
        self.model.contacts[contact.id] = contact
        self.to_automation(contact, limit_s)

    @action(
        1,
        when=lambda self: self.model.in_state("queued", "offered", "assigned", PARKED),
        which=pick,
        limit_s=whole(1, 40),
    )
    def back_to_automation(self, which: int, limit_s: int) -> None:
        self.to_automation(self.one(which, "queued", "offered", "assigned", PARKED), limit_s)

    @action(2, limit_s=whole(1, 40))
    def ask(self, limit_s: int) -> None:
        contact = Contact(contact_id(len(self.model.contacts)), "chat")
        self.model.contacts[contact.id] = contact
        self.to_community(contact, limit_s, asking=True)

    @action(1, when=lambda self: self.model.in_state("queued"), which=pick, limit_s=whole(1, 40), asking=maybe)
    def overflow_to_the_community(self, which: int, limit_s: int, asking: bool) -> None:
        self.to_community(self.one(which, "queued"), limit_s, asking=asking)

    @action(2, when=lambda self: self.to_agree(), which=pick, limit_s=one_of([None, None, 20]))
    def agree(self, which: int, limit_s: int | None) -> None:
        """On the rung on which the customer was asked; asking again, or agreeing again, changes nothing."""
        contact = self.to_agree()[which % len(self.to_agree())]
        self.to_community(contact, limit_s, agreed=True)
        assert self.serve_as("community", contact, 20, asking=True)["status"] == "known"

    @action(1, when=lambda self: self.model.in_state("posted"), which=pick, limit_s=whole(0, 40))
    def a_queue_opens_at_another_time(self, which: int, limit_s: int) -> None:
        """The community has its contact until then; one that has gone on is left alone."""
        contact, at = self.one(which, "posted"), self.now + limit_s * 1000
        limits = [{"id": contact.id, "rung": contact.rung - gone, "limit_at": at} for gone in (0, 1)]
        assert self.call("move_limits", json.dumps(limits))["changed"] == 1
        assert contact.limit_at == at

    @action(2, when=lambda self: self.model.in_state("automating", "posted"), which=pick, queue=queues, wants=needs)
    def move_on(self, which: int, queue: str, wants: Mapping[str, int]) -> None:
        contact = self.one(which, "automating", "posted")
        contact.limit_at = None
        self.place(contact, queue, wants, 0, 0)

    @action(
        2,
        when=lambda self: self.model.in_state("queued", "offered", "assigned", "wrapping_up", PARKED),
        which=pick,
        queue=queues,
        wants=needs,
        preferred=preferences,
        relaxes=maybe,
        passed=maybe,
    )
    def escalate(
        self, which: int, queue: str, wants: Mapping[str, int], preferred: str | None, relaxes: bool, passed: bool
    ) -> None:
        contact = self.one(which, "queued", "offered", "assigned", "wrapping_up", PARKED)
        self.place(contact, queue, wants, 30, 0, preferred=preferred, relaxes=relaxes, passed_on=passed)

    @action(
        3,
        when=lambda self: self.to_replan(),
        picks=several(pick, 4),
        units=one_of([None, None, 1, 3]),
        wants=needs,
        relaxes=maybe,
        look_s=one_of([None, None, False, 0, 15]),
    )
    def a_queue_changes(
        self, picks: list[int], units: int | None, wants: Mapping[str, int], relaxes: bool, look_s: int | bool | None
    ) -> None:
        """Contacts that wait, are offered or served have other places in their queue; a second time nothing happens."""
        chosen = {(one := self.to_replan()[which % len(self.to_replan())]).id: one for which in picks}
        look_at = look_s if look_s is None or look_s is False else self.now + look_s * 1000
        changes = [(contact, units or contact.line.units, wants, relaxes, look_at) for contact in chosen.values()]
        self.replan(changes)
        told = len(self.told)
        self.replan(changes)
        assert len(self.told) == told, f"replanned again: {self.told[told:]}"

    def to_replan(self) -> list[Contact]:
        """Contacts with a place in a queue; of one that is passed on to another, the place there."""
        return [one for one in self.model.in_state("queued", "offered", "assigned") if one.place]

    @action(1, when=lambda self: self.model.waiting, which=pick)
    def request_callback(self, which: int) -> None:
        contact = self.one(which)
        waits = contact.state in ("queued", "offered")
        assert self.call("request_callback", contact.id)["status"] == ("ok" if waits else "wrong_state")
        assert contact.callback or not waits

    # Offers

    @action(12, when=lambda self: self.offered(), which=pick)
    def accept(self, which: int) -> None:
        """One offer, or every one but one."""
        offered = self.offered()
        one = offered[which % len(offered)]
        for contact in [one] if which % 2 else [contact for contact in offered if contact is not one]:
            if contact.offer:
                assert self.call("accept", contact.asked, contact.offer, contact.id)["state"] == "assigned"

    @action(2, when=lambda self: self.offered(), which=pick)
    def decline(self, which: int) -> None:
        contact = self.offered()[which % len(self.offered())]
        assert self.call("decline", contact.asked, contact.offer, contact.id, "busy")["status"] == "ok"

    @action(1, when=lambda self: self.offered(), which=pick, agent=agents, word=one_of(["accept", "decline"]))
    def answer_for_another(self, which: int, agent: str, word: str) -> None:
        contact = self.offered()[which % len(self.offered())]
        if agent != contact.asked:
            assert (
                self.call(word, agent, contact.offer, contact.id, *([""] if word == "decline" else []))["status"]
                == "gone"
            )

    @action(2, when=lambda self: self.model.contacts, which=pick, agent=agents)
    def offer_to(self, which: int, agent: str) -> None:
        contact = self.one(which, "queued", *FINAL) if which % 2 else self.one(which)
        refusal = "wrong_state" if contact.state != "queued" else self.why_not(contact, agent)
        assert self.call("offer_to", contact.id, agent)["status"] == (refusal or "ok")
        assert refusal or (contact.state, contact.agent) == ("offered", agent)

    @action(2, when=lambda self: self.model.in_state("queued"), which=pick, agent=agents)
    def pull(self, which: int, agent: str) -> None:
        contact = self.one(which, "queued")
        refusal = self.why_not(contact, agent, may_have="signed_in") or self.closed(contact)
        assert self.call("pull", agent, contact.id)["status"] == (refusal or "ok")
        assert refusal or (contact.state, contact.agent) == ("assigned", agent)

    # Conversations

    @action(6, when=lambda self: self.model.in_state("assigned"), which=pick)
    def complete(self, which: int) -> None:
        contact = self.one(which, "assigned")
        queue = contact.own_line.queue
        state = "wrapping_up" if self.model.queues[queue].settings["wrap_up_ms"] else "completed"
        assert self.call("complete", contact.agent, contact.assignment, contact.id, "solved", "")["state"] == state

    @action(2, when=lambda self: self.model.in_state("assigned"), which=pick)
    def put_on_hold(self, which: int) -> None:
        contact = self.one(which, "assigned")
        interrupted = self.model.agents[str(contact.agent)].shares[contact.id].paused
        status = self.call("start_hold", contact.agent, contact.assignment, contact.id)["status"]
        assert status == ("wrong_state" if interrupted else "ok")
        assert interrupted or (contact.stay and contact.stay.held_since)

    @action(1, when=lambda self: self.model.in_state("assigned"), which=pick)
    def take_off_hold(self, which: int) -> None:
        contact = self.one(which, "assigned")
        assert self.call("end_hold", contact.agent, contact.assignment, contact.id)["status"] == "ok"
        assert contact.stay
        assert contact.stay.held_since is None

    @action(2, when=lambda self: self.model.in_state("wrapping_up"), which=pick)
    def end_wrap_up(self, which: int) -> None:
        contact = self.one(which, "wrapping_up")
        assert self.call("end_wrap_up", contact.agent, contact.assignment, contact.id)["state"] == "completed"

    @action(4, agent=agents, turns=whole(1, 8))
    def work_through(self, agent: str, turns: int) -> None:
        """An agent takes and completes one contact after the other."""
        for _ in range(turns):
            known = self.model.agents.get(agent)
            for contact in self.model.held_by(known) if known else []:
                if contact.asked == agent:
                    assert self.call("accept", agent, contact.offer, contact.id)["state"] == "assigned"
                if contact.agent == agent and contact.state == "assigned":
                    assert self.call("complete", agent, contact.assignment, contact.id, "solved", "")["status"] == "ok"
                if contact.agent == agent and contact.state == "wrapping_up":
                    assert self.call("end_wrap_up", agent, contact.assignment, contact.id)["state"] == "completed"
            self.now += 1_000

    @action(
        3,
        when=lambda self: self.model.in_state("assigned"),
        which=pick,
        to=agents,
        mode=one_of(["warm", "warm", "cold", "forced"]),
    )
    def hand_over(self, which: int, to: str, mode: str) -> None:
        contact = self.one(which, "assigned")
        closed = self.closed(contact)
        at_once = mode == "warm" or bool(mode == "forced" and closed)
        refusal = "wrong_state" if contact.transfer or to == contact.agent else self.why_not(contact, to, now=at_once)
        refusal = refusal or (closed if mode == "cold" else None)
        if not at_once and not refusal:
            self.model.prefer(contact, to, self.now + PASSED_ON_MS)
        assert self.call("hand_over", contact.agent, contact.id, contact.assignment, to, mode)["status"] == (
            refusal or "ok"
        )
        assert refusal or not at_once or to in (contact.second, contact.agent)

    @action(
        3,
        when=lambda self: self.model.in_state("assigned"),
        which=pick,
        queue=queues,
        wants=needs,
        priority=one_of([0, 1]),
        relaxes=maybe,
    )
    def hand_over_to_a_queue(
        self, which: int, queue: str, wants: Mapping[str, int], priority: int, relaxes: bool
    ) -> None:
        contact = self.one(which, "assigned")
        first, own = contact.agent, contact.own_line
        self.place(contact, queue, wants, 30 if which % 2 else 0, priority, relaxes=relaxes, warm=True)
        assert (contact.state, contact.agent, contact.transfer) == ("assigned", first, "queue")
        assert contact.own_line == own

    @action(2, when=lambda self: self.model.in_state("assigned"), which=pick, by_hand=maybe)
    def call_off_a_transfer(self, which: int, by_hand: bool) -> None:
        passed_on = [contact for contact in self.model.in_state("assigned") if contact.transfer]
        contact = passed_on[which % len(passed_on)] if passed_on else self.one(which, "assigned")
        first, own, asked = contact.agent, contact.own_line, contact.second
        for refused in (str(asked), first):
            if refused != first:
                reply = self.call("cancel_transfer", refused, contact.id, contact.assignment)
                assert reply["status"] == "gone"  # only who passes it on may call it off
        reply = self.call("cancel_transfer", first if by_hand else "", contact.id, contact.assignment)
        assert reply["status"] == ("ok" if passed_on else "wrong_state")
        assert (contact.state, contact.agent, contact.transfer) == ("assigned", first, None)
        assert (contact.line, contact.offer, contact.second) == (own, None, None)

    @action(2, when=lambda self: self.model.contacts, which=pick, state=one_of(["abandoned", "cancelled", "resolved"]))
    def close(self, which: int, state: str) -> None:
        contact = self.one(which)
        ended = contact.state in FINAL
        if state == "abandoned" and self.hangs_up_to_be_called(contact):
            reply = self.call("close", contact.id, state, "left", "")
            assert (reply["status"], reply["state"]) == ("ok", contact.state)  # the customer waits to be called
            contact.hung_up = True
            return
        contact.limit_at = None
        assert self.call("close", contact.id, state, "left", "")["status"] == ("closed" if ended else "ok")

    # Agents

    @action(3, agents=several(agents, 4))
    def come_to_work(self, agents: list[str]) -> None:
        for agent in agents:
            self.connect(agent)
            self.set_presence(agent, "available")

    @action(2, agent=agents, presence=one_of(["away", "offline"]))
    def leave(self, agent: str, presence: str) -> None:
        self.set_presence(agent, presence)

    @action(2, agent=agents, word=one_of(["suspended", "resumed", "resumed"]))
    def suspend(self, agent: str, word: str) -> None:
        known = self.model.agents.get(agent)
        assert self.call("suspend", agent, word, "a talk first")["status"] == ("ok" if known else "unknown")
        assert not known or known.suspended == (word == "suspended")

    @action(2, agent=agents, able=skills, units=whole(1, 6), channels=limits, queues=queue_limits)
    def configure_agent(
        self, agent: str, able: Mapping[str, int], units: int, channels: Mapping[str, int], queues: Mapping[str, int]
    ) -> None:
        self.revision += 1
        given = signature(able, units, channels, queues)
        known = self.model.agents.get(agent)
        self.model.begin(self.now)
        if not known or likeness.mark_of(known) != given:
            self.model.configure(agent, able, units, channels, queues, self.now)
        assert self.call("configure_agent", agent, self.revision, given, begun=True)["status"] == "ok"

    @action(1, agent=agents)
    def remove_agent(self, agent: str) -> None:
        known = self.model.agents.get(agent)
        busy = known and any(
            contact.agent == agent and contact.state != "offered" for contact in self.model.held_by(known)
        )
        if known and not busy:
            self.model.remove(known)
        assert self.call("remove_agent", agent)["status"] == ("busy" if busy else "ok")

    # Time

    @action(5, seconds=one_of([-1, 1, 1, 5, 5, 12, 31]), silent=one_of(["", "", *AGENTS]), limit=one_of([1, 1, 200]))
    def time_passes(self, seconds: int, silent: str, limit: int) -> None:
        """Desks renew their leases but for a silent one, and what is due fires, in portions.

        A clock may go back, too.
        """
        self.now += seconds * 1000
        for name, agent in self.model.agents.items():
            if agent.reachable and name != silent:
                assert self.call("renew_lease", name, f"desk of {name}", LEASE_MS)["status"] == "ok"
        fired = limit
        while fired == limit:
            reply = self.call("fire_timers", limit, one_by_one=limit == 1)
            fired = reply["fired"]
            self.asked_to_do(reply.get("rungs", []), reply.get("overflows", []))
            self.customers_are_silent(reply.get("inactive", []))

    def asked_to_do(self, rungs: Sequence[str], overflows: Sequence[str]) -> None:
        """What `fire_timers` reports is due, and reported again a little later."""
        for contact in map(self.model.contacts.__getitem__, rungs):
            assert contact.limit_at is not None
            assert contact.limit_at <= self.now
            contact.limit_at = self.now + ASKED_AGAIN_MS
        for contact in map(self.model.contacts.__getitem__, overflows):
            assert contact.overflow_at is not None
            assert contact.overflow_at <= self.now
            contact.overflow_at = self.now + ASKED_AGAIN_MS
            again = self.rungs[contact.id] % 2 * 20_000
            contact.overflow_at = self.now + again if again and contact.waiting_or_offered else None
            assert self.call("overflow_checked", contact.id, again)["status"] == "ok"

    @action(1, when=lambda self: self.offered(), which=pick)
    def a_desk_with_an_offer_falls_silent(self, which: int) -> None:
        self.time_passes(LEASE_S + 1, str(self.offered()[which % len(self.offered())].asked), 1)

    @action(1, when=lambda self: self.model.in_state("assigned"), which=pick)
    def a_desk_is_lost_for_good(self, which: int) -> None:
        """What it served waits again after the grace."""
        contact = self.one(which, "assigned")
        lost, self.now = str(contact.agent), self.latest
        for seconds in (LEASE_S + 1, GRACE_S - 1, 1):
            self.time_passes(seconds, lost, 1)
        assert contact.agent != lost or contact.state in FINAL

    @action(1)
    def a_night_passes(self) -> None:
        """Long enough for lines that nobody stands in to be forgotten."""
        self.time_passes(8_000, "", 1)

    @action(2, when=lambda self: any(not self.model.is_live(contact) for contact in self.model.waiting.values()))
    def what_was_held_back_is_looked_at(self) -> None:
        """Once nothing else happens, no deferrable contact that could start is left."""
        due = max(self.live()["reserves"].values(), default=self.now)
        self.told.clear()
        self.time_passes(max(0, due - self.now) // 1000, "", 1)
        if set(self.told) <= {"offer.created"}:
            assert not (found := list(self.model.held_back_in_vain())), found

    @action(3, when=lambda self: self.model.waiting)
    def who_must_be_served_is_looked_at(self) -> None:
        """Once nothing else happens, an agent is set aside for everyone who must be served, as far as there are any.

        Who may just now be offered again what they let go are set aside by the next look.
        """
        self.told.clear()
        let_go = set(self.model.retries)
        self.time_passes(2, "", 1)
        happened = set(self.told) - {"offer.created", "agent.set_aside", "agent.set_aside_ended"}
        if not happened and let_go == set(self.model.retries):
            assert not (found := list(self.model.passed_over())), found

    @action(2)
    def another_server_takes_over(self) -> None:
        """Nothing that was kept in memory holds any more: the next function reads what there is."""
        self.client.hset(f"{self.prefix}:workspace", "mark", "of another server")

    @action(1, when=lambda self: self.sent, back=whole(1, 20))
    def send_a_command_again(self, back: int) -> None:
        """Any of the last: it answers as before, and nothing happens."""
        command, function, arguments, reply = self.sent[-min(back, len(self.sent))]
        assert self.send(command, function, *arguments) == reply
        assert self.client.xrange(f"{self.prefix}:journal", min=f"({self.read}") == [], (
            "a command sent again did something"
        )


class RushHour(Life):
    """Only what fills lines and empties them again, by service level: the matching has a choice."""

    happens = frozenset({"work_through", "accept", "configure_queue", "time_passes", "change_of_shift", "quiet_moment"})
    line_choices = (LineChoice.SERVICE_LEVEL,)
    looks_every = 10

    def opens(self) -> None:
        super().opens()
        for queue in QUEUES:
            self.configure_queue(
                queue,
                self.dice.choice(list(AgentChoice)),
                self.dice.choice([0.3, 1, 3]),
                self.dice.choice([0.5, 0.8, 0.95]),
            )

    @action(6, waits=several(rushed, 9), first=agents)
    def change_of_shift(self, waits: list[tuple[str, str, int]], first: str) -> None:
        """Contacts come while nobody is there; then agents come, one after the other."""
        for agent in AGENTS:
            self.set_presence(agent, "offline")
        self.rush(waits)
        for agent in [first, *AGENTS]:
            self.come_to_work([agent])

    @action(6, call=rushed, wants=needs)
    def quiet_moment(self, call: tuple[str, str, int], wants: Mapping[str, int]) -> None:
        """Everybody is done with everything, and one contact comes."""
        queue, channel, waited_s = call
        for agent in AGENTS:
            self.work_through(agent, 3)
        self.place(Contact(contact_id(len(self.model.contacts)), channel), queue, wants, waited_s, 0)


class Crowded(Life):
    """Small contacts keep agents partly used while larger ones wait for longer than any may."""

    happens = frozenset(
        {
            *("crowd", "late", "accept", "complete", "end_wrap_up", "decline", "close", "time_passes", "offer_to"),
            *(
                "who_must_be_served_is_looked_at",
                "come_to_work",
                "leave",
                "configure_agent",
                "open_or_close",
                "escalate",
            ),
        }
    )
    looks_every = 5

    @action(6, number=whole(1, 5), channel=one_of(["voice", "chat", "email"]))
    def crowd(self, number: int, channel: str) -> None:
        for _ in range(number):
            self.place(Contact(contact_id(len(self.model.contacts)), channel), "desk", {}, 0, 0)

    @action(4, queue=one_of(["phone", "fraud_desk", "mail", "tasks"]), wants=needs, short_s=whole(-20, 4))
    def late(self, queue: str, wants: Mapping[str, int], short_s: int) -> None:
        """Contacts that must be served at once, or in a few seconds."""
        bound_s = min(12 * QUEUES[queue]["target_s"], 600)
        self.place(Contact(contact_id(len(self.model.contacts)), "chat"), queue, wants, bound_s - short_s, 0)
