"""Revealing: the places at which a text that a person wrote for the public would reveal what was said in private. Pure.

Nothing is masked: the author mends the text. Rather a place too many than one too few.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mci_router.intake.masking.plain import Plain, plain
from mci_router.intake.masking.public import public_spans
from mci_router.intake.masking.quotes import quote_spans
from mci_router.intake.masking.spoken import read_spoken
from mci_router.intake.masking.squeezed import Squeezed, alike
from mci_router.patterns import lazy_pattern

MOST_PLACES = 50  # that are named: who mends these sees the others

_FEWEST_DIGITS = 5  # of a number that may belong to somebody, although nobody said it in private
_APART = r"[\s.\-/()_#*:|]"  # what people write between the digits of one number
_DIGITS = lazy_pattern(rf"(?<![0-9])[0-9](?:{_APART}{{0,3}}[0-9])*(?![0-9])")
_PARTED = lazy_pattern(r"(?<![0-9])[0-9]+(?:[^\w\n]{1,6}[0-9]+)+(?![0-9])")  # in whatever way
_TOKEN = lazy_pattern(r"[^\W_]+(?:[-_/.][^\W_]+)*")
_AT, _DOT = r"\s?(?:@|[\[({<]\s?(?:at|@)\s?[\])}>])\s?", r"(?:\.|\s?[\[({<]\s?(?:dot|punkt|\.)\s?[\])}>]\s?|\sdot\s)"
_EMAIL_SAID = lazy_pattern(
    rf"(?<![\w.+-])[\w.+-]++(?:{_AT}[\w-]++(?:{_DOT}[\w-]++)+|\sat\s[\w-]++(?:\sdot\s[\w-]++)+)", re.IGNORECASE
)
_SPACED = lazy_pattern(r"(?<![^\W_])[^\W_](?:[\s._*-]{1,2}[^\W_]){2,}(?![^\W_])")
_CUT = lazy_pattern(
    r"(?<![^\W_])[^\W_]+(?:[^\w\s]{1,4}[^\W_]+|_+[^\W_]+)+"
)  # by marks, such as those that make letters bold
_LIKE_DIGITS = str.maketrans("lioszb", "110528")
_SHORTEST_SHARED = 3  # characters of a number that was said in private


@dataclass(frozen=True, slots=True)
class Revealed:
    """A place in a text, in characters (Unicode code points), and the kind of what it reveals. Never the words."""

    offset: int
    length: int
    kind: str


def revealed(
    text: str, known: Sequence[str | None], private: Sequence[str], public: Sequence[str] = ()
) -> list[Revealed]:
    """Returns where a text reveals something, in its order; what overlaps is one place, of the first one's kind.

    `known` are names, addresses and ids of the customer and of agents; `private` and `public` what was said there.
    """
    view = plain(text)
    seen = alike(view.text)
    spans = [(*view.origin(start, end), kind) for start, end, kind in _found(seen, known, private, public) if end]
    return _named(spans)


def _found(
    seen: str, known: Sequence[str | None], private: Sequence[str], public: Sequence[str]
) -> Iterator[tuple[int, int, str]]:
    facts = [fact for fact in known if fact]
    yield from public_spans(seen, *facts)
    yield from ((*match.span(), "email") for match in _EMAIL_SAID.finditer(seen))
    yield from ((*span, "name") for span in _spelled(seen, facts))
    shared = _numbers_of(private) - _numbers_of(public)
    yield from ((*span, "number") for span in _number_spans(seen, shared))
    if heard := read_spoken(seen):
        yield from ((*_back(heard, span), "number") for span in _number_spans(heard.text, shared))
    yield from ((*span, "quote") for span in quote_spans(seen, private, public))


def _back(heard: Plain, span: tuple[int, int]) -> tuple[int, int]:
    return heard.origin(*span)


def _spelled(seen: str, facts: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yields the spans of facts that are spelled, letter by letter, or run together."""
    wanted = {Squeezed.of(fact).text for fact in facts}
    names = {Squeezed.of(word).text for fact in facts for word in fact.split()}
    squeezed = Squeezed.of(seen)
    for fact in (one for one in wanted if len(one) >= 6):
        yield from (squeezed.origin(*match.span()) for match in re.finditer(re.escape(fact), squeezed.text))
    for match in _SPACED.finditer(seen):
        said = Squeezed.of(match.group()).text
        if any(len(name) >= 3 and name in said for name in names):
            yield match.span()
    for match in _CUT.finditer(seen):
        said = Squeezed.of(match.group()).text
        if len(said) >= 3 and said in names:
            yield match.span()


def _number_spans(seen: str, shared: set[str]) -> Iterator[tuple[int, int]]:
    """Yields the spans of numbers that are long, or that were said in private."""
    for match in _DIGITS.finditer(seen):
        digits = "".join(filter(str.isdigit, match.group()))
        if len(digits) >= _FEWEST_DIGITS or any(_holds(digits, number) for number in shared):
            yield match.span()
    for match in _PARTED.finditer(seen):
        digits = "".join(filter(str.isdigit, match.group()))
        if any(len(number) > _SHORTEST_SHARED and number in digits for number in shared):
            yield match.span()
    for match in _TOKEN.finditer(seen):
        token = Squeezed.of(match.group()).text
        if any(map(str.isdigit, token)) and (token in shared or token.translate(_LIKE_DIGITS) in shared):
            yield match.span()


def _holds(digits: str, number: str) -> bool:
    return digits == number or (len(number) > _SHORTEST_SHARED and number in digits)


def _numbers_of(texts: Iterable[str]) -> set[str]:
    """Returns the numbers and references that texts have: with a digit, and nothing but letters and digits."""
    found: set[str] = set()
    for text in texts:
        seen = alike(plain(text).text)
        heard = read_spoken(seen)
        for one in (seen, heard.text) if heard else (seen,):
            found.update("".join(filter(str.isdigit, match.group())) for match in _DIGITS.finditer(one))
            found.update(_tokens(one))
    return {number for number in found if len(number) >= _SHORTEST_SHARED}


def _tokens(text: str) -> Iterator[str]:
    for match in _TOKEN.finditer(text):
        token = Squeezed.of(match.group()).text
        if len(token) > _SHORTEST_SHARED and any(map(str.isdigit, token)):
            yield token


def _named(spans: list[tuple[int, int, str]]) -> list[Revealed]:
    places: list[Revealed] = []
    for start, end, kind in sorted(spans, key=lambda span: (span[0], -span[1])):
        last = places[-1] if places else None
        if last and start < last.offset + last.length:
            longer = max(last.offset + last.length, end) - last.offset
            places[-1] = Revealed(last.offset, longer, last.kind)
        else:
            places.append(Revealed(start, end - start, kind))
    return places[:MOST_PLACES]
