"""A workspace's configuration as one immutable value. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from mci_router.specs.adapters import AdapterSpec
from mci_router.specs.answers import IndexedArticle, by_topic, valid
from mci_router.specs.articles import ArticleSpec, CannedAnswerSpec
from mci_router.specs.bars import Bars
from mci_router.specs.base import Spec
from mci_router.specs.certificates import Certificate, lapsed
from mci_router.specs.dispositions import DEFAULT_DISPOSITIONS, DispositionSpec
from mci_router.specs.guides import GuideSpec
from mci_router.specs.interim_levels import InterimLevel, InterimServiceLevelSpec, interim_level
from mci_router.specs.kinds import KINDS
from mci_router.specs.machine_notice import notice_of
from mci_router.specs.queues import QueueSpec
from mci_router.specs.resources import AgentSpec, EscalationSpec, PolicySpec, Rung, SensitiveTopics, TopicSpec
from mci_router.specs.rules import RuleSpec
from mci_router.specs.shelves import Shelf
from mci_router.specs.skills import SkillSpec
from mci_router.specs.staffing import Staffing
from mci_router.specs.workflows import WorkflowSpec
from mci_router.specs.workspace import WorkspaceSpec
from mci_router.vocabulary import Audience, Cell, Channel

AnySpec = TypeVar("AnySpec", bound=Spec)


@dataclass(frozen=True)
class Snapshot:
    """Everything a decision about a contact depends on, at one revision. One of its queues is always the catch-all.

    `agents` have the skills that they have on `day`; as configured they stand in `resources`.
    `generations` has the id of each agent's resource: an agent who was deleted and made again is another one.
    `article_versions` has the version of each article. What
    follows from the configuration alone is computed when it is first asked for, once a revision, so that no decision
    pays for its size.
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
    article_versions: Mapping[str, int] = field(default_factory=dict)
    resources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Every resource by its kind and name, as configured."""
    guide_versions: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """The id and the version of each guide's resource: one that was deleted and made again is another one."""
    certificates: tuple[Certificate, ...] = ()
    """By agent and skill the certificate that counts, whether or not it still holds."""
    day: date | None = None
    """The day of the workspace for which certificates were looked at; None where no skill asks for one."""

    @cached_property
    def bars(self) -> Bars:
        """The bars in force."""
        return self.spec.bars_in_force()

    @cached_property
    def sensitive_topics(self) -> SensitiveTopics:
        """The topics whose contacts are private, with a person."""
        return SensitiveTopics.of(self.topics.values())

    @cached_property
    def staffing(self) -> Staffing:
        """The agents, counted by what they could serve."""
        return Staffing(self.agents.values())

    @cached_property
    def answers(self) -> Mapping[str, tuple[IndexedArticle, ...]]:
        """The articles with which automation can answer while they are valid, by topic."""
        return by_topic(self.articles.values())

    def valid_answers(
        self, topic: str | None, now: datetime, reader: Audience = Audience.CUSTOMERS
    ) -> tuple[IndexedArticle, ...]:
        """Returns the articles with which automation can answer a topic now."""
        known = self.answers.get(topic or "", ())
        return valid(known, now.timestamp(), reader) if topic in self._limited else known

    def nearness(self, topic: str, answers: tuple[IndexedArticle, ...], said: str) -> Mapping[str, float]:
        """Returns how near these articles of a topic are to a text by their letters, by name.

        Their shelf, all of the topic in their languages, is made when it is first asked for.
        """
        languages = frozenset(one.article.language for one in answers)
        key = (topic, languages)
        if key not in self._shelves:
            kept = [one for one in self.answers[topic] if one.article.language in languages]
            self._shelves[key] = (
                [one.name for one in kept],
                Shelf([(one.article.title, one.article.body) for one in kept]),
            )
        names, shelf = self._shelves[key]
        return dict(zip(names, shelf.nearness(said), strict=True))

    @cached_property
    def _shelves(self) -> dict[tuple[str, frozenset[str]], tuple[list[str], Shelf]]:
        return {}

    @cached_property
    def _limited(self) -> frozenset[str]:
        """The topics of whose articles not all are for everybody at all times."""
        return frozenset(topic for topic, answers in self.answers.items() if any(one.limited for one in answers))

    @cached_property
    def workflows(self) -> Mapping[str, tuple[WorkflowSpec, ...]]:
        """The workflows by which automation serves a topic, in the order of their names."""
        found: dict[str, list[WorkflowSpec]] = defaultdict(list)
        for _, one in sorted(self.of(WorkflowSpec).items()):
            for topic in one.topics:
                found[topic].append(one)
        return {topic: tuple(all_of_it) for topic, all_of_it in found.items()}

    @cached_property
    def languages_written(self) -> tuple[str, ...]:
        """The languages of articles and canned answers, the most frequent first."""
        written = [one.language for one in self.articles.values()]
        counts = Counter([*written, *(one.language for one in self.of(CannedAnswerSpec).values())])
        return tuple(language for language, _ in counts.most_common())

    def guides_of(self, topic: str | None) -> list[GuideSpec]:
        """Returns the guides for a contact of a topic, in the order in which desks list them."""
        found = [one for one in self.of(GuideSpec).values() if not one.topics or topic in one.topics]
        return sorted(found, key=lambda one: (not one.topics, one.position, one.name))

    @cached_property
    def asks_for_certificates(self) -> bool:
        """Whether any skill asks for a certificate."""
        return any(skill.certificate for skill in self.skills.values())

    def lapsed_on(self, day: date) -> Mapping[str, frozenset[str]]:
        """Returns by agent the skills that are configured, and that the agent does not have on a day."""
        return lapsed(self.of(AgentSpec).values(), self.skills, self.certificates, day)

    def with_changes(self, spec: WorkspaceSpec, policies: Iterable[PolicySpec]) -> "Snapshot":
        """Returns it with another workspace and some ladders replaced, for what is only tried out."""
        ladders = {**self.ladders, **{policy.name: policy.ladder for policy in policies}}
        return replace(self, spec=spec, ladders=ladders)

    def machine_notice(self, language: str | None) -> str:
        """Returns what a machine says first: that it is one."""
        return notice_of(self.spec.machine_notice, language)

    @property
    def own_dispositions(self) -> Mapping[str, DispositionSpec]:
        """The dispositions that the workspace has configured: if there are any, no others are taken."""
        return self.of(DispositionSpec)

    @property
    def dispositions(self) -> Mapping[str, DispositionSpec]:
        """The dispositions that desks list."""
        return self.own_dispositions or DEFAULT_DISPOSITIONS

    def interim_level(
        self, queue: str, *, priority: int, topic: str | None, channel: Channel, at: datetime
    ) -> InterimLevel | None:
        """Returns the interim service level of a contact that joins a queue at a moment; None: the queue's own."""
        levels = self._interim_levels
        if not levels:
            return None
        return interim_level(levels, self._zone, queue, priority=priority, topic=topic, channel=channel, at=at)

    def interim_level_of(self, queue: str, at: datetime) -> InterimServiceLevelSpec | None:
        """Returns the interim service level that holds for some contacts of a queue at a moment."""
        day = at.astimezone(self._zone).date()
        return next((one for one in self._interim_levels.values() if one.holds_on(day) and one.holds_for(queue)), None)

    def shortest_target_s(self, queue: QueueSpec, at: datetime) -> float:
        """Returns the shortest time in which a contact of a queue is due now: its own, or an interim class's."""
        level = self.interim_level_of(queue.name, at)
        if level is None:
            return queue.service_level.target_s
        own = () if any(one.takes_all for one in level.classes) else (queue.service_level.target_s,)
        return min(*own, *(one.within_s for one in level.classes))

    def interim_levels_of(self, queue: str) -> list[dict[str, Any]]:
        """Returns what interim service levels say of a queue's contacts, as data."""
        levels = self._interim_levels.values()
        return [one.model_dump(mode="json") for one in levels if one.holds_for(queue)]

    @cached_property
    def _interim_levels(self) -> Mapping[str, InterimServiceLevelSpec]:
        return self.of(InterimServiceLevelSpec)

    @cached_property
    def _zone(self) -> ZoneInfo:
        return self.spec.zone

    @cached_property
    def queues_in_order(self) -> tuple[QueueSpec, ...]:
        """The queues in the order in which they are tried for a contact."""
        return tuple(sorted(self.queues.values(), key=lambda queue: (queue.position, queue.name)))

    @cached_property
    def taking_messages(self) -> Mapping[str, AdapterSpec]:
        """The adapters to which messages go, by name."""
        return {name: adapter for name, adapter in self.of(AdapterSpec).items() if adapter.takes_messages}

    def of(self, spec: type[AnySpec]) -> Mapping[str, AnySpec]:
        """Returns the resources of a kind that has no name of its own here, by name."""
        kind = next(kind for kind, each in KINDS.items() if each.spec is spec)
        return cast(Mapping[str, AnySpec], self.resources.get(kind, {}))
