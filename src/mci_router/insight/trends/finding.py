"""Finding trends: counts by day become findings, each with its size and its certainty. Pure.

Values (topics, articles, channels, what contexts say) and words are two families: of the findings of each, at most
`significance.FALSE` are expected to be false.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from mci_router.insight.trends.significance import FALSE, Days, Size, p_values, q_values, size_of
from mci_router.insight.trends.words import Vocabulary, log_odds

WORD = "word"
FEWEST_CUSTOMERS = 5
"""Different customers that must have a value, or have used a word, before it is spoken of."""
FEWEST_CONTACTS = 10
MOST_FINDINGS = 100  # of each family, the most certain ones


@dataclass(frozen=True, slots=True)
class Series:
    """Contacts by day that have something in common: a `value` of a `dimension`.

    `people` are the different customers of each day: who writes a hundred times a day is one of them, and no trend.
    """

    dimension: str
    value: str
    customers: int
    by_day: Mapping[date, int]
    people: Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """What rose or fell: contacts before and now, how many times as many customers a day, how likely by chance (`p`),
    and the share of false ones among all findings as certain as it (`q`).

    `log_odds` and `z` are a word's.
    """

    dimension: str
    value: str
    customers: int
    before: int
    now: int
    size: Size
    p: float
    q: float
    log_odds: float | None = None
    z: float | None = None
    contacts: Sequence[str] = ()

    @property
    def rose(self) -> bool:
        return self.size.ratio > 1


@dataclass(frozen=True, slots=True)
class Found:
    """What was found among how many hypotheses."""

    findings: Sequence[Finding]
    tested: int


def compared(days: Days, series: Iterable[Series]) -> Found:
    """Returns what rose and fell, the most certain first."""
    known = [one for one in series if sum(one.by_day.values()) >= FEWEST_CONTACTS and one.customers >= FEWEST_CUSTOMERS]
    if not known:
        return Found((), 0)
    rows = [[one.people.get(day, 0) for day in days.days] for one in known]
    p = p_values(days, rows)
    q = q_values([float(one) for one in p])
    places = [place for place in range(len(known)) if q[place] <= FALSE]
    ordered = sorted(places, key=lambda place: (q[place], p[place], -sum(rows[place])))[:MOST_FINDINGS]
    return Found(
        [_finding(days, known[place], rows[place], float(p[place]), q[place]) for place in ordered], len(known)
    )


def _finding(days: Days, one: Series, row: Sequence[int], p: float, q: float) -> Finding:
    contacts = [one.by_day.get(day, 0) for day in days.days]
    before, now = sum(contacts[: days.earlier]), sum(contacts[days.earlier :])
    size = size_of(days, row)
    return Finding(one.dimension, one.value, one.customers, before, now, size, round(p, 6), round(q, 6))


def changed_words(days: Days, words: Vocabulary) -> Found:
    """Returns the words that are used more and less, each contact counted once."""
    series = (
        Series(WORD, word, words.customers[word], by_day, words.people[word]) for word, by_day in words.by_day.items()
    )
    found = compared(days, series)
    uses = [words.uses.get(day, 0) for day in days.days]
    before, now = sum(uses[: days.earlier]), sum(uses[days.earlier :])
    return Found([_with_odds(one, before, now, words) for one in found.findings], found.tested)


def _with_odds(one: Finding, before: int, now: int, words: Vocabulary) -> Finding:
    change, z = log_odds(one.before, one.now, before, now)
    return replace(one, log_odds=round(change, 4), z=round(z, 2))
