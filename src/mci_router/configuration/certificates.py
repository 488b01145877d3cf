"""Certificates as the configuration needs them: who has which skill today follows from the ledger alone.

The day is the ledger's. A change of the day that changes anybody's skills raises the workspace's revision
(`coaching.lapsing`), so that all processes have the same skills at the same revision.
"""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.specs.certificates import Certificate, certified
from mci_router.specs.resources import AgentSpec
from mci_router.specs.skills import SkillSpec
from mci_router.values import value

GRANTED = text(
    """
    SELECT DISTINCT ON (c.agent_id, c.skill_id)
      c.id, a.name AS agent, s.name AS skill, c.score, c.granted_on, c.expires_on
    FROM agent_certificates c JOIN resources a ON a.id = c.agent_id JOIN resources s ON s.id = c.skill_id
    WHERE c.workspace_id = :workspace AND c.revoked_at IS NULL
    ORDER BY c.agent_id, c.skill_id, c.granted_on DESC, c.id DESC
    """
)
NOW = text("SELECT now()")


@value
class Held:
    """The certificates of a workspace, and the day of it; no day where no skill asks for one."""

    certificates: tuple[Certificate, ...] = ()
    day: date | None = None

    def by(self, agents: Mapping[str, AgentSpec], skills: Mapping[str, SkillSpec]) -> Mapping[str, AgentSpec]:
        """Returns the agents with the skills that they have on the day."""
        return agents if self.day is None else certified(agents, skills, self.certificates, self.day)


async def held(session: AsyncSession, workspace: str, zone: str, skills: Mapping[str, SkillSpec]) -> Held:
    """Returns what agents were granted, and the day it is. Asks the ledger nothing where no skill needs that."""
    if not any(skill.certificate for skill in skills.values()):
        return Held()
    return Held(await granted(session, workspace), await today(session, zone))


async def granted(session: AsyncSession, workspace: str) -> tuple[Certificate, ...]:
    """Returns by agent and skill the latest certificate that nobody has taken back, also where it has expired."""
    rows = await session.execute(GRANTED, {"workspace": workspace})
    return tuple(Certificate(**row) for row in rows.mappings())


async def today(session: AsyncSession, zone: str) -> date:
    """Returns the day that it is in a time zone, by the ledger's clock."""
    now: datetime = (await session.execute(NOW)).scalar_one()
    return now.astimezone(ZoneInfo(zone)).date()
