"""A contact centre that runs on the real functions in virtual time, beside the model, with the invariants looked at
after every step.
"""

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from uuid import uuid4

from hypothesis.stateful import invariant

from mci_router.insight.segments import fold_segments
from mci_router.routing.calls import Placement, RelaxedStep, Serving
from mci_router.routing.engine import prefix
from mci_router.routing.entries import JournalEntry
from mci_router.vocabulary import ContactState
from tests.routing.engine import likeness, replans
from tests.routing.engine.actions import Happening
from tests.routing.engine.facts import PARKED
from tests.routing.engine.model import Contact, Line, Model, Place
from tests.support.live import GRACE_S, LEASE_S, REOFFER_DELAY_S, START_MS, contact_id

LEASE_MS, RESERVE_CHECK_MS = LEASE_S * 1000, 5_000
SHORT_ABANDON_S = 5
CHANNELS = ("voice", "chat", "email")
AGENTS = ("ann", "bob", "cid", "dee")
QUEUES: dict[str, dict[str, Any]] = {
    "phone": {"units": 3, "target_s": 10, "position": 1, "offer_timeout_s": 40, "expected_handle_s": 40},
    "desk": {
        "units": 1,
        "target_s": 20,
        "position": 2,
        "offer_timeout_s": 18,
        "wrap_up_s": 10,
        "expected_handle_s": 20,
        "return_to_agent_s": 15,
        "gather_s": 4,
        "inactivity_s": 25,
    },
    "fraud_desk": {"units": 2, "target_s": 60, "position": 1, "wrap_up_s": 5, "expected_handle_s": 90},
    "mail": {
        "units": 1,
        "target_s": 120,
        "position": 3,
        "deferrable": True,
        "interruptible": True,
        "expected_handle_s": 30,
    },
    "tasks": {
        "units": 2,
        "target_s": 300,
        "position": 4,
        "deferrable": True,
        "interruptible": True,
        "wrap_up_s": None,
        "return_to_agent_s": 0,
    },
}


Steps: TypeAlias = list[tuple[int, tuple[Mapping[str, int], ...]]]


