"""Dates as people write them, in figures and in words, in English and German: the day and the month of each. Pure."""

from collections.abc import Iterator

from mci_router.patterns import lazy_pattern
from mci_router.values import value

_MONTHS = (
    "january januar jan",
    "february februar feb",
    "march märz maerz marz mar",
    "april apr",
    "may mai",
    "june juni jun",
    "july juli jul",
    "august aug",
    "september sept sep",
    "october oktober oct okt",
    "november nov",
    "december dezember dec dez",
)
_MONTH_OF = {word: month for month, words in enumerate(_MONTHS, 1) for word in words.split()}
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth "
    "twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first",
    "erste zweite dritte vierte fünfte sechste siebte achte neunte zehnte elfte zwölfte dreizehnte vierzehnte "
    "fünfzehnte sechzehnte siebzehnte achtzehnte neunzehnte zwanzigste einundzwanzigste zweiundzwanzigste "
    "dreiundzwanzigste vierundzwanzigste fünfundzwanzigste sechsundzwanzigste siebenundzwanzigste achtundzwanzigste "
    "neunundzwanzigste dreißigste einunddreißigste",
)
_DAY_OF = {word: day for words in _ORDINALS for day, word in enumerate(words.split(), 1)}
_MONTH, _DAY = "|".join(sorted(_MONTH_OF, key=len, reverse=True)), "|".join(sorted(_DAY_OF, key=len, reverse=True))
_DAY_MONTH = lazy_pattern(
    rf"(?<![^\W_])(?:(?P<day>[0-3]?[0-9])(?:st|nd|rd|th|\.)?|(?P<said>{_DAY})[nrsm]?)\s(?:of\s)?(?P<month>{_MONTH})(?![^\W_])"
)
_MONTH_DAY = lazy_pattern(
    rf"(?<![^\W_])(?P<month>{_MONTH})\.?\s(?:the\s)?(?:(?P<day>[0-3]?[0-9])(?:st|nd|rd|th)?|(?P<said>{_DAY}))(?![^\W_])"
)
_FIGURES = lazy_pattern(
    r"(?<![0-9])(?:[0-9]{4}-(?P<m>[0-1]?[0-9])-(?P<d>[0-3]?[0-9])"
    r"|(?P<a>[0-3]?[0-9])(?P<by>[./-])(?P<b>[0-3]?[0-9])(?P=by)(?:[0-9]{4}|[0-9]{2})?)(?![0-9])"
)


@value
class DayOfYear:
    """A day and a month, and the characters that say them."""

    start: int
    end: int
    day: int
    month: int


def days_of_year(text: str) -> Iterator[DayOfYear]:
    """Yields the days that a text names; of figures that can be read as day and month either way, both."""
    small = text.lower() if len(text.lower()) == len(text) else text
    for form in (_DAY_MONTH, _MONTH_DAY):
        for match in form.finditer(small):
            day = int(match["day"]) if match["day"] else _DAY_OF[match["said"]]
            yield from _valid(*match.span(), day, _MONTH_OF[match["month"]])
    for match in _FIGURES.finditer(small):
        if match["m"]:
            yield from _valid(*match.span(), int(match["d"]), int(match["m"]))
        else:
            first, second = int(match["a"]), int(match["b"])
            yield from _valid(*match.span(), first, second)
            yield from _valid(*match.span(), second, first)


def _valid(start: int, end: int, day: int, month: int) -> Iterator[DayOfYear]:
    if 1 <= day <= 31 and 1 <= month <= 12:
        yield DayOfYear(start, end, day, month)
