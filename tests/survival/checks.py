"""Plain checks of what clients saw against what the books say. They know the rules, and nothing of the code that keeps them.

Each yields one line for each violation; `verdict` sorts them into what is lost, doubled and illegal.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.survival.records import Books, Frame, Heard, Kept, Post, Room

FINAL = {"completed", "abandoned", "cancelled", "resolved"}
HELD = {"offered", "assigned", "wrapping_up"}
TAKEN_BACK = {"offer.declined": "queued", "offer.expired": "queued", "offer.revoked": "queued"}
LEADS = {
    "contact.queued": ({"accepted", "queued", "offered", "assigned"}, "queued"),
    "offer.created": ({"queued"}, "offered"),
    "offer.accepted": ({"offered"}, "assigned"),
    **{event: ({"offered"}, state) for event, state in TAKEN_BACK.items()},
    "contact.wrapping_up": ({"assigned"}, "wrapping_up"),
    "contact.completed": ({"assigned", "wrapping_up"}, "completed"),
    "contact.abandoned": ({"queued", "offered", "assigned"}, "abandoned"),
    "contact.cancelled": ({"queued", "offered", "assigned"}, "cancelled"),
}
"""From which states an entry of the journal may lead, and where to. All others leave the state as it was."""
BY_ITS_AGENT = {"offer.accepted", "contact.wrapping_up", "contact.completed"}
SILENT = {"agent.connected", "agent.lost", "agent.removed", "agent.set_aside", "agent.set_aside_ended"}
"""Entries of an agent that its desk is not told."""
MAYBE = {"offer.created"}
"""A desk is not shown an offer that was gone before it could be."""
TOLD_AS = {"offer.created": "offer.created", "offer.accepted": "assignment.started"}
FORGOTTEN_S = 1.5
"""What a live state that is emptied may take with it: what the ledger had not read yet, of this last time."""


@dataclass
class Verdict:
    """The violations, by kind."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    illegal: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether there is none."""
        return not (self.lost or self.doubled or self.illegal)


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a scenario may leave: contacts that wait, and, where the live state was lost at `forgot`, its last moments."""

    waiting: bool = False
    forgot: float | None = None


NOTHING = Allowed()


def verdict(
    posts: Iterable[Post],
    desks: Sequence[Heard],
    books: Books,
    room: Mapping[str, Room],
    units: Mapping[str, int],
    allowed: Allowed = NOTHING,
) -> Verdict:
    """All that is wrong with a scenario."""
    posts = list(posts)
    found = Verdict(lost=list(lost(posts, books)))
    found.doubled += [*twice(posts, books), *shown_twice(desks)]
    found.illegal += [
        *answers(posts),
        *refusals(desks),
        *states(books, allowed),
        *accounts(books, allowed),
        *replay(books.events, room, units),
        *gaps(desks, books.events, allowed),
        *undone(desks, books.events, allowed),
        *(f"reports: {line}" for line in books.reports),
    ]
    return found


def lost(posts: Iterable[Post], books: Books) -> Iterator[str]:
    """A contact that was answered with 201 is in the ledger."""
    yield from (
        f"contact {post.contact} was accepted and is not in the ledger"
        for post in posts
        if post.contact and post.contact not in books.ledger
    )


def twice(posts: Sequence[Post], books: Books) -> Iterator[str]:
    """What was sent once, however often it was repeated, is in the ledger once, under the id that was answered."""
    rows = Counter(kept.number for kept in books.ledger.values())
    yield from (f"number {number} is {times} contacts" for number, times in rows.items() if times > 1)
    known = {post.number for post in posts}
    yield from (f"contact {one} was posted by nobody" for one, kept in books.ledger.items() if kept.number not in known)
    for post in posts:
        yield from (f"number {post.number} was answered with {post.contact} and with {other}" for other in post.others)


def shown_twice(desks: Sequence[Heard]) -> Iterator[str]:
    """No assignment is started at two desks, and no frame is told twice in a chain."""
    at: dict[str, set[str]] = defaultdict(set)
    for desk in desks:
        for frame in desk.frames:
            if frame.type == "assignment.started":
                at[frame.data["assignment_id"]].add(desk.agent)
        told = Counter((frame.chain, frame.seq) for frame in desk.frames if frame.seq is not None)
        yield from (f"{desk.agent} was told {seq} {times} times" for (_, seq), times in told.items() if times > 1)
    yield from (f"{one} was started at {sorted(agents)}" for one, agents in at.items() if len(agents) > 1)


def answers(posts: Iterable[Post]) -> Iterator[str]:
    """201; or that the request is in flight, too much, or to be sent again later."""
    for post in posts:
        for status in sorted(set(post.statuses) - {201, 409, 429, 503}):
            yield f"number {post.number} was answered {status}"
        if post.answered is None and post.statuses and post.statuses[-1] == 201:
            yield f"number {post.number} was answered 201 without a contact"


def refusals(desks: Iterable[Heard]) -> Iterator[str]:
    """A handshake is refused with 503 only, and no socket is closed because the router failed."""
    for desk in desks:
        if desk.failures:
            yield f"{desk.agent}'s socket was closed with internal_error, {desk.failures} times"
        yield from (f"{desk.agent}'s handshake was answered {status}" for _, status in desk.refused if status != 503)


def states(books: Books, allowed: Allowed) -> Iterator[str]:
    """At rest a contact has ended; or it waits, where that is allowed."""
    legal = FINAL | ({"queued"} if allowed.waiting else set())
    yield from (
        f"contact {one} is {kept.state} at rest" for one, kept in books.ledger.items() if kept.state not in legal
    )


def accounts(books: Books, allowed: Allowed) -> Iterator[str]:
    """Journal, ledger, live state and offers say the same. Of what had ended, an emptied live state knows nothing."""
    tail = books.events[-len(books.journal) :] if books.journal else []
    if tail != books.journal:
        yield f"the ledger's last {len(tail)} events are not the journal's {len(books.journal)}"
    last = {event["contact"]: event for event in books.events if event.get("contact")}
    for one, kept in books.ledger.items():
        told = kept_by(last[one]) if one in last else None
        if told is None or _differ(told, kept):
            yield f"contact {one} is {kept} in the ledger, {told} by the journal"
        live = books.live.get(one)
        if live is None and kept.state in FINAL and allowed.forgot is not None:
            continue
        if live is None or _differ(live, kept):
            yield f"contact {one} is {kept} in the ledger, {live} in the live state"
    for agent, contacts in books.holds.items():
        yield from (f"{agent} still holds {one}" for one in contacts if books.ledger[one].state not in HELD)
    waiting = sum(kept.state == "queued" for kept in books.ledger.values())
    if books.waiting != waiting:
        yield f"{books.waiting} wait by the queues' counts, {waiting} by the ledger"
    yield from _offers(books)


def _offers(books: Books) -> Iterator[str]:
    told = Counter(event["type"] for event in books.events)
    fates = Counter(books.offers.values())
    if fates["accepted"] != told["offer.accepted"]:
        yield f"{fates['accepted']} offers are accepted in the ledger, {told['offer.accepted']} by the journal"
    if pending := [one for one, state in books.offers.items() if state == "pending"]:
        yield f"{len(pending)} offers are still pending, {pending[0]} for one"


def kept_by(event: Mapping[str, Any]) -> Kept:
    """Returns where an entry of the journal leaves its contact."""
    held = event["state"] in HELD | FINAL and bool(event.get("assignment") or event["state"] == "offered")
    return Kept(event["state"], (event.get("holder") or event.get("agent")) if held else None, event.get("assignment"))


def _differ(one: Kept, other: Kept) -> bool:
    """An offered contact's agent is with its offer; the ledger does not repeat it with the contact."""
    if one.state != other.state or one.assignment != other.assignment:
        return True
    return bool(one.assignment) and one.agent != other.agent


