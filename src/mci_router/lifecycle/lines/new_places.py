"""New places: where contacts that wait belong by the configuration of now."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import and_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.clock import to_ms, utc_now
from mci_router.intake.contact_columns import columns_of
from mci_router.lifecycle.passing_on.warm_transfers import place_beside
from mci_router.models import Contact, Decision
from mci_router.outcomes import outcome_of
from mci_router.routing.calls import ContactCall, Placement, Whereabouts
from mci_router.routing.engine.passed_on import Target, stored_place
from mci_router.routing.policy.hours import serves
from mci_router.routing.policy.joining import place_again
from mci_router.routing.policy.place_rules import sends_on
from mci_router.routing.policy.routes import Facts, Joined
from mci_router.specs.base import SkillRequirement
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.matter import Matter
from mci_router.values import value
from mci_router.vocabulary import FINAL_STATES, ContactState, Outcome

READ = (
    *(Contact.id, Contact.state, Contact.outcome, Contact.channel, Contact.kind, Contact.urgent, Contact.priority),
    *(Contact.topic, Contact.sensitive, Contact.cell, Contact.language, Contact.skills, Contact.queue, Contact.rung),
    *(Contact.requirement, Contact.relaxation, Contact.due_at, Contact.enqueued_at, Contact.place_since),
    *(
        Contact.preferred_agent,
        Contact.callback_at,
        Contact.asking,
        Contact.answered_from,
        Contact.entered_at,
        Contact.segment,
    ),
    Contact.passed_on,
)
UPDATE = text(
    """
    UPDATE contacts c
    SET skills = v.skills, requirement = v.requirement, relaxation = v.relaxation, due_at = v.due_at,
      passed_on = v.passed_on
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
      AS v(id text, skills jsonb, requirement jsonb, relaxation jsonb, due_at timestamptz, passed_on jsonb)
    WHERE c.id = v.id AND c.workspace_id = :workspace
    """
)
KEPT = ("skills", "requirement", "relaxation", "due_at", "passed_on")


@value
class NewPlace:
    """A contact's place by the configuration of now: `columns` are what its row has to say of it, `arguments` what
    `replan` takes. `beside`: the place in the queue that the contact is passed on to, beside its own.
    """

    columns: Mapping[str, Any]
    arguments: Mapping[str, Any]
    beside: bool = False

    def changes(self, row: Any, found: Whereabouts) -> dict[str, Any]:
        """Returns the columns of the contact's row that change now that the live state has found it there."""
        if self.beside:
            new = row.passed_on | {"columns": row.passed_on["columns"] | stored_place(self.columns)}
            return {"passed_on": new} if found is Whereabouts.WAITS else {}
        # One that is `accepted` is not dispatched yet, or on its way to this place.
        if found is Whereabouts.WAITS or row.state is ContactState.ACCEPTED:
            return dict(self.columns)
        answered = {name: value for name, value in self.columns.items() if name != "due_at"}
        return answered if found is Whereabouts.SERVED else {}


@value
class Replanned:
    """A contact's row, locked; what it asks of an agent itself, by skills that there are; and its new places.

    It has none where no agent is to serve it, or its queue is gone: then it keeps the one it has.
    """

    row: Any
    skills: list[dict[str, Any]]
    places: Sequence[NewPlace]

    def new_row(self, found: Sequence[Whereabouts]) -> dict[str, Any] | None:
        """Returns what its row has to say now that the live state has found it there; None if nothing new."""
        kept = {name: getattr(self.row, name) for name in KEPT}
        now = kept | {"skills": self.skills}
        for place, where in zip(self.places, found, strict=True):
            now |= place.changes(self.row, where)
        return {"id": self.row.id, **now} if now != kept else None


async def new_places(
    session: AsyncSession,
    snapshot: Snapshot,
    contacts: Sequence[str],
    replaced: Mapping[str, str | None],
    looks: Collection[str],
) -> list[Replanned]:
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
    planner = _Planner(snapshot, looks, utc_now())
    return [
        planner.replanned(rows[contact], routes.get(contact, {}), replaced) for contact in contacts if contact in rows
    ]


async def keep_places(session: AsyncSession, workspace: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes what `Replanned.new_row` returned."""
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


@value
class _Planner:
    """Derives places by one configuration at one moment."""

    snapshot: Snapshot
    looks: Collection[str]
    now: datetime

    def replanned(self, row: Any, route: Mapping[str, Any], replaced: Mapping[str, str | None]) -> Replanned:
        skills = existing_skills(row.skills, replaced, self.snapshot.skills)
        places = [self._own(row, skills, route)]
        if row.passed_on:
            places.append(self._beside(row, skills))
        return Replanned(row, skills, [place for place in places if place])

    def _own(self, row: Any, skills: Sequence[Mapping[str, Any]], route: Mapping[str, Any]) -> NewPlace | None:
        place = self._derived(row, skills, route)
        if place is None:
            return None
        placed: Any = SimpleNamespace(**{**row._mapping, **place})
        return NewPlace(place, self._arguments(outcome_of(placed).engine_call(self.snapshot, placed)))

    def _beside(self, row: Any, skills: Sequence[Mapping[str, Any]]) -> NewPlace | None:
        passed_on = row.passed_on
        place = self._derived(Target(row), skills, passed_on["decision"]["route"])
        if place is None:
            return None
        new = passed_on | {"columns": passed_on["columns"] | stored_place(place)}
        target: Any = SimpleNamespace(**{**row._mapping, "passed_on": new})
        return NewPlace(place, self._arguments(place_beside(self.snapshot, target)), beside=True)

    def _derived(
        self, contact: Any, skills: Sequence[Mapping[str, Any]], route: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """Returns the columns of a place, if an agent is to serve the contact in a queue that there is."""
        queue = self.snapshot.queues.get(contact.queue or "")
        if contact.outcome is not Outcome.AGENT or queue is None or contact.enqueued_at is None:
            return None
        if "joined" not in route and route.get("overflow_from"):
            return None  # an earlier version did not keep to which queue it was widened
        matter = Matter(contact.topic, contact.sensitive, contact.cell, 1.0, kind=contact.kind, urgent=contact.urgent)
        asked = [SkillRequirement.model_validate(need) for need in skills]
        # Of words and customer no place depends.
        facts = Facts(contact.channel, "", contact.language, asked, {}, priority=contact.priority)
        joined = Joined.of(route, since=contact.enqueued_at, due=contact.due_at)
        place = place_again(self.snapshot, matter, facts, queue, joined, rung=contact.rung, now=self.now)
        columns = columns_of(place, contact.enqueued_at, self.now)
        return {name: columns[name] for name in ("requirement", "relaxation", "due_at")}

    def _arguments(self, call: ContactCall) -> dict[str, Any]:
        assert isinstance(call, Placement)  # noqa: S101 — it is in a queue
        arguments = call.arguments()
        look_at, queue = arguments.pop("overflow_at", None), self.snapshot.queues[call.queue]
        closed = not serves(self.now, queue)
        if call.queue in self.looks or (closed and sends_on(queue)):
            arguments["overflow_at"] = (
                to_ms(self.now) if closed else False if look_at is None else max(look_at, to_ms(self.now))
            )
        return arguments
