"""The topics of the example workspace, to learn from, and what is learnt from them: by the first test of the run that
asks, for to read the file takes half a second, and to learn five.
"""

import pickle
from functools import cache
from pathlib import Path

from mci_router.classifier.topics import TopicClassifier
from mci_router.configuration import workspace_file
from mci_router.specs import TopicSpec
from tests.support.shared import made_once
from tests.support.shelf import trained


@cache
def _topics() -> tuple[TopicSpec, ...]:
    topics: tuple[TopicSpec, ...] = pickle.loads(made_once("telecom", _write).read_bytes())  # noqa: S301
    return topics


def _write(path: Path) -> None:
    file = workspace_file.read(Path(__file__).parents[2] / "examples" / "telecom.yaml")
    path.write_bytes(pickle.dumps(tuple(file.topics)))


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
