"""Snapshots for tests of what is pure: only what the test is about need be said."""

from collections.abc import Iterable, Mapping

from mci_router.specs import AgentSpec, ArticleSpec, QueueSpec, TopicSpec, WorkspaceSpec
from mci_router.specs.ladders import DEFAULT_LADDERS
from mci_router.specs.snapshot import Snapshot


def snapshot_of(
    queues: Mapping[str, QueueSpec],
    *,
    topics: Iterable[TopicSpec] = (),
    articles: Iterable[ArticleSpec] = (),
    agents: Iterable[AgentSpec] = (),
) -> Snapshot:
    """A workspace of these, with the default ladders."""
    return Snapshot(
        workspace_id="ws",
        revision=1,
        spec=WorkspaceSpec(name="ws", title="Workspace"),
        skills={},
        queues=queues,
        topics={topic.name: topic for topic in topics},
        articles={article.name: article for article in articles},
        agents={agent.name: agent for agent in agents},
        ladders=DEFAULT_LADDERS,
        escalations={},
        rules={},
    )
