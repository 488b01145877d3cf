"""The skills of a contact's topic, which a person's transfer drops: the topic is often wrongly found.

A transfer to a queue drops them with the old place. One to a named agent leaves the contact in its place, so what that
asks is changed here, and only where the agent could not have the contact otherwise.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mci_router.clock import utc_now
from mci_router.intake.contact_columns import columns_of
from mci_router.lifecycle.open_contact import OpenContact
from mci_router.outcomes import outcome_of
from mci_router.routing.calls import Placement
from mci_router.routing.engine import Engine
from mci_router.routing.policy.joining import place_again
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value

ASKED = ("requirement", "relaxation")


@value
class TopicSkills:
    """What a contact asked of an agent before it no longer asked what its topic asks."""

    contact: str
    rung: int
    columns: Mapping[str, Any]
    joined: Mapping[str, Any] | None


async def drop(engine: Engine, snapshot: Snapshot, current: OpenContact) -> TopicSkills | None:
    """Has a served contact, whose row is locked, no longer ask what its topic asks, in the ledger and live.

    Returns what it asked before; None if it asks nothing less so.
    """
    contact, joined, now = current.contact, current.joined, utc_now()
    queue = snapshot.queues.get(contact.queue or "")
    if queue is None or not joined.topic_skills:
        return None
    less = replace(joined, topic_skills=False)
    route = place_again(snapshot, current.matter, current.facts, queue, less, rung=contact.rung, now=now)
    columns = columns_of(route, contact.enqueued_at or now, now)
    before = {name: getattr(contact, name) for name in ASKED}
    if columns["requirement"] == before["requirement"]:
        return None
    asked = TopicSkills(contact.id, contact.rung, before, current.decision.route.get("joined"))
    await _ask(engine, snapshot, current, {name: columns[name] for name in ASKED}, less.data())
    return asked


async def ask_again(engine: Engine, snapshot: Snapshot, current: OpenContact, asked: TopicSkills) -> None:
    """Has the contact ask what it asked before, if it is where it was."""
    if current.contact.rung == asked.rung:
        await _ask(engine, snapshot, current, asked.columns, asked.joined)


async def _ask(
    engine: Engine,
    snapshot: Snapshot,
    current: OpenContact,
    columns: Mapping[str, Any],
    joined: Mapping[str, Any] | None,
) -> None:
    contact, decision = current.contact, current.decision
    for name, held in columns.items():
        setattr(contact, name, held)
    decision.route = {**decision.route, "joined": joined}
    call = outcome_of(contact).engine_call(snapshot, contact)
    assert isinstance(call, Placement)  # noqa: S101 — it is in a queue
    arguments = call.arguments()
    arguments.pop("overflow_at", None)  # its timer stays as it is
    await engine.replan(contact.workspace_id, [arguments])
