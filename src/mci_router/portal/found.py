"""What is answered already, as a form shows it before it is sent: to be read where one is, so that nothing is lost."""

from collections.abc import Sequence

from mci_router.portal.blocks import Block
from mci_router.values import value

SEEN = "seen"
"""The field of a form that says that they were shown."""


@value
class Shown:
    """An answer: its title, the path of its own page, its text, and the language of that, if known."""

    title: str
    path: str
    body: Sequence[Block]
    language: str | None = None
