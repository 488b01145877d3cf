"""The people of the community: members, what they flag and follow."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from mci_router.api.schemas.common import Answer, Body, Moment
from mci_router.api.schemas.posts import AuthorName, MemberId
from mci_router.vocabulary import FlagReason, FlagState, MemberLevel


class MemberIn(Body):
    """Somebody who writes in the community: a customer of ours, or a member of your site, by your own id."""

    name: Annotated[AuthorName, Field(description="What others read.")]
    external_id: Annotated[
        str | None,
        Field(min_length=1, max_length=200, description="Your site's own id of the member.", examples=["forum-17"]),
    ] = None
    customer_id: Annotated[str | None, Field(pattern=r"^cus_[0-9a-f]{32}$")] = None

    @model_validator(mode="after")
    def one_of_the_two(self) -> Self:
        if (self.external_id is None) is (self.customer_id is None):
            raise ValueError("name the member by external_id or by customer_id, and not by both")
        return self


class MemberOut(Answer):
    """A member, and how far it is relied on."""

    id: str
    name: str
    external_id: str | None
    customer_id: str | None
    level: MemberLevel
    set_level: Annotated[
        MemberLevel | None, Field(description="What a moderator has set; null: it follows from what the member does.")
    ]
    replies: Annotated[int, Field(description="Replies that everybody may read.")]
    accepted: Annotated[int, Field(description="Of these, accepted as answers to the questions of others.")]
    days: Annotated[int, Field(description="Days on which it has written.")]
    upheld: Annotated[int, Field(description="Its replies of the last 180 days of which a flag was upheld.")]
    created_at: Moment


class MemberPage(Answer):
    """Members, newest first. `next_cursor` continues the list; null at its end."""

    items: list[MemberOut]
    next_cursor: str | None


class LevelIn(Body):
    """A level that a moderator sets. Null: it follows from what the member does again."""

    level: MemberLevel | None


class FlagIn(Body):
    """A flag by a member."""

    member: MemberId
    reason: FlagReason
    reply: Annotated[
        str | None, Field(pattern=r"^rpl_[0-9a-f]{32}$", description="Null: the post itself is flagged.")
    ] = None
    note: Annotated[
        str | None, StringConstraints(strip_whitespace=True, max_length=500), Field(description="For moderators.")
    ] = None


class FlagOut(Answer):
    """A flag."""

    id: str
    post: Annotated[str, Field(validation_alias="post_id")]
    reply: Annotated[str | None, Field(validation_alias="reply_id")]
    member: Annotated[str, Field(validation_alias="member_id")]
    reason: FlagReason
    note: str | None
    counts: Annotated[bool, Field(description="It is one of those that hide what they flag, by the member's level.")]
    state: FlagState
    created_at: Moment
    decided_at: Moment | None


class FlagPage(Answer):
    """Flags, newest first. `next_cursor` continues the list; null at its end."""

    items: list[FlagOut]
    next_cursor: str | None


class DecisionOnFlags(Body):
    """What a moderator decides about all open flags of one thing."""

    to: Literal[FlagState.UPHELD, FlagState.DISMISSED]
