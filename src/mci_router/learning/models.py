"""The models that triage asks: held ready in every process, made anew when topics change and agents correct, judged before they go live.

No process leads. Whoever sees first that a workspace asks for another model than the last one trains and judges it; all hold what the
register says. Nothing that takes long is done on the event loop, or in this process: no contact waits for a training.
"""

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from typing import ParamSpec, TypeVar
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.classifier.encoder import Encoder
from mci_router.classifier.topics import TopicClassifier, train
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable, NotFound
from mci_router.learning import register
from mci_router.learning.candidates import next_candidacy
from mci_router.learning.corrections import settled_lately
from mci_router.learning.readiness import Loaded, Readiness, Startup
from mci_router.learning.register import Conclusion, Use
from mci_router.learning.sensitivity import SensitivityModels
from mci_router.learning.training import Training, learnt_from
from mci_router.learning.work import Candidacy, Judged, fit, judge
from mci_router.learning.worker import Worker, WorkerGone
from mci_router.settings import Settings
from mci_router.specs.snapshot import Snapshot

log = logging.getLogger(__name__)

FIRST_MODEL_WAIT_S = 3  # what a contact waits for the first model of its workspace; then it goes to a person
CHANGE_WAIT_S = 2  # what an operator's request waits for its effect in this process
FEW_TEXTS = 300  # up to here training takes less than starting the worker, unless there is an encoder: it is done on a thread
MOST_TURNS = 3  # transactions at once: after a start there is much to load, and connections are for contacts
MOST_REMEMBERED = 64  # small models and their judgements, for workspaces that are alike
LOOK_S = 0.02

EMPTY = train({})
"""Knows nothing: all contacts go to a person."""

P = ParamSpec("P")
Result = TypeVar("Result")


