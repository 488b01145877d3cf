"""The topics of the example workspace, to learn from, and what is learnt from them."""

from functools import cache
from pathlib import Path

from mci_router.classifier.fitting import train
from mci_router.classifier.topics import TopicClassifier
from mci_router.configuration import workspace_file

_topics = workspace_file.read(Path(__file__).parents[2] / "examples" / "telecom.yaml").topics
EXAMPLES: dict[str, list[str]] = {topic.name: list(topic.examples) for topic in _topics}
SENSITIVE: frozenset[str] = frozenset(topic.name for topic in _topics if topic.sensitive)


@cache
def model() -> TopicClassifier:
    """The example workspace's model, trained once a process."""
    return train(EXAMPLES)