class Workplace(Happening):
    """`functions` is what the library under test calls its functions with.

    Every so many steps all of the live state is looked at.
    """

    client: Any
    functions = ""
    looks_every = 1

    def __init__(self) -> None:
        super().__init__()
        self.prefix = prefix(f"wsp_{uuid4().hex}")
        self.now = self.latest = START_MS
        self.model = Model(REOFFER_DELAY_S * 1000, GRACE_S * 1000, SHORT_ABANDON_S * 1000)
        self.read = "-"
        self.told: list[str] = []
        self.revision = self.steps = 0
        self.rungs: Counter[str] = Counter()
        self.known_lines: dict[str, Line] = {}
        self.sent: list[tuple[str, str, tuple[Any, ...], dict[str, Any]]] = []

    def teardown(self) -> None:
        try:
            self.segments_add_up()
        finally:
            if keys := list(self.client.scan_iter(f"{self.prefix}:*", count=1000)):
                self.client.unlink(*keys)

    # What must be true

    @invariant()
    def nobody_waits_in_vain(self) -> None:
        assert not (found := list(self.model.waiting_in_vain())), found

    @invariant()
    def nobody_is_interrupted_in_vain(self) -> None:
        assert not (found := list(self.model.paused_in_vain())), found

    @invariant()
    def nobody_is_set_aside_in_vain(self) -> None:
        assert not (found := list(self.model.aside_in_vain())), found

    @invariant()
    def offers_are_with_agents_who_work(self) -> None:
        assert all(self.model.agents[str(contact.asked)].works for contact in self.offered())

    @invariant()
    def offers_are_with_agents_who_may_have_them(self) -> None:
        """Also when the rules, or the agent's skills, have changed since."""
        for contact in self.offered():
            agent = self.model.agents[str(contact.asked)]
            assert contact.line.served_by(agent), f"{contact} is offered to {agent}"

    @invariant()
    def the_live_state_is_what_the_journal_tells(self) -> None:
        self.steps += 1
        if self.steps % self.looks_every:
            return
        live, expected = self.live(), likeness.expected(self.model, CHANNELS)
        different = {name: (live[name], expected[name]) for name in expected if live[name] != expected[name]}
        assert not different, f"live, and by the model: {different}"
        for line in expected["heads"]:
            if self.model.queues[line.partition("|")[0]].deferrable:
                assert live["reserves"].get(line, math.inf) <= self.latest + RESERVE_CHECK_MS, (
                    f"nobody looks at {line} again"
                )

    def segments_add_up(self) -> None:
        """What came to each queue was answered, left it unanswered by some fate, or waits: as the model has seen it."""
        entries = [
            JournalEntry.of(number, json.loads(fields["entry"]))
            for number, fields in self.client.xrange(f"{self.prefix}:journal")
        ]
        rows = fold_segments(entries)
        assert rows == fold_segments(entries + entries[::-1]), "a replay changes the segments"
        ended = [
            (row["contact"], row["n"], row["queue"], row["left_as"], row["answered_at"] is not None)
            for row in rows
            if row["left_as"]
        ]
        assert sorted(ended) == sorted(self.model.stays)
        open_ = {row["contact"]: (row["queue"], row["answered_at"] is not None) for row in rows if not row["left_as"]}
        served = ("queued", "offered", "assigned", "wrapping_up", PARKED)
        by_model = {one.id: (one.own_line.queue, one.answered_at is not None) for one in self.model.in_state(*served)}
        assert open_ == by_model
        for queue in self.model.queues:
            offered = [row for row in rows if row["queue"] == queue]
            answered = sum(row["answered_at"] is not None for row in offered)
            unanswered = Counter(row["left_as"] for row in offered if row["left_as"] and not row["answered_at"])
            waiting = sum(contact.queue == queue for contact in self.model.in_state("queued", "offered"))
            assert len(offered) == answered + sum(unanswered.values()) + waiting, queue

    # Asking and calling

    def live(self) -> dict[str, Any]:
        return likeness.live(self.client, self.prefix, self.model, CHANNELS)

    def offered(self) -> list[Contact]:
        return [contact for contact in self.model.contacts.values() if contact.offer]

    def one(self, which: int, *states: str) -> Contact:
        contacts = (states and self.model.in_state(*states)) or list(self.model.contacts.values())
        return contacts[which % len(contacts)]

    def why_not(self, contact: Contact, name: str, *, now: bool = True, may_have: str = "works") -> str | None:
        """Why a contact cannot be given to an agent who is not as `may_have` says."""
        agent = self.model.agents.get(name)
        if not agent:
            return "unknown"
        if not contact.line.served_by(agent):
            return "unable"
        if not getattr(agent, may_have):
            return "not_working"
        return None if not now or self.model.has_room(agent, contact) else "no_room"

    def closed(self, contact: Contact) -> str | None:
        """What refuses a contact of a queue that is closed."""
        return None if self.model.queues[contact.queue].is_open else "closed"

    def set_presence(self, agent: str, presence: str) -> None:
        known = agent in self.model.agents
        assert self.call("set_presence", agent, presence, "")["status"] == ("ok" if known else "unknown")

    def connect(self, agent: str) -> None:
        known = agent in self.model.agents
        assert self.call("connect", agent, f"desk of {agent}", LEASE_MS)["status"] == ("ok" if known else "unknown")

    def to_automation(self, contact: Contact, limit_s: int) -> None:
        self.rungs[contact.id] += 1
        contact.limit_at = self.now + limit_s * 1000
        assert self.serve_as("automation", contact, limit_s)["status"] == "ok"
        assert self.serve_as("automation", contact, limit_s)["status"] == "known"

    def to_community(
        self, contact: Contact, limit_s: int | None, *, asking: bool = False, agreed: bool = False
    ) -> None:
        """Posts a contact, or asks its customer first; `agreed`: the customer was asked, and the contact stays on its
        rung.
        """
        self.rungs[contact.id] += not agreed
        contact.limit_at = self.now + limit_s * 1000 if limit_s else None
        assert self.serve_as("community", contact, limit_s, asking=asking)["status"] == "ok"
        assert self.serve_as("community", contact, limit_s, asking=asking)["status"] == "known"

    def serve_as(self, outcome: str, contact: Contact, limit_s: int | None, *, asking: bool = False) -> dict[str, Any]:
        state = ContactState.POSTED if outcome == "community" and not asking else ContactState.AUTOMATING
        limit_at = self.now + limit_s * 1000 if limit_s else None
        return self.call(
            "serve",
            json.dumps(
                Serving(contact.id, "chat", outcome, state, self.rungs[contact.id], limit_at, asking).arguments()
            ),
        )

    def to_agree(self) -> list[Contact]:
        """Contacts whose customers are asked whether they may be posted."""
        return [contact for contact in self.model.in_state("automating") if contact.asking]

    def place(
        self,
        contact: Contact,
        queue: str,
        wants: Mapping[str, int],
        waited_s: int,
        priority: int,
        *,
        preferred: str | None = None,
        relaxes: bool = False,
        warm: bool = False,
        passed_on: bool = False,
    ) -> None:
        """Enqueues a contact, twice: the second time it is known."""
        if contact.channel == "chat" and QUEUES[queue].get("gather_s"):
            preferred = None  # that one is asked afterwards: `test_gathering` has it
        more: dict[str, Any] = {"preferred": preferred, "relaxes": relaxes, "warm": warm, "passed_on": passed_on}
        placement = self.placement(contact, queue, wants, waited_s, priority, **more)
        if preferred and not warm:
            self.model.prefer(contact, preferred, self.now + 20_000)
        assert self.call("enqueue", json.dumps(placement))["status"] == "ok"
        assert self.call("enqueue", json.dumps(placement))["status"] == "known"

    def place_all(self, waits: Sequence[tuple[str, str, int]]) -> None:
        """Enqueues contacts by one call, twice, with one among them that cannot be: the others do not notice."""
        placements: list[dict[str, Any]] = []
        for queue, channel, waited_s in waits:
            contact = Contact(contact_id(len(self.model.contacts)), channel)
            placements.append(self.placement(contact, queue, {}, waited_s, 0))
        placements.insert(len(waits) // 2, {"id": "con_none", "rung": 1, "queue": "desk"})
        for word in ("ok", "known"):
            replies = self.call("enqueue_all", json.dumps(placements))["replies"]
            assert [reply["status"] for reply in replies if reply["status"] != "failed"] == [word] * len(waits)
            assert replies[len(waits) // 2]["status"] == "failed"

    def placement(
        self,
        contact: Contact,
        queue: str,
        wants: Mapping[str, int],
        waited_s: int,
        priority: int,
        *,
        preferred: str | None = None,
        relaxes: bool = False,
        warm: bool = False,
        passed_on: bool = False,
    ) -> dict[str, Any]:
        """What `enqueue` takes of a contact that is about to be put in line; the model learns of it."""
        self.rungs[contact.id] += 1
        at, units = self.now - waited_s * 1000, QUEUES[queue]["units"]
        steps = relaxation(wants) if relaxes else []
        placement = Placement(
            contact=contact.id,
            queue=queue,
            channel=contact.channel,
            requirement=needed(wants),
            units=units,
            enqueued_at=at,
            due_at=at + 20_000,
            priority=priority,
            rung=self.rungs[contact.id],
            steps=[RelaxedStep(after_ms, [needed(wants) for wants in step]) for after_ms, step in steps],
            preferred=preferred,
            preferred_until=self.now + 20_000 if preferred else None,
            overflow_at=self.now + 15_000 if priority else None,
            warm=warm,
            transfer=f"transfer {self.rungs[contact.id]}" if warm else None,
            passed_on=passed_on,
        ).arguments()
        line, lines = self.lines_of(queue, contact.channel, units, wants, steps)
        overflow_at = placement.get("overflow_at")
        self.model.place(
            contact,
            Place(
                line,
                at,
                at + 20_000,
                at - priority * 60_000,
                placement["rung"],
                lines,
                overflow_at,
                passed_on=passed_on,
            ),
        )
        return placement

    def lines_of(
        self, queue: str, channel: str, units: int, wants: Mapping[str, int], steps: Steps
    ) -> tuple[Line, tuple[tuple[int, Line], ...]]:
        """The lines in which a contact waits, at first and at each step."""
        line = Line(queue, channel, units, (wants,))
        relaxed = tuple((after_ms, Line(queue, channel, units, step)) for after_ms, step in steps)
        self.known_lines |= {line.id: line for line in (line, *(later for _, later in relaxed))}
        return line, relaxed

    def replan(self, changes: Sequence[tuple[Contact, int, Mapping[str, int], bool, int | bool | None]]) -> None:
        """Gives contacts other places where they are: of each the units, what it wants, whether it relaxes, and when
        overflow rules are to be checked.
        """
        asked = [self._other_place(*change) for change in changes]
        self.model.replans = {contact.id: wanted for (contact, *_), (_, wanted) in zip(changes, asked, strict=True)}
        new = {contact.id: replans.differences(contact, wanted) for contact, wanted in self._replanned(changes)}
        offers = {contact.id: contact.offer for contact, *_ in changes if "units" in new[contact.id]}
        reply = self.call("replan", json.dumps([call for call, _ in asked]), one_by_one=len(changes) == 1)
        assert reply["changed"] == sum(map(bool, new.values()))
        assert not any(new[contact] for contact in self.model.replans), f"journalled nothing: {self.model.replans}"
        for contact, wanted in self._replanned(changes):
            replans.time_overflow(contact, wanted.look_at)
        for contact, *_ in changes:
            assert offers.get(contact.id) is None or contact.offer != offers[contact.id], f"{contact} takes other units"

    def _replanned(self, changes: Sequence[Any]) -> list[tuple[Contact, replans.Replan]]:
        known = {contact.id: contact for contact, *_ in changes}
        return [(known[contact], wanted) for contact, wanted in self.model.replans.items()]

    def _other_place(
        self, contact: Contact, units: int, wants: Mapping[str, int], relaxes: bool, look_at: int | bool | None
    ) -> tuple[dict[str, Any], replans.Replan]:
        assert contact.place
        place, steps, due_at = contact.place, relaxation(wants) if relaxes else [], self.now + 30_000
        call = Placement(
            contact=contact.id,
            queue=contact.queue,
            channel=contact.channel,
            requirement=needed(wants),
            units=units,
            enqueued_at=place.enqueued_at,
            due_at=due_at,
            priority=0,
            rung=place.rung,
            clock_from=place.age,
            steps=[RelaxedStep(after_ms, [needed(wants) for wants in step]) for after_ms, step in steps],
            warm=contact.home is not None,
            transfer=f"transfer {place.rung}" if contact.home else None,
        ).arguments()
        line, lines = self.lines_of(contact.queue, contact.channel, units, wants, steps)
        other = Place(line, place.enqueued_at, due_at, place.age, place.rung, lines)
        return call | ({} if look_at is None else {"overflow_at": look_at}), replans.Replan(other, look_at)

    def call(self, function: str, *arguments: Any, one_by_one: bool = True, begun: bool = False) -> dict[str, Any]:
        """Runs a function and replays what it journalled."""
        if not begun:
            self.model.begin(self.now, one_by_one=one_by_one)
        self.latest = max(self.latest, self.now)
        command = uuid4().hex
        with self.client.pipeline(transaction=False) as pipeline:
            pipeline.fcall(*self._asking(command, function, *arguments))
            pipeline.xrange(f"{self.prefix}:journal", min=f"({self.read}" if self.read != "-" else "-")
            pipeline.zrange(f"{self.prefix}:timers", 0, -1, withscores=True)
            pipeline.smembers(f"{self.prefix}:lines")
            said, entries, timers, lines = pipeline.execute()
        reply: dict[str, Any] = json.loads(said)
        if not function.startswith(("configure", "mark", "set_open")):
            self.sent.append((command, function, arguments, reply))
        for entry_id, fields in entries:
            self.read = entry_id
            entry = json.loads(fields["entry"])
            self.told.append(entry["type"])
            self.model.replay(entry)
        self.model.now = self.now
        self.model.settle({name: int(due) for name, due in timers})
        self.model.lines = {line: self.known_lines[line] for line in lines}
        return reply

    def send(self, command: str, function: str, *arguments: Any) -> dict[str, Any]:
        reply: dict[str, Any] = json.loads(self.client.fcall(*self._asking(command, function, *arguments)))
        return reply

    def _asking(self, command: str, function: str, *arguments: Any) -> tuple[Any, ...]:
        return self.functions + function, 1, self.prefix, command, self.now, *arguments


def relaxation(wants: Mapping[str, int]) -> Steps:
    """Steps that lower, then widen to another queue's agents, then drop; none for a contact that wants nothing."""
    less = {skill: least - 1 for skill, least in wants.items() if least > 1}
    return [(10_000, (less,)), (17_000, (less, {"fraud": 2})), (25_000, ({},))] if wants else []


def needed(wants: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"skill": skill, "min": least} for skill, least in sorted(wants.items())]
