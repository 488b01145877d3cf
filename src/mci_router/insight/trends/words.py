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
from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import log, sqrt

WORD = re.compile(r"[^\W\d_](?:[\w'’-]{1,38}[^\W_])", re.UNICODE)
MASK = re.compile(r"\[[^\]\n]{1,60}\]")  # what masking leaves is not the customer's word
PRIOR = 500.0  # uses of words: the weight of what both periods have in common
MOST = 600
"""The most frequent words of both periods that are looked at."""
LONGEST = 2_000  # characters of a text: what a contact is about stands at its beginning


def words_in(text: str) -> set[str]:
    """Returns the words of a text, each once, in lower case."""
    said = text[:LONGEST]
    said = MASK.sub(" ", said) if "[" in said else said
    if said.isascii():
        return set(WORD.findall(said.lower()))
    return {word.casefold() for word in set(WORD.findall(said))}


def uses(texts: Mapping[int, str]) -> dict[str, Sequence[int]]:
    """Returns in which of the texts, by their number, each word is."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, text in texts.items():
        for word in words_in(text):
            found[word].append(number)
    return dict(found)


def log_odds(before: int, now: int, all_before: int, all_now: int) -> tuple[float, float]:
    """Returns δ and z of a word that so many contacts of each period have, out of so many uses of words."""
    prior = PRIOR * (before + now) / max(1, all_before + all_now)
    odds = [
        log((with_it + prior) / max(1e-9, everything + PRIOR - with_it - prior))
        for with_it, everything in ((before, all_before), (now, all_now))
    ]
    change = odds[1] - odds[0]
    return change, change / sqrt(1 / (now + prior) + 1 / (before + prior))
