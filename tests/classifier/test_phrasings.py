"""Examples that are worded alike are held back together."""

import numpy as np

from mci_router.classifier.cross_validation import folds_of
from mci_router.classifier.features import Counter, prepared
from mci_router.classifier.material import TrainingMaterial
from mci_router.classifier.phrasings import folds_by_phrasing

FAMILIES = [
    "reset my password {}",
    "unlock {} account",
    "the code for {} never arrives",
    "log me in {} once more",
    "{} user name unknown",
]
FILLERS = ["now", "quickly", "today", "again", "soon"]


def test_what_is_worded_alike_is_held_back_together() -> None:
    """Five families of five sentences: by phrasing each family has a fold, dealt out by chance none has."""
    texts = [prepared(family.format(filler)) for family in FAMILIES for filler in FILLERS] + [
        "my parcel is late",
        "where is my order",
    ]
    counter = Counter.of(texts)
    counts, single = counter.count(texts), counter.single_words()
    places = np.array([0] * 25 + [1, 1])
    material = TrainingMaterial(counts, None, places, 2, single, single)
    by_phrasing = folds_by_phrasing(material, 5)[:25].reshape(5, 5)
    assert all(len(set(family)) == 1 for family in by_phrasing.tolist())
    assert len(set(by_phrasing[:, 0])) == 5
    assert all(len(set(family)) > 1 for family in folds_of(places, 2, 5)[:25].reshape(5, 5).tolist())
