"""The classifier learns topics from examples, knows how sure it is, and says so when it knows nothing."""

import pickle
import time

import pytest

from mci_router.classifier.calibration import UNCALIBRATED, Learnt
from mci_router.classifier.features import LONGEST_TEXT, prepared
from mci_router.classifier.fitting import train
from mci_router.classifier.guess import NO_GUESS
from mci_router.classifier.thresholds import Certainty
from mci_router.classifier.topics import TopicClassifier
from mci_router.classifier.version import version_of
from tests.support.documents import SMALL
from tests.support.rows import every
from tests.support.shelf import trained
from tests.triage.foreign_texts import FAR
from tests.triage.telecom import examples as telecom_examples
from tests.triage.telecom import model, sensitive
from tests.triage.unseen_contacts import UNSEEN

EXAMPLES: dict[str, list[str]] = {topic["name"]: topic["examples"] for topic in SMALL["topics"]}
PADDING = "and by the way the weather was fine on our trip to the mountains where we met some friends of my aunt " * 20


@pytest.fixture(scope="module")
def telecom() -> TopicClassifier:
    """A classifier of the example workspace."""
    return model()


def test_an_example_is_recognised() -> None:
    """Every example of a small workspace is classed as its own topic, likeliest first, with three probabilities of the
    whole.
    """
    model = trained(EXAMPLES)
    for topic, texts in EXAMPLES.items():
        for guess in model.classify(texts):
            assert guess.topic == topic
            assert (guess.topic, guess.confidence) == guess.ranked[0]
            assert len(guess.ranked) == 3
            assert sum(share for _, share in guess.ranked) <= 1.001
            assert list(guess.ranked) == sorted(guess.ranked, key=lambda pair: -pair[1])


def test_sense_is_surer_than_nonsense() -> None:
    """A text near the examples has more confidence than one far from all of them."""
    near, far = trained(EXAMPLES).classify(["someone stole my card, it is fraud", "zxqv wrrk 1234"])
    assert near.confidence > far.confidence


def test_training_is_a_function_of_the_examples() -> None:
    """The same examples in whatever order of topics: the same version and the same guesses."""
    again = train(dict(reversed(EXAMPLES.items())))
    first = trained(EXAMPLES)
    assert again.version == first.version == version_of(EXAMPLES)
    texts = ["I forgot my password", "voicemail", "stolen card"]
    assert again.classify(texts) == first.classify(texts)


def test_any_change_of_examples_is_another_version() -> None:
    """A text more, a text less, a topic renamed."""
    changed = [
        EXAMPLES | {"sign_in": [*EXAMPLES["sign_in"], "no access"]},
        EXAMPLES | {"sign_in": EXAMPLES["sign_in"][1:]},
        {("login" if name == "sign_in" else name): texts for name, texts in EXAMPLES.items()},
    ]
    assert len({version_of(examples) for examples in [EXAMPLES, *changed]}) == 4


@pytest.mark.parametrize("examples", [{}, {"sign_in": ["I cannot sign in", "login"]}, {"sign_in": []}])
def test_fewer_than_two_topics_teach_nothing(examples: dict[str, list[str]]) -> None:
    """No topic and no confidence, so that a person looks at it."""
    assert train(examples).classify(["I cannot sign in", ""]) == [NO_GUESS, NO_GUESS]


@pytest.mark.parametrize(
    "examples",
    [
        {"a": ["one apple"], "b": ["two bananas"]},
        {"a": ["one apple", "red apple"], "b": ["two bananas"]},
        {"a": ["one apple", "red apple"], "b": ["two bananas", "yellow bananas"]},
        {"a": ["!!!", "???"], "b": ["two bananas", "yellow bananas"]},
    ],
)
def test_two_topics_with_a_handful_of_examples_are_enough(examples: dict[str, list[str]]) -> None:
    """Two classes, single examples and examples without a word train without failing and still tell bananas."""
    assert train(examples).classify(["two bananas"])[0].topic == "b"


