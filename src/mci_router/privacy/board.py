"""What a customer has said in the community: taken off the board, as a moderator would, and emptied."""

from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.community import moderation
from mci_router.models import Contact, Member, Post, Reply
from mci_router.vocabulary import HiddenWhy

# What flags had hidden before must not be shown again, empty, by a moderator who dismisses them.
EMPTY_POST = text("UPDATE posts SET title = '', body = '', hidden_why = 'private' WHERE id = ANY(:ids)")
EMPTY_REPLY = text("UPDATE replies SET author = '', body = '', key = NULL, hidden_why = 'private' WHERE id = ANY(:ids)")
# What others have flagged of it keeps its reason, not their words about it.
UNNOTED = text("UPDATE community_flags SET note = NULL WHERE post_id = ANY(:ids) AND note IS NOT NULL")
UNNOTED_REPLIES = text("UPDATE community_flags SET note = NULL WHERE reply_id = ANY(:ids) AND note IS NOT NULL")


async def withdraw(session: AsyncSession, workspace: str, customers: Sequence[str]) -> None:
    """Hides and empties the posts of customers, and their replies to others. Adapters hear of each by its event."""
    asked = select(Post.id).join(Contact, Contact.id == Post.contact_id)
    posts = list(
        await session.scalars(
            asked.where(Contact.workspace_id == workspace, Contact.customer_id.in_(customers)).order_by(Post.id)
        )
    )
    written = select(Reply.post_id, Reply.id).join(Member, Member.id == Reply.member_id)
    replies = (
        await session.execute(
            written.where(Member.workspace_id == workspace, Member.customer_id.in_(customers)).order_by(
                Reply.post_id, Reply.id
            )
        )
    ).all()
    for post in posts:
        await moderation.hide(session, workspace, post, None, HiddenWhy.PRIVATE)
    for post, reply in replies:
        await moderation.hide(session, workspace, post, reply, HiddenWhy.PRIVATE)
    await session.flush()
    for statement in (EMPTY_POST, UNNOTED):
        await session.execute(statement, {"ids": posts})
    for statement in (EMPTY_REPLY, UNNOTED_REPLIES):
        await session.execute(statement, {"ids": [reply for _, reply in replies]})
