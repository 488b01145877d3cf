"""Versions of articles: each change is kept as it was made, with its author and time."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.errors import NotFound
from mci_router.models import ArticleVersion
from mci_router.values import value

LONGEST_LIST = 200  # versions that one answer lists, newest first


@value
class Author:
    """Who changes an article, as versions name it; `restored_from` is the version that is brought back."""

    name: str
    restored_from: int | None = None


def keep(
    session: AsyncSession, workspace: str, article_id: str, version: int, spec: Mapping[str, Any], author: Author | None
) -> None:
    """Keeps a version, in the transaction of the change."""
    session.add(
        ArticleVersion(
            workspace_id=workspace,
            article_id=article_id,
            version=version,
            spec=dict(spec),
            author=author.name if author else None,
            restored_from=author.restored_from if author else None,
        )
    )


async def versions(
    session: AsyncSession, workspace: str, article_id: str, before: int | None = None, limit: int = LONGEST_LIST
) -> Sequence[ArticleVersion]:
    """Returns versions of an article, newest first, older than `before`."""
    query = select(ArticleVersion).where(
        ArticleVersion.workspace_id == workspace, ArticleVersion.article_id == article_id
    )
    if before is not None:
        query = query.where(ArticleVersion.version < before)
    return (await session.scalars(query.order_by(ArticleVersion.version.desc()).limit(limit))).all()


async def version(session: AsyncSession, workspace: str, article_id: str, number: int) -> ArticleVersion:
    """Returns one version. Raises NotFound."""
    found = await session.scalar(
        select(ArticleVersion).where(
            ArticleVersion.workspace_id == workspace,
            ArticleVersion.article_id == article_id,
            ArticleVersion.version == number,
        )
    )
    if found is None:
        raise NotFound(f"The article has no version {number}.")
    return found
