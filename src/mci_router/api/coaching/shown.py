"""How coaching is shown: from what the room reads to the schemas."""

from collections.abc import Mapping
from typing import Any

from mci_router.api.schemas.coaching import (
    ActionOut,
    AgentMonthOut,
    AgentWeekOut,
    CohortAgentOut,
    CohortOut,
    ReviewOut,
    SampleOut,
    WeekOfMonthOut,
)
from mci_router.coaching.cohorts import AgentFigures, Beside, Cohort, Placed
from mci_router.coaching.reading import AgentMonth, AgentWeek, View
from mci_router.insight.agent_tallies import Figure
from mci_router.models import CoachingAction, CoachingReview
from mci_router.specs.resources import AgentSpec


def cohort(found: Cohort) -> CohortOut:
    """Returns a cohort."""
    return CohortOut.model_validate(
        {
            "name": found.name,
            "size": found.size,
            "handled": found.handled,
            "figures": _ranked(found.figures),
            "agents": [_agent(one) for one in found.agents],
        }
    )


def review(found: CoachingReview, agent: str) -> ReviewOut:
    """Returns a review of an agent of that name."""
    names = [name for name in ReviewOut.model_fields if name != "agent"]
    return ReviewOut.model_validate({"agent": agent, **{name: getattr(found, name) for name in names}})


def action(found: CoachingAction, agent: str) -> ActionOut:
    """Returns an action of an agent of that name."""
    names = [name for name in ActionOut.model_fields if name != "agent"]
    return ActionOut.model_validate({"agent": agent, **{name: getattr(found, name) for name in names}})


def week(found: AgentWeek, view: View) -> AgentWeekOut:
    """Returns a week of an agent."""
    drawn = found.drawn
    sample = {"items": [dict(row) for row in drawn.items], "hidden": drawn.hidden, "provisional": drawn.provisional}
    whole = _period(found, view) | {"week": found.period.name, "sample": SampleOut.model_validate(sample)}
    return AgentWeekOut.model_validate(whole)


def month(found: AgentMonth, view: View) -> AgentMonthOut:
    """Returns a month of an agent."""
    weeks = [
        WeekOfMonthOut.model_validate(
            {
                "week": one.period.name,
                "first": one.period.first,
                "last": one.period.last,
                "score": _figure(one.score),
                **_own(one.beside),
            }
        )
        for one in found.weeks
    ]
    whole = _period(found, view) | {"month": found.period.name, "score": _figure(found.score), "weeks": weeks}
    return AgentMonthOut.model_validate(whole)


def _period(found: AgentWeek | AgentMonth, view: View) -> dict[str, Any]:
    name = found.agent.name
    return {
        "agent": name,
        **_person(found.agent),
        "first": found.period.first,
        "last": found.period.last,
        **_own(found.beside),
        "by": view.by,
        "cohorts": [
            {"name": one.name, "agents": one.agents, "handled": one.handled, "figures": _plain(one.figures)}
            for one in found.beside.cohorts
        ],
        "reviews": [review(one, name) for one in found.reviews],
        "actions": [action(one, name) for one in found.actions],
    }


def _agent(found: AgentFigures) -> CohortAgentOut:
    figures = {"handled": found.handled, "figures": _ranked(found.figures)}
    return CohortAgentOut.model_validate({"agent": found.agent.name, **_person(found.agent), **figures})


def _person(agent: AgentSpec) -> dict[str, Any]:
    return {"title": agent.title, "team": agent.team, "since": agent.since}


def _own(found: Beside) -> dict[str, Any]:
    return {"handled": found.handled, "figures": _plain(found.figures)}


def _plain(figures: Mapping[str, Figure]) -> dict[str, Any]:
    return {name: _figure(one) for name, one in figures.items()}


def _ranked(figures: Mapping[str, Placed]) -> dict[str, Any]:
    return {name: {**_figure(one.figure), "rank": one.rank, "why": one.why} for name, one in figures.items()}


def _figure(figure: Figure) -> dict[str, Any]:
    return {name: getattr(figure, name) for name in ("value", "low", "high", "n", "measured")}
