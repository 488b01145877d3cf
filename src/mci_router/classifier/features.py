"""A text as numbers: which words, pairs of words and runs of letters it has, weighted by how rare they are (TF-IDF).

Counting is apart from weighing: a text is counted once, and weighed anew in each fold of a cross-validation, as if the texts that are held
back had never been seen.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LONGEST_TEXT = 2_000  # characters that are read: what a contact is about stands at its beginning
RAW = 4 * LONGEST_TEXT  # characters that are cleaned, so that a text that is half invisible still says enough
LONG_TEXT_WORDS = 60  # from here on the opening is judged by itself as well
OPENING_WORDS = 40  # a subject, a greeting and the first sentence or two
WORD = r"(?u)\b\w+\b"  # single letters too: "I" tells what happened to me from how things are done
WORD_WEIGHT, LETTER_WEIGHT = 0.6, 1.0  # by trying on Banking77 with 10 examples a topic

_words = re.compile(WORD)
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")  # Thai, Lao, Burmese, Khmer, kana, Han


def prepared(text: str) -> str:
    """The text in compatibility form, without invisible characters, cut after 2,000 characters."""
    if text.isascii():
        return text[:LONGEST_TEXT]
    plain = unicodedata.normalize("NFKC", text[:RAW])
    return "".join(c for c in plain if unicodedata.category(c) != "Cf")[:LONGEST_TEXT]


def unspaced(text: str) -> bool:
    """Whether its script puts no space between words, so that they cannot be counted."""
    return not text.isascii() and bool(_UNSPACED.search(text))


def opening(text: str) -> str | None:
    """The first words of a long text, which say most; None where the text is short."""
    words = text.split(None, LONG_TEXT_WORDS)
    return " ".join(words[:OPENING_WORDS]) if len(words) > LONG_TEXT_WORDS else None


@dataclass(frozen=True, slots=True)
class Counts:
    """Texts × features: of words and pairs of words, and of runs of letters; and how many words each text has."""

    words: Any
    letters: Any
    lengths: NDArray[np.int64]

    def of(self, rows: NDArray[np.bool_]) -> "Counts":
        return Counts(self.words[rows], self.letters[rows], self.lengths[rows])


class Counter:
    """Counts words, pairs of words, and 2 to 4 letters in a row within a word."""

    def __init__(self) -> None:
        from sklearn.feature_extraction.text import CountVectorizer  # a second to import, which only those who train should wait for

        self._words = CountVectorizer(ngram_range=(1, 2), token_pattern=WORD)
        self._letters = CountVectorizer(analyzer="char_wb", ngram_range=(2, 4))

    def learn(self, texts: Sequence[str]) -> Counts:
        """The counts of these texts, whose features are the ones that are known from now on. Raises ValueError where no text has a word."""
        return Counts(self._words.fit_transform(texts), self._letters.fit_transform(texts), _lengths(texts))

    def count(self, texts: Sequence[str]) -> Counts:
        """Known features only."""
        return Counts(self._words.transform(texts), self._letters.transform(texts), _lengths(texts))

    def single_words(self) -> NDArray[np.bool_]:
        """Which features of words are not pairs."""
        return np.array([" " not in name for name in self._words.get_feature_names_out()])

    def content_words(self, stop_words: Collection[str]) -> NDArray[np.bool_]:
        """Which are single words that say what a text is about: no stop words, and no mere numbers."""
        return np.array([" " not in name and name not in stop_words and not name.isdigit() for name in self._words.get_feature_names_out()])


@dataclass(frozen=True, slots=True)
class Weights:
    """Smoothed inverse document frequencies as scikit-learn has them, 0 where the texts learnt from do not have a feature.

    `familiar` has those of single words in the topics' examples alone, and 0 for all else; `content` says which of these say what a text
    is about.
    """

    words: NDArray[np.float64]
    letters: NDArray[np.float64]
    familiar: NDArray[np.float64]
    content: NDArray[np.bool_]
    unknown: float  # the weight of a word that the topics' examples do not have

    def weigh(self, counts: Counts) -> Any:
        """Texts × features, of each kind of feature with a fixed length (sublinear term frequency, L2 norm)."""
        from scipy.sparse import hstack

        return hstack(self.weigh_apart(counts), format="csr")

    def weigh_apart(self, counts: Counts) -> tuple[Any, Any]:
        """The same, words and letters each by itself."""
        return _weighed(counts.words, self.words) * WORD_WEIGHT, _weighed(counts.letters, self.letters) * LETTER_WEIGHT

    def familiar_share(self, counts: Counts) -> NDArray[np.float64]:
        """Of each text, how much of the weight of its words belongs to words of the topics' examples, from 0 to 1."""
        known = counts.words @ self.familiar
        unknown = (counts.lengths - counts.words @ (self.familiar > 0)) * self.unknown
        return np.asarray(known / np.maximum(known + unknown, 1e-9), dtype=np.float64)

    def known_words(self, counts: Counts) -> NDArray[np.int64]:
        """Of each text, how many different words it has that say what it is about and are in the topics' examples."""
        return np.asarray((counts.words > 0) @ self.content.astype(np.int64), dtype=np.int64)


def weights_of(counts: Counts, topical: NDArray[np.bool_], single: NDArray[np.bool_], content: NDArray[np.bool_]) -> Weights:
    """From counts, which rows are of topics, and which features are single words, and which of these say what a text is about."""
    ours = counts.words[topical]
    familiar = np.where(single, _idf(ours), 0.0)
    return Weights(_idf(counts.words), _idf(counts.letters), familiar, content & (familiar > 0), float(np.log(1 + ours.shape[0]) + 1))


def _idf(block: Any) -> NDArray[np.float64]:
    texts_with = np.bincount(block.indices, minlength=block.shape[1])
    idf = np.log((1 + block.shape[0]) / (1 + texts_with)) + 1
    return np.where(texts_with > 0, idf, 0.0)


def _weighed(block: Any, idf: NDArray[np.float64]) -> Any:
    from scipy.sparse import csr_matrix
    from sklearn.preprocessing import normalize

    data = (np.log(block.data) + 1) * idf[block.indices]
    return normalize(csr_matrix((data, block.indices, block.indptr), shape=block.shape), copy=False)


def _lengths(texts: Sequence[str]) -> NDArray[np.int64]:
    return np.array([len(_words.findall(text)) for text in texts], dtype=np.int64)
