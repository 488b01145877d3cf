"""Unservable: queues and topics whose contacts no agent on the books could ever serve, found before one waits. Pure.

So are topics whose contacts a queue would send to another in which nobody can serve them: they stay where they are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from mci_router.routing.policy.requirements import relaxed, requirement
from mci_router.routing.policy.routes import Requirement
from mci_router.specs.base import SkillRequirement
from mci_router.specs.queues import QueueSpec
from mci_router.specs.resources import TopicSpec
from mci_router.specs.staffing import Staffing
from mci_router.values import value
from mci_router.vocabulary import Channel


@value
class Unservable:
    """A queue or topic that nobody can serve, and why, in ASCII: it also goes into a header."""

    kind: str
    name: str
    why: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}: {self.why}"


def unservable(queues: Mapping[str, QueueSpec], topics: Iterable[TopicSpec], staffing: Staffing) -> list[Unservable]:
    """Returns the queues and topics that no agent can serve, also once their contacts ask for less.

    A workspace without agents has none: it is still being made.
    """
    if not len(staffing):
        return []
    live = {name: queue for name, queue in queues.items() if _served(queues, queue, (), staffing)}
    own = [topic for topic in topics if topic.skills]
    return [*_queues(queues, staffing), *_topics(queues, live, own, staffing), *_sent_on(queues, live, own, staffing)]


def _queues(queues: Mapping[str, QueueSpec], staffing: Staffing) -> Iterator[Unservable]:
    for queue in queues.values():
        served = _served(queues, queue, (), staffing)
        dead = [channel for channel in queue.channels if channel not in served]
        if dead or not served:
            some = f" on {', '.join(dead)}" if len(dead) < len(queue.channels) else ""
            yield Unservable("queue", queue.name, _why(queue, (), staffing, some))


def _topics(
    queues: Mapping[str, QueueSpec], live: Mapping[str, QueueSpec], topics: Iterable[TopicSpec], staffing: Staffing
) -> Iterator[Unservable]:
    """Yields topics whose own skills make their contacts unservable in every queue that is served otherwise."""
    for topic in topics:
        takers = [queue for name, queue in live.items() if topic.queue in (None, name)]
        if takers and not any(_served(queues, queue, topic.skills, staffing) for queue in takers):
            yield Unservable("topic", topic.name, _why(takers[0], topic.skills, staffing, f" in {takers[0].name}"))


def _sent_on(
    queues: Mapping[str, QueueSpec], live: Mapping[str, QueueSpec], topics: Iterable[TopicSpec], staffing: Staffing
) -> Iterator[Unservable]:
    """Yields topics whose own queue serves them, and sends them where nobody can, when it overflows or is closed."""
    for topic in topics:
        queue = live.get(topic.queue or "")
        if queue is None or not _served(queues, queue, topic.skills, staffing):
            continue
        for name in dict.fromkeys([queue.when_closed.queue, *(rule.to_queue for rule in queue.overflow)]):
            other = live.get(name or "")
            if other and not _served(queues, other, topic.skills, staffing):
                where = f" in {name}, where queue {queue.name} sends it"
                yield Unservable("topic", topic.name, _why(other, topic.skills, staffing, where))


def _served(
    queues: Mapping[str, QueueSpec], queue: QueueSpec, skills: Sequence[SkillRequirement], staffing: Staffing
) -> list[Channel]:
    """Returns the channels on which somebody can serve a queue's contacts that want these skills beside the queue's."""
    ways = _ways(queues, queue, skills)
    return [channel for channel in Channel if staffing.able_in_any(ways, channel, queue.units)]


def _ways(queues: Mapping[str, QueueSpec], queue: QueueSpec, skills: Sequence[SkillRequirement]) -> list[Requirement]:
    steps = relaxed(queue.relaxation, queue, [skills], queues)
    return [requirement(queue, skills), *(way for step in steps for way in step.alternatives)]


def _why(queue: QueueSpec, skills: Sequence[SkillRequirement], staffing: Staffing, where: str) -> str:
    wanted = ", ".join(f"{need['skill']} {need['min']} or better" for need in requirement(queue, skills))
    return f"0 of {len(staffing)} agents can serve it{where}: {wanted or 'no particular skill'}, units {queue.units}"
