"""Makes the weights from examples: one linear classifier a kind, and one for all that is not harmless. CPU-bound: seconds.

An example of danger is learnt from as a whole, for which clause of it tells is not known; a harmless one clause by clause as well, for
none of it does.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mci_router.triage.sensitivity.clauses import stretches
from mci_router.triage.sensitivity.examples import HARMLESS, KINDS, Examples
from mci_router.triage.sensitivity.weights import Block, Weights, runs_of

FEWEST = {"words": 1, "pairs": 2, "letters": 3}  # examples that have a feature worth knowing
SCALES = {"words": 1.0, "letters": 1.0}
INVERSE_STRENGTH = 20.0  # of the regularisation
LEAST_CLAUSE = 3  # words of a harmless clause that is learnt from

Words: TypeAlias = Sequence[str]


@dataclass(frozen=True, slots=True)
class Lesson:
    """Words of a text or a clause, and the kind they tell of."""

    words: Words
    kind: str


def lessons_of(examples: Examples) -> list[Lesson]:
    """Every text, and the clauses of the harmless ones."""
    found = [Lesson(stretches(text).words, kind) for kind in KINDS for text in examples.get(kind, ())]
    for text in examples.get(HARMLESS, ()):
        read = stretches(text)
        parts = {tuple(read.words[start:end]) for start, end in zip(read.starts, read.ends, strict=True)}
        found += [Lesson(part, HARMLESS) for part in sorted(parts) if LEAST_CLAUSE <= len(part) < len(read.words)]
    return [lesson for lesson in found if lesson.words]


def fit(lessons: Sequence[Lesson]) -> Weights:
    """The weights. Deterministic."""
    texts = [lesson.words for lesson in lessons]
    alone = _counted("words", texts, lambda words: words)
    paired = _counted("pairs", texts, lambda words: (f"{one} {other}" for one, other in pairwise(words)))
    letters = _counted("letters", texts, lambda words: (run for word in words for run in runs_of(word)))
    matrix, idfs = _weighed([[alone, paired], [letters]])
    coefficients, intercepts = _classified(matrix, [lesson.kind for lesson in lessons])
    blocks, row = [], 0
    for (names, _), idf in zip((alone, paired, letters), idfs, strict=True):
        says = coefficients[row : row + len(names)] * idf[:, None]
        scale = SCALES["letters"] if names is letters[0] else SCALES["words"]
        blocks.append(Block.of(names, np.column_stack([says * scale, idf**2])))
        row += len(names)
    return Weights(*blocks, intercepts.astype(np.float32))


def _counted(sort: str, texts: Sequence[Words], features: Callable[[Words], Iterable[str]]) -> tuple[list[str], Any]:
    """The features of a sort, and how often each text has each."""
    from scipy.sparse import csr_matrix

    counts = [Counter(features(words)) for words in texts]
    spread = Counter(name for count in counts for name in count)
    names = sorted(name for name, having in spread.items() if having >= FEWEST[sort])
    places = {name: place for place, name in enumerate(names)}
    cells = [(row, places[name], times) for row, count in enumerate(counts) for name, times in count.items() if name in places]
    rows, columns, times = np.array(cells, dtype=np.int64).reshape(-1, 3).T
    return names, csr_matrix((times.astype(np.float64), (rows, columns)), shape=(len(texts), len(names)))


def _weighed(blocks: Sequence[Sequence[tuple[list[str], Any]]]) -> tuple[Any, list[NDArray[np.float64]]]:
    """Texts × features, each block of a fixed length as `Weights.score` has it, and the features' weights."""
    from scipy.sparse import diags, hstack

    parts, idfs = [], []
    for block, scale in zip(blocks, SCALES.values(), strict=True):
        of_block = [_idf(matrix) for _, matrix in block]
        squares = sum(matrix @ (idf**2) for (_, matrix), idf in zip(block, of_block, strict=True))
        length = diags(scale / np.sqrt(np.maximum(squares, 1e-6)))
        parts += [length @ matrix @ diags(idf) for (_, matrix), idf in zip(block, of_block, strict=True)]
        idfs += of_block
    return hstack(parts, format="csr"), idfs


def _idf(matrix: Any) -> NDArray[np.float64]:
    having = np.bincount(matrix.indices, minlength=matrix.shape[1])
    weights: NDArray[np.float64] = np.log((1 + matrix.shape[0]) / (1 + having)) + 1
    return weights


def _classified(matrix: Any, kinds: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coefficients, features × classes, and intercepts: first of whatever is not harmless, then of each kind."""
    from sklearn.linear_model import LogisticRegression

    told = np.array(kinds)
    columns, intercepts = [], []
    for kind in (HARMLESS, *(kind for kind in KINDS if kind != HARMLESS)):
        is_so = told != HARMLESS if kind == HARMLESS else told == kind
        model = LogisticRegression(C=INVERSE_STRENGTH, solver="liblinear", random_state=0, class_weight="balanced", max_iter=1_000)
        model.fit(matrix, is_so)
        columns.append(model.coef_[0])
        intercepts.append(float(model.intercept_[0]))
    return np.stack(columns, axis=1), np.array(intercepts)
