"""Words: which of them customers use more, or less, than before. Pure.

A word counts once a contact, and only if enough different customers have used it: so no private word comes up, and one
customer who writes ten times is one. How much it changed is the log-odds ratio with an informative Dirichlet prior (B.
L. Monroe, M. P. Colaresi and K. M. Quinn, "Fightin' words", Political Analysis 16, 2008):

    δ = log((y₂ + a) / (n₂ + A − y₂ − a)) − log((y₁ + a) / (n₁ + A − y₁ − a)),   z = δ / √(1/(y₂ + a) + 1/(y₁ + a))

with y the contacts that have the word, n all uses of words in a period, and a the word's share of both periods times A:
a word that is rare everywhere needs much to be told apart. Whether it is certain, days say, as of everything
(`significance`).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import log, sqrt

WORD = re.compile(r"[^\W\d_](?:[\w'’-]{1,38}[^\W_])", re.UNICODE)
MASK = re.compile(r"\[[^\]\n]{1,60}\]")  # what masking leaves is not the customer's word
PRIOR = 500.0  # uses of words: the weight of what both periods have in common
MOST = 600
"""The most frequent words of both periods that are looked at."""
LONGEST = 2_000  # characters of a text: what a contact is about stands at its beginning


@dataclass(frozen=True, slots=True)
class Said:
    """What a customer has written: a contact's text as it is kept, masked."""

    contact: str
    customer: str
    day: date
    text: str


@dataclass(frozen=True)
class Vocabulary:
    """The words that are looked at: on which days how many contacts have each, of how many different customers
    (`people`), which contacts, and all uses of words by day.
    """

    by_day: Mapping[str, Mapping[date, int]]
    people: Mapping[str, Mapping[date, int]]
    contacts: Mapping[str, Sequence[str]]
    customers: Mapping[str, int]
    uses: Mapping[date, int]


def words_in(text: str) -> set[str]:
    """Returns the words of a text, each once, in lower case."""
    return {word.casefold() for word in WORD.findall(MASK.sub(" ", text[:LONGEST]))}


def vocabulary(texts: Iterable[Said], *, fewest_customers: int, stop: Collection[str] = ()) -> Vocabulary:
    """Returns the most frequent words that so many customers have used, `stop` words left out."""
    by_day: dict[str, Counter[date]] = defaultdict(Counter)
    people: dict[str, dict[date, set[str]]] = defaultdict(lambda: defaultdict(set))
    contacts: dict[str, list[str]] = defaultdict(list)
    uses: Counter[date] = Counter()
    for said in texts:
        words = words_in(said.text)
        uses[said.day] += len(words)
        for word in words:
            by_day[word][said.day] += 1
            people[word][said.day].add(said.customer)
            contacts[word].append(said.contact)
    customers = {word: len(set[str]().union(*by_day.values())) for word, by_day in people.items()}
    enough = [word for word in by_day if customers[word] >= fewest_customers and word not in stop]
    kept = sorted(enough, key=lambda word: (-by_day[word].total(), word))[:MOST]
    return Vocabulary(
        {word: by_day[word] for word in kept},
        {word: {day: len(some) for day, some in people[word].items()} for word in kept},
        {word: contacts[word] for word in kept},
        {word: customers[word] for word in kept},
        uses,
    )


def log_odds(before: int, now: int, all_before: int, all_now: int) -> tuple[float, float]:
    """Returns δ and z of a word that so many contacts of each period have, out of so many uses of words."""
    prior = PRIOR * (before + now) / max(1, all_before + all_now)
    odds = [
        log((with_it + prior) / max(1e-9, everything + PRIOR - with_it - prior))
        for with_it, everything in ((before, all_before), (now, all_now))
    ]
    change = odds[1] - odds[0]
    return change, change / sqrt(1 / (now + prior) + 1 / (before + prior))
