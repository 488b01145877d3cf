"""Signs: patterns that count for something a machine sends, or say that a customer speaks.

A sign counts one point or two (`ALONE`), however often it is found; two points of one kind tell it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mci_router.triage.machines import customers, programs, senders, subjects
from mci_router.triage.machines.sent import Patterns, Sent

ALONE = 2
"""Points that suffice."""

PASSED_ON = r"^(?:re|aw|antw|antwort|rv|res|sv|r|fwd?|wg|tr|enc|rif|i) ?:"
"""Of a subject: what follows is somebody else's, whom this mail answers or passes on."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A pattern, and what it says: `points` towards something sent by a machine, or, with None, that a customer speaks."""

    pattern: str
    sent: Sent | None
    points: int = 1


def subject_signs() -> Iterator[Sign]:
    """What a subject can say."""
    yield from _signs(subjects.SUBJECTS_ALONE, ALONE)
    yield from _signs(subjects.SUBJECTS, 1)


def text_signs() -> Iterator[Sign]:
    """What a text can say."""
    yield from _signs(programs.TEXTS_ALONE, ALONE)
    yield from _signs(programs.TEXTS, 1)
    yield from _signs(senders.TEXTS, 1)
    yield from (Sign(pattern, None) for pattern in customers.CUSTOMERS)


def _signs(patterns: Mapping[Sent, Patterns], points: int) -> Iterator[Sign]:
    return (Sign(pattern, sent, points) for sent, each in patterns.items() for pattern in each)
