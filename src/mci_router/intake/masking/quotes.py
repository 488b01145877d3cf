"""Quotes: where a text repeats what was said in private, however it is written. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from mci_router.intake.masking.squeezed import Squeezed, words_of

WORDS = 6
"""As many words in a row, or more, are a quote."""
FEWER, LONG = 5, 15
"""So are as few, if they have as many letters: "my husband lost his job"."""
CHARACTERS = 30
"""So are as many letters and digits in a row."""


def quote_spans(text: str, private: Sequence[str], public: Iterable[str] = ()) -> Iterator[tuple[int, int]]:
    """Yields the spans of what a text quotes of private ones, unless public ones say it, too."""
    written, said = Squeezed.of(text), " ".join(Squeezed.of(one).text for one in public)
    quoted = _runs_of(private)
    quoted[CHARACTERS] |= _long_runs(written.text, private)
    found = [
        (start, start + length)
        for length, runs in quoted.items()
        for start in range(len(written.text) - length + 1)
        if (run := written.text[start : start + length]) in runs and run not in said
    ]
    yield from (written.origin(*span) for span in _merged(found))


def _runs_of(private: Sequence[str]) -> dict[int, set[str]]:
    """Returns the runs of words in private texts, by their lengths."""
    runs: dict[int, set[str]] = defaultdict(set)
    for one in private:
        words = list(words_of(one))
        for number, least in ((WORDS, 0), (FEWER, LONG)):
            for index in range(len(words) - number + 1):
                run = "".join(words[index : index + number])
                if len(run) >= least:
                    runs[len(run)].add(run)
    return runs


def _long_runs(text: str, private: Sequence[str]) -> set[str]:
    """Returns the runs of characters that a text has in common with private ones."""
    own = {text[start : start + CHARACTERS] for start in range(len(text) - CHARACTERS + 1)}
    found: set[str] = set()
    for one in private if own else ():
        said = Squeezed.of(one).text
        found.update(
            run for start in range(len(said) - CHARACTERS + 1) if (run := said[start : start + CHARACTERS]) in own
        )
    return found


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
