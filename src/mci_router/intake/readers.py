"""A workspace's reader: its live model, the one on trial and its rules, made again when one of them changes."""

import asyncio

from mci_router.classifier.sensitivity.model import SensitivityModel
from mci_router.classifier.topics import TopicClassifier
from mci_router.learning.models import LiveModels
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.reader import Reader
from mci_router.triage.rules import rule_book
from mci_router.values import value


@value
class _MadeReader:
    """A reader, made or being made, and what it is made from."""

    revision: int
    live: TopicClassifier
    shadow: TopicClassifier | None
    sensitivity: SensitivityModel
    reader: "asyncio.Task[Reader]"

    def made_from(
        self, snapshot: Snapshot, live: TopicClassifier, shadow: TopicClassifier | None, sensitivity: SensitivityModel
    ) -> bool:
        """Returns whether the reader is made from these."""
        return (
            self.revision == snapshot.revision
            and self.live is live
            and self.shadow is shadow
            and self.sensitivity is sensitivity
        )


class Readers:
    """The reader of each workspace."""

    def __init__(self, models: LiveModels) -> None:
        self._models = models
        self._made: dict[str, _MadeReader] = {}

    async def reader(self, snapshot: Snapshot, *, wait: bool = True) -> Reader:
        """Returns the reader for a workspace's configuration and models as they are now.

        `wait`: for the first model, if there is none yet.
        """
        workspace = snapshot.workspace_id
        live, shadow = await self._models.classifier(workspace, wait=wait), self._models.shadow(workspace)
        sensitivity = self._models.sensitivity.model(workspace)
        made = self._made.get(workspace)
        if made is None or not made.made_from(snapshot, live, shadow, sensitivity):
            making = asyncio.create_task(asyncio.to_thread(_reader, snapshot, live, shadow, sensitivity))
            made = _MadeReader(snapshot.revision, live, shadow, sensitivity, making)
            self._made[workspace] = made
        try:
            return await asyncio.shield(made.reader)  # of all that need it meanwhile, one makes it
        except Exception:
            if self._made.get(workspace) is made:
                del self._made[workspace]
            raise


def _reader(
    snapshot: Snapshot, live: TopicClassifier, shadow: TopicClassifier | None, sensitivity: SensitivityModel
) -> Reader:
    return Reader(live, rule_book(snapshot.rules.values()), shadow, sensitivity)
