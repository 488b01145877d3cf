"""What a board has to do: one interface, of which the built-in board is the first implementation.

Every call may be repeated. A connector is given what may be shown: texts are judged and masked before.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.vocabulary import HiddenWhy

MOST_READ = 200  # replies that one reading gives


@value
class Question:
    """A contact's question. `contact` is its key: the same question is published once."""

    contact: str
    topic: str | None
    title: str
    body: str


@value
class Written:
    """A reply on its way to a thread. `key` is its sender's: with it the reply is added once.

    `hidden`: only moderators may see it, and why.
    """

    key: str
    author: str
    body: str
    member: str | None = None
    hidden: HiddenWhy | None = None


@value
class Said:
    """A reply as the board has it. `thread` is the post's id."""

    id: str
    thread: str
    author: str
    body: str
    at: datetime
    accepted: bool = False
    note: bool = False


@value
class Reading:
    """What is new on the board, oldest first, and the mark with which the next reading goes on."""

    items: Sequence[Said]
    mark: str


@value
class Similar:
    """An answered post that may answer the same question."""

    thread: str
    title: str
    body: str


@value
class Health:
    """Whether the board can be reached, and what hinders it."""

    well: bool
    why: str | None = None


class Connector(Protocol):
    """A board. Threads and replies are named by ids of the board's own.

    Methods raise NotFound for a thread or a reply that is not there, WrongState where its state does not allow the
    call, and DatabaseUnavailable while the board cannot be reached.
    """

    async def publish(self, snapshot: Snapshot, question: Question) -> str:
        """Publishes a question, and returns its thread. Idempotent by the contact."""

    async def reply(self, snapshot: Snapshot, thread: str, written: Written) -> str:
        """Adds a reply, and returns its id. Idempotent by its key."""

    async def accept(self, snapshot: Snapshot, thread: str, reply: str) -> None:
        """Marks a reply as the answer. Idempotent."""

    async def unaccept(self, snapshot: Snapshot, thread: str) -> None:
        """Takes the answer back. Idempotent."""

    async def hide(self, snapshot: Snapshot, thread: str, reply: str | None, why: HiddenWhy) -> None:
        """Hides a reply, or the whole thread, from all but moderators. Idempotent."""

    async def private_thread(self, snapshot: Snapshot, thread: str, key: str, note: str) -> str:
        """Goes on in private with the customer who asked, and says so in the thread by a neutral note.

        Returns where that is: of the built-in board the contact's id. Idempotent by its key.
        """

    async def note(self, snapshot: Snapshot, thread: str, key: str, text: str) -> str:
        """Adds the company's word, which is no answer, to a thread, and returns its id. Idempotent by its key."""

    async def read_since(self, snapshot: Snapshot, mark: str, limit: int = MOST_READ) -> Reading:
        """Returns what everybody may read and was written since a mark; from the first on for an empty one.

        What was written just before the mark may come again, so that nothing is missed: the ids say.
        """

    async def similar(self, snapshot: Snapshot, text: str, languages: Sequence[str], limit: int = 5) -> list[Similar]:
        """Returns answered posts that fit a text, best first."""

    async def health(self) -> Health:
        """Returns whether the board can be reached. Raises nothing."""
