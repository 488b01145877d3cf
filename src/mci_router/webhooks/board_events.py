"""Events of the community board: when each comes, and what its `data` says."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from mci_router.events import EventType
from mci_router.vocabulary import FlagReason, HiddenWhy
from mci_router.webhooks.payloads import ReplyPayload


class BoardPayload(ReplyPayload):
    """What has happened to a post, or to a reply to it, and the state of its contact while that is open."""

    reply: Annotated[str | None, Field(description="The reply that it concerns; absent: the post itself.")] = None  # type: ignore[assignment]
    member: Annotated[str | None, Field(description="The member who wrote the reply, where that is known.")] = None


class BoardNewsPayload(ReplyPayload):
    """A reply that the followers of its post are to hear of."""

    members: Annotated[list[str], Field(description="Up to 100 of them: more come in further events.")]


class FlaggedPayload(BoardPayload):
    """A post, or a reply to it, that a member has flagged."""

    flag: str
    reason: FlagReason


class HiddenPayload(BoardPayload):
    """A post, or a reply to it, that is hidden or shown again."""

    why: Annotated[HiddenWhy | None, Field(description="Why it is hidden.")] = None


BOARD: Mapping[EventType, tuple[str, type[ReplyPayload]]] = {
    EventType.REPLY_CREATED: (
        "Somebody has replied to a post, or a moderator lets others see a reply that was held. It says who, not what: "
        "`GET /v1/posts/{id}` has the words.",
        BoardPayload,
    ),
    EventType.REPLY_ACCEPTED: ("A reply is accepted as the answer.", BoardPayload),
    EventType.REPLY_UNACCEPTED: (
        "It is not the answer after all: the post is open again, its contact stays as it is.",
        BoardPayload,
    ),
    EventType.POST_NEWS: (
        "The `members` follow a post to which somebody has replied: tell them. The router itself tells the customer "
        "who asked.",
        BoardNewsPayload,
    ),
    EventType.POST_FLAGGED: (
        "A member has flagged a post, or a reply to it: a moderator is to decide (`GET /v1/flags`).",
        FlaggedPayload,
    ),
    EventType.POST_HIDDEN: (
        "A post, or a reply to it, is hidden from all but moderators; a sensitive reply is `reply.hidden`.",
        HiddenPayload,
    ),
    EventType.POST_SHOWN: ("A moderator has it shown to everybody again, or for the first time.", HiddenPayload),
}
"""By type: when it comes, and its payload."""
