"""Weights: what the model has learnt, as numbers for words, pairs of words, runs of letters and concepts.

Each has a number for every kind. Judging is look-ups and sums: the sum of a word, letters included, is computed once
and remembered; a stretch of a text is the difference of two running sums. So a text costs the same whether one stretch
of it is judged or fifty.
"""

import io
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.sensitivity.clauses import Stretches
from mci_router.classifier.sensitivity.concepts import concepts_of
from mci_router.values import value

Floats: TypeAlias = NDArray[np.float32]

RUNS = range(2, 6)  # letters, counting the blanks around a word
MOST_REMEMBERED = 20_000  # words: 2 MB
LEVELS = 127
LEAST_SQUARE = 1e-6  # of a stretch's length
BLOCKS = ("words", "pairs", "letters", "concepts")


def runs_of(word: str) -> list[str]:
    """Returns the runs of letters of a word."""
    padded = f" {word} "
    return [padded[start : start + length] for length in RUNS for start in range(len(padded) - length + 1)]


@value
class Block:
    """Features of one sort: each row has a number for every class, and a weight against the others of a stretch."""

    rows: dict[str, int]
    says: Floats  # features × (classes + 1); the last column is the square of the feature's weight

    def sum(self, names: Iterable[str]) -> Floats:
        """Sums up what the known features say."""
        total: Floats = self.says[[row for name in names if (row := self.rows.get(name)) is not None]].sum(axis=0)
        return total

    @staticmethod
    def of(names: Sequence[str], says: NDArray[np.float64]) -> "Block":
        """Returns a block with the values of its shipped form."""
        return Block({name: row for row, name in enumerate(names)}, _coarse(says))


class _Memory:
    """The sums of whole words, by row; row 0 is zero."""

    def __init__(self, width: int, words: int = 0) -> None:
        self.rows: dict[str, int] = {}
        self.table = np.zeros((max(MOST_REMEMBERED, words), width), dtype=np.float32)


@dataclass(slots=True)
class SensitivityWeights:
    """The weights of a model: immutable but for what they remember. Safe to use from several threads."""

    words: Block
    pairs: Block
    letters: Block
    concepts: Block
    intercepts: Floats
    _memory: _Memory = field(init=False)
    _lock: Lock = field(init=False, default_factory=Lock)

    def __post_init__(self) -> None:
        self._memory = _Memory(3 * (self.classes + 1))

    @property
    def classes(self) -> int:
        return len(self.intercepts)

    def score(self, read: Stretches) -> NDArray[np.float64]:
        """Returns stretches × classes, as log-odds."""
        width, words = self.classes + 1, read.words
        memory, rows = self._rows(words)
        pairs = self.pairs.rows
        beside = [pairs.get(f"{one} {other}", -1) for one, other in itertools.pairwise(words)]
        alone = np.zeros((len(words) + 1, 3 * width))
        np.cumsum(memory.table[rows], axis=0, out=alone[1:])
        paired = np.zeros((len(words) + 1, width))
        if beside:
            np.cumsum(self.pairs.says[beside], axis=0, out=paired[1 : len(words)])
        starts, ends = np.array(read.starts, dtype=np.intp), np.array(read.ends, dtype=np.intp)
        of_words = alone[ends] - alone[starts]
        of_pairs = paired[np.maximum(ends - 1, starts)] - paired[starts]
        parts = (of_words[:, :width] + of_pairs, of_words[:, width : 2 * width], of_words[:, 2 * width :])
        scores: NDArray[np.float64] = sum(map(_normalised, parts), self.intercepts.astype(np.float64))
        return scores

    def _rows(self, words: Sequence[str]) -> tuple[_Memory, list[int]]:
        memory = self._memory
        rows = [memory.rows.get(word, -1) for word in words]
        if -1 in rows:
            memory = self._learn(words)
            rows = [memory.rows[word] for word in words]
        return memory, rows

    def _learn(self, words: Sequence[str]) -> _Memory:
        """Remembers words; where there is no room for more, only these."""
        with self._lock:
            memory, new = self._memory, set(words) - self._memory.rows.keys()
            if len(memory.rows) + len(new) > len(memory.table):
                memory, new = _Memory(memory.table.shape[1], len(set(words))), set(words)
            for word in new:
                row = len(memory.rows)
                memory.table[row] = self._says(word)
                memory.rows[word] = row
            self._memory = memory
        return memory

    def _says(self, word: str) -> Floats:
        return np.concatenate(
            [self.words.sum([word]), self.letters.sum(runs_of(word)), self.concepts.sum(concepts_of(word))]
        )

    def packed(self) -> bytes:
        """Returns the weights as a file; the same bytes for the same weights."""
        parts: dict[str, NDArray[np.generic]] = {"intercepts": self.intercepts}
        for name in BLOCKS:
            block: Block = getattr(self, name)
            levels, steps = _levels(block.says)
            parts |= {f"{name}_levels": levels, f"{name}_steps": steps}
            parts[f"{name}_names"] = np.frombuffer("\n".join(block.rows).encode(), dtype=np.uint8)
        packed = io.BytesIO()
        np.savez_compressed(packed, allow_pickle=False, **parts)
        return packed.getvalue()

    @staticmethod
    def unpacked(packed: bytes) -> "SensitivityWeights":
        """Returns the inverse of `packed`."""
        with np.load(io.BytesIO(packed), allow_pickle=False) as parts:
            blocks = {
                name: Block(
                    {text: row for row, text in enumerate(parts[f"{name}_names"].tobytes().decode().split("\n"))},
                    parts[f"{name}_levels"].astype(np.float32) * parts[f"{name}_steps"],
                )
                for name in BLOCKS
            }
            return SensitivityWeights(**blocks, intercepts=parts["intercepts"])


def _normalised(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns what the features of a stretch say, in proportion to their number and weights."""
    normal: NDArray[np.float64] = sums[:, :-1] / np.sqrt(np.maximum(sums[:, -1:], LEAST_SQUARE))
    return normal


def _levels(says: Floats) -> tuple[NDArray[np.uint8 | np.int8], Floats]:
    steps = np.maximum(np.abs(says).max(axis=0, initial=0), 1e-6) / LEVELS
    return np.rint(says / steps).astype(np.int8), steps.astype(np.float32)


def _coarse(says: NDArray[np.float64]) -> Floats:
    """Rounds to 255 levels a class, which is enough; a last row of zeros says nothing."""
    levels, steps = _levels(np.vstack([says, np.zeros((1, says.shape[1]))]).astype(np.float32))
    coarse: Floats = levels.astype(np.float32) * steps
    return coarse
