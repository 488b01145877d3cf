"""What an agent's code is worth, by what the model makes of the text."""

import pytest

from mci_router.classifier.fitting import train
from mci_router.classifier.topics import TopicClassifier
from mci_router.learning.screening import Screened, screened
from mci_router.vocabulary import CorrectionState
from tests.support.documents import SMALL
from tests.support.shelf import trained

EXAMPLES = {topic["name"]: topic["examples"] for topic in SMALL["topics"]}
FRAUD = "someone stole my card and bought things"


@pytest.fixture(scope="module")
def model() -> TopicClassifier:
    return trained(EXAMPLES)


def judged(model: TopicClassifier, text: str, said: str, *, sensitive: bool = False) -> Screened:
    (guess,) = model.classify([text])
    return screened(said, model=model, guess=guess, sensitive=sensitive, sensitive_topics={"card_fraud"})


def test_a_likely_code_is_accepted(model: TopicClassifier) -> None:
    """With the model's probability."""
    found = judged(model, "I can not log in", "sign_in")
    assert (found.state, found.why) == (CorrectionState.ACCEPTED, None)
    assert found.probability
    assert found.probability > 0.3


def test_a_code_that_the_model_is_certain_of_confirms(model: TopicClassifier) -> None:
    """Such codes alone do not make a new model."""
    (guess,) = model.classify([FRAUD])
    assert judged(model, FRAUD, "card_fraud").confirms is (guess.confidence >= model.learnt.thresholds.act)
    assert judged(model, "hello there", "complaint").confirms is False


def test_a_very_unlikely_code_goes_to_review() -> None:
    """Below two in a hundred, with the number."""
    sure = train({topic: [f"{text} {i}" for text in texts for i in "abcdef"] for topic, texts in EXAMPLES.items()})
    found = judged(sure, FRAUD, "how_to")
    assert found.state is CorrectionState.REVIEW
    assert str(found.why).startswith("very unlikely: the model gives how_to ")


def test_a_topic_that_the_model_does_not_know_goes_to_review(model: TopicClassifier) -> None:
    """It cannot tell, so a person does."""
    found = judged(model, FRAUD, "brand_new")
    assert (found.state, found.probability, found.why) == (
        CorrectionState.REVIEW,
        None,
        "unknown: the model has not learnt brand_new yet",
    )


def test_lowering_goes_to_review_however_likely(model: TopicClassifier) -> None:
    """A sensitive contact coded as a harmless topic; coded as a sensitive one it is as any other."""
    lowered = judged(model, "I can not log in", "sign_in", sensitive=True)
    assert (lowered.state, lowered.confirms) == (CorrectionState.REVIEW, False)
    assert str(lowered.why).startswith("lowering:")
    assert judged(model, FRAUD, "card_fraud", sensitive=True).state is CorrectionState.ACCEPTED
