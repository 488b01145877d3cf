"""Words that carry no meaning are those of the languages that the examples are in."""

from mci_router.classifier.stop_words import stop_words
from tests.triage.telecom import examples


def test_stop_words_are_of_the_examples_languages() -> None:
    """English examples: "why" says nothing, "sim" is a card. With German ones, "warum" says nothing either."""
    english = stop_words(text for texts in examples().values() for text in texts)
    assert {"why", "please", "not"} <= english
    assert not english & {"sim", "warum", "password", "account", "phone"}
    both = stop_words(
        ["why is my bill so high", "warum ist meine Rechnung so hoch", "ich habe mein Passwort vergessen"]
    )
    assert {"why", "warum", "ich"} <= both
    assert stop_words([]) == frozenset()


def test_a_single_foreign_example_brings_no_words() -> None:
    """Below one in twenty: foreign words are in every workspace."""
    english = ["why is my bill so high"] * 39
    assert "warum" not in stop_words([*english, "warum ist meine Rechnung so hoch"])
    assert "warum" in stop_words([*english[:19], "warum ist meine Rechnung so hoch"])
