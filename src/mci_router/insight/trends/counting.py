"""Counting what contacts have in common: how many contacts a day, and how many different customers. Pure.

Contacts are rows of arrays, and what some of them have, such as a topic or a word, is which rows these are: a month is
counted in arrays, and not contact by contact.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from mci_router.values import value

FEWEST_CUSTOMERS = 5
"""Different customers that must have a value, or have used a word, before it is spoken of."""
FEWEST_CONTACTS = 10
EXAMPLES = 10
"""Contacts that are named."""


@dataclass(frozen=True)
class Contacts:
    """Contacts in the order of their ids, so of their time: the id of each, its customer as any number, and which of
    the `number` days that are compared, from 0 on, it came on.
    """

    ids: Sequence[str]
    customers: Sequence[int]
    days: Sequence[int]
    number: int

    @cached_property
    def day_of(self) -> Any:
        """The day of each row."""
        return np.asarray(self.days, dtype=np.int64)

    @cached_property
    def customer_of(self) -> Any:
        """The customer of each row, as numbers from 0 on."""
        return np.unique(np.asarray(self.customers, dtype=np.int64), return_inverse=True)[1]

    def by_day(self, rows: Any = slice(None)) -> list[int]:
        """Returns how many rows, all or some of them, each day has; a row that is named twice counts twice."""
        return _each(self.day_of[rows], self.number)


@value
class Series:
    """Contacts that have something in common: a `value` of a `dimension`.

    `by_day` is how many there were on each day, and `people` how many different customers: who writes a hundred times a
    day is one of them, and no trend. `customers` are the different ones of all days; `contacts` the newest ids.
    """

    dimension: str
    value: str
    customers: int
    by_day: Sequence[int]
    people: Sequence[int]
    contacts: Sequence[str] = ()

    @property
    def spoken_of(self) -> bool:
        """Whether enough customers, in enough contacts, have it."""
        return self.customers >= FEWEST_CUSTOMERS and sum(self.by_day) >= FEWEST_CONTACTS


def series(contacts: Contacts, dimension: str, value: str, rows: Iterable[int]) -> Series:
    """Returns what the contacts in these rows, in any order, come to; a row that is named twice counts once."""
    mine = _distinct(np.sort(np.asarray(rows), kind="stable"))  # mostly in order already
    visits = _distinct(np.sort(contacts.customer_of[mine] * contacts.number + contacts.day_of[mine]))  # one a day
    return Series(
        dimension,
        value,
        customers=len(_distinct(visits // contacts.number)),
        by_day=contacts.by_day(mine),
        people=_each(visits % contacts.number, contacts.number),
        contacts=[contacts.ids[row] for row in mine[: -EXAMPLES - 1 : -1]],
    )


def _distinct(ordered: Any) -> Any:
    first = np.ones(len(ordered), dtype=bool)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def _each(days: Any, number: int) -> list[int]:
    counted: list[int] = np.bincount(days, minlength=number).tolist()
    return counted
