"""The search of written answers where the ledger is another: without trigrams, and between two versions."""

import asyncio

from alembic import command
from sqlalchemy import text

from mci_router.cli.migrate import configuration
from mci_router.database import Database
from mci_router.embedded import Servers
from mci_router.knowledge.search import Asking, Search
from mci_router.vocabulary import Audience
from tests.test_migrations import empty_database

WORKSPACE = "INSERT INTO workspaces (id, name, spec, revision) VALUES ('wsp_a', 'a', '{}', 1)"
ARTICLE = """INSERT INTO resources (id, workspace_id, kind, name, spec, version) VALUES ('art_a', 'wsp_a', 'article', 'fees',
  '{"name": "fees", "topic": "bill", "title": "Gebühren", "body": "Auf den Seiten", "language": "de"}', 4)"""


async def test_articles_of_the_version_before_are_found_and_have_a_version(servers: Servers) -> None:
    """A migration makes them findable; without `pg_trgm` all words are found that are written right."""
    async with empty_database(servers) as url:
        await asyncio.to_thread(command.upgrade, configuration(url), "0036")
        database = Database(url, pool_size=1, timeout_s=10)
        async with database.transaction() as session:
            await session.execute(text(WORKSPACE))
            await session.execute(text(ARTICLE))
        await asyncio.to_thread(command.upgrade, configuration(url), "head")
        async with database.transaction() as session:
            await session.execute(text("DROP EXTENSION pg_trgm CASCADE"))
            kept = (await session.execute(text("SELECT version, author FROM article_versions"))).all()
        search, asking = Search(database), Asking("wsp_a", Audience.PUBLIC, ["de"])
        assert [(one.ref, one.audience) for one in await search.find(asking, "gebühr seite")] == [("fees", "public")]
        assert await search.find(asking, "gebhüren") == []
        assert [tuple(row) for row in kept] == [(4, None)]
        await database.close()
