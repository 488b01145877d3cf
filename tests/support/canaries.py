"""Canaries: words that are nowhere else, and where the service still has them."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import urlparse

from sqlalchemy import TextClause, text

from mci_router.api.parts import Parts
from tests.support.service import Workspace

TABLES = text(
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 1"
)
READERS = {
    "hash": ("HGETALL",),
    "string": ("GET",),
    "set": ("SMEMBERS",),
    "list": ("LRANGE", "0", "-1"),
    "zset": ("ZRANGE", "0", "-1"),
    "stream": ("XRANGE", "-", "+"),
}


OF_LIVING = {
    "webhook_deliveries": "WHERE webhook_id IN (SELECT id FROM webhooks)",
    **dict.fromkeys(("attachments", "attachment_accounts"), "WHERE workspace_id IN (SELECT id FROM workspaces)"),
}
"""Tables that keep rows of a workspace for a while which a test before has removed."""


async def in_ledger(workspace: Workspace, words: Sequence[str]) -> list[str]:
    """Every `table.column: word` of the whole ledger that has one of the words, whatever the type of the column."""
    async with workspace.ledger() as session:
        names = await session.scalars(TABLES)
        # Most tables are empty: to ask first which are not is half the work.
        tables = await session.scalars(_of_each("SELECT '{0}' WHERE EXISTS (SELECT FROM \"{0}\")", names))
        search = _of_each(
            "SELECT DISTINCT '{0}.' || e.key || ': ' || w FROM (SELECT * FROM \"{0}\" {1}) t,"
            " jsonb_each_text(to_jsonb(t)) e, unnest(CAST(:words AS text[])) w WHERE strpos(lower(e.value), w) > 0",
            tables,
        )
        return list(await session.scalars(search, {"words": words}))


def _of_each(select: str, tables: Iterable[str]) -> TextClause:
    """One statement that asks the same of each table."""
    return text(" UNION ALL ".join(select.format(table, OF_LIVING.get(table, "")) for table in tables))


async def in_live_state(parts: Parts, words: Sequence[str]) -> list[str]:
    """Every `key: word` of the whole live state, in names and values."""
    found, redis = [], parts.engine.client
    async for key in redis.scan_iter("*"):
        reader = READERS.get(await redis.type(key))
        value = str(await redis.execute_command(reader[0], key, *reader[1:], NEVER_DECODE=True)) if reader else ""
        found += [f"{key}: {word}" for word in words if word in f"{key} {value}".lower()]
    return found


def in_files(parts: Parts, words: Sequence[str]) -> list[str]:
    """Every `file: word` of the store."""
    folder = Path(urlparse(str(parts.settings.attachments_url)).path)
    files = [one for one in folder.rglob("*") if one.is_file()]
    return [
        f"{one.name}: {word}"
        for one in files
        for word in words
        if word.encode() in one.name.encode() + one.read_bytes()
    ]
