"""What is said, as somebody sends it: masked and made harmless before it is written."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mci_router.clock import utc_now
from mci_router.conversations.html import harmless
from mci_router.conversations.messages import Draft, MessageData
from mci_router.errors import UnsafeHtml
from mci_router.ids import new_id
from mci_router.intake.arrival import MessageKeyOf
from mci_router.intake.masking import MaskingPolicy, mask
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.vocabulary import ContactState, MessageKind, Visibility

OF_SUMMARIES = "summary"
"""Whose keys of messages those of questions about summaries are: the key is the question's id."""


@value
class SentKey:
    """A message's key as it came in a request, and the `member` that it came in. `author` is whose it is, of all for
    whom its owner sends; None: the owner's.
    """

    member: str
    key: str
    author: str | None = None


@value
class Said:
    """A message as somebody sent it. `key` is the sender's own for it, or as it is kept; `owner` is whose key it is.
    `notice` and `over` are as a draft has them. `files` are ids of attachments, of the sender `files_of`; None: of
    anybody in the workspace.
    """

    kind: MessageKind
    author: str
    text: str
    owner: str
    key: str | SentKey | MessageKeyOf | None = None
    html: str | None = None
    to_agent: str | None = None
    visibility: Visibility | None = None
    in_reply_to: str | None = None
    ai: Mapping[str, Any] | None = None
    occurred_at: datetime | None = None
    after_end: bool = False
    over: bool = False
    notice: bool = False
    files: Sequence[str] = ()
    files_of: str | None = None


@value
class Spoken:
    """A message that the ledger has, and its contact's state now. `fresh` is false for one that was there before;
    `moved`: what it says has moved the contact.
    """

    message: MessageData
    state: ContactState | None
    fresh: bool = True
    moved: bool = False


def draft_of(
    snapshot: Snapshot,
    contact: str,
    said: Said,
    key: MessageKeyOf | None,
    says_so: str | None = None,
    formerly: MessageKeyOf | None = None,
) -> Draft:
    """Returns a message for a contact, as it is written; `says_so` and `formerly` are as a draft has them.

    Raises UnsafeHtml.
    """
    policy = MaskingPolicy(**snapshot.spec.masking.model_dump())
    now, workspace = utc_now(), snapshot.workspace_id
    html = said.html and harmless(said.html)
    if said.html and html is None:
        raise UnsafeHtml
    return Draft(
        id=new_id("message"),
        workspace=workspace,
        contact=contact,
        received_at=now,
        occurred_at=min(said.occurred_at, now) if said.occurred_at else now,
        kind=said.kind,
        author=said.author,
        text=mask(said.text, policy).text,
        html=html and mask(html, policy).text,
        owner=key.owner if key else None,
        key=key.key if key else None,
        fingerprint=key.fingerprint if key else "",
        formerly=(formerly.key, formerly.fingerprint) if formerly else None,
        to_agent=said.to_agent,
        visibility=said.visibility,
        in_reply_to=said.in_reply_to,
        ai=said.ai,
        adapters=tuple(snapshot.taking_messages),
        after_end=said.after_end,
        over=said.over,
        notice=said.notice,
        says_so=says_so,
        files=said.files,
        files_of=said.files_of,
    )
