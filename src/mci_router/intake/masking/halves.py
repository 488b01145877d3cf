"""Card numbers in parts: "the first half is 4111 1111, the second 1111 1111", or a part in each message. Pure."""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from mci_router.intake.masking.cues import Cue, cue
from mci_router.intake.masking.issuers import LENGTHS, PRINTED, is_issued, lengths_at
from mci_router.intake.masking.patterns import Patterns, words
from mci_router.intake.masking.plain import plain
from mci_router.patterns import lazy_pattern

HALF_WORDS = Patterns(
    r"\bhalf\b|\bhalves\b|\bparts?\b|\brest\b|\bremaining\b|\b(?:start|begin|end|continue)(?:s|ing)?\b|\b(?:first|last|other|next)\s(?:four|six|eight|ten|twelve|\d{1,2})\b",
    r"\bh[aä]lfte\b|\bteil\b|\b(?:beginnt|endet|f[aä]ngt)\b|\b(?:ersten|letzten)\s(?:vier|sechs|acht|zehn|zw[oö]lf|\d{1,2})\b|\bmitad\b|\bparte\b|\b(?:empieza|termina|acaba)\b",
    r"\bmoiti[eé]|\bpartie\b|\b(?:commence|finit|termine)\b|\bmet[aà]|\b(?:inizia|comincia|finisce)\b|\bmetade\b|\bcome[cç]a",
)
_RUN = lazy_pattern(r"(?<![0-9A-Za-z+])[0-9](?:[ .\-]{0,2}[0-9]){3,14}(?![0-9A-Za-z])")
_PART = lazy_pattern(r"(?<![0-9A-Za-z+])[0-9](?:[ .\-]{0,2}[0-9]){2,14}(?![0-9A-Za-z])")
_APART = 60  # characters between two parts
_SAID = 40  # characters before the first that may say that it is a part
_BARE = lazy_pattern(r"\W*[0-9](?:[ .\-]{0,2}[0-9]){1,14}\W*")
_GO_ON = words(  # nothing is said but that it goes on
    """
    and then the that it it's is rest other next second third last half part four eight digits numbers of continues goes
    on with by so ok now here und dann der die das ist zweite hälfte teil weiter mit jetzt y luego después la el lo
    segunda otra mitad parte resto es et puis le les reste moitié deuxième autre e poi il seconda altra metà è depois o
    a outra metade
    """
)
_FEW_WORDS = 8  # who sends a part says little else: to look at what was said before costs as much as to write it
_WORD = lazy_pattern(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_LAST_DIGITS = lazy_pattern(  # of a card that is known: no number goes on behind them
    r"(?<![^\W_])(?:end(?:s|ing|et|end|e)?|last|letzte\w?|endziffern?|termina\w{0,3}|acaba\w{0,3}|[uú]ltim\w{1,2}|fini\w{0,4}|derni[eè]r\w{0,2}|fina(?:l|is|le))(?:\W+[^\W\d_]{1,12}){0,5}\W*\Z",
    re.IGNORECASE,
)
_MOST_SHOWN = 8  # digits of a card that may be shown: the first eight of sixteen lead to nobody
_MOST_LOOKED_AT = 8  # messages
_REST = range(3, 5)  # digits: a last group, or the code on the back
CARD_TOKEN = "[card number removed]"
_GROUP = lazy_pattern(r"[0-9]+")


def half_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of two parts, and of what is between, that are a card's number together."""
    for one, other in pairwise(_RUN.finditer(text)):
        between = text[one.end() : other.start()]
        if len(between) > _APART or not HALF_WORDS.within(text[max(0, one.start() - _SAID) : other.start()]):
            continue
        first, second = _digits(one.group()), _digits(other.group())
        if (is_issued(first + second) or is_issued(second + first)) and cue(
            text, one.start(), other.end()
        ) is not Cue.REFERENCE:
            yield one.start(), other.end()


def may_be_part(text: str) -> bool:
    """Returns whether a message may be a part of a card's number: digits in a row that are no reference, with few words
    beside them, or with words of cards and parts.
    """
    if not any(character.isdigit() for character in text):
        return False
    seen = plain(text).text
    run = _first_run(seen)
    if run is None:
        return False
    said = cue(seen, *run.span())
    if said in (Cue.REFERENCE, Cue.WEAKER_REFERENCE):
        return False
    return said is Cue.CARD or len(_WORD.findall(seen)) <= _FEW_WORDS or HALF_WORDS.within(seen)


def continued_card(before: Sequence[str], text: str, *, asked: bool = False) -> tuple[int, int] | None:
    """Returns the span, in a message, of the part that makes a card's number with those in the messages `before` it.

    The oldest is first. Parts of nothing but digits, printed as a card's are, count as soon as more than eight digits
    would be shown; others when the number is whole and its check digit right. So does what follows a card's number.
    `asked`: somebody has asked just before it, so that parts of nothing but digits may be answers: a year, a postcode.
    """
    view = plain(text)
    here = _first_run(view.text)
    if here is None or cue(view.text, *here.span()) in (Cue.REFERENCE, Cue.WEAKER_REFERENCE):
        return None
    parts, bare = [_digits(here.group())], bool(_BARE.fullmatch(view.text))
    for message in list(reversed(before))[:_MOST_LOOKED_AT]:
        seen = plain(message).text
        if bare and len(parts) == 1 and CARD_TOKEN in message and len(parts[0]) in _REST:
            return view.origin(*here.span())
        run = _last_run(seen)
        if run is None:  # "ok", "and then"
            continue
        if cue(seen, *run.span()) in (Cue.REFERENCE, Cue.WEAKER_REFERENCE):
            return None
        parts.insert(0, _digits(run.group()))
        carded = cue(seen, *run.span()) is Cue.CARD and not _LAST_DIGITS.search(seen, 0, run.start())
        digits, edges = "".join(parts), set(accumulate(map(len, parts[:-1])))
        if len(digits) >= LENGTHS.stop:
            return None
        if all(part.endswith("0") for part in parts):  # amounts
            return None
        whole = is_issued(digits) and edges <= max(PRINTED.get(len(digits), ({*edges},)), key=len)
        goes_on = bare or (carded and all(word.lower() in _GO_ON for word in _WORD.findall(view.text)))
        if whole or (
            not asked and len(digits) > _MOST_SHOWN and goes_on and _begins_a_card(digits, edges, carded=carded)
        ):
            return view.origin(*here.span())
        bare = bare and bool(_BARE.fullmatch(seen))
    return None


def begun_card(before: Sequence[str], text: str, after: Sequence[tuple[str, bool]]) -> tuple[int, int] | None:
    """Returns the span, in a message that was put before others, of the part that makes one `after` it the last part of
    a card's number. Each of those is with whether somebody has asked something just before it.
    """
    view = plain(text)
    run = _last_run(view.text)
    if run is None:
        return None
    others: list[str] = []
    for message, asked in after[:_MOST_LOOKED_AT]:
        if may_be_part(message):
            with_it, without = [*before, text, *others], [*before, *others]
            if continued_card(with_it, message, asked=asked) and not continued_card(without, message, asked=asked):
                return view.origin(*run.span())
        others.append(message)
    return None


def _begins_a_card(digits: str, edges: set[int], *, carded: bool) -> bool:
    """Returns whether these digits, in parts, may be the beginning of a card's number; three parts say so."""
    lengths = [length for length in lengths_at(digits, 0) if length > len(digits)]
    printed = any(edges <= printed for length in lengths for printed in PRINTED.get(length, ()))
    return printed and (carded or len(edges) > 1)


def _first_run(text: str) -> re.Match[str] | None:
    return next(_runs(text), None)


def _last_run(text: str) -> re.Match[str] | None:
    runs = list(_runs(text))
    return runs[-1] if runs else None


def _runs(text: str) -> Iterator[re.Match[str]]:
    return _PART.finditer(text)


def _digits(written: str) -> str:
    return "".join(_GROUP.findall(written))
