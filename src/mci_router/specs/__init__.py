"""The workspace as data: every resource an operator configures, as it is in a workspace file and in REST bodies.

One specification a resource is used for both, so `mci-router apply` and `/v1/...` accept and refuse the same things.
Resources refer to each other by name. A name is the resource's identity in its workspace and cannot be changed.
"""

from mci_router.specs.adapters import AdapterSpec, Capabilities
from mci_router.specs.articles import ArticleSpec, CannedAnswerSpec
from mci_router.specs.base import (
    TIER,
    AgentSkill,
    Example,
    Language,
    LongText,
    Name,
    Proficiency,
    SkillRequirement,
    Spec,
    Text,
)
from mci_router.specs.dispositions import DEFAULT_DISPOSITIONS, DispositionSpec
from mci_router.specs.guides import GuideSpec, GuideStep
from mci_router.specs.kinds import KINDS, WorkspaceFile
from mci_router.specs.quality import QualityFormSpec
from mci_router.specs.queues import (
    HoursBlock,
    OpenHours,
    OverflowRule,
    QueueSpec,
    RelaxationStep,
    ServiceLevel,
    WhenClosed,
)
from mci_router.specs.resources import AgentSpec, Capacity, EscalationSpec, PolicySpec, Rung, SensitiveTopics, TopicSpec
from mci_router.specs.rules import RuleEffect, RuleSpec
from mci_router.specs.skills import SkillSpec
from mci_router.specs.surveys import SurveySpec
from mci_router.specs.workflows import WorkflowSpec
from mci_router.specs.workspace import MachinesSpec, MaskingSpec, SensitivityExamples, WorkspaceSpec

__all__ = [
    "DEFAULT_DISPOSITIONS",
    "KINDS",
    "TIER",
    "AdapterSpec",
    "AgentSkill",
    "AgentSpec",
    "ArticleSpec",
    "CannedAnswerSpec",
    "Capabilities",
    "Capacity",
    "DispositionSpec",
    "EscalationSpec",
    "Example",
    "GuideSpec",
    "GuideStep",
    "HoursBlock",
    "Language",
    "LongText",
    "MachinesSpec",
    "MaskingSpec",
    "Name",
    "OpenHours",
    "OverflowRule",
    "PolicySpec",
    "Proficiency",
    "QualityFormSpec",
    "QueueSpec",
    "RelaxationStep",
    "RuleEffect",
    "RuleSpec",
    "Rung",
    "SensitiveTopics",
    "SensitivityExamples",
    "ServiceLevel",
    "SkillRequirement",
    "SkillSpec",
    "Spec",
    "SurveySpec",
    "Text",
    "TopicSpec",
    "WhenClosed",
    "WorkflowSpec",
    "WorkspaceFile",
    "WorkspaceSpec",
]
