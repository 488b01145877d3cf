"""The workspace itself, and a whole workspace as one file."""

from datetime import date
from typing import Annotated

from pydantic import Field

from mci_router.specs.base import Language, Name, SkillSpec, Spec, Text
from mci_router.specs.queues import QueueSpec
from mci_router.specs.resources import AgentSpec, ArticleSpec, EscalationSpec, PolicySpec, TopicSpec
from mci_router.vocabulary import LineChoice


class WorkspaceSpec(Spec):
    """The workspace itself: its name and the thresholds of triage."""

    name: Name
    title: Text
    confidence_threshold: Annotated[float, Field(ge=0, le=1, description="Below it a topic is unknown, hence high touch.")] = 0.4
    high_volume_share: Annotated[
        float, Field(gt=0, lt=1, description="High-volume topics are the fewest that make up this share of contacts.")
    ] = 0.8
    line_choice: Annotated[
        LineChoice,
        Field(description="Which line a free agent takes from: by service level, the oldest contact, or the queue's position."),
    ] = LineChoice.SERVICE_LEVEL
    shorter_first: Annotated[
        float,
        Field(ge=0, le=1, description="How much short contacts go before long ones: 1 serves the most in time, 0 is fairest to long ones."),
    ] = 1
    language_skills: Annotated[
        dict[Language, Name],
        Field(max_length=100, description="The skill that a contact's language asks of an agent.", examples=[{"de": "german"}]),
    ] = {}
    holiday_calendars: Annotated[
        dict[Name, Annotated[list[date], Field(max_length=1_000)]],
        Field(max_length=100, description="Days closed, by name, for queues' hours to share.", examples=[{"germany": ["2026-12-25"]}]),
    ] = {}
    volume_floor: Annotated[
        int, Field(ge=1, le=1_000_000, description="Contacts in the last hour below which topics keep their expected volume.")
    ] = 100


class WorkspaceFile(Spec):
    """A whole workspace, as `mci-router apply` reads it."""

    workspace: WorkspaceSpec
    skills: list[SkillSpec] = []
    queues: list[QueueSpec] = []
    topics: list[TopicSpec] = []
    articles: list[ArticleSpec] = []
    agents: list[AgentSpec] = []
    policies: list[PolicySpec] = []
    escalations: list[EscalationSpec] = []


KINDS: dict[str, tuple[str, type[Spec]]] = {
    "skill": ("skills", SkillSpec),
    "queue": ("queues", QueueSpec),
    "topic": ("topics", TopicSpec),
    "article": ("articles", ArticleSpec),
    "agent": ("agents", AgentSpec),
    "policy": ("policies", PolicySpec),
    "escalation": ("escalations", EscalationSpec),
}
"""Each kind of resource with its plural, which is its place in a workspace file and in the API's paths."""
