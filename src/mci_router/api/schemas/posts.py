"""The community board."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from mci_router.api.schemas.common import Answer, Body, Moment
from mci_router.api.schemas.transfers import says_something


class ReplyIn(Body):
    """A reply to a post."""

    author: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(says_something)
    ]
    body: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000), AfterValidator(says_something)
    ]


class ReplyOut(Answer):
    """A reply."""

    id: str
    post_id: str
    author: str
    body: str
    accepted: bool
    hidden: Annotated[bool, Field(description="It is sensitive: only moderators see it.")]
    created_at: Moment


class PostOut(Answer):
    """A public question. It does not show who asked."""

    id: str
    topic: str | None
    title: str
    body: str
    status: str
    hidden: Annotated[bool, Field(description="It is no longer public: only moderators see it.")]
    created_at: Moment
    closed_at: Moment | None


class PostWithReplies(PostOut):
    """A post and its replies, oldest first."""

    replies: list[ReplyOut]


class PostPage(Answer):
    """Posts, newest first. `next_cursor` continues the list; null at its end."""

    items: list[PostOut]
    next_cursor: str | None
