"""What follows from a change of articles and canned answers: they are found as they are now, and what an article was is
kept.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.knowledge import entries, versions
from mci_router.knowledge.versions import Author
from mci_router.models.resource import Resource

ARTICLE = "article"


async def follow(
    session: AsyncSession, workspace: str, changed: Iterable[tuple[str, Mapping[str, Any]]], author: Author | None
) -> None:
    """Follows resources that were written: their kind, and their specification now."""
    by_kind: dict[str, dict[str, Mapping[str, Any]]] = {}
    for kind, spec in changed:
        if kind in entries.OF_RESOURCES:
            by_kind.setdefault(kind, {})[spec["name"]] = spec
    for kind, specs in by_kind.items():
        await entries.follow(session, workspace, kind, specs)
    if ARTICLE in by_kind:
        await _keep(session, workspace, list(by_kind[ARTICLE]), author)


async def leave(session: AsyncSession, workspace: str, kind: str, name: str) -> None:
    """Follows a resource that was deleted."""
    await entries.follow(session, workspace, kind, {name: None})


async def reindex(session: AsyncSession, workspace: str) -> int:
    """Writes the entries of all articles and canned answers again, and returns how many resources there are."""
    query = select(Resource).where(Resource.workspace_id == workspace, Resource.kind.in_(entries.OF_RESOURCES))
    rows = (await session.scalars(query)).all()
    for kind in entries.OF_RESOURCES:
        await entries.clear(session, workspace, entries.OF_RESOURCES[kind][0])
        await entries.follow(session, workspace, kind, {row.name: row.spec for row in rows if row.kind == kind})
    return len(rows)


async def _keep(session: AsyncSession, workspace: str, names: list[str], author: Author | None) -> None:
    await session.flush()
    query = select(Resource).where(
        Resource.workspace_id == workspace, Resource.kind == ARTICLE, Resource.name.in_(names)
    )
    for row in await session.scalars(query):
        versions.keep(session, workspace, row.id, row.version, row.spec, author)
