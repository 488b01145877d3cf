"""The topics of the example workspace, to learn from, and what is learnt from them: by the first test that asks, for to
read the file takes half a second, and to learn five.
"""

from functools import cache
from pathlib import Path

from mci_router.classifier.topics import TopicClassifier
from mci_router.configuration import workspace_file
from mci_router.specs import TopicSpec
from tests.support.shelf import trained


@cache
def _topics() -> tuple[TopicSpec, ...]:
    return tuple(workspace_file.read(Path(__file__).parents[2] / "examples" / "telecom.yaml").topics)


@cache
def examples() -> dict[str, list[str]]:
    """Returns each topic's examples."""
    return {topic.name: list(topic.examples) for topic in _topics()}


@cache
def sensitive() -> frozenset[str]:
    """Returns the names of the sensitive topics."""
    return frozenset(topic.name for topic in _topics() if topic.sensitive)


def model() -> TopicClassifier:
    """Returns the example workspace's model."""
    return trained(examples())
