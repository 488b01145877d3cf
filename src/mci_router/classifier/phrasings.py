"""Folds that leave out whole phrasings: examples of a topic that are worded alike are held out together. Pure.

Examples come in families: "reset my password", "how do I reset the password". If chance deals them out, every fold
keeps members of each family, and the model seems as good with new customers as with the wordings that it knows.
"""

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.features import LETTER_WEIGHT, WORD_WEIGHT, weights_of
from mci_router.classifier.material import TrainingMaterial
from mci_router.classifier.sparse import side_by_side

# examples a topic, each compared with each; more have every wording often, so that chance folds do
MOST_COMPARED = 1_000


def folds_by_phrasing(material: TrainingMaterial, folds: int) -> NDArray[np.int64]:
    """Returns the fold in which each text is held out, from 0.

    The only example of a topic has -1: it is never held out.
    """
    fold_of = np.empty(len(material.labels), dtype=np.int64)
    for label in np.unique(material.labels):
        rows = np.flatnonzero(material.labels == label)
        order = rows if label == material.none else rows[_alike(material, rows)]  # ordered by subject
        fold_of[order] = np.arange(len(rows)) * folds // len(rows) if len(rows) > 1 else -1
    return fold_of


def _alike(material: TrainingMaterial, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Returns the rows in an order in which similar wordings are neighbours."""
    if len(rows) > MOST_COMPARED:
        return np.random.default_rng(0).permutation(len(rows))
    if len(rows) < 3:
        return np.arange(len(rows))
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    mine = np.zeros(len(material.labels), dtype=bool)
    mine[rows] = True
    counts = material.counts.of(mine)
    weights = weights_of(counts, np.ones(len(rows), dtype=bool), material.single, material.content)
    weighed = side_by_side(weights.weigh(counts))
    apart = np.clip(1 - (weighed @ weighed.T).toarray() / (WORD_WEIGHT**2 + LETTER_WEIGHT**2), 0, None)
    np.fill_diagonal(apart, 0)
    return np.asarray(leaves_list(linkage(squareform(apart, checks=False), "average")), dtype=np.int64)
