"""The models that triage asks: loaded in every process, and trained when topics change or agents correct.

A new model is judged before it goes live. No process leads: the first process to see that a workspace asks for another
model than the last one has it trained and judged by its worker, and keeps it in the ledger; all processes load what the
register says. No contact waits for a training, and no process fits what another one has fitted.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.classifier.encoder import Encoder
from mci_router.classifier.fitting import train
from mci_router.classifier.topics import TopicClassifier
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable, NotFound, in_the_log
from mci_router.learning import claims, register
from mci_router.learning.candidacy import Candidacy
from mci_router.learning.candidates import next_candidacy
from mci_router.learning.conclusions import concluded, failed
from mci_router.learning.corrections import settled_lately
from mci_router.learning.loading import Loading, NoFile
from mci_router.learning.readiness import Loaded, Readiness, Startup
from mci_router.learning.register import Use
from mci_router.learning.sensitivity import SensitivityModels
from mci_router.learning.worker import Limits, WorkerGone
from mci_router.learning.workshop import Workshop
from mci_router.settings import Settings
from mci_router.specs.snapshot import Snapshot

log = logging.getLogger(__name__)

FIRST_MODEL_WAIT_S = 3  # how long a contact waits for the first model of its workspace; then it goes to a person
CHANGE_WAIT_S = 2  # how long an operator's request waits for its effect in this process
MOST_TURNS = 3  # transactions at once: after a start there is much to load, and contacts need connections
LOOK_S = 0.02

EMPTY = train({})
"""A model that knows nothing: all contacts go to a person."""


class LiveModels:
    """Each workspace's live model and the one on trial."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        snapshots: Snapshots,
        encoder: Encoder | None = None,
        workshop: Workshop | None = None,
    ) -> None:
        """Makes a workshop of its own, unless it is given one to share."""
        self._database = database
        self._snapshots = snapshots
        self._retrain_interval_s = settings.triage_retrain_interval_s
        self._most = settings.triage_topics_times_examples
        limits = Limits(settings.triage_training_memory_mb, settings.triage_training_cpu_s)
        self._workshop, self._shared = workshop or Workshop(encoder, limits), workshop is not None
        self._by_workspace: dict[str, Loaded] = {}
        self._claims: set[tuple[str, str]] = set()
        self._seen: set[tuple[str, str, datetime]] = set()
        self.sensitivity = SensitivityModels(database, snapshots, self._workshop.small)
        self._turns = asyncio.Semaphore(MOST_TURNS)
        self._loading = Loading(self._turn, self._workshop, self._claims)
        self._closing = False
        self.startup = Startup()

    async def classifier(self, workspace: str, *, wait: bool = True) -> TopicClassifier:
        """Returns the live model; without one, the empty model.

        While the first model is being made, waits for it, at most 3 s.
        """
        models = self._models_of(workspace)
        if wait and models.live is None and not models.looked.is_set():
            await self._first(workspace, models)
        return models.live or EMPTY

    def shadow(self, workspace: str) -> TopicClassifier | None:
        """Returns the model on trial, if there is one and it is loaded."""
        return self._models_of(workspace).shadow

    def readiness(self) -> list[Readiness]:
        """Returns how far each workspace is with its models in this process."""
        return [self._readiness(snapshot) for snapshot in self._snapshots.cached()]

    def restless(self) -> bool:
        """Returns whether there is work that needs looking after, or a configuration that was not looked at."""
        return bool(self._claims) or any(map(self._unsettled, self._snapshots.cached()))

    def _unsettled(self, snapshot: Snapshot) -> bool:
        models = self._by_workspace.get(snapshot.workspace_id)
        if models is None or models.revision != snapshot.revision or not models.looked.is_set():
            return True
        working = models.work is not None and not models.work.done()
        return working or (models.news and _clock() >= models.not_before) or not self.sensitivity.settled(snapshot)

    def failed(self) -> int:
        """Returns how many workspaces have topics whose model could not be trained, whatever is in force there."""
        return sum(models.failed for models in self._by_workspace.values())

    async def refresh(self) -> None:
        """Starts work on what has changed.

        Changes are topics, corrections, models that other processes put live, and trainings left unfinished.
        """
        # whose use is read after it
        idle = {
            workspace for workspace, models in self._by_workspace.items() if models.work is None or models.work.done()
        }
        async with self._database.reading() as session:
            uses = await register.in_use(session)
            lately = await settled_lately(session)
        if self._claims:
            async with self._database.transaction() as session:
                await claims.renew(session, self._claims)
        corrected = {workspace for workspace, _, _ in lately - self._seen}
        self._seen = lately
        await self.sensitivity.refresh()
        snapshots = {snapshot.workspace_id: snapshot for snapshot in self._snapshots.cached()}
        for workspace, snapshot in snapshots.items():
            models, use = self._models_of(workspace), uses.get(workspace, Use())
            models.news |= workspace in corrected
            due = models.news and _clock() >= models.not_before
            concluded, models.training = models.training and not use.training, use.training
            if workspace in idle and not use.training and models.revision == snapshot.revision and models.holds(use):
                models.looked.set()
            if due or concluded or models.revision != snapshot.revision or use.lapsed or not models.holds(use):
                self._work_on(workspace, models)
        for gone in set(self._by_workspace) - set(snapshots):
            if work := self._by_workspace.pop(gone).work:
                work.cancel()

    async def changed(self, workspace: str) -> None:
        """Applies an operator's change at once; where a large model is made again, that may end after the answer."""
        models = self._models_of(workspace)
        with suppress(TimeoutError):
            async with asyncio.timeout(CHANGE_WAIT_S):
                if models.work:
                    await asyncio.wait([models.work])  # it may have begun too early
                await asyncio.shield(self._work_on(workspace, models))

    async def ready(self, workspace: str) -> None:
        """Returns once the model that the workspace asks for is judged, by any process, and the live one is loaded."""
        models = self._models_of(workspace)
        if models.work:
            await asyncio.wait([models.work])  # it may have begun too early
        while True:
            await self._work_on(workspace, models)
            async with self._database.reading() as session:
                use = (await register.in_use(session, workspace)).get(workspace, Use())
            if not models.news and not use.training and models.holds(use):
                return
            await asyncio.sleep(max(LOOK_S, models.not_before - _clock() if models.news else 0))

    async def close(self) -> None:
        """Ends all work and gives its claims back; other processes take them over."""
        self._closing = True
        await self.sensitivity.close()
        works = [models.work for models in self._by_workspace.values() if models.work]
        given_back = set(self._claims)
        for work in works:
            work.cancel()
        if not self._shared:
            await self._workshop.close()
        await asyncio.gather(*works, return_exceptions=True)
        if given_back:
            with suppress(DatabaseUnavailable):
                async with self._database.transaction() as session:
                    await claims.release(session, given_back)

    def _models_of(self, workspace: str) -> Loaded:
        return self._by_workspace.setdefault(workspace, Loaded())

    def _readiness(self, snapshot: Snapshot) -> Readiness:
        topics = self._models_of(snapshot.workspace_id).readiness(
            examples=any(topic.examples for topic in snapshot.topics.values())
        )
        return topics if self.sensitivity.looked(snapshot) else Readiness.LEARNING

    async def _first(self, workspace: str, models: Loaded) -> None:
        now = _clock()
        models.asked = models.asked or now
        left = models.asked + FIRST_MODEL_WAIT_S - now
        if models.revision is None:
            self._work_on(workspace, models)
        if left > 0:
            try:
                async with asyncio.timeout(left):
                    await models.looked.wait()
            except TimeoutError:
                log.warning("%s has no model yet: its contacts go to people until it is made", workspace)

    def _work_on(self, workspace: str, models: Loaded) -> "asyncio.Task[None]":
        """Starts work for a workspace, one task at a time."""
        if models.work is None or models.work.done():
            models.work = asyncio.create_task(self._settle(workspace, models), name=f"models of {workspace}")
        return models.work

    async def _settle(self, workspace: str, models: Loaded) -> None:
        try:
            await self._load(workspace, models)
            while candidacy := await self._next(workspace, models):
                await self._judge(workspace, candidacy)
                await self._load(workspace, models)
            models.broken = False
        except NotFound:
            return  # the workspace, or the model, is gone: the next refresh finds the new state
        except (DatabaseUnavailable, WorkerGone) as problem:
            models.revision = None
            if not self._closing:
                log.warning("the models of %s wait: %s", workspace, in_the_log(problem))
        except Exception:
            models.revision, models.broken = None, True
            log.exception("the models of %s cannot be brought up to date; those before stay in force", workspace)

    async def _next(self, workspace: str, models: Loaded) -> Candidacy | None:
        """Returns what to train or judge next, if anything."""
        revision, models.news = (await self._snapshots.get(workspace)).revision, False
        async with self._turn() as session:
            upcoming = await next_candidacy(
                session,
                workspace,
                encoder=self._workshop.encoder,
                interval_s=self._retrain_interval_s,
                most=self._most,
            )
        models.revision, models.not_before = revision, _clock() + upcoming.wait_s
        models.news, models.failed = models.news or upcoming.wait_s > 0, upcoming.failed
        return upcoming.candidacy

    async def _judge(self, workspace: str, candidacy: Candidacy) -> None:
        claim = (workspace, candidacy.version)
        self._claims.add(claim)
        try:
            conclusion = concluded(candidacy, await self._workshop.judge(workspace, candidacy))
        except WorkerGone:
            raise
        except Exception as error:
            if self._closing:
                raise
            log.exception("model %s of %s cannot be trained", candidacy.version, workspace)
            conclusion = failed(candidacy, error)
        finally:
            self._claims.discard(claim)
        async with self._turn() as session:
            if await register.lock(session, workspace):
                await register.conclude(session, workspace, conclusion)
        log.info("model %s of %s: %s", candidacy.version, workspace, conclusion.refused or "live")

    async def _load(self, workspace: str, models: Loaded) -> None:
        """Loads what the register has live and on trial."""
        async with self._turn() as session:
            use = (await register.in_use(session, workspace)).get(workspace, Use())
        if use.live != models.live_version:
            await self._load_live(workspace, use.live, models)
        if use.shadow != models.shadow_version:
            models.shadow = await self._loaded(workspace, use.shadow)
            models.shadow_version = use.shadow
        models.seen = True
        if models.live:
            models.looked.set()

    async def _load_live(self, workspace: str, version: str | None, models: Loaded) -> None:
        """Loads the live model; where its file has to be made again, the one before stays in force meanwhile."""
        try:
            model = await self._loading.load(workspace, version) if version else None
        except NoFile as missing:
            models.refitting, models.seen = not missing.for_good, True
            model = None if missing.for_good else await self._loading.make_again(workspace, version or "")
            if model is None and not missing.for_good:
                return  # another process makes it, or has failed: the next look tells
        models.live, models.live_version, models.refitting = model, version, False

    async def _loaded(self, workspace: str, version: str | None) -> TopicClassifier | None:
        """Loads a model on trial, or makes it again; None where that fails."""
        if version is None:
            return None
        try:
            return await self._loading.load(workspace, version)
        except NoFile:
            return await self._loading.make_again(workspace, version)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[AsyncSession]:
        """Opens a transaction when it is our turn."""
        async with self._turns, self._database.transaction() as session:
            yield session


def _clock() -> float:
    return asyncio.get_running_loop().time()
