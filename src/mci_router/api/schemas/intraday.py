"""The rest of a day, and the moves that are proposed for it."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from mci_router.api.schemas.common import Answer, Body, Moment
from mci_router.models import MoveProposal
from mci_router.vocabulary import MoveKind, ProposalState, TriedBy

Level = Annotated[float | None, Field(description="In [0, 1]; null where nothing is counted.")]


class IntradayQueue(Answer):
    """A queue for the rest of the day, as the newest look saw it."""

    position: int
    goal: float
    target_s: float
    deferrable: bool
    arrived: Annotated[int, Field(description="Arrivals of the day, in the quarter-hours that are counted.")]
    forecast_so_far: Annotated[float, Field(description="What was expected in the quarter-hours that are over.")]
    forecast_rest: Annotated[float, Field(description="What is expected from the look on.")]
    aht_s: float
    waiting: int
    planned: Annotated[int, Field(description="Agents who could serve it, and were planned to take contacts then.")]
    present: Annotated[int, Field(description="Agents who could serve it, and were available.")]
    level: Annotated[Level, Field(description="The service level of the rest of the day, over the drawn days.")]
    certainty: Annotated[float | None, Field(description="The share of the drawn days on which the goal is met.")]


class IntradayOut(Answer):
    """The newest look at the rest of the day."""

    at: Annotated[Moment | None, Field(description="When it was; null before there was any, or without a forecast.")]
    until: Annotated[Moment | None, Field(description="The end of the day that it is of.")]
    timezone: Annotated[str, Field(description="The workspace's.")]
    days: Annotated[int, Field(description="How often the rest of the day was drawn and tried out.")]
    by: TriedBy | None
    queues: dict[str, IntradayQueue]

    @classmethod
    def of(cls, timezone: str, at: datetime | None, figures: dict[str, Any]) -> "IntradayOut":
        """Returns a round as it is kept."""
        until = datetime.fromisoformat(figures["until"]) if figures else None
        return cls(
            at=at,
            until=until,
            timezone=timezone,
            days=figures.get("days", 0),
            by=figures.get("by"),
            queues=figures.get("queues", {}),
        )


class EffectOnQueue(Answer):
    """What a move does to the service level of a queue."""

    without: Level
    with_it: Annotated[Level, Field(serialization_alias="with")]


class ProposalOut(Answer):
    """A move that is proposed, with its effect when it was tried out. It never acts by itself."""

    id: str
    kind: MoveKind
    queue: Annotated[str | None, Field(description="That is held back.")]
    agent: Annotated[str | None, Field(description="Who stays, or goes.")]
    title: Annotated[str | None, Field(description="Of the queue or the agent.")]
    begins_at: Moment
    ends_at: Moment
    gain: Annotated[float, Field(description="So many contacts fewer are missing to the goals, on the mean day.")]
    certainty: Annotated[
        float,
        Field(description="The share of the drawn days on which it helps; or, for an early release, loses nothing."),
    ]
    days: Annotated[int, Field(description="How often the rest of the day was drawn.")]
    by: TriedBy
    queues: Annotated[dict[str, EffectOnQueue], Field(description="The queues whose service level it changes.")]
    state: ProposalState
    created_at: Moment
    decided_at: Moment | None
    decided_by: Annotated[str | None, Field(description="The name of the key.")]
    decided_why: str

    @classmethod
    def of(cls, one: MoveProposal, title: str | None) -> "ProposalOut":
        """Returns a proposal as it is kept."""
        facts = {name: getattr(one, name) for name in cls.model_fields if hasattr(one, name)}
        effects = {
            name: EffectOnQueue(without=levels["without"], with_it=levels["with"])
            for name, levels in one.effect["queues"].items()
        }
        figures = {name: one.effect[name] for name in ("gain", "certainty", "days", "by")}
        return cls(**facts, **figures, title=title, queues=effects)


class ProposalPage(Answer):
    """Proposals, newest first."""

    items: list[ProposalOut]
    next_cursor: str | None


class DecisionIn(Body):
    """Why a proposal is accepted or dismissed."""

    why: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
