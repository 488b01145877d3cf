"""Nearest: written answers by their meaning, as vectors have it, for a search that finds them by words, too."""

import logging
from collections.abc import Sequence
from typing import Any

import asyncpg

from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable, refusal_of
from mci_router.knowledge.pgvector import MOST_DIMENSIONS, Pgvector, checked
from mci_router.knowledge.sentence_encoder import SentenceEncoder, VectorsInTime, floor_of
from mci_router.knowledge.visible import MAY, SHOWN

log = logging.getLogger(__name__)

NO_PRIVILEGE = "42501"  # on the extension, or on its settings
SHORTEST = 4  # characters: what is shorter has no meaning yet
LONGEST = 2_000  # characters that an encoder is given
MOST_COMPARED = 200  # the nearest, of which some may not be for the reader
IN_THE_INDEX = {"hnsw.iterative_scan": "strict_order", "hnsw.ef_search": "100"}
"""A workspace's answers are few among all: the index is read on until enough of them are found."""


def _statement(encoder: str, dimensions: int) -> str:
    """Returns the statement with $9 the vector and $10 the farthest distance."""
    near = f"v.vector::vector({dimensions}) <=> $9::real[]::vector({dimensions})"
    return f"""
WITH near AS MATERIALIZED (
  SELECT v.kind, v.ref, v.seen, {near} AS distance FROM knowledge_vectors v
  WHERE v.workspace_id = $1 AND v.encoder = '{checked(encoder)}' AND v.kind = ANY($7)
  ORDER BY {near} LIMIT {MOST_COMPARED}
), e AS MATERIALIZED (
  SELECT {SHOWN}, near.distance FROM near
  JOIN knowledge_entries e ON e.workspace_id = $1 AND e.kind = near.kind AND e.ref = near.ref
  WHERE near.distance <= $10 AND near.seen = e.xmin::text AND {MAY}
  ORDER BY near.distance LIMIT $8
)
SELECT * FROM e ORDER BY (language IS NOT DISTINCT FROM $4) DESC, distance
"""  # noqa: S608 — columns and numbers of this room, and a hash


class Nearest:
    """Finds written answers by meaning, where there is an encoder and the ledger has pgvector."""

    def __init__(self, database: Database, encoder: SentenceEncoder, pgvector: Pgvector) -> None:
        self._database = database
        self._vectors = VectorsInTime(encoder)
        self._pgvector = pgvector
        self._floor: float | None = None

    async def find(self, arguments: Sequence[object], asked: str, limit: int) -> Sequence[Any]:
        """Returns the rows of answers that mean what was asked, those in the customer's language first, then nearest
        first; none where that cannot be found out in time. `arguments` are a search's. Raises DatabaseUnavailable.
        """
        if len(asked.strip()) < SHORTEST or self._floor is None or not await self._pgvector.usable():
            return []
        vector = await self._vectors.of(asked[:LONGEST])
        if vector is None:
            return []
        given = (*arguments, limit, vector, 1 - self._floor)
        statement = _statement(self._vectors.encoder.sha256, len(vector))
        indexed = IN_THE_INDEX if len(vector) <= MOST_DIMENSIONS else {}
        try:
            return await self._database.read_with(indexed, statement, *given)
        except (asyncpg.PostgresError, DatabaseUnavailable) as failure:
            refusal = refusal_of(failure)
            if isinstance(failure, DatabaseUnavailable) and not (refusal and refusal.code == NO_PRIVILEGE):
                raise
            log.warning("a search goes by words alone: %s", failure)
            self._pgvector.gone()
            return []

    def measure(self) -> int:
        """Finds out what the encoder calls near, before which nothing is found. Returns the length of its vectors.

        CPU-bound.
        """
        self._floor = floor_of(self._vectors.encoder)
        return int(self._vectors.encoder.embed(["hello"]).shape[1])

    def close(self) -> None:
        self._vectors.close()
