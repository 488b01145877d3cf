"""Cohorts: agents that can be compared, their figures, and no rank where intervals overlap. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from mci_router.coaching.calendar import Period
from mci_router.insight.agent_tallies import (
    MEASURES,
    DayTallies,
    Figure,
    Measure,
    Tally,
    of_agent,
    of_cohort,
    of_times,
    total,
)
from mci_router.insight.shares import ENOUGH
from mci_router.insight.survey_figures import Interval, Rank, ranks
from mci_router.specs.resources import AgentSpec
from mci_router.values import value
from mci_router.vocabulary import CohortKind

ADHERENCE = "adherence"
KeptHours: TypeAlias = Mapping[str, Mapping[date, tuple[float, float]]]
"""By agent and day, the scheduled hours in which the plan was kept, and all of them."""

BANDS = ((30, "first_30_days"), (90, "days_30_to_89"), (365, "days_90_to_364"))
LONGEST_BAND = "days_365_and_more"


@value
class Placed:
    """A figure among those of others: its place from 1, or why it has none."""

    figure: Figure
    rank: int | None = None
    why: str | None = None


@value
class AgentFigures:
    """What an agent did, and the figures that follow, by the names of `MEASURES` and `ADHERENCE`."""

    agent: AgentSpec
    handled: int
    figures: Mapping[str, Placed]


@value
class Cohort:
    """Agents that can be compared. Without a name: those of whom it is not known."""

    name: str | None
    size: int
    handled: int
    figures: Mapping[str, Placed]
    agents: Sequence[AgentFigures]


def cohorts_of(agent: AgentSpec, by: CohortKind, day: date) -> list[str | None]:
    """Returns the names of the cohorts that an agent is in on a day: one of each skill, or one, which may be None."""
    match by:
        case CohortKind.TEAM:
            return [agent.team]
        case CohortKind.TENURE:
            return [band_of(agent.since, day)]
        case CohortKind.SKILL:
            return [has.skill for has in agent.skills] or [None]


def band_of(since: date | None, day: date) -> str | None:
    """Returns how long an agent has been there, as a band; None if it is not known."""
    if since is None:
        return None
    tenure = (day - since).days
    return next((name for below, name in BANDS if tenure < below), LONGEST_BAND)


def cohorts(
    agents: Iterable[AgentSpec],
    by: CohortKind,
    day: date,
    tallies: DayTallies,
    kept: KeptHours,
    only: str | None = None,
) -> list[Cohort]:
    """Returns the cohorts of agents by what they were on a day, in the order of their names, ranked among each other;
    `only` has the agents of that one.
    """
    members: dict[str | None, list[AgentSpec]] = {}
    for agent in agents:
        for name in cohorts_of(agent, by, day):
            members.setdefault(name, []).append(agent)
    names = sorted(members, key=lambda name: (name is None, name or ""))
    sums = [[total(tallies.get(one.name, {}).values()) for one in members[name]] for name in names]
    placed = _placed([{name: of_cohort(measure, one) for name, measure in MEASURES.items()} for one in sums])
    return [
        Cohort(
            name,
            len(members[name]),
            sum(one.handled for one in of_members),
            figures | {ADHERENCE: _adherence([_sum(kept.get(one.name, {}).values()) for one in members[name]])},
            _agents(members[name], tallies, kept) if only in (None, name) else (),
        )
        for name, of_members, figures in zip(names, sums, placed, strict=True)
        if only in (None, name)
    ]


@value
class Beside:
    """An agent's figures in a period, and those of the cohorts that the agent is in, the agent included."""

    handled: int
    figures: Mapping[str, Figure]
    cohorts: Sequence["Summed"]


@value
class Summed:
    """A cohort's figures: of how many agents they are."""

    name: str | None
    agents: int
    handled: int
    figures: Mapping[str, Figure]


