"""New places: where contacts that wait belong by the configuration of now."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import and_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import to_ms, utc_now
from mci_router.intake.contact_columns import columns_of
from mci_router.models import Contact, Decision
from mci_router.outcomes import outcome_of
from mci_router.routing.calls import Placement, Whereabouts
from mci_router.routing.policy.joining import place_again
from mci_router.routing.policy.routes import Facts, Joined, Route
from mci_router.specs.base import SkillRequirement
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.matter import Matter
from mci_router.vocabulary import FINAL_STATES, ContactState, Outcome

READ = (
    *(Contact.id, Contact.state, Contact.outcome, Contact.channel, Contact.kind, Contact.urgent, Contact.priority),
    *(Contact.topic, Contact.sensitive, Contact.cell, Contact.language, Contact.skills, Contact.queue, Contact.rung),
    *(Contact.requirement, Contact.relaxation, Contact.due_at, Contact.enqueued_at, Contact.place_since),
    *(Contact.preferred_agent, Contact.callback_at, Contact.asking, Contact.segment, Contact.entered_at),
)
UPDATE = text(
    """
    UPDATE contacts c
    SET skills = v.skills, requirement = v.requirement, relaxation = v.relaxation, due_at = v.due_at
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
      AS v(id text, skills jsonb, requirement jsonb, relaxation jsonb, due_at timestamptz)
    WHERE c.id = v.id AND c.workspace_id = :workspace
    """
)


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A contact's row before, and what it has to say by the configuration of now: `skills` whatever happens, `columns`
    once the live state has the place. `arguments` are what `replan` takes; none for a contact that no agent is to
    serve, or whose queue is gone: that keeps the place it has.
    """

    before: Any
    skills: list[dict[str, Any]]
    columns: Mapping[str, Any] = field(default_factory=dict)
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def row(self, found: Whereabouts | None) -> dict[str, Any] | None:
        """Returns what its row has to say now that the live state has found it there; None if nothing new."""
        kept = {name: getattr(self.before, name) for name in ("skills", "requirement", "relaxation", "due_at")}
        # One that is `accepted` is not dispatched yet, or on its way to this place.
        waits = found is Whereabouts.WAITS or self.before.state is ContactState.ACCEPTED
        new = self.columns if waits or found is Whereabouts.SERVED else {}
        if not waits:
            new = {name: value for name, value in new.items() if name != "due_at"}
        now = {**kept, "skills": self.skills, **new}
        return {"id": self.before.id, **now} if now != kept else None


async def new_places(
    session: AsyncSession,
    snapshot: Snapshot,
    contacts: Sequence[str],
    replaced: Mapping[str, str | None],
    looks: Collection[str],
) -> list[NewPlace]:
    """Returns the places of these contacts in the same order, as far as they are open; their rows are locked.

    What a contact itself asks of an agent is asked by the name that replaced a skill, and not at all if it is gone.
    `looks` are the queues whose overflow rules are to be checked again.
    """
    query = (
        select(*READ)
        .where(Contact.workspace_id == snapshot.workspace_id, Contact.id.in_(contacts))
        .where(Contact.state.not_in(FINAL_STATES))
        .order_by(Contact.id)  # so that two writers cannot deadlock
        .with_for_update(key_share=True)
    )
    rows = {row.id: row for row in await session.execute(query)}
    routes = await _routes(session, snapshot.workspace_id, list(rows))
    now = utc_now()
    return [
        _new_place(snapshot, rows[contact], routes.get(contact, {}), replaced, looks, now)
        for contact in contacts
        if contact in rows
    ]


async def keep_places(session: AsyncSession, workspace: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes what `NewPlace.row` returned."""
    if rows:
        await session.execute(UPDATE, {"workspace": workspace, "rows": json.dumps(rows, default=datetime.isoformat)})


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
    snapshot: Snapshot,
    contact: Any,
    route: Mapping[str, Any],
    replaced: Mapping[str, str | None],
    looks: Collection[str],
    now: datetime,
) -> NewPlace:
    skills = existing_skills(contact.skills, replaced, snapshot.skills)
    place = _derived(snapshot, contact, skills, route, now)
    if place is None:
        return NewPlace(contact, skills)
    all_columns = columns_of(place, contact.enqueued_at, now)
    columns = {name: all_columns[name] for name in ("requirement", "relaxation", "due_at")}
    placed: Any = SimpleNamespace(**{**contact._mapping, **columns})
    call = outcome_of(placed).engine_call(snapshot, placed)
    assert isinstance(call, Placement)  # noqa: S101 — it is in a queue
    return NewPlace(contact, skills, columns, _arguments(call, looks, now))


def _derived(
    snapshot: Snapshot, contact: Any, skills: Sequence[Mapping[str, Any]], route: Mapping[str, Any], now: datetime
) -> Route | None:
    queue = snapshot.queues.get(contact.queue or "")
    if contact.outcome is not Outcome.AGENT or queue is None or contact.enqueued_at is None:
        return None
    if "joined" not in route and route.get("overflow_from"):
        return None  # an earlier version did not keep to which queue it was widened
    matter = Matter(contact.topic, contact.sensitive, contact.cell, 1.0, kind=contact.kind, urgent=contact.urgent)
    asked = [SkillRequirement.model_validate(need) for need in skills]
    facts = Facts(contact.channel, "", contact.language, asked, {})  # of words and customer no place depends
    joined = Joined.of(route, since=contact.enqueued_at, due=contact.due_at)
    return place_again(snapshot, matter, facts, queue, joined, rung=contact.rung, now=now)


def _arguments(call: Placement, looks: Collection[str], now: datetime) -> dict[str, Any]:
    arguments = call.arguments()
    look_at = arguments.pop("overflow_at", None)
    if call.queue in looks:
        arguments["overflow_at"] = False if look_at is None else max(look_at, to_ms(now))
    return arguments
