"""A model's version: the hash of what it learnt from, and of how. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from mci_router.classifier.encoder import Encoder
from mci_router.classifier.none_of_these import NONE_OF_THESE, SENTENCES
from mci_router.classifier.strangers import TRIED

REVISION = 5  # of the method; another method makes another version


def version_of(examples: Mapping[str, Sequence[str]], encoder: Encoder | None = None) -> str:
    """Returns the hash of what a classifier would learn from."""
    learnt_from = [
        REVISION,
        sorted(examples.items()),
        [NONE_OF_THESE, *SENTENCES, *TRIED.values()],
        encoder.sha256 if encoder else "",
    ]
    return hashlib.sha256(json.dumps(learnt_from, default=list).encode()).hexdigest()[:16]
