"""The real functions in random order and virtual time, against a plain model, with the invariants checked after every step."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from redis import Redis

from mci_router.embedded import Servers
from mci_router.routing.engine import prefix
from mci_router.routing.library import library
from mci_router.routing.standing import Placement
from tests.routing.model import FINAL, HELD, Contact, Model
from tests.support.live import LEASE_S, REOFFER_DELAY_S, START_MS, contact_id

LEASE_MS, DELAY_MS, RUNG_RETRY_MS = LEASE_S * 1000, REOFFER_DELAY_S * 1000, 5_000
LEVEL = 2**42
CHANNELS = ("voice", "chat")
UNITS = {"phone": 3, "desk": 1, "fraud_desk": 2}
OFFER_TIMEOUT_MS = {"phone": 40_000, "desk": 18_000, "fraud_desk": 20_000}
WRAP_UP_MS = {"phone": 0, "desk": 10_000, "fraud_desk": 5_000}
AGENTS = ("ann", "bob", "cid", "dee")

pick = st.integers(0, 1_000)
skills = st.dictionaries(st.sampled_from(["billing", "fraud"]), st.integers(1, 3))
needs: st.SearchStrategy[dict[str, int]] = st.one_of(st.just({}), st.just({"billing": 2}), skills)
limits = st.dictionaries(st.sampled_from(CHANNELS), st.integers(1, 3), min_size=1)


class Life(RuleBasedStateMachine):
    """A contact centre's life. `functions` is what the library under test calls its functions with."""

    client: Any
    functions = ""

    def __init__(self) -> None:
        super().__init__()
        self.prefix = prefix(f"wsp_{uuid4().hex}")
        self.now = START_MS
        self.model = Model(DELAY_MS)
        self.read = "-"
        self.revision = 0
        self.limits: dict[str, int] = {}
        self.rungs: Counter[str] = Counter()
        self.retries: dict[tuple[str, str], int] = {}
        self.signatures: set[str] = set()
        self.requirements: dict[str, Mapping[str, int]] = {}
        self.last: tuple[str, str, tuple[Any, ...], dict[str, Any]] | None = None

    def teardown(self) -> None:
        if keys := list(self.client.scan_iter(f"{self.prefix}:*", count=1000)):
            self.client.unlink(*keys)

    # What happens

    @initialize(able=st.tuples(skills, skills, st.just({"billing": 3, "fraud": 3})))
    def open_for_business(self, able: tuple[Mapping[str, int], ...]) -> None:
        for queue in UNITS:
            self.call("configure_queue", queue, 1, OFFER_TIMEOUT_MS[queue], WRAP_UP_MS[queue])
        self.call("mark_built", 1, 5_000)
        for name, has in zip(AGENTS, able, strict=False):
            self.now += 1_000
            self.configure_agent(name, has, 4, {"voice": 1, "chat": 3})
            self.connect(name)
            self.set_presence(name, "available")

    @rule(
        queue=st.sampled_from(sorted(UNITS)),
        channel=st.sampled_from(CHANNELS),
        wants=needs,
        waited_s=st.lists(st.integers(0, 60), min_size=1, max_size=3),
        priority=st.sampled_from([0, 0, 1]),
    )
    def enqueue(self, queue: str, channel: str, wants: Mapping[str, int], waited_s: list[int], priority: int) -> None:
        for waited in waited_s:
            contact = Contact(contact_id(len(self.model.contacts)), channel)
            self.place(contact, queue, wants, self.now - waited * 1000, priority)

    @rule(limit_s=st.integers(1, 40))
    def hold(self, limit_s: int) -> None:
        contact = Contact(contact_id(len(self.model.contacts)), "chat")
        self.model.contacts[contact.id] = contact
        self.limits[contact.id] = self.now + limit_s * 1000
        wanted = {"id": contact.id, "channel": "chat", "outcome": "automation", "state": "automating", "rung": 0}
        assert self.call("hold", json.dumps(wanted | {"limit_at": self.limits[contact.id]}))["status"] == "ok"

    @precondition(lambda self: self.model.in_state("automating"))
    @rule(which=pick, queue=st.sampled_from(sorted(UNITS)), wants=needs)
    def move_on(self, which: int, queue: str, wants: Mapping[str, int]) -> None:
        contact = self.one(which, "automating")
        del self.limits[contact.id]
        self.place(contact, queue, wants, self.now, 0)

    @precondition(lambda self: self.model.in_state("queued", "offered", "assigned"))
    @rule(which=pick, queue=st.sampled_from(sorted(UNITS)), wants=needs)
    def escalate(self, which: int, queue: str, wants: Mapping[str, int]) -> None:
        contact = self.one(which, "queued", "offered", "assigned")
        self.place(contact, queue, wants, self.now - 30_000, 0)

    @precondition(lambda self: self.model.in_state("offered"))
    @rule(which=pick)
    def accept(self, which: int) -> None:
        """One offer, or every one but one."""
        one = self.one(which, "offered")
        for contact in [one] if which % 2 else [contact for contact in self.model.in_state("offered") if contact is not one]:
            assert self.call("accept", contact.agent, contact.offer, contact.id)["state"] == "assigned"

    @precondition(lambda self: self.model.in_state("offered"))
    @rule(which=pick)
    def decline(self, which: int) -> None:
        contact = self.one(which, "offered")
        self.retries[contact.id, str(contact.agent)] = self.now + DELAY_MS
        assert self.call("decline", contact.agent, contact.offer, contact.id, "busy", DELAY_MS)["status"] == "ok"

    @precondition(lambda self: self.model.in_state("offered"))
    @rule(which=pick, agent=st.sampled_from(AGENTS), word=st.sampled_from(["accept", "decline"]))
    def answer_for_another(self, which: int, agent: str, word: str) -> None:
        contact = self.one(which, "offered")
        if agent != contact.agent:
            more = ("", DELAY_MS) if word == "decline" else ()
            assert self.call(word, agent, contact.offer, contact.id, *more)["status"] == "gone"

    @precondition(lambda self: self.model.in_state("assigned"))
    @rule(which=pick)
    def complete(self, which: int) -> None:
        contact = self.one(which, "assigned")
        state = "wrapping_up" if WRAP_UP_MS[contact.queue] else "completed"
        assert self.call("complete", contact.agent, contact.assignment, contact.id, "solved", "")["state"] == state

    @precondition(lambda self: self.model.in_state("wrapping_up"))
    @rule(which=pick)
    def end_wrap_up(self, which: int) -> None:
        contact = self.one(which, "wrapping_up")
        assert self.call("end_wrap_up", contact.agent, contact.assignment, contact.id)["state"] == "completed"

    @precondition(lambda self: self.model.contacts)
    @rule(which=pick, state=st.sampled_from(["abandoned", "cancelled", "resolved"]))
    def close(self, which: int, state: str) -> None:
        contact = list(self.model.contacts.values())[which % len(self.model.contacts)]
        ended = contact.state in FINAL
        self.limits.pop(contact.id, None)
        assert self.call("close", contact.id, state, "left", "")["status"] == ("closed" if ended else "ok")

    @rule(agents=st.sets(st.sampled_from(AGENTS), min_size=1))
    def come_to_work(self, agents: set[str]) -> None:
        for agent in sorted(agents):
            self.connect(agent)
            self.set_presence(agent, "available")

    @rule(agent=st.sampled_from(AGENTS), presence=st.sampled_from(["away", "offline"]))
    def leave(self, agent: str, presence: str) -> None:
        self.set_presence(agent, presence)

    @rule(agent=st.sampled_from(AGENTS), able=skills, units=st.integers(1, 6), channels=limits)
    def configure_agent(self, agent: str, able: Mapping[str, int], units: int, channels: Mapping[str, int]) -> None:
        self.model.configure(agent, able, units, channels, self.now)
        self.revision += 1
        self.signatures.add(signature(able))
        given = (signature(able), json.dumps(able), units, json.dumps(channels))
        assert self.call("configure_agent", agent, self.revision, *given)["status"] == "ok"

    @rule(agent=st.sampled_from(AGENTS))
    def remove_agent(self, agent: str) -> None:
        known = self.model.agents.get(agent)
        busy = known and any(contact.state != "offered" for contact in self.model.held(known))
        assert self.call("remove_agent", agent)["status"] == ("busy" if busy else "ok")

    @rule(seconds=st.sampled_from([1, 1, 5, 5, 12, 31]), silent=st.sampled_from(["", "", *AGENTS]), limit=st.sampled_from([1, 3, 200]))
    def time_passes(self, seconds: int, silent: str, limit: int) -> None:
        """Desks renew their leases but for a silent one, and what is due fires, in portions."""
        self.now += seconds * 1000
        for name, agent in self.model.agents.items():
            if agent.reachable and name != silent:
                assert self.call("renew_lease", name, f"desk of {name}", LEASE_MS)["status"] == "ok"
        fired = limit
        while fired == limit:
            reply = self.call("fire_timers", limit, DELAY_MS)
            fired = reply["fired"]
            for contact in reply.get("rungs", []):
                assert self.limits[contact] <= self.now
                self.limits[contact] = self.now + RUNG_RETRY_MS
        self.retries |= {pair: until for pair, until in self.model.declined.items() if until > self.now}
        for pending in (self.model.declined, self.retries):
            for pair in [pair for pair, until in pending.items() if until <= self.now]:
                del pending[pair]
        assert all(at > self.now for at in self.limits.values())

    @precondition(lambda self: self.model.in_state("offered"))
    @rule(which=pick)
    def a_desk_with_an_offer_falls_silent(self, which: int) -> None:
        self.time_passes(LEASE_S + 1, str(self.one(which, "offered").agent), 200)

    @rule()
    def a_night_passes(self) -> None:
        """Long enough for lines that nobody stands in to be forgotten."""
        self.time_passes(8_000, "", 200)

    @precondition(lambda self: self.last)
    @rule()
    def send_the_last_command_again(self) -> None:
        assert self.last
        command, function, arguments, reply = self.last
        assert self.send(command, function, *arguments) == reply
        assert self.client.xrange(f"{self.prefix}:journal", min=f"({self.read}") == [], "a command sent again did something"

    # What must be true

    @invariant()
    def nobody_waits_in_vain(self) -> None:
        assert not list(self.model.waiting_in_vain())

    @invariant()
    def offers_are_with_agents_who_work(self) -> None:
        assert all(self.model.agents[str(contact.agent)].standing == "available" for contact in self.model.in_state("offered"))

    @invariant()
    def the_live_state_is_what_the_journal_tells(self) -> None:
        live, expected = self.live(), self.expected()
        different = [name for name in expected if live[name] != expected[name]]
        assert {name: live[name] for name in different} == {name: expected[name] for name in different}

    def expected(self) -> dict[str, Any]:
        model = self.model
        timers: dict[str, int] = {f"rung:{contact}": at for contact, at in self.limits.items()}
        timers |= {f"offer:{c.id}": c.since + OFFER_TIMEOUT_MS[c.queue] for c in model.in_state("offered")}
        timers |= {f"wrap_up:{c.id}": c.since + WRAP_UP_MS[c.queue] for c in model.in_state("wrapping_up")}
        timers |= {f"retry:{contact}:{agent}": until for (contact, agent), until in self.retries.items()}
        expected: dict[str, Any] = {
            "timers": timers,
            "leases": {name for name, agent in model.agents.items() if agent.reachable},
            "open": {c.id for c in model.contacts.values() if c.state not in FINAL},
            "agents": set(model.agents),
            "presence": Counter(agent.standing for agent in model.agents.values()),
            "offers": model.offers,
            "waiting": {c.line for c in model.in_state("queued")},
            "signatures": {signature(agent.skills) for agent in model.agents.values()},
        }
        for queue in UNITS:
            expected[f"waiting in {queue}"] = sum(c.queue == queue for c in model.in_state("queued"))
        for line, wants in self.requirements.items():
            expected[f"line {line}"] = {c.id: c.age for c in model.in_state("queued") if c.line == line}
            able = {signature(a.skills) for a in model.agents.values() if all(a.skills.get(s, 0) >= m for s, m in wants.items())}
            if expected[f"line {line}"]:
                expected[f"able for {line}"] = able
        for mark in self.signatures:
            for channel in CHANNELS:
                for place in ("busy", "idle"):
                    expected[f"{place} {mark} {channel}"] = {
                        name: (agent.units - model.used(agent)) * LEVEL + agent.idle_since
                        for name, agent in model.agents.items()
                        if signature(agent.skills) == mark
                        and agent.standing == "available"
                        and (place == "busy") == (model.used(agent) > 0)
                        and model.has_room(agent, channel, 1)
                    }
        for contact in model.contacts.values():
            assignment = contact.assignment if contact.state != "new" else None
            holder = contact.agent if contact.state in HELD else None
            expected[contact.id] = (contact.state, holder, contact.offer, assignment)
        for name in AGENTS:
            expected[f"contacts of {name}"] = {c.id for c in model.contacts.values() if c.agent == name and c.state in HELD}
            expected[f"declined by {name}"] = {contact: until for (contact, agent), until in model.declined.items() if agent == name}
        for name, agent in model.agents.items():
            on = [model.used_on(agent, channel) for channel in CHANNELS]
            expected[name] = (agent.wants, agent.reachable, model.used(agent), *on, agent.idle_since, agent.seq)
        return expected

    def live(self) -> dict[str, Any]:
        """All that the live state holds, under the names of `expected`."""
        pipeline = self.client.pipeline(transaction=False)
        asked: list[tuple[str, Callable[[Any], Any]]] = []

        def ask(name: str, read: Callable[[Any], Any], command: str, key: str, *arguments: Any, **options: Any) -> None:
            getattr(pipeline, command)(f"{self.prefix}:{key}", *arguments, **options)
            asked.append((name, read))

        def ask_scores(name: str, key: str) -> None:
            ask(name, scores, "zrange", key, 0, -1, withscores=True)

        ask_scores("timers", "timers")
        ask("open", set, "smembers", "open")
        ask("agents", set, "smembers", "agents")
        ask("presence", counter, "hgetall", "presence")
        ask("offers", counter, "hgetall", "offers")
        ask("waiting", set, "smembers", "waiting")
        ask("signatures", set, "hgetall", "signatures")
        for queue in UNITS:
            ask(f"waiting in {queue}", lambda number: int(number or 0), "hget", f"queue:{queue}", "waiting")
        for line in self.requirements:
            ask_scores(f"line {line}", f"line:{line}")
            ask(f"able for {line}", set, "smembers", f"line_signatures:{line}")
        for mark in self.signatures:
            for channel in CHANNELS:
                for place in ("busy", "idle"):
                    ask_scores(f"{place} {mark} {channel}", f"{place}:{mark}:{channel}")
        for contact in self.model.contacts:
            ask(contact, contact_standing, "hgetall", f"contact:{contact}")
        for name in AGENTS:
            ask(f"contacts of {name}", set, "smembers", f"agent_contacts:{name}")
            ask(f"declined by {name}", numbers, "hgetall", f"declined:{name}")
        for name in self.model.agents:
            ask(name, agent_standing, "hgetall", f"agent:{name}")
        live = {name: read(reply) for (name, read), reply in zip(asked, pipeline.execute(), strict=True)}
        live["leases"] = {name.removeprefix("lease:") for name in live["timers"] if name.startswith("lease:")}
        live["timers"] = {name: at for name, at in live["timers"].items() if not name.startswith(("lease:", "line:"))}
        return live

    # Calling

    def set_presence(self, agent: str, presence: str) -> None:
        known = agent in self.model.agents
        assert self.call("set_presence", agent, presence, "")["status"] == ("ok" if known else "unknown")

    def connect(self, agent: str) -> None:
        known = agent in self.model.agents
        assert self.call("connect", agent, f"desk of {agent}", LEASE_MS)["status"] == ("ok" if known else "unknown")

    def place(self, contact: Contact, queue: str, wants: Mapping[str, int], enqueued_at: int, priority: int) -> None:
        self.rungs[contact.id] += 1
        placement = Placement(
            contact=contact.id,
            queue=queue,
            channel=contact.channel,
            requirement=[{"skill": skill, "min": level} for skill, level in sorted(wants.items())],
            units=UNITS[queue],
            enqueued_at=enqueued_at,
            due_at=enqueued_at + 20_000,
            priority=priority,
            rung=self.rungs[contact.id],
        ).arguments()
        contact.queue, contact.wants, contact.units = queue, wants, UNITS[queue]
        contact.line, contact.age = placement["line"], enqueued_at - priority * 60_000
        self.model.contacts[contact.id] = contact
        self.requirements[contact.line] = wants
        assert self.call("enqueue", json.dumps(placement))["status"] == "ok"
        assert self.call("enqueue", json.dumps(placement))["status"] == "known"

    def one(self, which: int, *states: str) -> Contact:
        contacts = self.model.in_state(*states)
        return contacts[which % len(contacts)]

    def call(self, function: str, *arguments: Any) -> dict[str, Any]:
        """Runs a function and replays what it journalled."""
        command = uuid4().hex
        reply = self.send(command, function, *arguments)
        self.last = None if function.startswith(("configure", "mark")) else (command, function, arguments, reply)
        for entry_id, fields in self.client.xrange(f"{self.prefix}:journal", min=f"({self.read}" if self.read != "-" else "-"):
            self.read = entry_id
            self.model.replay(json.loads(fields["entry"]))
        return reply

    def send(self, command: str, function: str, *arguments: Any) -> dict[str, Any]:
        reply: dict[str, Any] = json.loads(self.client.fcall(self.functions + function, 1, self.prefix, command, self.now, *arguments))
        return reply


