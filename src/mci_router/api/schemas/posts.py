"""The community board."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from mci_router.api.schemas.common import Answer, Body, Moment
from mci_router.api.schemas.transfers import says_something
from mci_router.vocabulary import HiddenWhy

AuthorName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(says_something)
]
MemberId = Annotated[str, StringConstraints(pattern=r"^mbr_[0-9a-f]{32}$")]
Why = Annotated[
    HiddenWhy | None, Field(description="Why it is hidden: `private` is what is sensitive; null: it is not hidden.")
]


class ReplyIn(Body):
    """A reply to a post."""

    author: AuthorName
    body: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000), AfterValidator(says_something)
    ]
    member: Annotated[
        MemberId | None,
        Field(description="The member who writes it, of `POST /v1/members`. Null: your site answers for it."),
    ] = None
    key: Annotated[
        str | None,
        Field(min_length=1, max_length=200, description="Your own key: a second request with it adds nothing."),
    ] = None


class ReplyOut(Answer):
    """A reply."""

    id: str
    post_id: str
    author: str
    body: str
    accepted: bool
    hidden: Annotated[bool, Field(description="Only moderators see it.")]
    hidden_why: Why = None
    member: Annotated[
        str | None, Field(validation_alias="member_id", description="Who wrote it, where that is known.")
    ] = None
    note: Annotated[bool, Field(description="The company's word on the thread; no answer.")] = False
    created_at: Moment


class PostOut(Answer):
    """A public question. It does not show who asked."""

    id: str
    space: Annotated[str, Field(description="The space that has its topic.")]
    topic: str | None
    title: str
    body: str
    status: str
    hidden: Annotated[bool, Field(description="It is not public: only moderators see it.")]
    hidden_why: Why = None
    locked: Annotated[bool, Field(description="Only moderators reply to it.")] = False
    created_at: Moment
    closed_at: Moment | None


class PostWithReplies(PostOut):
    """A post and its replies, oldest first."""

    replies: list[ReplyOut]


class PostPage(Answer):
    """Posts, newest first. `next_cursor` continues the list; null at its end."""

    items: list[PostOut]
    next_cursor: str | None


class ReplyPage(Answer):
    """Replies, newest first. `next_cursor` continues the list; null at its end."""

    items: list[ReplyOut]
    next_cursor: str | None
