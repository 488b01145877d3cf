"""Features: a text as numbers, its words, pairs of words and runs of letters, weighted by their rarity (TF-IDF).

Counting is separate from weighing: a text is counted once, and weighed again in each fold of a cross-validation, as if
the held-out texts had never been seen.
"""

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.sparse import SparseRows
from mci_router.patterns import lazy_pattern
from mci_router.values import value

LONGEST_TEXT = 2_000  # characters that are read: a contact says at its beginning what it is about
RAW = 4 * LONGEST_TEXT  # characters that are cleaned, so that a text that is half invisible still says enough
LONG_TEXT_WORDS = 60  # from this length on the opening is judged separately as well
OPENING_WORDS = 40  # a subject, a greeting and the first sentence or two
WORD = r"(?u)\b\w+\b"  # single letters too: "I" separates what happened to me from how things are done
RUNS = range(2, 5)  # letters
MOST_REMEMBERED, LONGEST_REMEMBERED = 20_000, 24  # words that come again and again, and their characters
WORD_WEIGHT, LETTER_WEIGHT = 0.6, 1.0  # found by trying on Banking77 with 10 examples a topic

_words = lazy_pattern(WORD)
# Thai, Lao, Burmese, Khmer, kana, Han
_UNSPACED = lazy_pattern("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


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


@value
class Counts:
    """Counts of words, pairs of words and runs of letters (texts × features), and each text's number of words."""

    words: SparseRows
    letters: SparseRows
    lengths: NDArray[np.int64]

    def of(self, rows: NDArray[np.bool_]) -> "Counts":
        return Counts(self.words.of(rows), self.letters.of(rows), self.lengths[rows])


class Counter:
    """Counts words, pairs of words, and 2 to 4 letters in a row within a word: those that it knows."""

    def __init__(self, words: Sequence[str], letters: Sequence[str]) -> None:
        """Takes the features that are counted, in the order of their columns."""
        self.words = {name: column for column, name in enumerate(words)}
        self.letters = {name: column for column, name in enumerate(letters)}

    @staticmethod
    def of(texts: Sequence[str]) -> "Counter":
        """Returns a counter that knows what these texts have."""
        return Counter(
            sorted({name for text in texts for name in _with_pairs(_words_of(text))}),
            sorted({name for text in texts for name in _runs_of(text)}),
        )

    def count(self, texts: Sequence[str]) -> Counts:
        """Counts the known features of texts."""
        words = [_words_of(text) for text in texts]
        return Counts(
            SparseRows.of_counts([_counted(self.words, _with_pairs(each)) for each in words], len(self.words)),
            SparseRows.of_counts([_counted(self.letters, _runs_of(text)) for text in texts], len(self.letters)),
            np.array(list(map(len, words)), dtype=np.int64),
        )

    def single_words(self) -> NDArray[np.bool_]:
        """Returns which features of words are single words, not pairs."""
        return np.array([" " not in name for name in self.words])

    def content_words(self, stop_words: Collection[str]) -> NDArray[np.bool_]:
        """Returns which features are single words that say what a text is about: neither stop words nor numbers."""
        return np.array([" " not in name and name not in stop_words and not name.isdigit() for name in self.words])


def _counted(known: Mapping[str, int], names: Iterable[str]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for name in names:
        if (column := known.get(name)) is not None:
            counts[column] = counts.get(column, 0) + 1
    return counts


def _words_of(text: str) -> list[str]:
    return _words.findall(text.lower())


def _with_pairs(words: Sequence[str]) -> list[str]:
    return [*words, *(f"{one} {other}" for one, other in pairwise(words))]


def _runs_of(text: str) -> list[str]:
    return [
        run
        for word in text.lower().split()
        for run in (_known_runs(word) if len(word) <= LONGEST_REMEMBERED else _runs_of_word(word))
    ]


def _runs_of_word(word: str) -> tuple[str, ...]:
    """Returns the runs of letters of a word, counting the blanks around it."""
    padded = f" {word} "
    lengths = [length for length in RUNS if length <= len(padded)]
    return tuple(padded[at : at + length] for length in lengths for at in range(len(padded) - length + 1))


_known_runs = lru_cache(MOST_REMEMBERED)(_runs_of_word)


@value
class TfIdfWeights:
    """Smoothed inverse document frequencies as in scikit-learn; 0 for features that the texts learnt from do not have.

    `familiar` has the frequencies of single words in the topics' examples alone, and 0 for all else; `content` marks
    those of them that say what a text is about.
    """

    words: NDArray[np.float32]
    letters: NDArray[np.float32]
    familiar: NDArray[np.float32]
    content: NDArray[np.bool_]
    unknown: float  # the weight of a word that the topics' examples do not have

    def weigh(self, counts: Counts) -> tuple[SparseRows, SparseRows]:
        """Returns texts × features of words and of letters.

        Each kind of feature has a fixed length (sublinear term frequency, L2 norm).
        """
        return _weighed(counts.words, self.words, WORD_WEIGHT), _weighed(counts.letters, self.letters, LETTER_WEIGHT)

    def familiar_share(self, counts: Counts) -> NDArray[np.float64]:
        """Returns for each text the share, by weight, of its words that the topics' examples have, from 0 to 1."""
        known = counts.words.times(self.familiar)
        unknown = (counts.lengths - counts.words.times(self.familiar > 0)) * self.unknown
        return known / np.maximum(known + unknown, 1e-9)

    def known_words(self, counts: Counts) -> NDArray[np.int64]:
        """Returns for each text the number of different words that say what it is about and that the examples have."""
        once = counts.words.of_values(np.ones(len(counts.words.values)))
        return once.times(self.content).astype(np.int64)


def weights_of(
    counts: Counts, topical: NDArray[np.bool_], single: NDArray[np.bool_], content: NDArray[np.bool_]
) -> TfIdfWeights:
    """Learns weights from counts.

    `topical` marks the rows that are about topics, `single` the features that are single words, and `content` those of
    them that say what a text is about.
    """
    ours = counts.words.of(topical)
    familiar = np.where(single, _idf(ours), np.float32(0))
    return TfIdfWeights(
        _idf(counts.words), _idf(counts.letters), familiar, content & (familiar > 0), float(np.log(1 + len(ours)) + 1)
    )


def _idf(rows: SparseRows) -> NDArray[np.float32]:
    texts_with = rows.rows_with()
    idf = np.log((1 + len(rows)) / (1 + texts_with)) + 1
    return np.where(texts_with > 0, idf, 0.0).astype(np.float32)


def _weighed(rows: SparseRows, idf: NDArray[np.float32], weight: float) -> SparseRows:
    weighed = rows.of_values(np.log(rows.values) + 1).weighed(idf)
    return weighed.of_values(weighed.values * weight)