def replay(events: Iterable[Mapping[str, Any]], room: Mapping[str, Room], units: Mapping[str, int]) -> Iterator[str]:
    """The journal, entry by entry: each step is legal, one agent has a contact, and nobody has more than there is room."""
    where: dict[str, Kept] = {}
    holding: dict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
    for event in events:
        if not (contact := event.get("contact")):
            continue
        before, after = where.get(contact), kept_by(event)
        yield from _step(event, before, after)
        where[contact] = after
        if before and before.agent:
            holding[before.agent].pop(contact, None)
        if after.agent and after.state in HELD:
            holding[after.agent][contact] = units[event["queue"]], event["channel"]
            yield from _over(after.agent, holding[after.agent], room[after.agent])


def _step(event: Mapping[str, Any], before: Kept | None, after: Kept) -> Iterator[str]:
    was = before.state if before else "accepted"
    what = f"{event['type']} of {event['contact']}"
    if was in FINAL:
        yield f"{what} after it was {was}"
        return
    if event["type"] == "contact.restored":
        return
    allowed, to = LEADS.get(event["type"], ({was}, was))
    if was not in allowed or after.state != to:
        yield f"{what} led from {was} to {after.state}"
    if before and before.agent and event["type"] in BY_ITS_AGENT and after.agent != before.agent:
        yield f"{what} by {after.agent}, while {before.agent} had it"


