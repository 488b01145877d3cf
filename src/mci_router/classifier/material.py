"""What a model of topics learns from, or is judged on. Pure."""

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.features import Counts
from mci_router.values import value


@value
class TrainingMaterial:
    """Texts to learn from or to judge: counts, embeddings, and the label of each text.

    `embeddings` are texts × dimensions, None without an encoder. A label is the number of a class, from 0; the last
    class, `none`, is none of these. `single` marks the features that are single words, `content` those of them that say
    what a text is about.
    """

    counts: Counts
    embeddings: NDArray[np.float64] | None
    labels: NDArray[np.int64]
    none: int
    single: NDArray[np.bool_]
    content: NDArray[np.bool_]

    def __len__(self) -> int:
        """Returns the number of texts."""
        return len(self.labels)

    def of(self, rows: NDArray[np.bool_]) -> "TrainingMaterial":
        embeddings = None if self.embeddings is None else self.embeddings[rows]
        return TrainingMaterial(
            self.counts.of(rows), embeddings, self.labels[rows], self.none, self.single, self.content
        )
