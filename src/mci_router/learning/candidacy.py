"""A candidacy: a model that may go live. Pure, and made of data, so that it can be sent to the worker."""

import hashlib
import json
from typing import Any

from mci_router.classifier.calibration import Learnt
from mci_router.classifier.gate import HeldOutExample
from mci_router.learning.training import Training
from mci_router.values import value


@value
class Candidacy:
    """A model that may go live, and everything that it is judged by.

    `learnt` is set where the model was trained before; `live` is what the live model, `live_version`, learnt from, and
    what its cross-validation found. `sensitive` are the sensitive topics: an example counts as sensitive when their
    probabilities add up to `threshold`.
    """

    version: str
    training: Training
    learnt: Learnt | None
    live_version: str | None
    live: tuple[Training, Learnt | None] | None
    holdout: tuple[HeldOutExample, ...]
    sensitive: frozenset[str]
    threshold: float

    @property
    def weight(self) -> int:
        """What it costs: texts × topics, of the candidate and of the live model."""
        return self.training.weight + (self.live[0].weight if self.live else 0)

    @property
    def key(self) -> str:
        """A hash that is the same for candidacies with the same result, whatever their workspaces."""
        compared = _told(*self.live) if self.live else None
        parts = [
            _told(self.training, self.learnt),
            compared,
            self.holdout,
            sorted(self.sensitive),
            self.threshold,
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _told(training: Training, learnt: Learnt | None) -> list[Any]:
    """Returns what a model is made from: a topic without examples is no part of it."""
    return [sorted(training.examples.items()), training.encoder, learnt and learnt.as_data()]
