"""Card numbers, however they are grouped and whatever digits are beside them. Pure.

In what people write, a number that an issuer could have made is a card's, unless the words beside it say that it is
something else; beside a word for cards, so is any number of 13 to 19 digits that satisfies Luhn. In references of other
systems it takes both: an issuer's number, and a gap or a word that says that it is a card's. The run of digits is
masked as a whole: expiry dates and codes are next to cards. Every window of a run is judged in constant time from
running sums, so the work is linear in the text.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from mci_router.intake.masking.cues import Cue, cue
from mci_router.intake.masking.issuers import BEGINNING, LENGTHS, PRINTED, Luhn, is_issued, lengths_at
from mci_router.intake.masking.patterns import Patterns
from mci_router.patterns import lazy_pattern
from mci_router.values import value

_RUNS = Patterns(r"[0-9](?:[^0-9A-Za-z:]{0,6}[0-9]){12,}")  # a colon parts times, not cards
RUNS_OF_DIGITS = Patterns(r"[0-9](?:[^0-9A-Za-z:]{0,6}[0-9]){12}", r"[0-9] ?: ?[0-9]+ ?: ?[0-9]+ ?: ?[0-9]")
_COLONS = lazy_pattern(r"(?<![0-9])[0-9]+(?: ?: ?[0-9]+){3,18}(?![0-9])")  # unless only colons part the digits
_MEASURES = lazy_pattern(  # digits of a date, an id, coordinates, a machine's address or a row of prices
    r"(?<![0-9])(?:"
    r"(?:19|20)[0-9]{2}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12][0-9]|3[01])"
    r"|(?<![0-9][-/.])(?:0?[1-9]|[12][0-9]|3[01])(?P<apart>[-/.])(?:0?[1-9]|1[0-2])(?P=apart)(?:(?:19|20)[0-9]{2}|[0-9]{2}(?!(?P=apart)[0-9]))"
    r"|[0-9]{8}-(?:[0-9]{4}-){3}[0-9]{12}"
    r"|[0-9]{1,3}\.[0-9]{4,9},\s?-?[0-9]{1,3}\.[0-9]{4,9}"
    r"|(?<![0-9]\.)(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})(?!\.[0-9])"
    r"|[0-9]{1,5}[.,][0-9]{1,2}(?:\s?[ ;|/+&€$£]\s?[0-9]{1,5}[.,][0-9]{1,2}(?![0-9.,])){2,40}"
    r")(?![0-9])"
)
_GROUP = lazy_pattern(r"[0-9]+")
_NUMBER = lazy_pattern(r"[0-9](?s:.*)[0-9]")
_GENERIC = lazy_pattern(r"[3-6]|2[2-7]|1800|2131")
# What separates a reference's number from what is beside it; a path's slash does not.
_BESIDE = frozenset(" -_.:#=~,;|@+()[]{}\"'*\n")
_EXPIRY_BEHIND = lazy_pattern(r"(?:0[1-9]|1[0-2])(?:2[4-9]|3[0-9])(?:[0-9]{3,4})?\Z")  # and the code, as keyed in
_FEWEST_OF_AMOUNT = 3  # digits of an amount in a row: nobody lists usage of single units
_MOST_GROUPS = 7  # of a number that is not written as printed, nor in equal groups


@value
class _DigitRun:
    """Digits in a row: their groups, and where each begins and ends."""

    digits: str
    groups: Sequence[str]
    edges: Sequence[int]
    luhn: Luhn

    @staticmethod
    def of(written: str) -> "_DigitRun":
        groups = _GROUP.findall(written)
        digits = "".join(groups)
        return _DigitRun(digits, groups, list(accumulate(map(len, groups), initial=0)), Luhn(digits))


@value
class _Number:
    """A number within a run that an issuer could have made: its first digit, its length and its groups.

    It has no groups if it begins or ends in one.
    """

    start: int
    length: int
    groups: Sequence[str] = ()


def card_spans(text: str, *, reference: bool = False, said: int = 0) -> Iterator[tuple[int, int]]:
    """Yields the spans of runs of digits that are or contain a card number.

    The first `said` characters are the name of a reference.
    """
    for start, end in _RUNS.spans(text):
        for part in _without_measures(text, start, end):
            if _hides_card(text, *part, reference=reference, said=said):
                yield part
    if text.count(":") >= 3:
        yield from (
            match.span() for match in _COLONS.finditer(text) if is_issued("".join(_GROUP.findall(match.group())))
        )


def _without_measures(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for measure in (*_MEASURES.finditer(text, start, end), None):
        if number := _NUMBER.search(text, start, measure.start() if measure else end):
            yield number.span()
        start = measure.end() if measure else end


def _hides_card(text: str, start: int, end: int, *, reference: bool, said: int) -> bool:
    run = _DigitRun.of(text[start:end])
    if len(run.digits) < LENGTHS.start or run.digits.count(run.digits[0]) == len(run.digits):
        return False
    numbers = list(_issued(run, dialled=text[start - 1 : start] == "+"))
    if not numbers and (reference or not _could_be(run)):
        return False
    says = cue(text, start, end)
    if says is Cue.CARD:
        return True
    if reference:
        beside = text[max(said, start - 1) : start] + text[end : end + 1]
        parted = len(run.groups) > 1 or ("://" not in text[:start] and not _BESIDE.isdisjoint(beside))
        return (
            parted
            and says in (Cue.NONE, Cue.WEAKER_REFERENCE)
            and any(says is Cue.NONE or len(number.groups) > 1 for number in numbers)
        )
    return any(_stands(run, number, says) for number in numbers)


def _stands(run: _DigitRun, number: _Number, says: Cue) -> bool:
    """Returns whether it is a card's number in spite of what the words beside the run say."""
    if says is Cue.NONE:
        return not _is_article(run.digits[number.start : number.start + number.length]) and not _is_row(number.groups)
    if says is Cue.AMOUNTS:
        return len(number.groups) > 1 and min(map(len, number.groups)) < _FEWEST_OF_AMOUNT
    named = number.start == 0 or len({*map(len, run.groups)}) == 1
    return not named or (says is Cue.WEAKER_REFERENCE and len(number.groups) > 1)