@pytest.mark.parametrize("examples", [{"a": ["!", "?"], "b": [".", "-"]}, {"a": ["."], "b": ["."]}])
def test_examples_without_any_letter_do_not_break_training(examples: dict[str, list[str]]) -> None:
    """An operator may write them; the service must still start. The answer may be anything but a failure."""
    assert len(train(examples).classify(["hello"])) == 1


@every(
    "text",
    [
        "",
        " ",
        "\u200b",
        "😀",
        "a" * 1_000_000,
        "a\u200b" * 500_000,
        "\n".join(["I cannot sign in"] * 5_000),
        "密码错误 пароль كلمة",
        "\x00\ud800",
    ],
)
def test_any_text_can_be_classified(text: str, telecom: TopicClassifier) -> None:
    """Empty, foreign, invisible, in mixed scripts or endless: one guess with a confidence from 0 to 1, at once."""
    began = time.process_time()
    (guess,) = telecom.classify([text])
    assert 0 <= guess.confidence <= 1
    assert time.process_time() - began < 1


def test_people_who_wrote_apart_from_the_examples_are_understood(telecom: TopicClassifier) -> None:
    """Of contacts written apart, nine in ten are told right, and at least 95 % are acted on or suggested."""
    pairs = [(topic, text) for topic, texts in UNSEEN.items() for text in texts]
    guesses = telecom.classify([text for _, text in pairs])
    assert sum(guess.topic == topic for (topic, _), guess in zip(pairs, guesses, strict=True)) >= 0.9 * len(pairs)
    assert sum(telecom.certainty(guess) is not Certainty.ASK for guess in guesses) >= 0.95 * len(pairs)


def test_what_is_about_no_topic_goes_to_a_person(telecom: TopicClassifier) -> None:
    """Of sentences about all the world, at least 70 % are refused; a refused one has no topic, but its likeliest are
    still told.
    """
    guesses = telecom.classify(FAR)
    refused = [guess for guess in guesses if telecom.certainty(guess) is Certainty.ASK]
    assert len(refused) >= 0.7 * len(FAR)
    assert all(len(guess.ranked) == 3 for guess in refused)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("why", None),
        ("ok then", None),
        ("???", None),
        ("yes please do", None),
        ("12345", None),
        ("parcel", "delivery"),
        ("roaming?", "roaming"),
    ],
)
def test_a_text_that_hardly_says_what_it_is_about_is_never_acted_on(
    text: str, topic: str | None, telecom: TopicClassifier
) -> None:
    """Fewer than two known words that are no stop words: at most a suggestion; none at all: no topic."""
    (guess,) = telecom.classify([text])
    assert guess.topic == topic
    assert guess.terse
    assert telecom.certainty(guess) is not Certainty.ACT


def test_two_known_words_are_enough(telecom: TopicClassifier) -> None:
    """However they are filled up."""
    said = ["voicemail greeting", "how do I change my voicemail greeting, please?"]
    assert [telecom.certainty(guess) for guess in telecom.classify(said)] == [Certainty.ACT, Certainty.ACT]


def test_words_without_spaces_between_are_not_counted() -> None:
    """In a script that does not part words a sentence looks like one word; it is acted on all the same."""
    examples = {
        "password": ["我忘记了密码", "密码忘记了怎么办", "忘记密码"],
        "parcel": ["我的包裹在哪里", "包裹还没到", "包裹什么时候到"],
    }
    (guess,) = train(examples).classify(["我忘记了密码"])
    assert (guess.topic, guess.terse) == ("password", False)


def test_a_confidence_is_right_for_what_comes(telecom: TopicClassifier) -> None:
    """Beside the curve of the examples stands that of new wordings and strangers: of each band that acts, as many are
    right as it says.
    """
    like, comes = telecom.learnt.curves["examples"], telecom.learnt.curves["what_comes"]
    bars = {band.low: band.right for band in comes}
    assert bars[0.8] >= 0.80
    assert bars[0.9] >= 0.88
    assert bars[0.95] >= 0.95
    assert sum(band.texts for band in comes) > sum(band.texts for band in like)


