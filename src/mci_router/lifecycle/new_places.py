"""New places: where contacts that wait belong by the configuration of now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from mci_router.clock import to_ms, utc_now
from mci_router.intake.contact_columns import columns_of
from mci_router.models import Contact, Decision
from mci_router.outcomes import outcome_of
from mci_router.routing.calls import Placement
from mci_router.routing.policy.joining import place_again
from mci_router.routing.policy.routes import Facts, Joined, Route
from mci_router.specs.base import SkillRequirement
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.matter import Matter
from mci_router.vocabulary import FINAL_STATES, Outcome

READ = (
    *(Contact.id, Contact.workspace_id, Contact.state, Contact.outcome, Contact.channel, Contact.kind, Contact.urgent),
    *(Contact.topic, Contact.sensitive, Contact.cell, Contact.language, Contact.skills, Contact.priority),
    *(Contact.queue, Contact.rung, Contact.requirement, Contact.relaxation, Contact.due_at, Contact.enqueued_at),
    *(Contact.accepted_at, Contact.place_since, Contact.preferred_agent, Contact.callback_at, Contact.asking),
)


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A contact's place by the configuration of now: what its row is to say, and what `replan` takes.

    `arguments` are empty for a contact that no agent is to serve, or whose queue is gone: it keeps the place it has.
    """

    contact: Contact
    arguments: Mapping[str, Any]
    requirement: list[dict[str, Any]]
    relaxation: list[dict[str, Any]] | None
    due_at: datetime | None


async def new_places(
    session: AsyncSession,
    snapshot: Snapshot,
    contacts: Sequence[str],
    replaced: Mapping[str, str | None],
    looks: Collection[str],
) -> list[NewPlace]:
    """Returns the places of these contacts, as far as they are open, oldest first as they came; their rows are locked.

    What a contact itself asks of an agent is asked by the name that replaced a skill, and not at all if it is gone.
    `looks` are the queues whose overflow rules are to be checked again.
    """
    query = (
        select(Contact)
        .options(load_only(*READ, raiseload=True))
        .where(Contact.workspace_id == snapshot.workspace_id, Contact.id.in_(contacts))
        .where(Contact.state.not_in(FINAL_STATES))
        .order_by(Contact.id)  # so that two writers cannot deadlock
        .with_for_update(key_share=True)
    )
    rows = {row.id: row for row in await session.scalars(query)}
    routes = await _routes(session, snapshot.workspace_id, list(rows))
    now = utc_now()
    for row in rows.values():
        row.skills = existing_skills(row.skills, replaced, snapshot.skills)
    return [_new_place(snapshot, rows[one], routes[one], looks, now) for one in contacts if one in rows]


async def _routes(session: AsyncSession, workspace: str, contacts: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """Returns the route of each contact's rung."""
    query = (
        select(Decision.contact_id, Decision.route)
        .join(Contact, and_(Contact.id == Decision.contact_id, Contact.rung == Decision.rung))
        .where(Decision.workspace_id == workspace, Decision.contact_id.in_(contacts))
    )
    return {row.contact_id: row.route for row in await session.execute(query)}


def existing_skills(
    asked: Sequence[Mapping[str, Any]], replaced: Mapping[str, str | None], known: Collection[str]
) -> list[dict[str, Any]]:
    """Returns what a contact itself asks of an agent, without skills that the workspace has not any more."""
    least: dict[str, int] = {}
    for need in asked:
        skill = _existing(need["skill"], replaced, known)
        if skill:
            least[skill] = max(need["min"], least.get(skill, 0))
    return [{"skill": skill, "min": minimum} for skill, minimum in least.items()]


def _existing(skill: str, replaced: Mapping[str, str | None], known: Collection[str]) -> str | None:
    """Returns the skill, or the one that took its place in the end; None if there is none."""
    seen, name = {""}, skill
    while name not in known:
        seen.add(name)
        name = replaced.get(name) or ""
        if name in seen:
            return None
    return name


def _new_place(
    snapshot: Snapshot, contact: Contact, route: Mapping[str, Any], looks: Collection[str], now: datetime
) -> NewPlace:
    before = contact.requirement, contact.relaxation, contact.due_at
    place = _derived(snapshot, contact, route, now)
    if place is None:
        return NewPlace(contact, {}, *before)
    columns = columns_of(place, contact.enqueued_at or now)
    after = columns["requirement"], columns["relaxation"], columns["due_at"]
    contact.requirement, contact.relaxation, contact.due_at = after
    call = outcome_of(contact).engine_call(snapshot, contact)
    contact.requirement, contact.relaxation, contact.due_at = before
    assert isinstance(call, Placement)  # noqa: S101 — it is in a queue
    return NewPlace(contact, _arguments(call, looks, now), *after)


def _derived(snapshot: Snapshot, contact: Contact, route: Mapping[str, Any], now: datetime) -> Route | None:
    queue = snapshot.queues.get(contact.queue or "")
    if contact.outcome is not Outcome.AGENT or queue is None or contact.enqueued_at is None:
        return None
    if "joined" not in route and route.get("overflow_from"):
        return None  # an earlier version did not keep to which queue it was widened
    matter = Matter(contact.topic, contact.sensitive, contact.cell, 1.0, kind=contact.kind, urgent=contact.urgent)
    skills = [SkillRequirement.model_validate(need) for need in contact.skills]
    facts = Facts(contact.channel, "", contact.language, skills, {})  # of words and customer no place depends
    joined = Joined.of(route, since=contact.enqueued_at, due=contact.due_at)
    return place_again(snapshot, matter, facts, queue, joined, rung=contact.rung, now=now)


def _arguments(call: Placement, looks: Collection[str], now: datetime) -> dict[str, Any]:
    arguments = call.arguments()
    look_at = arguments.pop("overflow_at", None)
    if call.queue in looks:
        arguments["overflow_at"] = False if look_at is None else max(look_at, to_ms(now))
    return arguments
