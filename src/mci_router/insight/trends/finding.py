"""Finding trends: counts by day become findings, each with its size and its certainty. Pure.

Values (topics, articles, channels, what contexts say) and words are two families: of the findings of each, at most
`significance.FALSE` are expected to be false.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice

from mci_router.insight.trends.counting import FEWEST_CUSTOMERS, Contacts, Series, series
from mci_router.insight.trends.significance import FALSE, Days, Size, p_values, q_values, size_of
from mci_router.insight.trends.words import MOST, log_odds, uses
from mci_router.values import value

WORD = "word"
MOST_FINDINGS = 100  # of each family, the most certain ones


@value
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


@value
class Found:
    """What was found among how many hypotheses."""

    findings: Sequence[Finding]
    tested: int


def compared(days: Days, found: Iterable[Series]) -> Found:
    """Returns what rose and fell, the most certain first."""
    known = [one for one in found if one.spoken_of]
    if not known:
        return Found((), 0)
    rows = [one.people for one in known]
    p = p_values(days, rows)
    q = q_values([float(one) for one in p])
    places = [place for place in range(len(known)) if q[place] <= FALSE]
    ordered = sorted(places, key=lambda place: (q[place], p[place], -sum(rows[place])))[:MOST_FINDINGS]
    return Found([_finding(days, known[place], float(p[place]), q[place]) for place in ordered], len(known))


def _finding(days: Days, one: Series, p: float, q: float) -> Finding:
    before, now = _periods(days, one.by_day)
    size = size_of(days, one.people)
    return Finding(
        one.dimension, one.value, one.customers, before, now, size, round(p, 6), round(q, 6), contacts=one.contacts
    )


def changed_words(days: Days, contacts: Contacts, texts: Mapping[int, str], stop: Collection[str] = ()) -> Found:
    """Returns the words that are used more and less, each contact counted once; `stop` words are left out.

    `texts` are those of some of the contacts, by their rows.
    """
    rows_of = uses(texts)
    found = compared(days, islice(_series(contacts, rows_of, stop), MOST))
    everything = _periods(days, contacts.by_day(list(chain.from_iterable(rows_of.values()))))
    return Found([_with_odds(one, *everything) for one in found.findings], found.tested)


def _series(contacts: Contacts, rows_of: Mapping[str, Sequence[int]], stop: Collection[str]) -> Iterator[Series]:
    """Yields the words that enough customers have used, the most frequent first."""
    for word in sorted(rows_of, key=lambda word: (-len(rows_of[word]), word)):
        if len(rows_of[word]) >= FEWEST_CUSTOMERS and word not in stop:
            one = series(contacts, WORD, word, rows_of[word])
            if one.customers >= FEWEST_CUSTOMERS:
                yield one


def _with_odds(one: Finding, before: int, now: int) -> Finding:
    change, z = log_odds(one.before, one.now, before, now)
    return replace(one, log_odds=round(change, 4), z=round(z, 2))


def _periods(days: Days, counts: Sequence[int]) -> tuple[int, int]:
    """Returns the sums of the earlier days and of the later ones."""
    return sum(counts[: days.earlier]), sum(counts[days.earlier :])
