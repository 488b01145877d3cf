"""The sentence encoder as this room needs it; and the vectors of what is searched for, made in a thread, in time."""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)

PATIENCE_S = 0.15  # for which a search waits for its vector: it takes 5 to 10 ms where the machine is not overloaded
MOST_WAITING = 8  # searches whose vectors are being made; the others go without
UNRELATED_SHARE = 0.99

UNRELATED = (
    *("The museum opens at ten on Sundays.", "Water boils at a hundred degrees.", "The printer is out of paper."),
    *("My neighbour's dog barks at night.", "The train to Lyon was two hours late.", "She paints landscapes in oil."),
    *("We need more flour for the bread.", "The committee elected a new chair.", "Rain is expected in the north."),
    *("He broke his arm while skiing.", "The novel has three narrators.", "Please water the plants on Friday."),
    *("The stadium holds forty thousand people.", "Copper conducts electricity well.", "Whales breathe air."),
    *("Their wedding is in September.", "Vaccines train the immune system.", "I lost my umbrella on the bus."),
    *("The recipe asks for two lemons.", "The lease ends next spring.", "Her brother teaches chemistry."),
    *("The bridge was closed for repairs.", "A violin has four strings.", "The shop sells used bicycles."),
)
"""Sentences that have nothing to do with each other: how near they are to each other is how near nothing is."""


class SentenceEncoder(Protocol):
    """An encoder of texts. `sha256` is its identity: vectors of another one are never compared with its own."""

    @property
    def sha256(self) -> str: ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Returns texts × dimensions, each row of length 1. CPU-bound."""


def floor_of(encoder: SentenceEncoder) -> float:
    """Returns the cosine from which on two texts have something to do with each other. CPU-bound: once a process."""
    vectors = encoder.embed(UNRELATED)
    cosines = (vectors @ vectors.T)[np.triu_indices(len(UNRELATED), 1)]
    return float(np.quantile(cosines, UNRELATED_SHARE))


class VectorsInTime:
    """Makes vectors of what is searched for, in a thread of its own. What takes too long is left out."""

    def __init__(self, encoder: SentenceEncoder, patience_s: float = PATIENCE_S) -> None:
        self.encoder = encoder
        self._patience_s = patience_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="vectors of searches")
        self._waiting = 0
        self._late = False

    async def of(self, text: str) -> list[float] | None:
        """Returns the vector of a text; None where it is not there in time."""
        if self._waiting >= MOST_WAITING:
            return None
        self._waiting += 1
        work = asyncio.get_running_loop().run_in_executor(self._thread, self.encoder.embed, [text])
        work.add_done_callback(self._done)
        try:
            async with asyncio.timeout(self._patience_s):
                vector: list[float] = (await asyncio.shield(work))[0].tolist()
        except TimeoutError:
            if not self._late:
                log.warning("searches go without vectors while these take longer than %g s", self._patience_s)
            self._late = True
            return None
        self._late = False
        return vector

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _done(self, work: "asyncio.Future[NDArray[np.float64]]") -> None:
        self._waiting -= 1
        if not work.cancelled() and (failure := work.exception()):
            log.warning("a search goes without a vector: %s", failure)
