"""Folds that leave out whole phrasings: the examples of a topic that are worded alike are held back together. Pure.

Examples come in families: "reset my password", "how do I reset the password". Dealt out by chance, each family stays behind to tell of its
members, and a model seems as good with new customers as with the families it knows.
"""

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.features import LETTER_WEIGHT, WORD_WEIGHT, weights_of
from mci_router.classifier.scoring import Material

MOST_COMPARED = 1_000  # examples a topic, each compared with each; of more, chance makes the folds: that many have every wording often


def folds_by_phrasing(material: Material, folds: int) -> NDArray[np.int64]:
    """The fold in which each text is held back, from 0; -1 for the only example of a topic, which is never held back."""
    fold_of = np.empty(len(material.places), dtype=np.int64)
    for place in np.unique(material.places):
        rows = np.flatnonzero(material.places == place)
        order = rows if place == material.none else rows[_alike(material, rows)]  # none of these stands by subject already
        fold_of[order] = np.arange(len(rows)) * folds // len(rows) if len(rows) > 1 else -1
    return fold_of


def _alike(material: Material, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """The rows in an order in which those worded alike are neighbours."""
    if len(rows) > MOST_COMPARED:
        return np.random.default_rng(0).permutation(len(rows))
    if len(rows) < 3:
        return np.arange(len(rows))
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    mine = np.zeros(len(material.places), dtype=bool)
    mine[rows] = True
    counts = material.counts.of(mine)
    weighed = weights_of(counts, np.ones(len(rows), dtype=bool), material.single, material.content).weigh(counts)
    apart = np.clip(1 - (weighed @ weighed.T).toarray() / (WORD_WEIGHT**2 + LETTER_WEIGHT**2), 0, None)
    np.fill_diagonal(apart, 0)
    return np.asarray(leaves_list(linkage(squareform(apart, checks=False), "average")), dtype=np.int64)
