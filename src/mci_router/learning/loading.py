"""Loading: a process takes models over from the ledger, in milliseconds; what has no file is made again by a worker."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.classifier.packing import ForeignModel, UnreadableModel, hash_of, unpacked
from mci_router.classifier.topics import TopicClassifier
from mci_router.errors import DatabaseUnavailable
from mci_router.learning import files
from mci_router.learning.worker import WorkerGone
from mci_router.learning.workshop import Workshop

log = logging.getLogger(__name__)

Turn = Callable[[], AbstractAsyncContextManager[AsyncSession]]


class NoFile(Exception):
    """The ledger has no usable file of a model; `for_good`: it was tried to make one, and the reason stands there."""

    def __init__(self, *, for_good: bool) -> None:
        self.for_good = for_good
        super().__init__()


class Loading:
    """The models that this process has taken over; workspaces that are alike share one."""

    def __init__(self, turn: Turn, workshop: Workshop, claims: set[tuple[str, str]]) -> None:
        """Takes what opens a transaction, and the claims of this process, which are renewed as long as they stand."""
        self._turn = turn
        self._workshop = workshop
        self._claims = claims
        self._loaded: WeakValueDictionary[str, TopicClassifier] = WeakValueDictionary()

    async def load(self, workspace: str, version: str) -> TopicClassifier:
        """Loads a model. Raises NotFound, or NoFile where there is none, or where it is damaged: that is then gone."""
        async with self._turn() as session:
            kept = await files.kept(session, workspace, version)
        if not kept.sha256:
            raise NoFile(for_good=kept.given_up)
        try:
            return await self._opened(kept.content, kept.sha256)
        except ForeignModel as problem:
            log.warning("model %s of %s is made again for this process: %s", version, workspace, problem)
            return await self._made_here(workspace, version)
        except UnreadableModel as problem:
            log.error("model %s of %s is refused, and made again from its examples: %s", version, workspace, problem)
            async with self._turn() as session:
                await files.drop(session, workspace, version, kept.sha256)
            raise NoFile(for_good=False) from problem

    async def make_again(self, workspace: str, version: str) -> TopicClassifier | None:
        """Makes a model from what it learnt from, and keeps it; None where another process does, or where it fails."""
        async with self._turn() as session:
            training, learnt = await files.learnt_by(session, workspace, version)
            ours = training.encoder in ("", self._workshop.sha256)
            if ours and not await files.claimed(session, workspace, version):
                return None
        if not ours:
            return await self._made_here(workspace, version)
        claim = (workspace, version)
        self._claims.add(claim)
        try:
            file = await self._workshop.make_again(workspace, training, learnt)
            model = await self._opened(file, hash_of(file))
        except (WorkerGone, DatabaseUnavailable):
            raise
        except Exception as problem:
            log.exception("model %s of %s cannot be made again", version, workspace)
            async with self._turn() as session:
                why = f"its file was absent or damaged, and it could not be made again: {problem}"
                await files.give_up(session, workspace, version, why)
            return None
        finally:
            self._claims.discard(claim)
        async with self._turn() as session:
            kept = await files.keep(session, workspace, version, file, training)
        return model if kept else None

    async def _made_here(self, workspace: str, version: str) -> TopicClassifier:
        """Makes a model as this process can, and keeps it for itself: others have another encoder or release."""
        async with self._turn() as session:
            training, learnt = await files.learnt_by(session, workspace, version)
        file = await self._workshop.make_again(workspace, training, learnt)
        return await self._opened(file, hash_of(file))

    async def _opened(self, file: bytes, sha256: str) -> TopicClassifier:
        model = self._loaded.get(sha256)
        if model is None:
            model = self._loaded[sha256] = await asyncio.to_thread(unpacked, file, sha256, self._workshop.encoder)
        return model
