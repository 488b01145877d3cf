"""Finding: an accepted reply that everybody may read is an answer that searches find, by the question's words, too."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.knowledge import entries
from mci_router.models import Contact, Post, Reply
from mci_router.vocabulary import AnswerKind, Audience


async def make_findable(session: AsyncSession, row: Post, answer: Reply) -> None:
    """Lets searches find the answer."""
    entry = {
        "ref": row.id,
        "post_id": row.id,
        "topic": row.topic,
        "language": await session.scalar(select(Contact.language).where(Contact.id == row.contact_id)),
        "title": row.title,
        "asked": row.body,
        "body": answer.body,
        "audience": Audience.PUBLIC,
    }
    await entries.put(session, row.workspace_id, AnswerKind.POST, [entry])


async def follow(session: AsyncSession, row: Post) -> None:
    """Lets searches find the post's answer if everybody may read both, and not otherwise."""
    mine = (Reply.workspace_id == row.workspace_id, Reply.post_id == row.id, Reply.accepted)
    answer = await session.scalar(select(Reply).where(*mine, Reply.hidden.is_(False)))
    if answer is None or row.hidden:
        await entries.drop(session, row.workspace_id, AnswerKind.POST, [row.id])
    else:
        await make_findable(session, row, answer)
