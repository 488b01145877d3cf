"""What somebody says in a conversation, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mci_router.conversations.messages import MessageData
from mci_router.intake.arrival import MessageKeyOf
from mci_router.vocabulary import ContactState, MessageKind, Visibility


@dataclass(frozen=True, slots=True)
class Said:
    """A message as somebody sent it. `key` is the sender's own for it, or as it is kept; `owner` is whose key it is.
    `files` are ids of attachments, of the sender `files_of`; None: of anybody in the workspace.
    """

    kind: MessageKind
    author: str
    text: str
    owner: str
    key: str | MessageKeyOf | None = None
    html: str | None = None
    to_agent: str | None = None
    visibility: Visibility | None = None
    in_reply_to: str | None = None
    ai: Mapping[str, Any] | None = None
    occurred_at: datetime | None = None
    after_end: bool = False
    files: Sequence[str] = ()
    files_of: str | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message that the ledger has, and its contact's state now. `fresh` is false for one that was there before;
    `moved`: what it says has moved the contact.
    """

    message: MessageData
    state: ContactState | None
    fresh: bool = True
    moved: bool = False
