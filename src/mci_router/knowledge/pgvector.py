"""pgvector: whether the ledger can search by vectors, and what has to be made there for it.

It is never needed: where it is absent, searches go by words, and the log says so once.
"""

import logging
import time

import asyncpg

from mci_router.database import Database

log = logging.getLogger(__name__)

OLDEST = (0, 8)  # the first that goes on in its index until enough is found that a filter lets through
LOOK_AGAIN_S = 60
INDEX_S = 3_600  # the longest that making an index may take
MOST_DIMENSIONS = 2_000  # of an index; longer vectors are compared one by one

VERSION = "SELECT extversion FROM pg_extension WHERE extname = 'vector'"
CREATE = "CREATE EXTENSION IF NOT EXISTS vector"
INDEXES = """
SELECT c.relname AS name, i.indisvalid AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = 'knowledge_vectors'::regclass AND c.relname LIKE 'hnsw\\_%'
"""


class Pgvector:
    """The extension in the ledger, as one process knows it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._usable = False
        self._looked_at: float | None = None
        self._asked_for = self._said = False
        self._version: str | None = None

    async def usable(self) -> bool:
        """Returns whether the ledger can search by vectors; looked up once a minute until it can."""
        if not self._usable and (self._looked_at is None or time.monotonic() - self._looked_at > LOOK_AGAIN_S):
            self._looked_at = time.monotonic()
            rows = await self._database.read(VERSION)
            self._version = str(rows[0]["extversion"]) if rows else None
            self._usable = self._version is not None and _numbers(self._version) >= OLDEST
            if self._usable:
                log.info("searches of written answers go by vectors, too: pgvector %s", self._version)
        return self._usable

    def gone(self) -> None:
        """Notes that it may have come or gone: it is looked up again at once."""
        self._usable, self._looked_at = False, None

    async def prepare(self, encoder: str, dimensions: int) -> bool:
        """Makes the extension, where that is allowed, and the index for an encoder's vectors. Idempotent.

        Returns whether all is there. Raises DatabaseUnavailable.
        """
        if not self._asked_for:
            await self._create()
        if not await self.usable():
            if not self._said:
                log.warning("searches of written answers go by words alone: %s", _why_not(self._version))
            self._said = True
            return False
        if dimensions <= MOST_DIMENSIONS:
            await self._index(encoder, dimensions)
        return True

    async def _create(self) -> None:
        try:
            await self._database.alone(CREATE)
        except asyncpg.PostgresError as refused:
            log.debug("pgvector cannot be created: %s", refused)
        self._asked_for = True
        self.gone()  # a search may have looked a moment too early

    async def _index(self, encoder: str, dimensions: int) -> None:
        name = index_name(encoder)
        indexes = {row["name"]: row["valid"] for row in await self._database.read(INDEXES)}
        if indexes.get(name) is False:
            await self._database.alone(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")  # what a process that died has left
        if not indexes.get(name):
            await self._database.alone(
                f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON knowledge_vectors "
                f"USING hnsw ((vector::vector({dimensions})) vector_cosine_ops) WHERE encoder = '{checked(encoder)}'",
                timeout_s=INDEX_S,
            )

    async def forget(self, encoders: set[str]) -> None:
        """Drops the indexes of all encoders but these. Raises DatabaseUnavailable."""
        kept = {index_name(one) for one in encoders}
        for row in await self._database.read(INDEXES):
            if row["name"] not in kept:
                await self._database.alone(f'DROP INDEX CONCURRENTLY IF EXISTS "{row["name"]}"')


def index_name(encoder: str) -> str:
    """Returns the name of the index of an encoder's vectors."""
    return f"hnsw_knowledge_vectors_{checked(encoder)[:16]}"


def checked(encoder: str) -> str:
    """Returns an encoder's identity, which is a hash in hexadecimal, so that it may stand in a statement."""
    if not encoder or set(encoder) - set("0123456789abcdef"):
        raise ValueError("an encoder's identity is no hash")
    return encoder


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _why_not(version: str | None) -> str:
    if version is None:
        return "pgvector is not installed in the ledger, or has to be created by an administrator"
    return f"pgvector {version} in the ledger is older than {'.'.join(map(str, OLDEST))}"