def _is_article(digits: str) -> bool:
    """Returns whether it is an EAN-13.

    One number in ten has its check digit by chance, but few cards of 13 digits are still in use.
    """
    return len(digits) == 13 and sum(int(digit) * (1 + index % 2 * 2) for index, digit in enumerate(digits)) % 10 == 0


def _is_row(groups: Sequence[str]) -> bool:
    """Returns whether these are round amounts in a row, as of each month's usage."""
    return len(groups) > 2 and all(group[-1] == "0" != group[0] for group in groups)


def _parted(groups: Sequence[str]) -> set[int]:
    return set(accumulate(map(len, groups[:-1])))


def _issued(run: _DigitRun, *, dialled: bool) -> Iterator[_Number]:
    """Yields numbers that an issuer could have made: of whole groups, or grouped as printed with others attached."""
    for index, start in enumerate(run.edges[dialled:-1], dialled):
        lengths = lengths_at(run.digits, start)
        for end in run.edges[index + 1 : index + 1 + LENGTHS.stop] if lengths else ():
            if end - start in lengths and run.luhn.holds(start, end):
                groups = run.groups[index : run.edges.index(end, index)]
                if _is_regular(groups, end - start):
                    yield _Number(start, end - start, groups)
            elif end - start > LENGTHS.stop:
                break
    for length in lengths_at(run.digits, 0) if len(run.groups) == 1 else ():
        if run.luhn.holds(0, min(length, len(run.digits))) and _EXPIRY_BEHIND.match(run.digits, length):
            yield _Number(0, length)
    if len(run.groups) > 1:
        edges = set(run.edges)
        for start, length in _within(run):
            parted = {index for index in range(1, length) if start + index in edges}
            if parted and parted in PRINTED[length]:
                yield _Number(start, length)


def _is_regular(groups: Sequence[str], length: int) -> bool:
    """Returns whether people group a number so: in equal groups except the last, as printed, or in a few long ones."""
    widths = [len(group) for group in groups]
    if length == 13:  # short enough for three parts of two telephone numbers
        return len(groups) == 1 or _parted(groups) in PRINTED[length]
    equal = len({*widths[:-1]}) <= 1 and widths[-1] <= widths[0]
    return equal or _parted(groups) in PRINTED.get(length, ()) or (len(widths) <= _MOST_GROUPS and min(widths) > 2)


def _within(run: _DigitRun) -> Iterator[tuple[int, int]]:
    """Yields every window of the run with an issuer's beginning, its length and Luhn."""
    for match in BEGINNING.finditer(run.digits):
        start = match.start()
        for length in lengths_at(run.digits, start):
            if length in PRINTED and start + length <= len(run.digits) and run.luhn.holds(start, start + length):
                yield start, length


def _could_be(run: _DigitRun) -> bool:
    """Returns whether a card's word beside the run would make it a card's.

    Then a number in it satisfies Luhn, alone or with other digits attached.
    """
    if len(run.digits) in LENGTHS and run.luhn.holds(0, len(run.digits)):
        return True
    for index, start in enumerate(run.edges[:-1]):
        if _GENERIC.match(run.digits, start):
            ends = run.edges[index + 1 : index + 1 + LENGTHS.stop]
            if any(end - start in LENGTHS and run.luhn.holds(start, end) for end in ends):
                return True
    edges = set(run.edges)
    return any(not edges.intersection(range(start + 1, start + length)) for start, length in _within(run))