def _over(agent: str, holds: Mapping[str, tuple[int, str]], room: Room) -> Iterator[str]:
    used = sum(units for units, _ in holds.values())
    if used > room.units:
        yield f"{agent} holds {used} of {room.units} units"
    for channel, number in Counter(channel for _, channel in holds.values()).items():
        if number > room.channels.get(channel, 0):
            yield f"{agent} holds {number} contacts of {channel}, of {room.channels.get(channel, 0)}"


def gaps(desks: Sequence[Heard], events: Sequence[Mapping[str, Any]], allowed: Allowed) -> Iterator[str]:
    """Within a chain a desk is told, in order, every entry of its agent that is to be told."""
    by_agent: dict[str, dict[int, Mapping[str, Any]]] = defaultdict(dict)
    for event in events:
        if event.get("agent") and event.get("seq"):
            by_agent[event["agent"]][int(event["seq"])] = event
    for desk in desks:
        chains: dict[int, list[Frame]] = defaultdict(list)
        for frame in desk.frames:
            chains[frame.chain].append(frame)
        for chain in chains.values():
            yield from _chain(desk.agent, chain, by_agent[desk.agent], allowed)


def _chain(
    agent: str, chain: Sequence[Frame], entries: Mapping[int, Mapping[str, Any]], allowed: Allowed
) -> Iterator[str]:
    told = [(frame.seq, frame) for frame in chain if frame.seq is not None and frame.type != "hello"]
    numbers = [seq for seq, _ in told]
    if numbers != sorted(numbers):
        yield f"{agent} was told out of order: {numbers}"
    begins = chain[0].data.get("resume") if chain and chain[0].type == "hello" else None
    if begins:
        first = int(begins)
    elif told:  # what it began with: the last of these has the number up to which all of it is told
        first, told = told[0][0], told[1:]
    else:
        return
    heard = {seq for seq, _ in told}
    for seq, frame in told:
        if seq not in entries:
            if not _forgotten(frame.at, allowed):
                yield f"{agent} was told {seq} ({frame.type}), which the ledger does not have"
        elif (expected := TOLD_AS.get(entries[seq]["type"])) and expected != frame.type:
            yield f"{agent} was told {seq} as {frame.type}, not {expected}"
    for seq, entry in entries.items():
        if first < seq <= max(heard, default=first) and seq not in heard and entry["type"] not in SILENT | MAYBE:
            yield f"{agent} was not told {seq} ({entry['type']})"


def undone(desks: Sequence[Heard], events: Sequence[Mapping[str, Any]], allowed: Allowed) -> Iterator[str]:
    """An acceptance that was acknowledged has happened."""
    taken = {event["assignment"] for event in events if event["type"] == "offer.accepted"}
    for desk in desks:
        for assignment, at in desk.accepted.items():
            if assignment not in taken and not _forgotten(at, allowed):
                yield f"{desk.agent}'s acceptance {assignment} was acknowledged and did not happen"


def _forgotten(at: float, allowed: Allowed) -> bool:
    return allowed.forgot is not None and allowed.forgot - FORGOTTEN_S <= at <= allowed.forgot + FORGOTTEN_S
