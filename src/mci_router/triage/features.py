"""A text as numbers: which words, pairs of words and runs of letters it has, weighted by how rare they are (TF-IDF).

Counting is apart from weighing: a text is counted once, and weighed anew in each fold of a cross-validation, as if the texts that are held
back had never been seen.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize

LONGEST_TEXT = 2_000  # characters that are read: what a contact is about stands at its beginning
RAW = 4 * LONGEST_TEXT  # characters that are cleaned, so that a text that is half invisible still says enough
LONG_TEXT_WORDS = 60  # from here on the opening is judged by itself as well
OPENING_WORDS = 40  # a subject, a greeting and the first sentence or two


def prepared(text: str) -> str:
    """The text in compatibility form, without invisible characters, cut after 2,000 characters."""
    plain = unicodedata.normalize("NFKC", text[:RAW])
    return "".join(c for c in plain if unicodedata.category(c) != "Cf")[:LONGEST_TEXT]


def opening(text: str) -> str | None:
    """The first words of a long text, which say most; None where the text is short."""
    words = text.split(None, LONG_TEXT_WORDS)
    return " ".join(words[:OPENING_WORDS]) if len(words) > LONG_TEXT_WORDS else None


@dataclass(frozen=True, slots=True)
class Weights:
    """The inverse document frequency of each count; 0 where the texts learnt from do not have it."""

    blocks: tuple[NDArray[np.float64], ...]

    def weigh(self, counts: Sequence[Any]) -> Any:
        """Texts × features, each kind of feature of length 1 (sublinear term frequency, L2 norm)."""
        return hstack([_weighed(block, idf) for block, idf in zip(counts, self.blocks, strict=True)], format="csr")


class Counter:
    """Counts words, pairs of words, and 2 to 5 letters in a row within a word."""

    def __init__(self) -> None:
        self._kinds = (CountVectorizer(ngram_range=(1, 2)), CountVectorizer(analyzer="char_wb", ngram_range=(2, 5)))

    def learn(self, texts: Sequence[str]) -> list[Any]:
        """The counts of these texts, whose features are the ones that are known from now on. Raises ValueError if there is none."""
        return [kind.fit_transform(texts) for kind in self._kinds]

    def count(self, texts: Sequence[str]) -> list[Any]:
        return [kind.transform(texts) for kind in self._kinds]


def weights_of(counts: Sequence[Any]) -> Weights:
    """Smoothed inverse document frequencies, as scikit-learn has them."""
    return Weights(tuple(_idf(block) for block in counts))


def _idf(block: Any) -> NDArray[np.float64]:
    texts_with = np.bincount(block.indices, minlength=block.shape[1])
    idf = np.log((1 + block.shape[0]) / (1 + texts_with)) + 1
    return np.where(texts_with > 0, idf, 0.0)


def _weighed(block: Any, idf: NDArray[np.float64]) -> Any:
    data = (np.log(block.data) + 1) * idf[block.indices]
    return normalize(csr_matrix((data, block.indices, block.indptr), shape=block.shape), copy=False)
