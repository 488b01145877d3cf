"""Vectors of written answers: made beside the requests, for those that have none of this encoder, or an old one.

A changed answer is found by its words at once, and by its meaning once its vector is made again.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.knowledge.nearest import LONGEST, Nearest
from mci_router.knowledge.pgvector import Pgvector
from mci_router.knowledge.sentence_encoder import SentenceEncoder

log = logging.getLogger(__name__)

BATCH = 32
MOST_A_TURN = 512  # some seconds of one core; the others are made in the next turn
KEPT = timedelta(days=7)  # vectors of an encoder that is used no longer: until then it can be taken back at once
FORGET_BATCH = 5_000

# `seen` is the version of the row that the vector is of: every change of an entry gives it another.
MISSING = """
SELECT e.workspace_id, e.kind, e.ref, e.title, left(e.body, $3) AS body, e.xmin::text AS seen
FROM knowledge_entries e LEFT JOIN knowledge_vectors v
  ON v.workspace_id = e.workspace_id AND v.kind = e.kind AND v.ref = e.ref AND v.encoder = $1
WHERE v.seen IS DISTINCT FROM e.xmin::text LIMIT $2
"""
PUT = text("""
INSERT INTO knowledge_vectors (workspace_id, kind, ref, encoder, seen, vector)
SELECT e.workspace_id, e.kind, e.ref, :encoder, made.seen, made.vector
FROM jsonb_to_recordset(CAST(:made AS jsonb)) AS made(workspace_id text, kind text, ref text, seen text, vector real[])
JOIN knowledge_entries e ON e.workspace_id = made.workspace_id AND e.kind = made.kind AND e.ref = made.ref
FOR KEY SHARE OF e
ON CONFLICT (workspace_id, kind, ref, encoder) DO UPDATE SET seen = excluded.seen, vector = excluded.vector,
  made_at = clock_timestamp()
""")
FORGET = text("""
DELETE FROM knowledge_vectors WHERE ctid = ANY(ARRAY(
  SELECT ctid FROM knowledge_vectors WHERE encoder <> :encoder AND made_at < :before LIMIT :most))
""")
ENCODERS = "SELECT DISTINCT encoder FROM knowledge_vectors"


class Vectors:
    """Makes the vectors of written answers, and what the ledger needs to search them."""

    def __init__(self, database: Database, encoder: SentenceEncoder, pgvector: Pgvector, nearest: Nearest) -> None:
        self._database = database
        self._encoder = encoder
        self._pgvector = pgvector
        self._nearest = nearest
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="vectors of answers")
        self._prepared = False
        self._measured = 0

    async def measure(self) -> None:
        """Finds out, once a process, what its searches by meaning need to know of the encoder."""
        if not self._measured:
            self._measured = await self._beside(self._nearest.measure)

    async def turn(self) -> None:
        """Makes vectors that are missing, as many as a turn may. Raises DatabaseUnavailable."""
        await self.measure()
        if not self._prepared:
            self._prepared = await self._pgvector.prepare(self._encoder.sha256, self._measured)
        for _ in range(MOST_A_TURN // BATCH):
            rows = await self._database.read(MISSING, self._encoder.sha256, BATCH, LONGEST)
            if rows:
                await self._make(rows)
            if len(rows) < BATCH:
                break

    async def forget(self) -> None:
        """Removes vectors of encoders that are used no longer. Raises DatabaseUnavailable."""
        async with self._database.transaction() as session:
            await session.execute(
                FORGET, {"encoder": self._encoder.sha256, "before": utc_now() - KEPT, "most": FORGET_BATCH}
            )
        kept = {str(row["encoder"]) for row in await self._database.read(ENCODERS)}
        await self._pgvector.forget(kept | {self._encoder.sha256})

    async def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._nearest.close()

    async def _make(self, rows: Sequence[Any]) -> None:
        texts = [f"{row['title']}\n{row['body']}" for row in rows]
        vectors = await self._beside(lambda: self._encoder.embed(texts))
        made = [
            {**{name: row[name] for name in ("workspace_id", "kind", "ref", "seen")}, "vector": vector}
            for row, vector in zip(rows, vectors.round(6).tolist(), strict=True)
        ]
        async with self._database.transaction() as session:
            await session.execute(PUT, {"encoder": self._encoder.sha256, "made": json.dumps(made)})

    async def _beside(self, work: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
