"""Certificates: granted with a score and a date, taken back, and who is about to lapse.

Granting and taking back raise the workspace's revision: to the engine they are a change of an agent's skills.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.audit import Note
from mci_router.configuration import store
from mci_router.configuration.certificates import granted, today
from mci_router.database import Database
from mci_router.errors import InvalidRequest, NotFound, UnknownAgent, UnknownSkill
from mci_router.ids import new_id
from mci_router.models import AgentCertificate, Resource, Workspace
from mci_router.specs.certificates import Standing, standings
from mci_router.specs.resources import AgentSpec
from mci_router.specs.skills import SkillSpec
from mci_router.specs.workspace import WorkspaceSpec
from mci_router.values import value


@value
class Granting:
    """A certificate that somebody wants to grant; `granted_on` is today unless it is given, `note` is masked."""

    agent: str
    skill: str
    score: float
    granted_on: date | None
    note: str
    by: str


@value
class Standings:
    """How agents stand on a day."""

    day: date
    items: Sequence[Standing]


class Certificates:
    """Grants certificates, takes them back, and says how agents stand. Every method raises DatabaseUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def grant(self, workspace: str, wanted: Granting, note: Note) -> Standing:
        """Grants a certificate, and returns how the agent stands with the skill now.

        Raises:
            UnknownAgent, UnknownSkill: there is none of that name.
            InvalidRequest: the skill asks for no certificate, or the day is yet to come.
        """
        async with self._database.transaction() as session:
            spec = await _raised(session, workspace)
            agent, skill = await _agent(session, workspace, wanted.agent), await _skill(session, workspace, wanted)
            day = await today(session, spec.timezone)
            made = _certificate(workspace, wanted, agent, skill, day)
            session.add(made)
            await session.flush()
            facts = {"skill": skill.name, "score": made.score, "granted_on": made.granted_on.isoformat()}
            await note.record(session, None, {**facts, "expires_on": made.expires_on.isoformat(), "note": made.note})
            return await _of(session, workspace, agent, skill, day)

    async def revoke(self, workspace: str, certificate: str, by: str, note: Note) -> None:
        """Takes a certificate back; the one before counts again. Idempotent. Raises NotFound."""
        async with self._database.transaction() as session:
            await _raised(session, workspace)
            mine = AgentCertificate.workspace_id == workspace, AgentCertificate.id == certificate
            found = await session.scalar(select(AgentCertificate).where(*mine).with_for_update())
            if found is None:
                raise NotFound(f"There is no certificate {certificate!r} in this workspace.")
            if found.revoked_at is None:
                found.revoked_at, found.revoked_by = func.now(), by
                await note.record(session, {"revoked": False}, {"revoked": True})

    async def standings(self, workspace: str, agent: str | None = None, skill: str | None = None) -> Standings:
        """Returns how agents stand today with the skills that ask for certificates: those without first, then those
        who will be without the soonest.
        """
        async with self._database.transaction() as session:
            row = await session.get_one(Workspace, workspace)
            day = await today(session, WorkspaceSpec.model_validate(row.spec).timezone)
            agents = [AgentSpec.model_validate(one.spec) for one in await store.resources(session, workspace, "agent")]
            skills = [SkillSpec.model_validate(one.spec) for one in await store.resources(session, workspace, "skill")]
            certificates = await granted(session, workspace)
        wanted = [one for one in agents if agent in (None, one.name)]
        asking = {one.name: one for one in skills if skill in (None, one.name)}
        return Standings(day, sorted(standings(wanted, asking, certificates, day), key=_soonest))


def lapsing(found: Standings, within_days: int) -> list[Standing]:
    """Returns those without a skill, and those who will be so within that many days. Pure."""
    until = found.day + timedelta(days=within_days)
    return [one for one in found.items if not one.has or (one.without_from is not None and one.without_from <= until)]


def _soonest(one: Standing) -> tuple[bool, date, str, str]:
    return one.has, one.without_from or date.max, one.agent, one.skill


def _certificate(workspace: str, wanted: Granting, agent: Resource, skill: Resource, day: date) -> AgentCertificate:
    asked = SkillSpec.model_validate(skill.spec).certificate
    if asked is None:
        raise _fault("skill", f"{skill.name} asks for no certificate: give the skill a `certificate` first")
    granted_on = wanted.granted_on or day
    if granted_on > day:
        raise _fault("granted_on", f"is yet to come: today is {day.isoformat()}")
    return AgentCertificate(
        id=new_id("certificate"),
        workspace_id=workspace,
        agent_id=agent.id,
        skill_id=skill.id,
        score=wanted.score,
        granted_on=granted_on,
        expires_on=granted_on + timedelta(days=asked.valid_days),
        note=wanted.note,
        by=wanted.by,
    )


def _fault(name: str, problem: str) -> InvalidRequest:
    return InvalidRequest(f"body.{name}: {problem}.", errors=[{"where": f"body.{name}", "problem": problem}])


async def _raised(session: AsyncSession, workspace: str) -> WorkspaceSpec:
    """Locks the workspace against other changes, and raises its revision. Returns its specification."""
    row = (await session.scalars(select(Workspace).where(Workspace.id == workspace).with_for_update())).one()
    row.revision += 1
    return WorkspaceSpec.model_validate(row.spec)


async def _agent(session: AsyncSession, workspace: str, name: str) -> Resource:
    try:
        return await store.resource(session, workspace, "agent", name)
    except NotFound:
        raise UnknownAgent(f"There is no agent {name!r} in this workspace.") from None


async def _skill(session: AsyncSession, workspace: str, wanted: Granting) -> Resource:
    try:
        return await store.resource(session, workspace, "skill", wanted.skill)
    except NotFound:
        raise UnknownSkill(f"There is no skill {wanted.skill!r} in this workspace.") from None


async def _of(session: AsyncSession, workspace: str, agent: Resource, skill: Resource, day: date) -> Standing:
    """Returns how an agent stands with a skill, also where it is not among the agent's own yet."""
    spec = AgentSpec.model_validate({**agent.spec, "skills": [{"skill": skill.name}]})
    asking = {skill.name: SkillSpec.model_validate(skill.spec)}
    (found,) = standings([spec], asking, await granted(session, workspace), day)
    return found
