"""What the workshop spares: a worker where there is nothing to learn, and work that is the same as before."""

from collections.abc import Mapping, Sequence

import pytest

from mci_router.classifier.packing import hash_of, unpacked
from mci_router.learning.candidacy import Candidacy
from mci_router.learning.training import Training, training_of
from mci_router.learning.worker import WorkerGone
from mci_router.learning.workshop import Workshop

TOPICS = {"a": ["one", "two"], "b": ["three"]}


def candidacy(topics: Mapping[str, Sequence[str]], live: Training | None = None) -> Candidacy:
    """Asks for a model of topics and their examples."""
    compared = (live, None) if live else None
    return Candidacy("asked for", training_of(topics, []), None, None, compared, (), frozenset(), 0.2)


async def test_what_has_nothing_to_learn_needs_no_worker(closed: Workshop) -> None:
    """A workspace without examples has its model, that knows nothing, at once: a worker holds a hundred megabytes, and
    takes a second to start. This workshop has none: what there is to learn, it cannot.
    """
    made = await closed.judge("new", candidacy({"empty": []}))
    assert made.judgement.passed
    assert unpacked(made.file, hash_of(made.file)).topics == ()
    for learning in (candidacy(TOPICS), candidacy({}, live=training_of(TOPICS, []))):
        with pytest.raises(WorkerGone):
            await closed.judge("new", learning)


def test_topics_without_examples_make_no_other_work() -> None:
    """Workspaces whose examples are the same share what was made, whatever other topics they have, in any order."""
    alike = {"other": [], "b": ["three"], "a": ["one", "two"], "more": []}
    assert candidacy(alike).key == candidacy(TOPICS).key
    live, same = (training_of(topics, []) for topics in (TOPICS, alike))
    assert candidacy(TOPICS, live).key == candidacy(alike, same).key
    others = [candidacy(TOPICS, live), candidacy({**TOPICS, "a": ["two", "one"]}), candidacy({"c": ["one", "two"]})]
    assert candidacy(TOPICS).key not in {other.key for other in others}
