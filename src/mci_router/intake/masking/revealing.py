"""Revealing: the places at which a text that a person wrote for the public would reveal what was said in private. Pure.

Nothing is masked: the author mends the text. Rather a place too many than one too few.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote

from mci_router.intake.masking.cardinals import counted
from mci_router.intake.masking.dates import days_of_year
from mci_router.intake.masking.plain import Builder, Plain, plain
from mci_router.intake.masking.private_names import code_words, names_said, places_said
from mci_router.intake.masking.public import public_spans
from mci_router.intake.masking.quotes import quote_spans
from mci_router.intake.masking.spoken import read_spoken
from mci_router.intake.masking.squeezed import Squeezed, alike
from mci_router.patterns import lazy_pattern
from mci_router.values import value

MOST_PLACES = 50  # that are named: who mends these sees the others

_FEWEST_DIGITS = 5  # of a number that may belong to somebody, although nobody said it in private
_APART = r"[\s.\-/()_#*:|]"  # what people write between the digits of one number
_DIGITS = lazy_pattern(rf"(?<![0-9])[0-9](?:{_APART}{{0,3}}[0-9])*(?![0-9])")
_PARTED = lazy_pattern(r"(?<![0-9])[0-9]+(?:[^\w\n]{1,6}[0-9]+)+(?![0-9])")  # in whatever way
_TOKEN = lazy_pattern(r"[^\W_]+(?:[-_/.][^\W_]+)*")
_AT_WORD, _DOT_WORD = r"(?:at|[aä]t|@|klammeraffe)", r"(?:dot|punkt|point|\.)"
_AT = rf"\s?(?:@|[\[({{<_*]\s?{_AT_WORD}\s?[\])}}>_*])\s?"
_DOT = rf"(?:\.|\s?[\[({{<_*]\s?{_DOT_WORD}\s?[\])}}>_*]\s?|\s(?:dot|punkt)\s)"
_EMAIL_SAID = lazy_pattern(
    rf"(?<![\w.+-])[\w.+-]++(?:{_AT}[\w-]++(?:{_DOT}[\w-]++)+|\s{_AT_WORD}\s[\w-]++(?:\s(?:dot|punkt)\s[\w-]++)+)"
    rf"|(?<![\w.+-])[\w+-]*[._+0-9-][\w.+-]*+\s{_AT_WORD}\s[\w-]++(?:\.[\w-]++)+"
    r"|(?:[^\W_]\s?[._-]?\s){2,40}@\s(?:[^\W_]\s?){2,9}",
    re.IGNORECASE,
)
_SPACED = lazy_pattern(r"(?<![^\W_])[^\W_](?:[\s._*-]{1,2}[^\W_]){2,}(?![^\W_])")
_CUT = lazy_pattern(
    r"(?<![^\W_])[^\W_]+(?:[^\w\s]{1,4}[^\W_]+|_+[^\W_]+)+"
)  # by marks, such as those that make letters bold
_LIKE_DIGITS = str.maketrans("lioszb", "110528")
_LIKE_LETTERS = tuple(str.maketrans("013457@$", f"o{one}eastas") for one in "il")
_LEET = lazy_pattern(r"(?<![^\W_])(?=[^\s]*[^\W\d_])(?=[^\s]*[0-9@$])[\w@$]{3,20}(?!\w)")
_ENCODED = lazy_pattern(r"&#(?:x[0-9a-f]{1,6}|[0-9]{1,7});|%[2-7][0-9a-f]", re.IGNORECASE)
_BACKWARDS = lazy_pattern(r"[\u202d\u202e][^\u202c\n]*\u202c?")  # what is shown in another order than it is written
_PART_OF = lazy_pattern(
    r"(?<![^\W_])(?:end(?:s|ed|ing)?|start(?:s|ed|ing)?|begin(?:s|ning)?|last|first|digits?|endet|endend|beginnt|letzten|ersten"
    rf"|ziffern)(?![^\W_])[^0-9\n]{{0,20}}(?P<part>[0-9](?:{_APART}{{0,3}}[0-9]){{2,}})(?![0-9])",
    re.IGNORECASE,
)
_FEWEST_OF_PART = 4  # digits at an end of a number of the private part; three where the text says what they are
_NAME_WORD = lazy_pattern(r"[^\W\d_]{3,}")
_SHORTEST_NAME = 3
_SHORTEST_SHARED = 3  # characters of a number that was said in private


@value
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
    decoded = _decoded(text)
    view = plain(decoded.text)
    seen = alike(view.text)
    spans = [
        (*decoded.origin(*view.origin(start, end)), kind)
        for start, end, kind in _found(seen, known, private, public)
        if end
    ]
    return _named([*spans, *((*match.span(), "name") for match in _BACKWARDS.finditer(text))])


def _found(
    seen: str, known: Sequence[str | None], private: Sequence[str], public: Sequence[str]
) -> Iterator[tuple[int, int, str]]:
    facts = [fact for fact in known if fact]
    yield from public_spans(seen, *facts)
    yield from ((*match.span(), "email") for match in _EMAIL_SAID.finditer(seen))
    yield from ((*span, "name") for span in _spelled(seen, facts))
    yield from _words_said(seen, facts, private, public)
    yield from _days_said(seen, private, public)
    shared = _numbers_of(private) - _numbers_of(public)
    yield from ((start, end, "number") for start, end, number in counted(seen) if number in shared)
    yield from ((*span, "number") for span in _parts_of(seen, shared))
    yield from ((*span, "number") for span in _number_spans(seen, shared))
    if heard := read_spoken(seen):
        yield from ((*_back(heard, span), "number") for span in _number_spans(heard.text, shared))
    yield from ((*span, "quote") for span in quote_spans(seen, private, public))


def _decoded(text: str) -> Plain:
    """Returns a text with the characters that it has as codes, as some pages show them."""
    builder, last = Builder(), 0
    for match in _ENCODED.finditer(text):
        said = html.unescape(match.group()) if match.group()[0] == "&" else unquote(match.group())
        builder.add(text[last : match.start()], last)
        builder.add(said, match.start(), len(match.group()))
        last = match.end()
    builder.add(text[last:], last)
    return builder.plain() if last else Plain(text)


def _words_said(
    seen: str, facts: Iterable[str], private: Sequence[str], public: Sequence[str]
) -> Iterator[tuple[int, int, str]]:
    """Yields the places of words that name somebody, or where somebody lives, and were said in private alone; and of
    known names with an s.
    """
    said, open_ = [alike(plain(one).text) for one in private], " ".join(public).lower()
    kinds = dict.fromkeys(names_said(said), "name") | dict.fromkeys(places_said(said), "address")
    kinds |= dict.fromkeys(code_words(said), "number")
    own = {
        Squeezed.of(part).text for fact in facts for part in re.split(r"[\W\d_]+", fact) if len(part) >= _SHORTEST_NAME
    }
    for match in _NAME_WORD.finditer(seen):
        word = match.group().lower()
        bare = next((one for one in (word, word.removesuffix("s")) if one in kinds and one not in open_), None)
        if bare:
            yield *match.span(), kinds[bare]
        elif match.group()[0].isupper() and word.endswith("s") and word[:-1] in own:
            yield *match.span(), "name"


def _days_said(seen: str, private: Sequence[str], public: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yields the places of days that were said in private alone, however they are written."""
    said, open_ = _days_in(private), _days_in(public)
    for one in days_of_year(seen):
        if (one.day, one.month) in said - open_:
            yield one.start, one.end, "number"


def _days_in(texts: Iterable[str]) -> set[tuple[int, int]]:
    return {(one.day, one.month) for text in texts for one in days_of_year(plain(text).text)}


def _parts_of(seen: str, shared: set[str]) -> Iterator[tuple[int, int]]:
    """Yields the spans of numbers that begin or end one that was said in private."""
    long = [number for number in shared if number.isdigit() and len(number) > _FEWEST_DIGITS]
    for match in _DIGITS.finditer(seen):
        digits = "".join(filter(str.isdigit, match.group()))
        if len(digits) >= _FEWEST_OF_PART and any(one.startswith(digits) or one.endswith(digits) for one in long):
            yield match.span()
    for match in _PART_OF.finditer(seen):
        digits = "".join(filter(str.isdigit, match["part"]))
        if any(digits in number for number in long):
            yield match.span("part")


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
    for match in _LEET.finditer(seen):
        if any(match.group().lower().translate(letters) in names for letters in _LIKE_LETTERS):
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
            found.update(number for _, _, number in counted(one))
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
