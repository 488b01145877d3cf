"""The vectors of articles in this process, beside the snapshots, so that automation compares them without a round trip.

They are kept by the fingerprint of their text: a changed article has none until its own has been made.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from mci_router.database import Database
from mci_router.knowledge.pgvector import checked
from mci_router.knowledge.sentence_encoder import SentenceEncoder
from mci_router.specs.answers import IndexedArticle
from mci_router.specs.snapshot import Snapshot

AGAIN = timedelta(minutes=1)  # longer than a transaction: what was committed late is read in the next look
MOST_STALE = 1_000  # vectors of texts that articles have no longer

LATEST = """
SELECT md5(e.title || E'\\n' || e.body) AS fingerprint, v.vector, v.made_at
FROM knowledge_vectors v
JOIN knowledge_entries e ON e.workspace_id = v.workspace_id AND e.kind = v.kind AND e.ref = v.ref
WHERE v.encoder = $1 AND v.kind = 'article' AND v.made_at >= $2 AND v.seen = e.xmin::text
"""


class ArticleVectors:
    """The vectors of all articles, by the fingerprints of their texts."""

    def __init__(
        self, database: Database, encoder: SentenceEncoder | None, snapshots: Callable[[], Iterable[Snapshot]]
    ) -> None:
        self._database = database
        self._encoder = encoder
        self._snapshots = snapshots
        self._known: dict[str, NDArray[np.float32]] = {}
        self._newest: datetime | None = None

    @property
    def changes(self) -> str:
        """An expression in SQL: another value when there are new vectors."""
        encoder = checked(self._encoder.sha256) if self._encoder else ""
        return f"SELECT max(made_at)::text FROM knowledge_vectors WHERE encoder = '{encoder}'"  # noqa: S608 — a hash

    async def refresh(self) -> None:
        """Reads vectors that were made since the last look. Raises DatabaseUnavailable."""
        if self._encoder is None:
            return
        since = self._newest - AGAIN if self._newest else datetime.fromisoformat("1970-01-01T00:00:00+00:00")
        for row in await self._database.read(LATEST, self._encoder.sha256, since):
            self._known[row["fingerprint"]] = np.array(row["vector"], dtype=np.float32)
            self._newest = max(self._newest or row["made_at"], row["made_at"])
        self._prune()

    def nearness(self, answers: Sequence[IndexedArticle], vector: NDArray[np.float32] | None) -> Mapping[str, float]:
        """Returns how near articles are to a text by their meaning, by name, as far as their vectors are known."""
        if vector is None or len(answers) < 2 or not self._known:
            return {}
        return {
            one.name: float(known @ vector)
            for one in answers
            if (known := self._known.get(one.fingerprint)) is not None and known.shape == vector.shape
        }

    def _prune(self) -> None:
        snapshots = list(self._snapshots())
        if len(self._known) <= MOST_STALE + sum(len(one.articles) for one in snapshots):
            return
        used = {one.fingerprint for each in snapshots for answers in each.answers.values() for one in answers}
        self._known = {fingerprint: vector for fingerprint, vector in self._known.items() if fingerprint in used}
