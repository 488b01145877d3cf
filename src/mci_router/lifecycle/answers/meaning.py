"""Meaning, joined: what a sentence encoder adds to written answers, in searches and in automation's choice.

Without an encoder there is none of it, and no loop.
"""

from collections.abc import Callable

from mci_router.classifier.encoder import Encoder
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.knowledge.article_vectors import ArticleVectors
from mci_router.knowledge.nearest import Nearest
from mci_router.knowledge.pgvector import Pgvector
from mci_router.knowledge.vectors import Vectors
from mci_router.loops import Loop


class Meaning:
    """The parts that deal with vectors; without an encoder `nearest` is None, and `articles` know of none."""

    def __init__(self, database: Database, snapshots: Snapshots, encoder: Encoder | None) -> None:
        self.articles = ArticleVectors(database, encoder, snapshots.cached)
        self.nearest: Nearest | None = None
        self._vectors: Vectors | None = None
        if encoder:
            pgvector = Pgvector(database)
            self.nearest = Nearest(database, encoder, pgvector)
            self._vectors = Vectors(database, encoder, pgvector, self.nearest)

    def loops(
        self, *, interval_s: float, soon_s: float, forget_s: float, mine: Callable[[str], Callable[[], bool]]
    ) -> list[Loop]:
        """Returns the loops: one process makes vectors, one forgets them, and all read those of articles."""
        vectors = self._vectors
        if vectors is None:
            return []

        async def follow() -> None:
            await vectors.measure()
            await self.articles.refresh()

        return [
            Loop("vectors of answers", interval_s, vectors.turn, mine=mine("vectors")),
            Loop("vectors of articles", soon_s, follow, changes=self.articles.changes),
            Loop("forgetting vectors", forget_s, vectors.forget, mine=mine("forgetting")),
        ]

    async def close(self) -> None:
        if self._vectors:
            await self._vectors.close()
