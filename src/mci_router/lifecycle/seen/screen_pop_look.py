"""The look for a screen pop: all that it shows of the ledger, by one statement on a lane, whose plan is kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import orjson

from mci_router.conversations.messages import MessageData, message_data
from mci_router.database import Database
from mci_router.lanes import LedgerLanes
from mci_router.lifecycle.seen.screen_pop_statements import MOST_MESSAGES, SEEN
from mci_router.values import value
from mci_router.vocabulary import MessageKind

LANES = 2  # a look takes a thousandth of a second
AT = ("received_at", "occurred_at", "edited_at", "redacted_at")


@value
class Seen:
    """What the ledger has of a contact: objects as something with attributes, lists as they are, times as texts.

    `decisions` are the newest first; `kept` are the sensitive contacts of its case. `customer`, `addresses` and
    `history` are of the customer whom it is known to be of. `messages` are the last of its case in their order, and
    `read_up_to` is the number of the last that the agent has read; `older`: a contact of the case is from before there
    were messages.
    """

    contact: Any
    case: Any
    decisions: Sequence[Mapping[str, Any]]
    replies: Sequence[Mapping[str, Any]]
    linked: Sequence[str]
    kept: Sequence[Mapping[str, Any]]
    guided: Sequence[Mapping[str, Any]]
    runs: Sequence[Mapping[str, Any]]
    thread: Any
    customer: Any
    addresses: Sequence[Mapping[str, Any]]
    history: Sequence[Mapping[str, Any]]
    messages: Sequence[MessageData]
    read_up_to: int
    older: bool

    @property
    def whole(self) -> bool:
        """Whether the messages are all that there are."""
        return len(self.messages) < MOST_MESSAGES and not self.older

    @property
    def unread(self) -> int:
        """How many of the messages the customer has written since the agent read last."""
        return sum(one["kind"] == MessageKind.CUSTOMER and one["seq"] > self.read_up_to for one in self.messages)


class ScreenPopLook:
    """Looks for what an agent sees of a contact."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._lanes = LedgerLanes(database, LANES)

    async def seen(self, workspace: str, contact: str, agent: str, *, scores: bool) -> Seen | None:
        """Returns what there is of a contact for an agent; None if there is no such contact. `scores`: with what its
        customer answered to surveys. Raises DatabaseUnavailable.
        """
        asked = {"workspace": workspace, "contact": contact, "agent": agent, "scores": scores}
        async with self._lanes.taken() as lane:
            rows = await lane.read(SEEN, asked)
        return _seen(*rows[0]) if rows else None


def _seen(*columns: Any) -> Seen:
    *documents, said, read_up_to, older = columns
    parts = map(orjson.loads, documents)
    of_it: list[Any] = [SimpleNamespace(**part) if isinstance(part, dict) else part for part in parts]
    of_it += [[_message(one) for one in orjson.loads(said)], read_up_to, older]
    return Seen(*of_it)


def _message(row: dict[str, Any]) -> MessageData:
    return message_data(row | {name: datetime.fromisoformat(row[name]) for name in AT if row[name]})
