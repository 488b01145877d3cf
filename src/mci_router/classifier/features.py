"""Features: a text as numbers, its words, pairs of words and runs of letters, weighted by their rarity (TF-IDF).

Counting is separate from weighing: a text is counted once, and weighed again in each fold of a cross-validation, as if
the held-out texts had never been seen.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LONGEST_TEXT = 2_000  # characters that are read: a contact says at its beginning what it is about
RAW = 4 * LONGEST_TEXT  # characters that are cleaned, so that a text that is half invisible still says enough
LONG_TEXT_WORDS = 60  # from this length on the opening is judged separately as well
OPENING_WORDS = 40  # a subject, a greeting and the first sentence or two
WORD = r"(?u)\b\w+\b"  # single letters too: "I" separates what happened to me from how things are done
WORD_WEIGHT, LETTER_WEIGHT = 0.6, 1.0  # found by trying on Banking77 with 10 examples a topic

_words = re.compile(WORD)
# Thai, Lao, Burmese, Khmer, kana, Han
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def prepared(text: str) -> str:
    """Returns the text in compatibility form, without invisible characters, cut after 2,000 characters."""
    if text.isascii():
        return text[:LONGEST_TEXT]
    plain = unicodedata.normalize("NFKC", text[:RAW])
    return "".join(c for c in plain if unicodedata.category(c) != "Cf")[:LONGEST_TEXT]


def unspaced(text: str) -> bool:
    """Returns whether the script puts no space between words, so that they cannot be counted."""
    return not text.isascii() and bool(_UNSPACED.search(text))


def opening(text: str) -> str | None:
    """Returns the first words of a long text, which say most; None where the text is short."""
    words = text.split(None, LONG_TEXT_WORDS)
    return " ".join(words[:OPENING_WORDS]) if len(words) > LONG_TEXT_WORDS else None


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of words, pairs of words and runs of letters (texts × features), and each text's number of words."""

    words: Any
    letters: Any
    lengths: NDArray[np.int64]

    def of(self, rows: NDArray[np.bool_]) -> "Counts":
        return Counts(self.words[rows], self.letters[rows], self.lengths[rows])


class Counter:
    """Counts words, pairs of words, and 2 to 4 letters in a row within a word."""

    def __init__(self) -> None:
        from sklearn.feature_extraction.text import CountVectorizer  # takes a second: only training pays it

        self._words = CountVectorizer(ngram_range=(1, 2), token_pattern=WORD)
        self._letters = CountVectorizer(analyzer="char_wb", ngram_range=(2, 4))

    def learn(self, texts: Sequence[str]) -> Counts:
        """Counts these texts, whose features are the known ones from now on.

        Raises ValueError where no text has a word.
        """
        return Counts(self._words.fit_transform(texts), self._letters.fit_transform(texts), _lengths(texts))

    def count(self, texts: Sequence[str]) -> Counts:
        """Counts the known features of texts."""
        return Counts(self._words.transform(texts), self._letters.transform(texts), _lengths(texts))

    def single_words(self) -> NDArray[np.bool_]:
        """Returns which features of words are single words, not pairs."""
        return np.array([" " not in name for name in self._words.get_feature_names_out()])

    def content_words(self, stop_words: Collection[str]) -> NDArray[np.bool_]:
        """Returns which features are single words that say what a text is about: neither stop words nor numbers."""
        return np.array(
            [
                " " not in name and name not in stop_words and not name.isdigit()
                for name in self._words.get_feature_names_out()
            ]
        )


@dataclass(frozen=True, slots=True)
class TfIdfWeights:
    """Smoothed inverse document frequencies as in scikit-learn; 0 for features that the texts learnt from do not have.

    `familiar` has the frequencies of single words in the topics' examples alone, and 0 for all else; `content` marks
    those of them that say what a text is about.
    """

    words: NDArray[np.float64]
    letters: NDArray[np.float64]
    familiar: NDArray[np.float64]
    content: NDArray[np.bool_]
    unknown: float  # the weight of a word that the topics' examples do not have

    def weigh(self, counts: Counts) -> Any:
        """Returns texts × features; each kind of feature has a fixed length (sublinear term frequency, L2 norm)."""
        from scipy.sparse import hstack

        return hstack(self.weigh_apart(counts), format="csr")

    def weigh_apart(self, counts: Counts) -> tuple[Any, Any]:
        """Returns the same as `weigh`, with words and letters separate."""
        return _weighed(counts.words, self.words) * WORD_WEIGHT, _weighed(counts.letters, self.letters) * LETTER_WEIGHT

    def familiar_share(self, counts: Counts) -> NDArray[np.float64]:
        """Returns for each text the share, by weight, of its words that the topics' examples have, from 0 to 1."""
        known = counts.words @ self.familiar
        unknown = (counts.lengths - counts.words @ (self.familiar > 0)) * self.unknown
        return np.asarray(known / np.maximum(known + unknown, 1e-9), dtype=np.float64)

    def known_words(self, counts: Counts) -> NDArray[np.int64]:
        """Returns for each text the number of different words that say what it is about and that the examples have."""
        return np.asarray((counts.words > 0) @ self.content.astype(np.int64), dtype=np.int64)


def weights_of(
    counts: Counts, topical: NDArray[np.bool_], single: NDArray[np.bool_], content: NDArray[np.bool_]
) -> TfIdfWeights:
    """Learns weights from counts.

    `topical` marks the rows that are about topics, `single` the features that are single words, and `content` those of
    them that say what a text is about.
    """
    ours = counts.words[topical]
    familiar = np.where(single, _idf(ours), 0.0)
    return TfIdfWeights(
        _idf(counts.words),
        _idf(counts.letters),
        familiar,
        content & (familiar > 0),
        float(np.log(1 + ours.shape[0]) + 1),
    )


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
