"""An agent: the contact waits in a queue for a person with the skills.

In a queue with hours only open time counts: towards the service level, relaxation and overflow.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from mci_router.clock import to_ms
from mci_router.models import Contact
from mci_router.outcomes.outcome import ServingOutcome
from mci_router.routing.calls import LAST_MS, ContactCall, Placement, RelaxedStep
from mci_router.routing.policy.hours import due_at
from mci_router.routing.policy.joining import join
from mci_router.routing.policy.overflow import next_look_s
from mci_router.routing.policy.queues import choose_queue
from mci_router.routing.policy.routes import Joined, Route
from mci_router.routing.policy.serving import Asked
from mci_router.specs.ladders import ANY_AGENT
from mci_router.specs.queues import QueueSpec
from mci_router.specs.resources import Rung
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import ContactKind, ContactState, Outcome


class AgentOutcome(ServingOutcome):
    """An agent. Nothing hinders this outcome, and it has no limit: a contact waits until it is served."""

    name = Outcome.AGENT
    state = ContactState.QUEUED
    limited = False

    def serve(self, asked: Asked) -> Route:
        """Returns the route to the queue that topic, customer or rung names; its policy decides while it is closed."""
        snapshot, matter, facts, choice = asked.snapshot, asked.matter, asked.facts, asked.choice
        topic = snapshot.topics.get(matter.topic) if matter.topic else None
        # what a machine sent needs no specialist
        rung = choice.rung if matter.kind is ContactKind.CUSTOMER else ANY_AGENT
        queue, why = choose_queue(
            snapshot, topic=topic, rung=rung, channel=facts.channel, cell=matter.cell, customer=facts.customer
        )
        may_post = not _was_posted(snapshot.ladders[matter.cell], asked.after)
        return join(replace(asked, choice=choice.because(why)), queue, Joined(asked.now), may_post=may_post)

    def engine_call(self, snapshot: Snapshot, contact: Contact) -> ContactCall:
        """Returns its place in line.

        A preferred agent's time runs from when the contact came: it may be over by now.
        """
        if contact.queue and contact.enqueued_at and contact.due_at:
            return _in_line(snapshot, contact, contact.queue, contact.enqueued_at, contact.due_at)
        return super().engine_call(snapshot, contact)


def _was_posted(ladder: Sequence[Rung], after: int) -> bool:
    """Returns whether a contact that was on rung `after` may have been with the community, or with an agent, before."""
    return after >= len(ladder) - 1 or any(rung.outcome is Outcome.COMMUNITY for rung in ladder[: after + 1])


def _in_line(snapshot: Snapshot, contact: Contact, name: str, enqueued_at: datetime, due: datetime) -> Placement:
    """Returns the place in a queue's line. Once the queue was removed, its last contacts are still served.

    Age counts from the old place that the customer got back, if any; relaxation and overflow from entering the queue.
    """
    queue = snapshot.queues.get(name)
    since, entered_at = contact.place_since or enqueued_at, contact.entered_at or enqueued_at
    interim = snapshot.interim_level(
        name, priority=contact.priority, topic=contact.topic, channel=contact.channel, at=enqueued_at
    )
    target_s = interim.of.within_s if interim else queue.service_level.target_s if queue else None
    if queue and interim:
        clock_from = _due_first(queue, due)
    else:
        clock_from = _clock_from(queue, since) + (0 if contact.kind is ContactKind.CUSTOMER else LAST_MS)
    preferred = None if contact.urgent else contact.preferred_agent  # the agent who is free first
    return Placement(
        contact=contact.id,
        queue=name,
        channel=contact.channel,
        requirement=contact.requirement,
        units=queue.units if queue else 1,
        enqueued_at=to_ms(enqueued_at),
        due_at=to_ms(due),
        priority=contact.priority,
        rung=contact.rung,
        urgent=contact.urgent,
        clock_from=clock_from,
        steps=[_step(step, queue, entered_at) for step in contact.relaxation or []],
        preferred=preferred,
        preferred_until=to_ms(enqueued_at + timedelta(seconds=queue.preferred_wait_s)) if queue and preferred else None,
        overflow_at=_overflow_at(queue, entered_at),
        callback=contact.callback_at is not None,
        target_ms=None if target_s is None else round(target_s * 1000),
        segment=contact.segment or None,
        entered_at=to_ms(entered_at),
    )


def _due_first(queue: QueueSpec, due: datetime) -> int:
    """Returns from when the clock runs of a contact with an interim service level: its queue's target before it is due.

    So what is due first goes first, whatever its class, and the engine's bounds hold before it is late.
    """
    return to_ms(due - timedelta(seconds=queue.service_level.target_s))


def _clock_from(queue: QueueSpec | None, since: datetime) -> int:
    """Returns from when the contact's service-level clock runs: the target before the moment it is due.

    In a queue without hours that is when its place in line began.
    """
    if queue is None or queue.hours is None:
        return to_ms(since)
    target_s = queue.service_level.target_s
    return to_ms(due_at(since, target_s, queue.hours) - timedelta(seconds=target_s))


def _step(step: dict[str, Any], queue: QueueSpec | None, entered_at: datetime) -> RelaxedStep:
    at = due_at(entered_at, step["after_s"], queue.hours if queue else None)
    return RelaxedStep(max(0, to_ms(at) - to_ms(entered_at)), step["alternatives"])


def _overflow_at(queue: QueueSpec | None, entered_at: datetime) -> int | None:
    look_s = next_look_s(queue.overflow, 0) if queue else None
    return to_ms(due_at(entered_at, look_s, queue.hours)) if queue and look_s is not None else None
