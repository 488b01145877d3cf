"""Tasks: contacts that the service itself makes for an agent, each for one queue, with a case of its own. Pure."""

from dataclasses import replace
from typing import TYPE_CHECKING

from mci_router.routing.policy.joining import asked_at, join
from mci_router.routing.policy.routes import BEFORE_LADDER, Facts, Joined, Route
from mci_router.triage.result import Triage
from mci_router.values import value

if TYPE_CHECKING:
    from mci_router.intake.arrival import Arrival


@value
class Task:
    """Where a task goes: to a queue, first of all to its `owner`, and why; without a queue to where its words belong.
    `sensitive`: what it is about is.
    """

    queue: str | None
    why: str
    owner: str | None = None
    sensitive: bool = False


def triage_of_task(triage: Triage, task: Task) -> Triage:
    """Returns what a task is: not less sensitive than what it is about. What it quotes is no wish of its own."""
    triage = replace(triage, wants_person=False, private_by=None)
    if not task.sensitive or triage.sensitive:
        return triage
    return replace(triage, sensitive=True, reasons=(*triage.reasons, "what the task is about is sensitive"))


def task_route(arrival: "Arrival", task: Task, triage: Triage, facts: Facts) -> Route:
    """Returns where a task waits for an agent: its queue's whole policy holds for it."""
    snapshot, now = arrival.snapshot, arrival.received_at
    queue = snapshot.queues.get(task.queue or "") or snapshot.queues_in_order[-1]
    asked = asked_at(snapshot, triage.matter, facts, queue, task.why, after=BEFORE_LADDER, now=now)
    route = join(asked, queue, Joined(now, topic_skills=False))
    if route.queue is None or route.closed or task.owner not in snapshot.agents:
        return route
    reason = f"{task.owner} is the task's owner: first for {route.queue.preferred_wait_s:g} s"
    return replace(route, preferred=task.owner, reasons=(*route.reasons, reason))
