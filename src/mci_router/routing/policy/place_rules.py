"""Place rules: which parts of a configuration decide a contact's place in line, and whom a change concerns. Pure."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import blake2s
from typing import Any

from mci_router.specs.queues import QueueSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value

EVERYTHING = "*"
QUEUE, OVERFLOW, HELD, TOPIC, LANGUAGE = "queue", "overflow", "held", "topic", "language"


@value
class Concerned:
    """The contacts whose places a change may concern: by queue, topic or language.

    `all`: every contact, for it is not known what has changed. `looks` are the queues whose overflow rules are to be
    checked again, of closed ones also what they say of closing time. `skills` are gone, and replaced by others.
    """

    queues: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    looks: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    all: bool = False

    def __bool__(self) -> bool:
        return self.all or any((self.queues, self.topics, self.languages, self.looks, self.skills))


def place_rules(snapshot: Snapshot) -> dict[str, str]:
    """Returns a fingerprint of each part of a configuration on which places depend, as `queue:desk`."""
    return {name: _fingerprint(rule) for name, rule in _rules(snapshot)}


def changed_rules(before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    """Returns the names of the rules that are not as before, with `EVERYTHING` if nothing is known of before."""
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    return changed if before else {*changed, EVERYTHING}


def concerned(changed: Collection[str], replaced: Iterable[str], closed: Collection[str]) -> Concerned:
    """Returns whom it concerns that these rules have changed, and that the skills `replaced` are gone, while those
    queues are `closed`.
    """

    def named(kind: str) -> frozenset[str]:
        return frozenset(name.partition(":")[2] for name in changed if name.startswith(f"{kind}:"))

    looks = named(OVERFLOW) | (named(HELD) & frozenset(closed))
    return Concerned(named(QUEUE), named(TOPIC), named(LANGUAGE), looks, frozenset(replaced), EVERYTHING in changed)


def sends_on(queue: QueueSpec) -> bool:
    """Returns whether a queue sends contacts elsewhere while it is closed, if that can take them."""
    return queue.hours is not None and queue.when_closed.action in ("queue", "community")


def _rules(snapshot: Snapshot) -> Iterator[tuple[str, Any]]:
    for queue in snapshot.queues.values():
        yield f"{QUEUE}:{queue.name}", _of_places(snapshot, queue)
        yield f"{OVERFLOW}:{queue.name}", _of_overflow(snapshot, queue)
        if sends_on(queue):
            yield f"{HELD}:{queue.name}", _of_held(snapshot, queue)
    for topic in snapshot.topics.values():
        if topic.skills:
            yield f"{TOPIC}:{topic.name}", [need.model_dump() for need in topic.skills]
    for language, skill in snapshot.spec.language_skills.items():
        yield f"{LANGUAGE}:{language}", skill


def _of_places(snapshot: Snapshot, queue: QueueSpec) -> Any:
    """Returns what decides the places of a queue's contacts: its own rules, and what the queues it widens to ask."""
    widened = {
        *(step.widen for step in queue.relaxation if step.widen),
        *(rule.widen for rule in queue.overflow if rule.widen),
    }
    own = queue.model_dump(mode="json", include={"tier", "skills", "units", "relaxation", "hours"})
    interim = snapshot.interim_levels_of(queue.name)
    return [own, queue.service_level.target_s, _asked_by(snapshot, widened), *([interim] if interim else [])]


def _of_overflow(snapshot: Snapshot, queue: QueueSpec) -> Any:
    """Returns what decides when a queue's rules of overflow and closing time act, and whether they can."""
    targets = {rule.to_queue or rule.widen or "" for rule in queue.overflow} | {queue.when_closed.queue or ""}
    others = [snapshot.queues[name].model_dump(mode="json") for name in sorted(targets) if name in snapshot.queues]
    sends = sends_on(queue)
    own = {"overflow", "hours", "when_closed"} if sends else {"overflow", "hours"}
    return [queue.model_dump(mode="json", include=own), others] if queue.overflow or sends else None


def _of_held(snapshot: Snapshot, queue: QueueSpec) -> Any:
    """Returns what else decides whether a contact that a closed queue holds can go where the queue would send it: who
    can serve it there, or whether it may be posted.
    """
    if queue.when_closed.action == "community":
        ladders = {cell: [rung.model_dump(mode="json") for rung in rungs] for cell, rungs in snapshot.ladders.items()}
        return [ladders, snapshot.bars.community]
    other = snapshot.queues.get(queue.when_closed.queue or "")
    widened = {step.widen for step in other.relaxation if step.widen} if other else set()
    return [snapshot.staffing.digest, _asked_by(snapshot, widened)]


def _asked_by(snapshot: Snapshot, queues: Collection[str]) -> list[dict[str, Any]]:
    """Returns what queues ask of agents, as far as there are such queues."""
    there = [snapshot.queues[name] for name in sorted(queues) if name in snapshot.queues]
    return [queue.model_dump(mode="json", include={"name", "tier", "skills"}) for queue in there]


def _fingerprint(rule: Any) -> str:
    return blake2s(json.dumps(rule, sort_keys=True).encode(), digest_size=8).hexdigest()
