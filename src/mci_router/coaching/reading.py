"""Reading: cohorts, and an agent's weeks and months beside them, with what was looked at and agreed."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import date, datetime
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.coaching.actions import actions_of
from mci_router.coaching.calendar import Period, weeks_of
from mci_router.coaching.cohorts import Beside, Cohort, KeptHours, beside, cohorts, companions
from mci_router.coaching.conversations import Drawn, drawn
from mci_router.coaching.reviews import reviews_of
from mci_router.coaching.sampling import Fingerprint
from mci_router.database import Database
from mci_router.errors import NotFound
from mci_router.insight.agent_days import Days, agent_days
from mci_router.insight.agent_tallies import DayTallies, Figure, ratio_interval
from mci_router.models import CoachingAction, CoachingReview
from mci_router.specs.resources import AgentSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.vocabulary import CohortKind

Keeping: TypeAlias = Callable[[AsyncSession, Snapshot, Sequence[date], Collection[str], datetime], Awaitable[KeptHours]]
"""Returns how agents kept their plans on days: another room knows it, which the assembly joins with this one."""


@value
class View:
    """What is asked for: by which cohorts, whether sensitive contacts too, and at which moment."""

    by: CohortKind
    sensitive: bool
    now: datetime


@value
class AgentWeek:
    """A week of an agent."""

    agent: AgentSpec
    period: Period
    beside: Beside
    drawn: Drawn
    reviews: Sequence[CoachingReview]
    actions: Sequence[CoachingAction]


@value
class WeekOfMonth:
    """A week in a month's review: the agent's figures alone, and what its reviews come to."""

    period: Period
    beside: Beside
    score: Figure


@value
class AgentMonth:
    """A month of an agent: its days, and the weeks whose Thursday is in it."""

    agent: AgentSpec
    period: Period
    beside: Beside
    score: Figure
    weeks: Sequence[WeekOfMonth]
    reviews: Sequence[CoachingReview]
    actions: Sequence[CoachingAction]


class Reading:
    """Reads what coaching shows; `keeping` knows how plans were kept. Every method raises DatabaseUnavailable."""

    def __init__(self, database: Database, fingerprint: Fingerprint, keeping: Keeping) -> None:
        self._database = database
        self._keeping = keeping
        self._fingerprint = fingerprint

    async def cohorts(
        self, snapshot: Snapshot, first: date, end: date, view: View, only: str | None = None
    ) -> list[Cohort]:
        """Returns all cohorts by their names, or the one of a name, with the agents in it."""
        period = Period("", first, end)
        async with self._database.transaction() as session:
            tallies = await _tallies(session, snapshot, period, view)
            kept = await self._keeping(session, snapshot, period.days, list(_agents(snapshot)), view.now)
        known = _agents(snapshot).values(), view.by, period.last, tallies, kept, only
        return await asyncio.to_thread(cohorts, *known)  # desks must not wait

    async def week(self, snapshot: Snapshot, agent: str, period: Period, view: View) -> AgentWeek:
        """Returns a week of an agent. Raises NotFound."""
        spec = _agent(snapshot, agent)
        workspace, agent_id = snapshot.workspace_id, snapshot.generations[agent]
        async with self._database.transaction() as session:
            tallies = await _tallies(session, snapshot, period, view)
            kept = await self._kept(session, snapshot, spec, [period], view)
            seen = {"sensitive": view.sensitive}
            sample = await drawn(session, snapshot, self._fingerprint, agent, period, now=view.now, **seen)
            reviews = await reviews_of(session, workspace, agent_id, [period.name], **seen)
            actions = await actions_of(session, workspace, agent_id, [period.name])
        mine = _beside(snapshot, spec, period, tallies, kept, view)
        return AgentWeek(spec, period, mine, sample, reviews, actions)

    async def month(self, snapshot: Snapshot, agent: str, period: Period, view: View) -> AgentMonth:
        """Returns a month of an agent. Raises NotFound."""
        spec, weeks = _agent(snapshot, agent), weeks_of(period)
        workspace, agent_id = snapshot.workspace_id, snapshot.generations[agent]
        names = [one.name for one in weeks]
        whole = Period("", min(period.first, weeks[0].first), max(period.end, weeks[-1].end))
        async with self._database.transaction() as session:
            tallies = await _tallies(session, snapshot, whole, view)
            kept = await self._kept(session, snapshot, spec, [period, *weeks], view)
            reviews = await reviews_of(session, workspace, agent_id, names, sensitive=view.sensitive)
            actions = await actions_of(session, workspace, agent_id, names)
        of_weeks = [
            WeekOfMonth(one, _beside(snapshot, spec, one, tallies, kept, view), score_of(_of(reviews, one)))
            for one in weeks
        ]
        mine = _beside(snapshot, spec, period, tallies, kept, view)
        return AgentMonth(spec, period, mine, score_of(reviews), of_weeks, reviews, actions)

    async def _kept(
        self, session: AsyncSession, snapshot: Snapshot, agent: AgentSpec, periods: Sequence[Period], view: View
    ) -> KeptHours:
        """Returns how those who are compared kept their plans on all days of some periods."""
        everybody = list(_agents(snapshot).values())
        compared = set[str]().union(*(companions(agent, everybody, view.by, one) for one in periods))
        whole = Period("", min(one.first for one in periods), max(one.end for one in periods))
        return await self._keeping(session, snapshot, whole.days, compared, view.now)


def score_of(reviews: Sequence[CoachingReview]) -> Figure:
    """Returns the mean score of reviews, with its interval. Pure."""
    scores = [review.score for review in reviews]
    if not scores:
        return Figure(0)
    low, high = ratio_interval([(score, 1) for score in scores]) or (None, None)
    inside = [None if bound is None else round(min(1.0, max(0.0, bound)), 4) for bound in (low, high)]
    return Figure(len(scores), round(sum(scores) / len(scores), 4), *inside)


def _of(reviews: Sequence[CoachingReview], period: Period) -> list[CoachingReview]:
    return [review for review in reviews if review.week == period.name]


async def _tallies(session: AsyncSession, snapshot: Snapshot, period: Period, view: View) -> DayTallies:
    days = Days(snapshot.workspace_id, snapshot.spec.zone, period.first, period.end)
    return await agent_days(session, days, view.now)


def _beside(
    snapshot: Snapshot, agent: AgentSpec, period: Period, tallies: DayTallies, kept: KeptHours, view: View
) -> Beside:
    return beside(agent, list(_agents(snapshot).values()), view.by, period, tallies, kept)


def _agents(snapshot: Snapshot) -> dict[str, AgentSpec]:
    """Returns the agents as they are configured, with skills whose certificates have lapsed."""
    return dict(sorted(snapshot.of(AgentSpec).items()))


def _agent(snapshot: Snapshot, name: str) -> AgentSpec:
    found = snapshot.of(AgentSpec).get(name)
    if found is None:
        raise NotFound(f"There is no agent {name!r} in this workspace.")
    return found