def test_strangers_are_less_sure_than_customers(telecom: TopicClassifier) -> None:
    """Of sentences about all the world at most 2 % are sure enough for an article; of contacts written apart, most."""
    strangers = [guess for guess in telecom.classify(FAR) if guess.topic]
    customers = telecom.classify([text for texts in UNSEEN.values() for text in texts])
    assert sum(guess.worth >= 0.9 for guess in strangers) <= 0.025 * len(FAR)
    assert sum(guess.worth >= 0.9 for guess in customers) >= 0.7 * len(customers)


def test_the_sensitive_topics_probabilities_add_up(telecom: TopicClassifier) -> None:
    """The probability of a set of topics is the sum of theirs, unknown ones have none, and all together are at most 1."""
    (guess,) = telecom.classify(["someone used my credit card and got into my account"])
    each = [guess.probability_of({topic}) for topic in sensitive()]
    assert guess.probability_of(sensitive() | {"no_such_topic"}) == pytest.approx(sum(each))
    assert 0.2 <= guess.probability_of(sensitive()) <= guess.probability_of(telecom.topics) <= 1
    assert guess.probability_of({guess.ranked[0][0]}) == pytest.approx(guess.confidence, abs=1e-4)
    assert NO_GUESS.probability_of(sensitive()) == 0


def test_what_was_learnt_makes_the_same_model_again(telecom: TopicClassifier) -> None:
    """From the examples and what JSON kept of the cross-validation: the same version and guesses, without another
    cross-validation.
    """
    assert Learnt.from_data(telecom.learnt.as_data()) == telecom.learnt
    first, texts = trained(EXAMPLES), [text for texts in UNSEEN.values() for text in texts]
    again = train(EXAMPLES, learnt=Learnt.from_data(first.learnt.as_data()))
    assert again.learnt == first.learnt != UNCALIBRATED
    assert again.version == first.version
    assert again.classify(texts) == first.classify(texts)


def test_a_model_survives_the_way_from_another_process(telecom: TopicClassifier) -> None:
    """It goes through a pipe and says the same on the other side."""
    there = pickle.loads(pickle.dumps(telecom))  # noqa: S301
    assert there.classify(FAR[:5]) == telecom.classify(FAR[:5])
    assert there.version == telecom.version


def test_a_guess_does_not_depend_on_its_neighbours_in_the_batch(telecom: TopicClassifier) -> None:
    """One by one or together, short ones beside long ones: the same guesses."""
    texts = [FAR[0], "I can't log in " + PADDING, UNSEEN["refund"][0], ""]
    alone = [telecom.classify([text])[0] for text in texts]
    for guess, other in zip(telecom.classify(texts), alone, strict=True):
        assert guess.topic == other.topic
        assert guess.confidence == pytest.approx(other.confidence, abs=1e-3)


@pytest.mark.parametrize("topic", ["cannot_sign_in", "moving_house", "card_fraud"])
def test_a_long_mail_is_judged_by_its_opening(telecom: TopicClassifier, topic: str) -> None:
    """Subject and first sentences decide, however long somebody goes on about something else."""
    (guess,) = telecom.classify([" ".join(telecom_examples()[topic][:2]) + " " + PADDING])
    assert guess.ranked[0][0] == topic


def test_a_text_is_read_without_what_cannot_be_seen() -> None:
    """Zero-width characters are dropped, full-width letters become plain ones, and at most 2,000 characters are
    read.
    """
    assert prepared("fr\u200ba\u00adud ｃａｒｄ") == "fraud card"
    assert len(prepared("ü" * 10_000)) == len(prepared("u" * 10_000)) == LONGEST_TEXT


def test_a_topic_without_examples_is_as_if_it_were_not_there() -> None:
    """It is no topic of the model, and the others are told as before."""
    model = train(EXAMPLES | {"nothing_yet": []})
    assert "nothing_yet" not in model.topics
    assert model.classify(["I cannot sign in"])[0].topic == "sign_in"


def test_an_example_that_no_contact_could_have_does_not_stall_training() -> None:
    """An example of 100 KB, and the same one under two topics: trained in seconds, and the rest is still told."""
    examples = EXAMPLES | {"endless": ["word " * 20_000, "x" * 100_000], "twin": ["I cannot sign in"]}
    assert train(examples).classify(["forgot my password"])[0].topic == "sign_in"