def companions(agent: AgentSpec, agents: Sequence[AgentSpec], by: CohortKind, period: Period) -> set[str]:
    """Returns who was in the same cohorts as an agent on the last day of a period, the agent included."""
    mine = set(cohorts_of(agent, by, period.last))
    return {one.name for one in agents if mine & set(cohorts_of(one, by, period.last))}


def beside(
    agent: AgentSpec,
    agents: Sequence[AgentSpec],
    by: CohortKind,
    period: Period,
    tallies: DayTallies,
    kept: KeptHours,
) -> Beside:
    """Returns what an agent did in a period, beside the agents who were in the same cohorts on its last day."""
    mine = _within(period, tallies, agent.name)
    found = []
    for name in cohorts_of(agent, by, period.last):
        others = [one.name for one in agents if name in cohorts_of(one, by, period.last)]
        sums = [total(_within(period, tallies, one)) for one in others]
        figures = {measure: of_cohort(how, sums) for measure, how in MEASURES.items()}
        figures[ADHERENCE] = of_times([_sum(_hours(period, kept, one)) for one in others])
        found.append(Summed(name, len(others), total(sums).handled, figures))
    own = figures_of(mine) | {ADHERENCE: of_times(_hours(period, kept, agent.name))}
    return Beside(total(mine).handled, own, found)


def _within(period: Period, tallies: DayTallies, agent: str) -> list[Tally]:
    return [tally for day, tally in tallies.get(agent, {}).items() if period.has(day)]


def _hours(period: Period, kept: KeptHours, agent: str) -> list[tuple[float, float]]:
    return [hours for day, hours in kept.get(agent, {}).items() if period.has(day)]


def _sum(hours: Collection[tuple[float, float]]) -> tuple[float, float]:
    return sum(kept for kept, _ in hours), sum(scheduled for _, scheduled in hours)


def _adherence(times: Sequence[tuple[float, float]]) -> Placed:
    return Placed(of_times(times), why="keeping to a plan is not the aim itself: read it beside CSAT and FCR")


def _agents(agents: Sequence[AgentSpec], tallies: DayTallies, kept: KeptHours) -> list[AgentFigures]:
    days = [list(tallies.get(one.name, {}).values()) for one in agents]
    figures = _placed([figures_of(one) for one in days])
    return [
        AgentFigures(
            agent, total(of_days).handled, placed | {ADHERENCE: _adherence([*kept.get(agent.name, {}).values()])}
        )
        for agent, of_days, placed in zip(agents, days, figures, strict=True)
    ]


def figures_of(days: Sequence[Tally]) -> dict[str, Figure]:
    """Returns the figures of one agent."""
    return {name: of_agent(measure, days) for name, measure in MEASURES.items()}


def _placed(figures: Sequence[Mapping[str, Figure]]) -> list[dict[str, Placed]]:
    """Returns figures of several, each placed among those of the same name."""
    by_name = {name: _ranked(measure, [one[name] for one in figures]) for name, measure in MEASURES.items()}
    return [{name: by_name[name][number] for name in MEASURES} for number in range(len(figures))]


def _ranked(measure: Measure, figures: Sequence[Figure]) -> list[Placed]:
    if not measure.better_high:
        return [Placed(one, why="less of it is not better in itself: read it beside CSAT and FCR") for one in figures]
    if len(figures) == 1:
        return [Placed(figures[0], why="there is nothing to compare with")]
    intervals = [
        Interval(one.low, one.high) if one.measured and one.low is not None and one.high is not None else None
        for one in figures
    ]
    return [_place(one, rank) for one, rank in zip(figures, ranks(intervals), strict=True)]


def _place(figure: Figure, rank: Rank | None) -> Placed:
    if rank is None:
        return Placed(figure, why=f"not measured yet: {figure.n} of the {ENOUGH} that it takes")
    if rank.tied == 1:
        return Placed(figure, rank.place)
    others = f"{rank.tied - 1} others, directly or through others between them" if rank.tied > 2 else "one other"
    return Placed(figure, why=f"its interval overlaps that of {others}")
