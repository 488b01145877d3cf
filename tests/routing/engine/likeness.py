"""What the live state holds, and what it should hold by the model, under the same names."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import pytest

from mci_router.routing.engine.queues import signature
from tests.routing.engine.facts import PARKED, Agent, Contact
from tests.routing.engine.model import FINAL, HELD, Model

LEVEL = 2**42
READ = """
local function reply_to(command)
  if command[1] ~= 'UNPACKED' then
    return redis.call(unpack(command))
  end
  local packed = redis.call('HGET', command[2], command[3])
  return packed and cmsgpack.unpack(packed)
end

local replies = {}
for i, command in ipairs(cjson.decode(ARGV[1])) do
  replies[i] = reply_to(command)
end
return cjson.encode(replies)
"""
AWAY = FINAL | {"automating", "posted"}
"""Not with people, nor on the way to them."""
STAY = (
    *("entered_at", "waits_since", "segment_waited", "queue_waited", "held", "held_since", "parked", "parked_since"),
    *("awaited", "awaited_since"),
)
BESIDE = ("entered_at", "waits_since", "queue_waited")
WITH_AGENT = ("assigned", "wrapping_up", PARKED)
NOT_COMPARED = ("lease:", "line:", "reserve:", "aside:")
"""Timers that are not: they only say when to look again."""


def expected(model: Model, channels: Iterable[str]) -> dict[str, Any]:
    """The live state as the model has it."""
    agents, contacts = model.agents.values(), model.contacts.values()
    places = {agent.name: _places(model, agent) for agent in agents}
    marks = {agent.name: mark_of(agent) for agent in agents}
    state: dict[str, Any] = {
        "timers": _timers(model),
        "beside": {contact.id for contact in contacts if contact.home},
        "leases": {agent.name for agent in agents if agent.reachable},
        "agents": set(model.agents),
        "presence": Counter(agent.standing for agent in agents),
        "offers": model.offers,
        "signatures": set(marks.values()),
        "live_load": Counter(marks[agent.name] for agent in agents for share in agent.shares.values() if share.live),
        "heads": {},
    }
    for contact in sorted(model.waiting.values(), key=lambda contact: contact.age):
        if contact.held_for is None and model.queues[contact.queue].is_open:
            state["heads"].setdefault(contact.line.id, contact.age)
    for queue, known in model.queues.items():
        state[f"handled in {queue}"] = (known.handled, pytest.approx(known.handle, abs=0.01))
        waiting = [contact for contact in model.waiting.values() if contact.queue == queue]
        state[f"waiting in {queue}"] = len(waiting)
        state[f"due in {queue}"] = {contact.id: contact.place.due_at for contact in waiting if contact.place}
        state[f"waits in {queue}"] = {
            contact.id: _waits_from(contact) for contact in waiting if contact.state == "queued"
        }
        placed = [
            contact
            for contact in contacts
            if contact.place and contact.state not in FINAL and contact.state in HELD | {"queued", PARKED}
        ]
        beside = [contact for contact in placed if contact.home]
        state[f"open in {queue}"] = sum(contact.own_line.queue == queue for contact in placed) + sum(
            contact.queue == queue for contact in beside
        )
    for line in model.lines.values():
        state[f"line {line.id}"] = {contact.id: contact.age for contact in model.in_line(line)}
        if state[f"line {line.id}"]:
            state[f"able for {line.id}"] = {marks[agent.name] for agent in agents if line.served_by(agent)}
    for place in _kinds(model, channels):
        if _is_counted(place):
            state[f"standing {place}"] = Counter(marks[name] for name, at in places.items() if place in at)
    for mark in state["signatures"]:
        for place in _kinds(model, channels):
            if place != "staffed":
                found = {name: at[place] for name, at in places.items() if place in at and marks[name] == mark}
                state[f"{place} {mark}"] = found
    state |= {contact.id: _contact(contact, model) for contact in contacts}
    for agent in agents:
        state[agent.name] = _agent(model, agent, channels)
        state[f"contacts of {agent.name}"] = set(agent.shares)
        state[f"declined by {agent.name}"] = {
            contact: due for (contact, name), due in model.declined.items() if name == agent.name
        }
        state[f"joined by {agent.name}"] = {one.id for one in contacts if agent.name in one.joined}
        state[f"parked by {agent.name}"] = {one.id for one in model.in_state(PARKED) if one.agent == agent.name}
        state[f"held for {agent.name}"] = {contact.id: contact.age for contact in model.held_for(agent)}
    return state


def live(client: Any, prefix: str, model: Model, channels: Iterable[str]) -> dict[str, Any]:
    """All that the live state holds, under the names of `expected`, read in one go."""
    asked: dict[str, tuple[list[str], Callable[[Any], Any]]] = {}

    def ask(name: str, read: Callable[[Any], Any], command: str, key: str, *arguments: str) -> None:
        asked[name] = ([command, f"{prefix}:{key}", *arguments], read)

    def ask_scores(name: str, key: str, read: Callable[[Any], Any] | None = None) -> None:
        ask(name, read or numbers, "ZRANGE", key, "0", "-1", "WITHSCORES")

    ask_scores("timers", "timers")
    ask("agents", set, "SMEMBERS", "agents")
    ask("beside", set, "SMEMBERS", "beside")
    for name in ("presence", "offers", "live_load"):
        ask(name, counter, "HGETALL", name)
    ask("signatures", set, "SMEMBERS", "signatures")
    ask_scores("heads", "heads")
    for queue, known in model.queues.items():
        at_first = [0, 0, 0, known.settings["handle_ms"], 0]
        ask(f"handled in {queue}", partial(_handled, at_first), "UNPACKED", "performance", queue)
        for what in ("waiting", "open"):
            ask(f"{what} in {queue}", lambda number: int(number or 0), "HGET", f"queue:{queue}", what)
        for index in ("due", "waits"):
            ask_scores(f"{index} in {queue}", f"{index}:{queue}")
    for line in model.lines:
        ask_scores(f"line {line}", f"line:{line}")
        ask(f"able for {line}", set, "SMEMBERS", f"line_signatures:{line}")
    marks = {mark_of(agent) for agent in model.agents.values()}
    for place in _kinds(model, channels):
        if _is_counted(place):
            ask_scores(f"standing {place}", f"standing:{place}", counter)
        kind, _, channel = place.partition(":")
        for mark in marks:
            ask_scores(f"{place} {mark}", f"{kind}:{mark}:{channel}" if channel else f"{kind}:{mark}")
    for contact in model.contacts:
        ask(contact, contact_record, "HGETALL", f"contact:{contact}")
    for name in model.agents:
        ask(name, lambda record: agent_record(record, channels), "HGETALL", f"agent:{name}")
        ask(f"contacts of {name}", set, "SMEMBERS", f"agent_contacts:{name}")
        ask(f"declined by {name}", numbers, "HGETALL", f"declined:{name}")
        ask(f"joined by {name}", set, "SMEMBERS", f"joined:{name}")
        ask(f"parked by {name}", set, "SMEMBERS", f"parked:{name}")
        ask_scores(f"held for {name}", f"held:{name}")
    replies = json.loads(client.eval(READ, 0, json.dumps([command for command, _ in asked.values()])))
    found = {name: read(reply) for (name, (_, read)), reply in zip(asked.items(), replies, strict=True)}
    found["leases"] = {name.removeprefix("lease:") for name in found["timers"] if name.startswith("lease:")}
    found["reserves"] = {
        name.removeprefix("reserve:"): due for name, due in found["timers"].items() if name.startswith("reserve:")
    }
    for queue in model.queues:  # one that is served while it waits for another agent has no clock
        found[f"waits in {queue}"] = {
            name: since for name, since in found[f"waits in {queue}"].items() if model.contacts[name].state == "queued"
        }
    found["timers"] = {name: due for name, due in found["timers"].items() if not name.startswith(NOT_COMPARED)}
    return found


def _handled(at_first: list[float], performance: list[float] | None) -> tuple[float, float]:
    """How many contacts of a queue were handled, and their mean time in ms."""
    *_, mean, number = (performance or at_first)[:5]
    return number, mean


def _kinds(model: Model, channels: Iterable[str]) -> list[str]:
    limited = sorted({queue for agent in model.agents.values() for queue in agent.queues})
    busy = [f"{kind}:{channel}" for kind in ("busy", "interruptible") for channel in channels]
    of_queues = [f"{place}|{queue}" for place in busy for queue in limited]
    aside = [f"aside:{channel}" for channel in channels]
    return ["staffed", "idle", "turn", "engaged", *busy, *aside, *of_queues, *(f"engaged:{queue}" for queue in limited)]


def _is_counted(place: str) -> bool:
    return place != "turn" and not place.startswith("engaged") and "|" not in place


def mark_of(agent: Agent) -> str:
    return signature(agent.skills, agent.units, agent.channels, agent.queues)


def _waits_from(contact: Contact) -> int:
    stay = contact.stay
    assert stay
    assert stay.waits_since is not None
    return stay.waits_since - stay.closed_before - contact.waited


def _timers(model: Model) -> dict[str, int]:
    timers = {f"retry:{contact}:{agent}": due for (contact, agent), due in model.retries.items()}
    for agent in model.agents.values():
        if agent.grace_until is not None:
            timers[f"grace:{agent.name}"] = agent.grace_until
    for contact in model.contacts.values():
        if contact.offer:
            timers[f"offer:{contact.id}"] = contact.expires_at
        if contact.limit_at is not None:
            timers[f"rung:{contact.id}"] = contact.limit_at
        if contact.held_for:
            timers[f"held:{contact.id}"] = contact.held_until
        if contact.overflow_at is not None:
            timers[f"overflow:{contact.id}"] = contact.overflow_at
        if contact.relaxing and contact.relax_at is not None:
            timers[f"relax:{contact.id}"] = contact.relax_at
        if contact.invited:
            timers[f"invitation:{contact.id}"] = contact.invited_until
        if contact.inactive_at is not None:
            timers[f"inactivity:{contact.id}"] = contact.inactive_at
        if contact.state == "wrapping_up" and contact.wraps_up_until is not None:
            timers[f"wrap_up:{contact.id}"] = contact.wraps_up_until
    return timers


def _places(model: Model, agent: Agent) -> dict[str, int]:
    """The sets in which matching looks for an agent, with its place in each."""
    places = {"staffed": 0} if agent.signed_in else {}
    if not agent.works:
        return places
    if agent.aside:
        for channel in agent.channels:
            if agent.has_room(channel, 1, "", called_away=True):
                units = agent.units - agent.used + agent.pausable
                places[f"aside:{channel}"] = units * LEVEL + agent.idle_since
        return places
    if agent.shares:
        places["engaged"] = agent.free_at
        places |= {f"engaged:{queue}": agent.free_at for queue in agent.queues if agent.may_have_more_of(queue)}
    for channel in agent.channels:
        for queue in ("", *agent.queues):
            where = f"{channel}|{queue}" if queue else channel
            if not agent.is_idle and not agent.paused and agent.has_room(channel, 1, queue):
                places[f"busy:{where}"] = (agent.units - agent.used) * LEVEL + agent.idle_since
            if (agent.pausable or agent.paused) and agent.has_room(channel, 1, queue, called_away=True):
                free = agent.units - agent.used + agent.pausable
                places[f"interruptible:{where}"] = free * LEVEL + agent.idle_since
    if agent.is_idle:
        places["idle"] = agent.idle_since
        if model.settings["round_robin"]:
            places["turn"] = agent.turn_at
    return places


def _contact(contact: Contact, model: Model) -> dict[str, Any]:
    taken = [
        _taken(model, name, contact) for name in (contact.agent if contact.state in HELD else None, contact.second)
    ]
    return {
        "state": contact.state,
        "agent": contact.agent if contact.state in HELD | {PARKED} else None,
        "second": contact.second,
        "offer": contact.offer,
        "assignment": contact.assignment if contact.state in WITH_AGENT else None,
        "taken": taken,
        "line": contact.own_line.id if contact.place and contact.state not in AWAY else None,
        "step": (contact.home[2] if contact.home else contact.step)
        if contact.place and contact.state not in AWAY
        else None,
        "beside": [contact.line.id, contact.step, *(getattr(contact.beside, name) or 0 for name in BESIDE)]
        if contact.home
        else None,
        "joined": contact.joined,
        "invited": contact.invited,
        "transfer": contact.transfer,
        "held_for": contact.held_for,
        "callback": contact.callback,
        "agent_lost": contact.agent_lost,
        "asking": contact.asking,
        "segment": contact.segments,
        "stay": [getattr(contact.stay, name) or 0 for name in STAY]
        if contact.stay and contact.state not in AWAY
        else 0,
        "waited": contact.waited,
    }


def _taken(model: Model, name: str | None, contact: Contact) -> str | None:
    share = model.agents[name].shares[contact.id] if name in model.agents else None
    return f"{share.units}:{'live' if share.live else ''}" if share else None


def contact_record(reply: list[str]) -> dict[str, Any]:
    live = pairs(reply)
    held, open_ = live["state"] in HELD | {PARKED}, live["state"] not in AWAY
    return {
        "state": live["state"],
        "agent": live.get("agent") if held else None,
        "second": live.get("second"),
        "offer": live.get("offer"),
        "assignment": live.get("assignment") if live["state"] in WITH_AGENT else None,
        "taken": [live.get("taken"), live.get("second_taken")],
        "line": live.get("line") if open_ else None,
        "step": int(live["step"]) if open_ and "step" in live else None,
        "beside": [live["to_line"], int(live["to_step"]), *(int(live.get(f"to_{name}", 0)) for name in BESIDE)]
        if "to_line" in live
        else None,
        "joined": {
            name[7:-5]: role for name, role in live.items() if name.startswith("joined:") and name[-5:] == ":role"
        },
        "invited": live.get("invited"),
        "transfer": live.get("transfer"),
        "held_for": live.get("held_for"),
        "callback": "callback" in live,
        "agent_lost": "agent_lost" in live,
        "asking": "asking" in live,
        "segment": int(live.get("segment", 0)),
        "stay": [int(live.get(name, 0)) for name in STAY] if open_ else 0,
        "waited": int(live.get("waited", 0)),
    }


def _agent(model: Model, agent: Agent, channels: Iterable[str]) -> dict[str, Any]:
    return {
        "wants": agent.wants,
        "reachable": agent.reachable,
        "suspended": agent.suspended,
        "used": agent.used,
        "live": sum(share.live for share in agent.shares.values()),
        "pausable": agent.pausable,
        "paused_contacts": agent.paused,
        "held_contacts": len(model.held_for(agent)),
        "declines": sum(name == agent.name for _, name in model.declined),
        "on": [agent.used_on(channel) for channel in channels],
        "of": dict(Counter(share.queue for share in agent.shares.values())),
        "idle_since": agent.idle_since,
        "turn_at": agent.turn_at,
        "seq": agent.seq,
        "aside": agent.aside,
    }


def agent_record(reply: list[str], channels: Iterable[str]) -> dict[str, Any]:
    live = pairs(reply)
    counts = ("used", "pausable", "paused_contacts", "held_contacts", "declines", "idle_since", "turn_at", "seq")
    return {
        "wants": live.get("wants"),
        "reachable": live.get("reachable") == "1",
        "aside": live.get("aside"),
        "live": int(live.get("live", 0)),
        "suspended": live.get("suspended") == "1",
        "on": [int(live.get(f"used:{channel}", 0)) for channel in channels],
        "of": {name[3:]: int(number) for name, number in live.items() if name.startswith("of:")},
        **{name: int(live[name]) for name in counts if name in live},
    }


def pairs(reply: list[str]) -> dict[str, str]:
    return dict(zip(reply[::2], reply[1::2], strict=True)) if reply else {}


def numbers(reply: list[str]) -> dict[str, int]:
    return {name: int(number) for name, number in pairs(reply).items()}


def counter(reply: list[str]) -> Counter[str]:
    return Counter(numbers(reply))
