"""Clauses: a text as words, and the stretches of it that are judged.

These are every clause, sentence and pair of sentences, and a short text as a whole. Danger is mentioned in passing: one
clause of it must not be lost in the rest. The work is linear in the text, and so is the number of stretches.
"""

import itertools
import unicodedata
from collections.abc import Iterator, Sequence

from mci_router.classifier.characters import LONGEST_READ, UNSEEN, in_latin
from mci_router.patterns import lazy_pattern
from mci_router.values import value

LONGEST_WORD = 24  # characters that are read of a word
SHORT = 3  # words: a comma or a conjunction separates clauses of at least this length
# words: a longer sentence is read in stretches, too, each beginning so many words after the one before
RUN_ON, STEP = 14, 7
WHOLE = 40  # words: up to here a text is judged as a whole, too
YOUNG, OLD = range(3, 18), range(65, 111)  # numbers that may be somebody's age in years

_TOKEN = lazy_pattern(r"[^\W_]+(?:'[^\W_]+)*|[.!?;:\n\u2026]|,| [-\u2013\u2014]+ |[()]")
# masks and addresses say nothing
_NO_WORDS = lazy_pattern(r"\[(?:[\w-]{1,20} ){0,3}removed\]|\bhttps?://\S{1,300}|[^\s@]{1,64}@\S{1,200}")
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4\u0060\uff07\u2032", "'"))
_HARD = frozenset(".!?;:\n\u2026")
_CONJUNCTIONS = frozenset(
    {
        *(
            "and",
            "but",
            "so",
            "because",
            "then",
            "while",
            "although",
            "und",
            "aber",
            "weil",
            "denn",
            "dann",
            "doch",
            "oder",
            "y",
            "pero",
        ),
        *("porque", "et", "mais", "car", "puis", "ma", "però", "perché", "mas", "porém", "e"),
    }
)


@value
class Stretches:
    """A text's words, and the stretches of them that are judged: words `starts[i]` up to, and without, `ends[i]`."""

    words: list[str]
    starts: list[int]
    ends: list[int]


def plain(text: str) -> str:
    """Returns the text in small letters, compatibility form and, where they look so, Latin letters, with one kind of
    apostrophe.

    Addresses, masks and characters that cannot be seen are left out.
    """
    text = text[:LONGEST_READ]
    if not text.isascii():
        text = UNSEEN.sub("", unicodedata.normalize("NFKC", text)[:LONGEST_READ]).translate(_APOSTROPHES)
        text = in_latin(text)
    if "@" in text or "[" in text or "://" in text:
        text = _NO_WORDS.sub(" ", text)
    return text.lower()


def word_of(token: str) -> str:
    """Returns the word for a token: the token without apostrophes; for a number, what it may be."""
    if token.isdecimal():
        return _number(token)
    return (token.replace("'", "") if "'" in token else token)[:LONGEST_WORD]


def stretches(text: str) -> Stretches:
    """Returns the stretches of a text, the clauses first."""
    words, hard, soft = _read(plain(text))
    sentences = list(zip([0, *hard], [*hard, len(words)], strict=True))
    spans = dict.fromkeys(_clauses(sentences, soft))
    spans |= dict.fromkeys(stretch for start, end in sentences for stretch in _windows(start, end))
    spans |= dict.fromkeys(sentences)
    spans |= dict.fromkeys((one[0], other[1]) for one, other in itertools.pairwise(sentences))
    if len(words) <= WHOLE:
        spans[0, len(words)] = None
    return Stretches(words, [start for start, _ in spans], [end for _, end in spans])


def joined(texts: Sequence[Stretches]) -> Stretches:
    """Returns the stretches of several texts as those of one; none of them reaches into another's words."""
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for one in texts:
        before = len(words)
        words += one.words
        starts += [before + start for start in one.starts]
        ends += [before + end for end in one.ends]
    return Stretches(words, starts, ends)


def said(text: str, start: int, end: int) -> str:
    """Returns the stretch as the customer wrote it, but in small letters."""
    read = plain(text)
    spans = [match.span() for match in _TOKEN.finditer(read) if match.group()[0].isalnum()]
    return " ".join(read[spans[start][0] : spans[end - 1][1]].split()) if end > start else ""


def _read(text: str) -> tuple[list[str], list[int], list[int]]:
    """Returns the words, the positions where a sentence ends, and those where a clause may end."""
    words: list[str] = []
    hard: list[int] = []
    soft: list[int] = []
    for token in _TOKEN.findall(text):
        position = len(words)
        if token[0].isalnum():
            if token in _CONJUNCTIONS:
                soft.append(position)
            words.append(word_of(token))
        elif token[0] not in _HARD and token[0] != " ":
            soft.append(position)
        elif position > (hard[-1] if hard else 0):
            hard.append(position)
    if hard and hard[-1] == len(words):
        hard.pop()
    return words, hard, soft


def _number(digits: str) -> str:
    if len(digits) > 3:
        return "#long"
    value = int(digits)
    return "#young" if value in YOUNG else "#old" if value in OLD else "#number"


def _clauses(sentences: list[tuple[int, int]], soft: list[int]) -> Iterator[tuple[int, int]]:
    next_soft = 0
    for start, end in sentences:
        begins = start
        while next_soft < len(soft) and soft[next_soft] < end:
            at = soft[next_soft]
            next_soft += 1
            if at - begins >= SHORT - 1 and end - at >= SHORT:
                yield begins, at
                begins = at
        yield begins, end


def _windows(start: int, end: int) -> Iterator[tuple[int, int]]:
    if end - start > RUN_ON:
        for begins in range(start, end - STEP, STEP):
            yield begins, min(begins + RUN_ON, end)
