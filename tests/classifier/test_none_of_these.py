"""The built-in class that says that a text is about nothing the workspace deals with."""

from mci_router.classifier.none_of_these import NONE_OF_THESE, SENTENCES
from mci_router.classifier.strangers import TRIED
from tests.support.shelf import trained
from tests.triage.foreign_texts import FAR, NEAR_A_BANK, NEAR_A_TELECOM
from tests.triage.unseen_contacts import UNSEEN

KITCHEN = {
    "boiling": [
        "how long do I boil an egg",
        "boil an egg so that the yolk stays soft",
        "how long must potatoes boil",
        "boiling rice",
    ],
    "baking": [
        "why did my cake sink in the middle",
        "my bread does not rise",
        "cake is burnt outside and raw inside",
        "bake without yeast",
    ],
    "wine": [
        "which wine goes with fish",
        "which wine should I serve with grilled salmon",
        "a red wine for cheese",
        "is this wine still good",
    ],
}


def test_there_are_some_hundred_and_all_differ() -> None:
    """Enough to show that there is something else, few enough to stay beside small workspaces."""
    assert 400 <= len(SENTENCES) <= 500
    assert len({sentence.lower() for sentence in SENTENCES}) == len(SENTENCES)


def test_strangers_who_tell_what_a_confidence_is_worth_are_never_learnt_from() -> None:
    """What a model has seen would tell of nobody else; no sentence stands in both, and none twice."""
    tried = [text.lower() for trade in TRIED.values() for text in trade]
    assert len(set(tried)) == len(tried) >= 150
    assert not set(tried) & {sentence.lower() for sentence in SENTENCES}


def test_what_measures_refusals_is_never_learnt_from() -> None:
    """None of the sentences that tests and benchmarks ask is one of these, or of the strangers'."""
    asked = {text.lower() for text in (*FAR, *NEAR_A_BANK, *NEAR_A_TELECOM)} | {
        text for texts in UNSEEN.values() for text in texts
    }
    ours = (*SENTENCES, *(text for trade in TRIED.values() for text in trade))
    assert not asked & {sentence.lower() for sentence in ours}
    assert len(FAR) + len(NEAR_A_BANK) + len(NEAR_A_TELECOM) >= 150


def test_no_topic_can_be_called_like_it() -> None:
    """Names of topics have no spaces."""
    assert " " in NONE_OF_THESE


def test_a_topic_claims_the_sentences_that_are_about_it() -> None:
    """For a kitchen's help desk, boiling an egg is its business, though it is one of these for everybody else."""
    guesses = trained(KITCHEN).classify(
        ["how long do I boil an egg so that the yolk stays soft", "why did my cake sink in the middle"]
    )
    assert [guess.topic for guess in guesses] == ["boiling", "baking"]


def test_it_is_never_told_as_a_topic() -> None:
    """Neither as the guess nor among the likeliest."""
    model = trained(KITCHEN)
    assert model.topics == tuple(sorted(KITCHEN))
    for guess in model.classify(SENTENCES):
        assert guess.topic != NONE_OF_THESE
        assert NONE_OF_THESE not in dict(guess.ranked)
