"""Every kind of resource, and a whole workspace as one file."""

from typing import Annotated, NamedTuple, Self

from pydantic import Field, model_validator

from mci_router.specs.adapters import AdapterSpec
from mci_router.specs.articles import ArticleSpec, CannedAnswerSpec
from mci_router.specs.base import Name, Spec
from mci_router.specs.community import SpaceSpec
from mci_router.specs.dispositions import DispositionSpec
from mci_router.specs.guides import GuideSpec
from mci_router.specs.interim_levels import InterimServiceLevelSpec
from mci_router.specs.quality import QualityFormSpec
from mci_router.specs.queues import QueueSpec
from mci_router.specs.resources import AgentSpec, EscalationSpec, PolicySpec, TopicSpec
from mci_router.specs.rules import RuleSpec
from mci_router.specs.skills import SkillSpec
from mci_router.specs.surveys import SurveySpec
from mci_router.specs.workflows import WorkflowSpec
from mci_router.specs.working import ActivitySpec, ShiftTemplateSpec
from mci_router.specs.workspace import WorkspaceSpec


class WorkspaceFile(Spec):
    """A whole workspace, as `mci-router apply` reads it: a list for each of `KINDS`."""

    workspace: WorkspaceSpec
    skills: list[SkillSpec] = []
    replaced_skills: Annotated[
        dict[Name, Name],
        Field(max_length=100, description="Skills to delete: what open contacts that ask for one ask for instead."),
    ] = {}
    queues: list[QueueSpec] = []
    topics: list[TopicSpec] = []
    articles: list[ArticleSpec] = []
    agents: list[AgentSpec] = []
    policies: list[PolicySpec] = []
    escalations: list[EscalationSpec] = []
    rules: list[RuleSpec] = []
    adapters: list[AdapterSpec] = []
    dispositions: list[DispositionSpec] = []
    canned_answers: list[CannedAnswerSpec] = []
    guides: list[GuideSpec] = []
    workflows: list[WorkflowSpec] = []
    surveys: list[SurveySpec] = []
    spaces: list[SpaceSpec] = []
    quality_forms: list[QualityFormSpec] = []
    interim_service_levels: list[InterimServiceLevelSpec] = []
    activities: list[ActivitySpec] = []
    shift_templates: list[ShiftTemplateSpec] = []

    @model_validator(mode="after")
    def replaces_what_is_gone(self) -> Self:
        """Raises ValueError for a skill that is replaced, and is there."""
        known = {skill.name for skill in self.skills}
        both = sorted(known & set(self.replaced_skills))
        if both:
            raise ValueError(f"skill {both[0]} is in replaced_skills and in skills: take it out of one of them")
        unknown = sorted(set(self.replaced_skills.values()) - known)
        if unknown:
            raise ValueError(f"replaced_skills names {unknown[0]}, which is not among the skills of this file")
        return self


class ResourceKind(NamedTuple):
    """A kind of resource."""

    plural: str
    """Its name in a workspace file and in the API's paths."""
    spec: type[Spec]
    prefix: str
    """The prefix of its ids."""


KINDS: dict[str, ResourceKind] = {
    "skill": ResourceKind("skills", SkillSpec, "skl"),
    "queue": ResourceKind("queues", QueueSpec, "que"),
    "topic": ResourceKind("topics", TopicSpec, "top"),
    "article": ResourceKind("articles", ArticleSpec, "art"),
    "agent": ResourceKind("agents", AgentSpec, "agt"),
    "policy": ResourceKind("policies", PolicySpec, "pol"),
    "escalation": ResourceKind("escalations", EscalationSpec, "esc"),
    "rule": ResourceKind("rules", RuleSpec, "rul"),
    "adapter": ResourceKind("adapters", AdapterSpec, "adp"),
    "disposition": ResourceKind("dispositions", DispositionSpec, "dsp"),
    "canned_answer": ResourceKind("canned_answers", CannedAnswerSpec, "can"),
    "guide": ResourceKind("guides", GuideSpec, "gui"),
    "workflow": ResourceKind("workflows", WorkflowSpec, "wfl"),
    "survey": ResourceKind("surveys", SurveySpec, "svy"),
    "space": ResourceKind("spaces", SpaceSpec, "spc"),
    "quality_form": ResourceKind("quality_forms", QualityFormSpec, "qfm"),
    "interim_service_level": ResourceKind("interim_service_levels", InterimServiceLevelSpec, "isl"),
    "activity": ResourceKind("activities", ActivitySpec, "acv"),
    "shift_template": ResourceKind("shift_templates", ShiftTemplateSpec, "sht"),
}
"""Every kind of resource by its name: the API's routes, ids, the ledger's check and `Snapshot.of` are made of it."""
