"""What a workspace's model learns from: its topics' examples, and the topics that agents gave to contacts. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from mci_router.classifier.calibration import Learnt
from mci_router.classifier.encoder import Encoder
from mci_router.classifier.gate import Examples, HeldOutExample
from mci_router.classifier.version import version_of
from mci_router.values import value

MOST_WEIGHT = (
    2_500_000  # texts × topics, such as 250 topics of 40 texts: minutes of CPU, and half a gigabyte, a training
)
CORRECTIONS_A_TOPIC = 200  # the newest: what customers say changes, and one topic must not outweigh all others


@value
class Training:
    """A training set.

    `encoder` is the hash of the encoder that it was made for, or empty; `topics` is the hash of the topics' own
    examples alone.
    """

    examples: Mapping[str, tuple[str, ...]]
    encoder: str = ""
    topics: str = ""

    @property
    def size(self) -> int:
        """The number of texts."""
        return sum(map(len, self.examples.values()))

    @property
    def weight(self) -> int:
        """What a fit costs in memory and time: texts × topics."""
        return self.size * len(self.examples)

    def pairs(self) -> list[HeldOutExample]:
        """Returns each text with its topic, in the order of the topics."""
        return [HeldOutExample(topic, text) for topic, texts in sorted(self.examples.items()) for text in texts]

    def as_data(self) -> dict[str, Any]:
        """Returns a form that JSON can take."""
        return {
            "examples": {topic: list(texts) for topic, texts in self.examples.items()},
            "encoder": self.encoder,
            "topics": self.topics,
        }

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> "Training":
        """Returns the inverse of `as_data`."""
        examples = {topic: tuple(texts) for topic, texts in data["examples"].items()}
        return Training(examples, data["encoder"], data["topics"])


def learnt_from(data: Mapping[str, Any] | None) -> Learnt | None:
    """Returns what cross-validation learnt, as the register keeps it; None if another release wrote it differently."""
    try:
        return Learnt.from_data(data) if data else None
    except (KeyError, TypeError, ValueError):
        return None


def training_of(
    topics: Examples,
    corrections: Sequence[HeldOutExample],
    encoder: Encoder | None = None,
    *,
    most: int = MOST_WEIGHT,
) -> Training:
    """Returns what a model of these topics learns from. `corrections` are the accepted ones, oldest first.

    An example counts once. Of the corrections the newest of each topic are taken, as far as texts × topics stay below
    the `most`. A correction is ignored if its topic is gone, or if its text is already an example of some
    topic: the operator's word goes before an agent's.
    """
    own = {text for texts in topics.values() for text in texts}
    corrected: dict[str, list[str]] = defaultdict(list)
    for topic, text in corrections:
        if topic in topics and text not in own:
            corrected[topic].append(text)
    room = max(0, most // max(1, len(topics)) - len(own)) // max(1, len(topics))
    newest = min(room, CORRECTIONS_A_TOPIC)
    merged = {
        topic: (*dict.fromkeys((*texts, *corrected[topic][max(0, len(corrected[topic]) - newest) :])),)
        for topic, texts in topics.items()
    }
    sha256 = encoder.sha256 if encoder else ""
    return Training({topic: texts for topic, texts in merged.items() if texts}, sha256, version_of(topics, encoder))
