"""Evidence of an incident: the words, services and regions of the contacts in a surge. Pure.

A word is typical when it is commoner in the contacts than in the topic's own examples: the log of its odds here over
its odds there, with half a text added to each count, so that a word the examples lack has no infinite weight.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from math import log
from typing import Any

from mci_router.routing.policy.incidents import REGION_KEYS, SERVICE_KEYS, said
from mci_router.values import value

MOST_WORDS = 10
FEWEST_CONTACTS = 3  # that have a word, so that one customer's words are no evidence
LONGEST_TEXT = 2_000  # characters looked at: what is wrong is said first
AGREEING = 0.8  # of the contacts that name a service or region: the incident then has it
SAYING = 0.5  # of all contacts have to name one: an incident with a region answers only contacts that name it
WORD = re.compile(r"[^\W\d_]{3,30}")


@value
class Said:
    """One recent contact of the topic. `text` has its secrets masked."""

    contact: str
    text: str
    context: Mapping[str, Any]


@value
class SurgeEvidence:
    """The typical words, most typical first; how many contacts name each service and region; and the services and
    regions that the incident should have.
    """

    words: list[str]
    services: dict[str, int]
    regions: dict[str, int]
    agreed_services: list[str]
    agreed_regions: list[str]


def evidence(contacts: Sequence[Said], examples: Sequence[str]) -> SurgeEvidence:
    """Returns what the contacts of a surge have in common."""
    services = _counted([said(SERVICE_KEYS, one.context) for one in contacts])
    regions = _counted([said(REGION_KEYS, one.context) for one in contacts])
    return SurgeEvidence(
        words=typical_words([one.text for one in contacts], examples),
        services=dict(services.most_common(MOST_WORDS)),
        regions=dict(regions.most_common(MOST_WORDS)),
        agreed_services=_agreed(contacts, SERVICE_KEYS, services),
        agreed_regions=_agreed(contacts, REGION_KEYS, regions),
    )


def typical_words(texts: Sequence[str], examples: Sequence[str]) -> list[str]:
    """Returns the words that are commoner in the texts than in the examples, most typical first."""
    here, there = _counted(list(map(_words, texts))), _counted(list(map(_words, examples)))
    odds = {
        word: _log_odds(count, len(texts)) - _log_odds(there[word], len(examples))
        for word, count in here.items()
        if count >= FEWEST_CONTACTS
    }
    typical = sorted((word for word in odds if odds[word] > 0), key=lambda word: (-odds[word], -here[word], word))
    return typical[:MOST_WORDS]


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in WORD.findall(text[:LONGEST_TEXT]))


def _counted(sets: Sequence[frozenset[str]]) -> Counter[str]:
    """Returns how many of the sets have each member."""
    return Counter(one for each in sets for one in each)


def _log_odds(count: int, of: int) -> float:
    return log((count + 0.5) / (of - count + 0.5))


def _agreed(contacts: Sequence[Said], keys: Sequence[str], counts: Counter[str]) -> list[str]:
    """Returns the service or region that nearly all contacts name, in a list; an empty one if there is none."""
    saying = sum(bool(said(keys, one.context)) for one in contacts)
    if saying < max(FEWEST_CONTACTS, SAYING * len(contacts)):
        return []
    (name, count), *_ = counts.most_common(1)
    return [name] if count >= AGREEING * saying else []
