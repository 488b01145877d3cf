"""What a contact's words say, read many at once: and whatever fails goes to a person."""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from mci_router.classifier.guess import Guess
from mci_router.classifier.topics import TopicClassifier
from mci_router.specs import RuleEffect, RuleSpec
from mci_router.triage.perception import FAILED
from mci_router.triage.reader import Reader, languages_of
from mci_router.triage.reading import Words, hear
from mci_router.triage.rules import RuleBook, RulesTooSlow
from mci_router.vocabulary import Channel
from tests.support.rows import every
from tests.support.shelf import trained

EXAMPLES = {
    "sign_in": [
        "I cannot sign in",
        "my password does not work",
        "login fails every time",
        "locked out of my account",
        "reset my password",
    ],
    "refund": [
        "I want my money back",
        "refund my last bill please",
        "when is my refund paid",
        "return the charge to me",
        "refund please",
    ],
}
SPOKEN = [example for examples in EXAMPLES.values() for example in examples]
RULES = RuleBook(
    [RuleSpec(name="recall", title="Recalled device", effect=RuleEffect.SENSITIVE, patterns=["was recalled"])]
)
GERMAN = "Guten Tag, ich kann mich leider seit gestern nicht mehr in meinem Kundenkonto anmelden, bitte helfen Sie mir."


@cache
def model() -> TopicClassifier:
    return trained(EXAMPLES)


class Breaking(TopicClassifier):
    """Fails on one word, whatever it is read with."""

    def __init__(self) -> None:
        super().__init__("breaking", model().learnt)

    def classify(self, texts: Any) -> list[Guess]:
        if any("poison" in text for text in texts):
            raise RuntimeError("out of its depth")
        return model().classify(texts)


def test_topic_rules_and_language_are_found_together() -> None:
    """One perception a text, in order, each with the model that was asked."""
    first, second = Reader(model().speaking(languages_of(SPOKEN)), RULES).read(
        ["I cannot sign in with my password", "my modem was recalled, refund please"]
    )
    assert (first.opinion.guess.topic, first.opinion.model, first.rules) == ("sign_in", model().version, ())
    assert [rule.name for rule in second.rules] == ["recall"]
    assert second.opinion.guess.topic == "refund"
    assert not first.failed
    assert first.shadow is None


def test_a_named_topic_spares_the_models_and_not_the_rules() -> None:
    """Whatever an adapter names, the words may still be sensitive."""
    (seen,) = Reader(model(), RULES, model()).read(["my modem was recalled"], named=True)
    assert seen.opinion.guess.topic is None
    assert seen.shadow is None
    assert [rule.name for rule in seen.rules] == ["recall"]


def test_a_model_on_trial_is_asked_beside_the_live_one() -> None:
    """Its opinion is kept apart."""
    other = trained({**EXAMPLES, "sign_in": EXAMPLES["refund"], "refund": EXAMPLES["sign_in"]})
    (seen,) = Reader(model(), RULES, other).read(["I cannot sign in with my password"])
    assert seen.shadow is not None
    assert (seen.opinion.guess.topic, seen.shadow.guess.topic) == ("sign_in", "refund")
    assert seen.shadow.model == other.version != seen.opinion.model


def test_rules_read_everything_and_the_topic_is_that_of_the_judged_words() -> None:
    """What is below a signature says nothing of the topic, and may be sensitive."""
    words = Words(
        "I cannot sign in with my password",
        "I cannot sign in with my password\nBest regards\nmy modem was recalled, refund please",
    )
    (seen,) = Reader(model(), RULES).read([words])
    assert (seen.opinion.guess.topic, [rule.name for rule in seen.rules]) == ("sign_in", ["recall"])


def test_one_text_that_cannot_be_read_does_not_harm_those_beside_it() -> None:
    """It alone is for a person."""
    seen = Reader(Breaking(), RULES).read(["I cannot sign in", "poison", "refund please"])
    assert [one.failed for one in seen] == [False, True, False]
    assert seen[1] is FAILED
    assert [one.opinion.guess.topic for one in seen] == ["sign_in", None, "refund"]


def test_a_language_the_model_has_no_examples_of_is_foreign() -> None:
    """And one that it has examples of is not."""
    assert languages_of(SPOKEN) == {"en"}
    (seen,) = Reader(model().speaking(languages_of(SPOKEN)), RULES).read([GERMAN])
    assert (seen.language, seen.foreign) == ("de", True)
    spoken = languages_of([*SPOKEN[:5], "Ich kann mich leider nicht mehr in meinem Konto anmelden", *SPOKEN[5:]])
    (known,) = Reader(model().speaking(spoken), RULES).read([GERMAN])
    assert (known.language, known.foreign) == ("de", False)


def test_a_language_is_detected_unless_the_adapter_has_said_it_and_the_words_show_it() -> None:
    """A guess is worth nothing in another language than the adapter says, so for a guess it is always detected."""
    reader, words = Reader(model(), RULES), "Ich kann mich leider nicht mehr in meinem Konto anmelden"
    believed, refuted = hear(None, words, Channel.CHAT, "de"), hear(None, words, Channel.CHAT, "en")
    assert (believed.language, refuted.language, hear(None, words, Channel.CHAT).language) == ("de", None, None)
    assert [one.language for one in reader.read([believed, refuted], named=True)] == ["de", "de"]
    pretended = replace(believed, language="it")
    assert [reader.read([pretended], named=named)[0].language for named in (True, False)] == ["it", "de"]


@every("text", ["", " ", "\u200b\u200b", "a" * 50_000, "да" * 20_000, "💳" * 10_000, "x y " * 12_500, "\x00\x01"])
def test_odd_texts_are_read_like_others(text: str) -> None:
    """One word without end, nothing, signs only: a perception, and no failure."""
    (seen,) = Reader(model().speaking(languages_of(SPOKEN)), RULES).read([text])
    assert not seen.failed


def test_rules_that_take_too_long_send_to_a_person_what_they_were_not_tried_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read before stays read; nothing is tried again one by one."""
    book, tried = RuleBook(), list[str]()

    def fired(text: str, patience: object) -> tuple[RuleSpec, ...]:
        tried.append(text)
        if len(tried) == 2:
            raise RulesTooSlow
        return ()

    monkeypatch.setattr(book, "fired", fired)
    perceptions = Reader(model(), book).read(["first", "second", "third"])
    assert [one.failed for one in perceptions] == [False, True, True]
    assert tried == ["first", "second"]