class LiveModels:
    """Each workspace's live model and the one on trial."""

    def __init__(self, settings: Settings, database: Database, snapshots: Snapshots, encoder: Encoder | None = None) -> None:
        self._database = database
        self._snapshots = snapshots
        self._retrain_interval_s = settings.triage_retrain_interval_s
        self._encoder = encoder
        self._held: dict[str, Loaded] = {}
        self._claims: set[tuple[str, str]] = set()
        self._seen: set[tuple[str, str, datetime]] = set()
        self._worker = Worker()
        self.sensitivity = SensitivityModels(database, snapshots, self._worker)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="small models")
        self._turns = asyncio.Semaphore(MOST_TURNS)
        self._alike: OrderedDict[str, Judged] = OrderedDict()
        self._made: WeakValueDictionary[str, TopicClassifier] = WeakValueDictionary()
        self._closing = False
        self.startup = Startup()

    async def classifier(self, workspace: str, *, wait: bool = True) -> TopicClassifier:
        """The live model. While the first one is being made it is waited for, at most 3 s; then, and without one, it is the empty model."""
        held = self._held_for(workspace)
        if wait and held.live is None and not held.looked.is_set():
            await self._first(workspace, held)
        return held.live or EMPTY

    def shadow(self, workspace: str) -> TopicClassifier | None:
        """The model on trial, if there is one and it is ready."""
        return self._held_for(workspace).shadow

    def readiness(self) -> list[Readiness]:
        """Returns how far each workspace is with its models in this process."""
        return [self._readiness(snapshot) for snapshot in self._snapshots.held()]

    async def refresh(self) -> None:
        """Takes up what has changed: topics and corrections, what other processes put live, and trainings they left undone."""
        idle = {workspace for workspace, held in self._held.items() if held.work is None or held.work.done()}  # whose use is read after it
        async with self._database.transaction() as session:
            uses = await register.in_use(session)
            lately = await settled_lately(session)
            if self._claims:
                await register.renew(session, self._claims)
        corrected = {workspace for workspace, _, _ in lately - self._seen}
        self._seen = lately
        await self.sensitivity.refresh()
        snapshots = {snapshot.workspace_id: snapshot for snapshot in self._snapshots.held()}
        for workspace, snapshot in snapshots.items():
            held, use = self._held_for(workspace), uses.get(workspace, Use())
            held.news |= workspace in corrected
            due = held.news and _clock() >= held.not_before
            if workspace in idle and not use.training and held.revision == snapshot.revision and held.holds(use):
                held.looked.set()
            if due or held.revision != snapshot.revision or use.lapsed or not held.holds(use):
                self._work_on(workspace, held)
        for gone in set(self._held) - set(snapshots):
            if work := self._held.pop(gone).work:
                work.cancel()

    async def changed(self, workspace: str) -> None:
        """After an operator's word here: takes it up at once. It may take until after the answer where a large model is made again."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CHANGE_WAIT_S):
                await asyncio.shield(self._work_on(workspace, self._held_for(workspace)))

    async def ready(self, workspace: str) -> None:
        """Returns once the model that the workspace asks for was judged, wherever, and this process holds the one that is live."""
        held = self._held_for(workspace)
        if held.work:
            await asyncio.wait([held.work])  # it may have begun too early
        while True:
            await self._work_on(workspace, held)
            async with self._database.transaction() as session:
                use = (await register.in_use(session, workspace)).get(workspace, Use())
            if not held.news and not use.training and held.holds(use):
                return
            await asyncio.sleep(max(LOOK_S, held.not_before - _clock() if held.news else 0))

    async def close(self) -> None:
        """Ends all work; claims lapse, and others take it over."""
        self._closing = True
        await self.sensitivity.close()
        works = [held.work for held in self._held.values() if held.work]
        for work in works:
            work.cancel()
        self._thread.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._worker.close)
        await asyncio.gather(*works, return_exceptions=True)

    def _held_for(self, workspace: str) -> Loaded:
        return self._held.setdefault(workspace, Loaded())

    def _readiness(self, snapshot: Snapshot) -> Readiness:
        topics = self._held_for(snapshot.workspace_id).readiness(examples=any(topic.examples for topic in snapshot.topics.values()))
        return topics if self.sensitivity.looked(snapshot) else Readiness.LEARNING

    async def _first(self, workspace: str, held: Loaded) -> None:
        now = _clock()
        held.asked = held.asked or now
        left = held.asked + FIRST_MODEL_WAIT_S - now
        if held.revision is None:
            self._work_on(workspace, held)
        if left > 0:
            try:
                async with asyncio.timeout(left):
                    await held.looked.wait()
            except TimeoutError:
                log.warning("%s has no model yet: its contacts go to people until it is made", workspace)

    def _work_on(self, workspace: str, held: Loaded) -> "asyncio.Task[None]":
        """One thing at a time for a workspace."""
        if held.work is None or held.work.done():
            held.work = asyncio.create_task(self._settle(workspace, held), name=f"models of {workspace}")
        return held.work

    async def _settle(self, workspace: str, held: Loaded) -> None:
        try:
            await self._load(workspace, held)
            while candidacy := await self._next(workspace, held):
                await self._judge(workspace, candidacy)
                await self._load(workspace, held)
            held.broken = False
        except NotFound:
            return  # the workspace, or the model, is gone: the next refresh sees what is there
        except (DatabaseUnavailable, WorkerGone) as problem:
            held.revision = None
            if not self._closing:
                log.warning("the models of %s wait: %s", workspace, problem)
        except Exception:
            held.revision, held.broken = None, True
            log.exception("the models of %s cannot be brought up to date; those before stay in force", workspace)

    async def _next(self, workspace: str, held: Loaded) -> Candidacy | None:
        """What to train or judge next, if anything."""
        revision, held.news = (await self._snapshots.get(workspace)).revision, False
        async with self._turn() as session:
            found = await next_candidacy(session, workspace, encoder=self._encoder, interval_s=self._retrain_interval_s)
        held.revision, held.not_before = revision, _clock() + found.wait_s
        held.news |= found.wait_s > 0
        return found.candidacy

    async def _judge(self, workspace: str, candidacy: Candidacy) -> None:
        claim = (workspace, candidacy.version)
        self._claims.add(claim)
        try:
            conclusion = _conclusion(candidacy, await self._judged(candidacy))
        except Exception as error:
            if self._closing:
                raise
            log.exception("model %s of %s cannot be trained", candidacy.version, workspace)
            conclusion = Conclusion(candidacy.version, candidacy.live_version, refused=f"it could not be trained: {type(error).__name__}")
        finally:
            self._claims.discard(claim)
        async with self._turn() as session:
            if await register.lock(session, workspace):
                await register.conclude(session, workspace, conclusion)
        log.info("model %s of %s: %s", candidacy.version, workspace, conclusion.refused or "holds")

    async def _judged(self, candidacy: Candidacy) -> Judged:
        light = self._is_light(candidacy.size)
        judged = await (self._on_thread(self._judge_once, candidacy) if light else self._by_worker(judge, candidacy, self._encoder))
        self._made[candidacy.version] = judged.classifier
        return judged

    def _judge_once(self, candidacy: Candidacy) -> Judged:
        """Of small candidacies that are alike only the first is work. For the thread alone."""
        key = candidacy.key
        judged = self._alike.get(key)
        if judged is None:
            judged = self._alike[key] = judge(candidacy, self._encoder)
        self._alike.move_to_end(key)
        if len(self._alike) > MOST_REMEMBERED:
            self._alike.popitem(last=False)
        return judged

    async def _load(self, workspace: str, held: Loaded) -> None:
        """Holds what the register has live and on trial."""
        async with self._turn() as session:
            use = (await register.in_use(session, workspace)).get(workspace, Use())
        if use.live != held.live_version:
            held.live, held.live_version = await self._made_again(workspace, use.live), use.live
        if use.shadow != held.shadow_version:
            held.shadow, held.shadow_version = await self._made_again(workspace, use.shadow), use.shadow
        if held.live:
            held.looked.set()

    async def _made_again(self, workspace: str, version: str | None) -> TopicClassifier | None:
        if version is None:
            return None
        if made := self._made.get(version):
            return made
        async with self._turn() as session:
            row = await register.model(session, workspace, version, whole=True)
        training, learnt = Training.from_data(row.training), learnt_from(row.learnt)
        light = self._is_light(training.size)
        made = await (self._on_thread if light else self._by_worker)(fit, training, learnt, self._encoder)
        self._made[version] = made
        return made

    def _is_light(self, texts: int) -> bool:
        return texts <= FEW_TEXTS and self._encoder is None

    async def _by_worker(self, work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
        """By the worker; if it dies over it, once more."""
        try:
            return await self._worker.run(work, *args, **kwargs)
        except WorkerGone:
            if self._closing:
                raise
        return await self._worker.run(work, *args, **kwargs)

    async def _on_thread(self, work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(work, *args, **kwargs))

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[AsyncSession]:
        """A transaction when it is our turn."""
        async with self._turns, self._database.transaction() as session:
            yield session


def _conclusion(candidacy: Candidacy, judged: Judged) -> Conclusion:
    refused = None if judged.judgement.holds else "; ".join(judged.judgement.reasons)
    learnt = judged.classifier.learnt
    json.dumps(learnt.as_data(), allow_nan=False)  # raises ValueError for what no ledger keeps
    return Conclusion(candidacy.version, candidacy.live_version, learnt, judged.report, refused)


def _clock() -> float:
    return asyncio.get_running_loop().time()
