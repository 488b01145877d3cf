"""Messages in memory: a draft before it is written, and a message as it is shown. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from mci_router.attachments.links import shown
from mci_router.clock import moment
from mci_router.values import value
from mci_router.vocabulary import ContactState, MessageKind, Visibility

MessageData: TypeAlias = dict[str, Any]
"""A message as JSON, as `MessageOut` describes it."""

TO_CUSTOMERS = frozenset({MessageKind.AGENT, MessageKind.BOT, MessageKind.SYSTEM})
"""The kinds of message that go to the customer."""


@value
class Draft:
    """A message to be written: masked, harmless, and not yet a part of its case.

    `owner` and `key` make it be written once: whose key it is, and the key; `fingerprint` of what was said. `formerly`
    are the key and the fingerprint that the version before kept of the same. `adapters` are those of the workspace that
    take messages out. `after_end`: it may follow a contact that has ended. `over`: nobody talks there any longer, so it
    is refused, unless it was written before. `notice`: it says in public that the customer is answered directly, and
    nothing else. `says_so`: a machine of ours speaks, and says so with these words unless one has in this conversation.
    `headers` are kept with the key. `files` are ids of attachments that no message has yet, of the sender `files_of`;
    None: of anybody in the workspace.
    """

    id: str
    workspace: str
    contact: str
    received_at: datetime
    occurred_at: datetime
    kind: MessageKind
    author: str
    text: str
    owner: str | None = None
    key: str | None = None
    fingerprint: str = ""
    formerly: tuple[str, str] | None = None
    to_agent: str | None = None
    visibility: Visibility | None = None
    html: str | None = None
    in_reply_to: str | None = None
    ai: Mapping[str, Any] | None = None
    adapters: Sequence[str] = ()
    after_end: bool = False
    over: bool = False
    headers: Mapping[str, str] | None = None
    notice: bool = False
    says_so: str | None = None
    files: Sequence[str] = ()
    files_of: str | None = None


@value
class Written:
    """A draft that is in the ledger; `fresh` is false for one that was before. `announcement` is what the live state
    journals of it. `sensitive` and `state` are its contact's, as the ledger has them.
    """

    message: MessageData
    announcement: Mapping[str, Any]
    fresh: bool
    sensitive: bool
    state: ContactState


def announcement_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Returns what the live state journals of a message, of its columns and its `customer_id`: no word of its text."""
    facts = {name: row[name] for name in ("kind", "author", "to_agent", "visibility") if row[name]}
    return facts | whereabouts(row, row["id"])


def whereabouts(row: Mapping[str, Any], message: str) -> dict[str, Any]:
    """Returns where a message stands, as the journal has it, of its columns and its `customer_id`."""
    return {
        "contact": row["contact_id"],
        "case": row["case_id"],
        "customer": row["customer_id"],
        "message": message,
        "message_seq": row["seq"],
        "message_at": round(row["received_at"].timestamp() * 1000),
    }


COLUMNS = (
    *("id", "received_at", "case_id", "seq", "contact_id", "kind", "author", "to_agent", "channel", "visibility"),
    *("text", "html", "in_reply_to", "ai", "occurred_at", "revision", "edited_at"),
    *("redacted_at", "redacted_by", "redacted_why", "adapter", "delivery", "delivery_error", "attachments"),
)
"""The columns of a message, in the order in which statements select them."""

AS_JSON = ("ai", "delivery_error", "attachments")
"""Those of them that are JSON."""

_MOMENTS = ("occurred_at", "received_at", "edited_at")
_AS_THEY_ARE = (
    *("id", "case_id", "contact_id", "seq", "kind", "author", "to_agent", "channel", "visibility", "text", "html"),
    *("in_reply_to", "ai", "revision"),
)


def message_data(row: Mapping[str, Any]) -> MessageData:
    """Returns a message as JSON of its columns, whose JSON is parsed."""
    at = {name: moment(row[name]) if row[name] else None for name in _MOMENTS}
    return {
        **{name: row[name] for name in _AS_THEY_ARE},
        **at,
        "redacted": row["redacted_at"]
        and {"at": moment(row["redacted_at"]), "by": row["redacted_by"], "why": row["redacted_why"]},
        "delivery": row["delivery"] and {"state": row["delivery"], "error": row["delivery_error"]},
        "attachments": shown(row["attachments"]),
    }


def first_message_of(contact: str) -> str:
    """Returns the id of the message that a contact came with."""
    return f"msg_{contact.partition('_')[2]}"
