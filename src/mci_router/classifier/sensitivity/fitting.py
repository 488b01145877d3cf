"""Fitting: makes the weights from examples. CPU-bound: seconds.

There is one linear classifier for each kind, and one for everything that is not harmless. An example of danger is
learnt from as a whole, because nobody knows which clause of it shows the danger; a harmless one clause by clause as
well, because none of its clauses shows any.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.sensitivity.clauses import stretches
from mci_router.classifier.sensitivity.concepts import concepts_of
from mci_router.classifier.sensitivity.examples import HARMLESS, KINDS, ORDINARY, Examples
from mci_router.classifier.sensitivity.weights import LEAST_SQUARE, Block, SensitivityWeights, runs_of
from mci_router.values import value

FEWEST = {"words": 1, "pairs": 2, "letters": 5, "concepts": 2}  # examples that have a feature worth knowing
SCALES = {"words": 1.0, "letters": 1.0, "concepts": 0.8}
INVERSE_STRENGTH = 8.0  # of the regularisation
ORDINARY_WEIGHT = 0.3  # at 1 they drown the look-alikes, at 0.1 too many of them are taken for danger
LEAST_CLAUSE = 3  # words of a harmless clause that is learnt from

# words and pairs share one
_LENGTH_OF = {"words": "words", "pairs": "words", "letters": "letters", "concepts": "concepts"}

Words: TypeAlias = Sequence[str]

# What a text has, and what each of its words has: the same words come again and again.
OF_A_TEXT: dict[str, Callable[[Words], Iterable[str]]] = {
    "words": lambda words: words,
    "pairs": lambda words: (f"{one} {other}" for one, other in pairwise(words)),
}
OF_A_WORD: dict[str, Callable[[str], Iterable[str]]] = {"letters": runs_of, "concepts": concepts_of}


@value
class Lesson:
    """Words of a text or a clause, the kind that they show, and how much they count."""

    words: Words
    kind: str
    weight: float = 1.0


def lessons_of(examples: Examples) -> list[Lesson]:
    """Returns a lesson for every text, and for the clauses of the harmless texts."""
    lessons = [Lesson(stretches(text).words, kind) for kind in KINDS for text in examples.get(kind, ())]
    for text in examples.get(HARMLESS, ()):
        read = stretches(text)
        parts = {tuple(read.words[start:end]) for start, end in zip(read.starts, read.ends, strict=True)}
        lessons += [Lesson(part, HARMLESS) for part in sorted(parts) if LEAST_CLAUSE <= len(part) < len(read.words)]
    lessons += [Lesson(stretches(text).words, HARMLESS, ORDINARY_WEIGHT) for text in examples.get(ORDINARY, ())]
    return [lesson for lesson in lessons if lesson.words]


@value
class CountedLessons:
    """Counted lessons: by sort, the features that enough lessons have, and how often each lesson has each.

    They are counted once for all folds.
    """

    lessons: Sequence[Lesson]
    sorts: Mapping[str, tuple[Sequence[str], Any]]

    def of(self, rows: NDArray[np.bool_]) -> "CountedLessons":
        """Returns the counts of some lessons, as if the others did not exist."""
        sorts = {}
        for sort, (names, matrix) in self.sorts.items():
            left = matrix[rows]
            known = np.flatnonzero(np.bincount(left.indices, minlength=left.shape[1]) >= FEWEST[sort]).tolist()
            sorts[sort] = ([names[column] for column in known], left[:, known])
        return CountedLessons([lesson for lesson, stays in zip(self.lessons, rows, strict=True) if stays], sorts)


def count(lessons: Sequence[Lesson]) -> CountedLessons:
    """Counts the features of the lessons."""
    texts = [lesson.words for lesson in lessons]
    sorts = {sort: _occurrences(map(features, texts)) for sort, features in OF_A_TEXT.items()}
    words, having = sorts["words"]
    for sort, features in OF_A_WORD.items():
        names, of_words = _occurrences(map(features, words))
        sorts[sort] = (names, having @ of_words)
    return CountedLessons(lessons, {sort: _known(sort, *found) for sort, found in sorts.items()})


def fit(counted: CountedLessons, *, kinds: bool = True) -> SensitivityWeights:
    """Fits the weights. Deterministic.

    Without `kinds` they recognise danger only, in a fraction of the time.
    """
    matrix, idfs = _weighed(counted.sorts)
    coefficients, intercepts = _classified(matrix, counted.lessons, KINDS[:-1] if kinds else ())
    blocks, row = {}, 0
    for sort, (names, _) in counted.sorts.items():
        says = coefficients[row : row + len(names)] * idfs[sort][:, None] * SCALES[_LENGTH_OF[sort]]
        blocks[sort] = Block.of(names, np.column_stack([says, idfs[sort] ** 2]))
        row += len(names)
    return SensitivityWeights(**blocks, intercepts=intercepts.astype(np.float32))


def _occurrences(each: Iterable[Iterable[str]]) -> tuple[list[str], Any]:
    """Returns the features of texts or words, and how often each of these has each."""
    from scipy.sparse import csr_matrix

    column_of: dict[str, int] = {}
    columns = [[column_of.setdefault(name, len(column_of)) for name in names] for names in each]
    rows = np.repeat(np.arange(len(columns)), [len(some) for some in columns])
    cells = np.fromiter(chain.from_iterable(columns), dtype=np.int64)
    return list(column_of), csr_matrix((np.ones(len(cells)), (rows, cells)), shape=(len(columns), len(column_of)))


def _known(sort: str, names: Sequence[str], matrix: Any) -> tuple[list[str], Any]:
    """Returns the features that enough texts have, by name, and how often each text has each."""
    having = np.bincount(matrix.indices, minlength=len(names))
    columns = sorted(np.flatnonzero(having >= FEWEST[sort]).tolist(), key=names.__getitem__)
    known = matrix[:, columns]
    known.sort_indices()  # so that sums are the same whatever order the words came in
    return [names[column] for column in columns], known


def _weighed(sorts: Mapping[str, tuple[Sequence[str], Any]]) -> tuple[Any, dict[str, NDArray[np.float64]]]:
    """Returns texts × features and the features' weights.

    Words, letters and concepts each have a fixed length, as in `SensitivityWeights.score`.
    """
    from scipy.sparse import diags, hstack

    idfs = {sort: _idf(matrix) for sort, (_, matrix) in sorts.items()}
    squares = {sort: matrix @ (idfs[sort] ** 2) for sort, (_, matrix) in sorts.items()}
    parts = []
    for sort, (_, matrix) in sorts.items():
        length = sum(squares[other] for other in sorts if _LENGTH_OF[other] == _LENGTH_OF[sort])
        factors = SCALES[_LENGTH_OF[sort]] / np.sqrt(np.maximum(length, LEAST_SQUARE))
        parts.append(diags(factors) @ matrix @ diags(idfs[sort]))
    return hstack(parts, format="csr"), idfs


def _idf(matrix: Any) -> NDArray[np.float64]:
    having = np.bincount(matrix.indices, minlength=matrix.shape[1])
    weights: NDArray[np.float64] = np.log((1 + matrix.shape[0]) / (1 + having)) + 1
    return weights


def _classified(
    matrix: Any, lessons: Sequence[Lesson], kinds: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Returns coefficients, features × classes, and intercepts: first of everything not harmless, then of each kind."""
    from sklearn.linear_model import LogisticRegression

    kind_of, weights = np.array([lesson.kind for lesson in lessons]), np.array([lesson.weight for lesson in lessons])
    columns, intercepts = [], []
    for kind in (HARMLESS, *kinds):
        is_so = kind_of != HARMLESS if kind == HARMLESS else kind_of == kind
        model = LogisticRegression(C=INVERSE_STRENGTH, solver="liblinear", random_state=0, max_iter=1_000)
        model.fit(matrix, is_so, sample_weight=_balanced(is_so, weights))
        columns.append(model.coef_[0])
        intercepts.append(float(model.intercept_[0]))
    return np.stack(columns, axis=1), np.array(intercepts)


def _balanced(is_so: NDArray[np.bool_], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the weights, scaled so that either side counts the same in all, and a lesson one on average."""
    sides = np.where(is_so, weights / max(weights[is_so].sum(), 1.0), weights / max(weights[~is_so].sum(), 1.0))
    even: NDArray[np.float64] = sides * len(weights) / 2
    return even
