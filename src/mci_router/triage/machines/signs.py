"""Signs: patterns that are points for something a machine sends, or show that a customer speaks.

A sign has one point or two (`ALONE`), however often it is found; two points of one kind decide. One that is `CERTAIN`
decides whatever else is said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from mci_router.triage.machines import customers, notices, programs, senders, subjects
from mci_router.triage.machines.sent import Patterns, Sent
from mci_router.values import value

ALONE = 2
"""Points that decide."""
CERTAIN = 100
"""Points of a sign that decides against a customer's words, too."""
NOT_TOLD = Sent.AUTOMATIC_REPLY
"""Who is absent tells of it in the same words as a program does for him."""

PASSED_ON = r"^(?:re|aw|antw|antwort|rv|res|sv|r|fwd?|wg|tr|enc|rif|i) ?:"
"""In a subject: what follows is somebody else's, whom this mail answers or passes on."""


@value
class Sign:
    """A pattern, and what it shows: `points` for something a machine sends, or, with None, that a customer speaks.

    `told`: it is also in the words of customers who tell of such a text, or, of a customer's words, it shows that they do.
    """

    pattern: str
    sent: Sent | None
    points: int = 1
    told: bool = False


def subject_signs() -> Iterator[Sign]:
    """Returns the signs of subjects."""
    yield from _signs(subjects.SUBJECTS_ALONE, ALONE)
    yield from _signs(subjects.SUBJECTS, 1)


def text_signs() -> Iterator[Sign]:
    """Returns the signs of texts."""
    yield from _signs(programs.TEXTS_ALONE, ALONE)
    yield from _signs(programs.TEXTS, 1)
    yield from _signs(senders.TEXTS, 1)
    yield from _signs(notices.NOTICES_CERTAIN, CERTAIN)
    yield from (replace(sign, told=sign.sent is not NOT_TOLD) for sign in _signs(notices.NOTICES_ALONE, ALONE))
    yield from (replace(sign, told=sign.sent is not NOT_TOLD) for sign in _signs(notices.NOTICES, 1))
    yield from (Sign(pattern, None) for pattern in customers.CUSTOMERS)
    yield from (Sign(pattern, None, told=True) for pattern in customers.TELLERS)


def _signs(patterns: Mapping[Sent, Patterns], points: int) -> Iterator[Sign]:
    return (Sign(pattern, sent, points) for sent, each in patterns.items() for pattern in each)
