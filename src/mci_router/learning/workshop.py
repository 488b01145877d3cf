"""The workshop: models are made and judged here, small ones on a thread of this process, large ones by the worker."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from mci_router.classifier.calibration import Learnt
from mci_router.classifier.encoder import Encoder
from mci_router.classifier.topics import TopicClassifier
from mci_router.learning.candidacy import Candidacy
from mci_router.learning.training import Training
from mci_router.learning.work import JudgedClassifier, fit, judge
from mci_router.learning.worker import Worker, WorkerGone

FEW_TEXTS = 300  # up to here a thread trains faster than the worker starts, unless there is an encoder
MOST_REMEMBERED = 64  # small models and their judgements, for workspaces that are alike

P = ParamSpec("P")
Result = TypeVar("Result")


class Workshop:
    """Makes and judges models without holding up the event loop.

    Its methods raise WorkerGone when the worker dies twice over the same work, or has been closed.
    """

    def __init__(self, encoder: Encoder | None) -> None:
        self.encoder = encoder
        self.worker = Worker()
        self.closing = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="small models")
        self._alike: OrderedDict[str, JudgedClassifier] = OrderedDict()

    async def judge(self, candidacy: Candidacy) -> JudgedClassifier:
        """Trains a candidate, and compares it with the live model."""
        if self._is_light(candidacy.size):
            return await self._on_thread(self._judge_once, candidacy)
        return await self._by_worker(judge, candidacy, self.encoder)

    async def fit(self, training: Training, learnt: Learnt | None) -> TopicClassifier:
        """Makes a model again, or trains it where `learnt` is unknown."""
        run = self._on_thread if self._is_light(training.size) else self._by_worker
        return await run(fit, training, learnt, self.encoder)

    async def close(self) -> None:
        """Ends all work, and drops what has not begun."""
        self.closing = True
        self._thread.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self.worker.close)

    def _is_light(self, texts: int) -> bool:
        return texts <= FEW_TEXTS and self.encoder is None

    def _judge_once(self, candidacy: Candidacy) -> JudgedClassifier:
        """Judges a small candidacy; of those that are alike, only the first is work. Runs on the thread only."""
        key = candidacy.key
        judged = self._alike.get(key)
        if judged is None:
            judged = self._alike[key] = judge(candidacy, self.encoder)
        self._alike.move_to_end(key)
        if len(self._alike) > MOST_REMEMBERED:
            self._alike.popitem(last=False)
        return judged

    async def _by_worker(self, work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
        """Runs work in the worker; if the worker dies over it, a second time."""
        try:
            return await self.worker.run(work, *args, **kwargs)
        except WorkerGone:
            if self.closing:
                raise
        return await self.worker.run(work, *args, **kwargs)

    async def _on_thread(self, work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(work, *args, **kwargs))
