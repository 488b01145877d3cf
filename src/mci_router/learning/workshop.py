"""The workshop: models are made and judged here, by workers: nothing that takes long in this process."""

import asyncio
from collections import OrderedDict

from mci_router.classifier.calibration import Learnt
from mci_router.classifier.encoder import Encoder
from mci_router.learning.candidacy import Candidacy
from mci_router.learning.lanes import Lane
from mci_router.learning.training import Training
from mci_router.learning.work import JudgedModel, judged, made_again
from mci_router.learning.worker import Limits

SMALL = 50_000  # texts × topics: some ten seconds of CPU
SMALL_CPU_S = 120  # what a small one may take on a slow machine; nobody waits longer for a lane of small ones
SMALL_NICENESS = 2  # somebody has just changed a topic and waits for it; a large one is far nicer
MOST_REMEMBERED = 64  # small models and their judgements, for workspaces that are alike


class Workshop:
    """Makes and judges models without holding up the event loop.

    Small ones have a lane of their own, so that none waits for a large one. Methods raise WorkFailed when the work died
    or went over a limit, and WorkerGone when the workshop was closed.
    """

    def __init__(self, encoder: Encoder | None, limits: Limits) -> None:
        self.encoder = encoder
        self.sha256 = encoder.sha256 if encoder else ""
        small = Limits(limits.memory_mb, min(limits.cpu_s, SMALL_CPU_S), SMALL_NICENESS)
        self.small, self._large = Lane("small models", small), Lane("large models", limits)
        self._alike: OrderedDict[str, JudgedModel] = OrderedDict()

    async def judge(self, workspace: str, candidacy: Candidacy) -> JudgedModel:
        """Trains a candidate, and compares it with the live model; of small ones that are alike, only the first.

        One that has nothing to learn takes a moment, and no worker.
        """
        if not candidacy.weight:
            return judged(candidacy, self.encoder)
        if not _is_small(candidacy.weight):
            return await self._large.run(workspace, judged, candidacy, self.encoder)
        key = candidacy.key
        if key not in self._alike:
            self._alike[key] = await self.small.run(workspace, judged, candidacy, self.encoder)
        self._alike.move_to_end(key)
        if len(self._alike) > MOST_REMEMBERED:
            self._alike.popitem(last=False)
        return self._alike[key]

    async def make_again(self, workspace: str, training: Training, learnt: Learnt | None) -> bytes:
        """Returns the file of a model that was judged before; trains it where `learnt` is unknown."""
        lane = self.small if _is_small(training.weight) else self._large
        return await lane.run(workspace, made_again, training, learnt, self.encoder)

    async def close(self) -> None:
        """Ends all work, and drops what has not begun."""
        await asyncio.gather(self.small.close(), self._large.close())


def _is_small(weight: int) -> bool:
    return weight <= SMALL