def signature(able: Mapping[str, int]) -> str:
    return ",".join(f"{skill}:{level}" for skill, level in sorted(able.items()))


def scores(reply: list[Any]) -> dict[str, int]:
    return {name: int(score) for name, score in reply}


def counter(reply: Mapping[str, str]) -> Counter[str]:
    return Counter(numbers(reply))


def numbers(reply: Mapping[str, str]) -> dict[str, int]:
    return {name: int(value) for name, value in reply.items()}


def contact_standing(live: Mapping[str, str]) -> tuple[str | None, ...]:
    holder = live.get("agent") if live["state"] in HELD else None
    return live["state"], holder, live.get("offer"), live.get("assignment")


def agent_standing(live: Mapping[str, str]) -> tuple[Any, ...]:
    on = [int(live.get(f"used:{channel}", 0)) for channel in CHANNELS]
    return live["wants"], live["reachable"] == "1", int(live["used"]), *on, int(live["idle_since"]), int(live["seq"])


# The tests

# A failure is told by the steps that led to it. Add Phase.shrink to have them made fewer, which takes minutes.
THOROUGH = settings(
    max_examples=50,
    stateful_step_count=50,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def client(servers: Servers) -> Iterator[Any]:
    client: Any = Redis.from_url(servers.redis_url, decode_responses=True)
    client.function_load(library(), replace=True)
    yield client
    client.close()


def test_no_order_of_commands_breaks_an_invariant(client: Any) -> None:
    """One offer or assignment a contact, nobody over capacity, nobody unable, nobody idle in vain, and the journal tells all."""
    run_state_machine_as_test(type("Live", (Life,), {"client": client}), settings=THOROUGH)


BREAKS = {
    "units without bound": (" and tonumber(agent.used) + units <= tonumber(agent.units)", ""),
    "channels without bound": ("tonumber(agent['used:' .. channel] or 0) < limit and ", ""),
    "any proficiency will do": ("(skills[want.skill] or 0) < want.min", "not skills[want.skill]"),
    "freed capacity forgotten": ("  if agent then\n    match_agent(w, agent)\n  end\nend\n", "end\n"),
    "new agents see no line": ("in pairs(read_hash(key(w, 'lines'))) do", "in pairs({}) do"),
    "offered again at once": ("redis.call('HEXISTS', declined, heads[i]) == 0", "true"),
    "never offered again": ("redis.call('HDEL', declined_key(w, agent_name), id)", ""),
    "youngest first": ("redis.call('ZRANGE', key(w, 'line', line), 0", "redis.call('ZREVRANGE', key(w, 'line', line), 0"),
    "shortest idle first": ("(score < best_score or", "(not best or score > best_score or"),
    "channel use never given back": ("+ sign,\n    idle_since", "+ 1,\n    idle_since"),
    "a foreign agent accepts": ("if not contact or contact.agent ~= agent then\n    return say('gone')\n  end\n  local", "local"),
    "a lost agent keeps offers": ("revoke_offers(w, agent, 'agent_lost')", ""),
    "the age is lost": ("contact.age, contact.id)", "w.now, contact.id)"),
    "a queue miscounts": ("count(w, 'queue:' .. contact.queue, 'waiting', -1)", ""),
    "the offer's timer stays": ("clear_timer(w, 'offer', id)", ""),
    "silence in the journal": ("append(w, { type = 'agent.lost', agent = agent.name })", ""),
    "commands are not remembered": ("redis.call('SET', memory, reply, 'PX', COMMAND_MEMORY_MS)", ""),
}


@pytest.mark.parametrize("rule_broken", BREAKS)
def test_a_broken_function_is_found_out(client: Any, rule_broken: str) -> None:
    """The same run on a library with one rule taken out fails: the invariants do look."""
    sound, broken = BREAKS[rule_broken]
    source = library()
    assert source.count(sound) == 1
    source = source.replace(sound, broken).replace("name=mci_router", "name=broken")
    source = source.replace("register_function(name", "register_function('broken_' .. name")
    client.function_load(source, replace=True)
    broken_life = type("Broken", (Life,), {"client": client, "functions": "broken_"})
    with pytest.raises(AssertionError):
        run_state_machine_as_test(broken_life, settings=settings(THOROUGH, max_examples=600))
