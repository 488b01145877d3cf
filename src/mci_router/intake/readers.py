"""A workspace's reader: its live model, the one on trial and its rules, put together anew when one of them changes."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from mci_router.configuration.snapshot import Snapshot
from mci_router.triage.classifier import TopicClassifier
from mci_router.triage.perception import Reader
from mci_router.triage.rules import RuleBook


@dataclass(frozen=True, slots=True)
class Models:
    """The models of a workspace: the one that decides, and one on trial."""

    live: TopicClassifier
    shadow: TopicClassifier | None = None


@dataclass(frozen=True, slots=True)
class _Made:
    """A reader, and what it was made of."""

    revision: int
    models: Models
    reader: Reader


class Readers:
    """The reader of each workspace."""

    def __init__(self, models: Callable[[Snapshot], Awaitable[Models]]) -> None:
        self._models = models
        self._made: dict[str, _Made] = {}

    async def reader(self, snapshot: Snapshot) -> Reader:
        """Reads as the workspace's configuration and models say now."""
        models = await self._models(snapshot)
        made = self._made.get(snapshot.workspace_id)
        if made is None or made.revision != snapshot.revision or made.models != models:
            reader = await asyncio.to_thread(_reader, snapshot, models)
            self._made[snapshot.workspace_id] = made = _Made(snapshot.revision, models, reader)
        return made.reader


def _reader(snapshot: Snapshot, models: Models) -> Reader:
    examples = (example for topic in snapshot.topics.values() for example in topic.examples)
    return Reader(models.live, RuleBook(snapshot.rules.values()), models.shadow, examples)
