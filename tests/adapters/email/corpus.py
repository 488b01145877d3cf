"""500 mails, written by us: customers' in many languages and forms, automatic answers, bounces, lists, forged and
hostile ones; each with what it is to become.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from tests.adapters.email.corpus_hostile import hostile
from tests.adapters.email.corpus_machines import automatic, bounces, lists
from tests.adapters.email.corpus_people import forged, people

PEOPLE = 310


@dataclass(frozen=True)
class Case:
    """A mail, who the mail server says it is from, and the names of which it is to become one: `customer` for a
    customer's. `says` stands in what is read of it.
    """

    name: str
    raw: bytes
    becomes: frozenset[str]
    sender: str = "sam@example.org"
    says: str = ""


def corpus() -> list[Case]:
    """All of them, in the same order with the same bytes each time."""
    return list(_made())


def _made() -> Iterator[Case]:
    for name, raw, says in islice(people(), PEOPLE):
        yield Case(f"people: {name}", raw, frozenset({"customer"}), says=says)
    for name, raw in forged():
        yield Case(f"forged: {name}", raw, frozenset({"customer", "from_ourselves"}))
    for name, raw, sender, becomes in (*automatic(), *bounces(), *lists()):
        yield Case(name, raw, becomes, sender)
    for name, raw, becomes in hostile():
        yield Case(f"hostile: {name}", raw, becomes)
