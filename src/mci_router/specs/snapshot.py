"""A workspace's configuration as one immutable value. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mci_router.specs import AgentSpec, ArticleSpec, EscalationSpec, QueueSpec, RuleSpec, Rung, SkillSpec, TopicSpec, WorkspaceSpec
from mci_router.vocabulary import Cell


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a decision about a contact depends on, at one revision. One of its queues is always the catch-all.

    `generations` has the id of each agent's resource: an agent who was deleted and made again is another one.
    """

    workspace_id: str
    revision: int
    spec: WorkspaceSpec
    skills: Mapping[str, SkillSpec]
    queues: Mapping[str, QueueSpec]
    topics: Mapping[str, TopicSpec]
    articles: Mapping[str, ArticleSpec]
    agents: Mapping[str, AgentSpec]
    ladders: Mapping[Cell, list[Rung]]
    escalations: Mapping[str, EscalationSpec]
    rules: Mapping[str, RuleSpec]
    generations: Mapping[str, str] = field(default_factory=dict)
