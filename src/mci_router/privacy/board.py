"""What a customer has said in the community: taken off the board, as a moderator would, and emptied."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.community import moderation
from mci_router.vocabulary import HiddenWhy

AT_ONCE = 50  # each is hidden as by hand, and boards hear of it
POSTS = text(
    """
    SELECT id FROM posts WHERE workspace_id = :workspace AND contact_id = ANY(:contacts)
      AND NOT (hidden AND hidden_why IS NOT DISTINCT FROM 'private' AND title = '' AND body = '')
    ORDER BY id LIMIT :most
    """
)
REPLIES = text(
    """
    SELECT r.post_id, r.id FROM community_members m JOIN replies r ON r.member_id = m.id
    WHERE m.workspace_id = :workspace AND m.customer_id = ANY(:customers)
      AND NOT (r.hidden AND r.hidden_why IS NOT DISTINCT FROM 'private' AND r.author = '' AND r.body = '')
    ORDER BY r.post_id, r.id LIMIT :most
    """
)
# What flags had hidden before must not be shown again, empty, by a moderator who dismisses them.
EMPTY_POST = text("UPDATE posts SET title = '', body = '', hidden_why = 'private' WHERE id = ANY(:ids)")
EMPTY_REPLY = text("UPDATE replies SET author = '', body = '', key = NULL, hidden_why = 'private' WHERE id = ANY(:ids)")
# What others have flagged of it keeps its reason, not their words about it.
UNNOTED = text("UPDATE community_flags SET note = NULL WHERE post_id = ANY(:ids) AND note IS NOT NULL")
UNNOTED_REPLIES = text("UPDATE community_flags SET note = NULL WHERE reply_id = ANY(:ids) AND note IS NOT NULL")


async def withdraw_posts(session: AsyncSession, workspace: str, contacts: Sequence[str]) -> bool:
    """Hides and empties some posts of contacts; boards hear of each by its event. Returns whether there may be more."""
    posts = list(await session.scalars(POSTS, {"workspace": workspace, "contacts": contacts, "most": AT_ONCE}))
    for post in posts:
        await moderation.hide(session, workspace, post, None, HiddenWhy.PRIVATE)
    await session.flush()
    for statement in (EMPTY_POST, UNNOTED) if posts else ():
        await session.execute(statement, {"ids": posts})
    return len(posts) == AT_ONCE


async def withdraw_replies(session: AsyncSession, workspace: str, customers: Sequence[str]) -> bool:
    """Hides and empties some replies of customers to others, likewise."""
    theirs = {"workspace": workspace, "customers": customers, "most": AT_ONCE}
    replies = (await session.execute(REPLIES, theirs)).all()
    for post, reply in replies:
        await moderation.hide(session, workspace, post, reply, HiddenWhy.PRIVATE)
    await session.flush()
    for statement in (EMPTY_REPLY, UNNOTED_REPLIES) if replies else ():
        await session.execute(statement, {"ids": [reply for _, reply in replies]})
    return len(replies) == AT_ONCE
