"""Rules are data: checked when they come in, tried all at once, never a stall, and able to raise only."""

import csv
import random
import time
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mci_router.specs.rules import RuleEffect, RuleSpec
from mci_router.triage import rules
from mci_router.triage.our_rules import OUR_RULES
from mci_router.triage.rules import Patience, RuleBook, RulesTooSlow, normalised
from tests.support.proof import FULL
from tests.support.rows import every
from tests.triage.telecom import examples, sensitive

ROOT = Path(__file__).parents[2]
BANKING = ROOT.parent / "shared" / "data" / "banking77"
FRAUD_TOPICS = {
    *("compromised_card", "lost_or_stolen_card", "lost_or_stolen_phone", "card_payment_not_recognised"),
    *("cash_withdrawal_not_recognised", "direct_debit_payment_not_recognised"),
}
EACH = 1 if FULL else 8
"""Of so many questions of a bank one is asked."""

BOOK = RuleBook()


def names(text: str, book: RuleBook = BOOK) -> set[str]:
    return {rule.name for rule in book.fired(text)}


def is_sensitive(text: str) -> bool:
    return any(rule.effect is RuleEffect.SENSITIVE for rule in BOOK.fired(text))


def a_rule(*patterns: str, **changes: Any) -> RuleSpec:
    return RuleSpec.model_validate(
        {"name": "outcry", "title": "Outcry", "effect": "sensitive", "patterns": list(patterns)} | changes
    )


@every(
    ("rule", "text"),
    [
        ("card_fraud", "This is fraud!"),
        ("card_fraud", "there is a payment I didn’t make"),
        ("card_fraud", "I never authorised this charge"),
        ("card_fraud", "Someone used my credit card to buy phones"),
        ("card_fraud", "my card was stolen on the train"),
        ("card_fraud", "an unauthorized transaction of 300 on my statement"),
        ("card_fraud", "Meine Kreditkarte wurde gestohlen"),
        ("card_fraud", "Auf meinem Konto ist eine nicht autorisierte Abbuchung, das ist Betrug"),
        ("card_fraud", "me han robado la tarjeta, es una estafa"),
        ("card_fraud", "ma carte a été volée"),
        ("account_takeover", "my account has been hacked"),
        ("account_takeover", "SIM-swap! help"),
        ("account_takeover", "somebody else is in my account"),
        ("account_takeover", "contracts were opened in my name"),
        ("account_takeover", "there was a sign-in from Oslo and it wasn't me"),
        ("account_takeover", "mein Konto wurde gehackt"),
        ("account_takeover", "alguien ha entrado en mi cuenta"),
        ("account_takeover", "mon compte a été piraté"),
        ("abuse", "he keeps calling me and threatens to hurt me"),
        ("abuse", "I'm being stalked"),
        ("abuse", "obscene pictures from an unknown number"),
        ("abuse", "ich werde bedroht und belästigt"),
        ("abuse", "mi ex me acosa todos los días"),
        ("abuse", "mon voisin me harcèle, il me menace"),
        ("self_harm", "I want to kill myself"),
        ("self_harm", "I don't want to live any more"),
        ("self_harm", "ich will mich umbringen"),
        ("self_harm", "no quiero seguir viviendo"),
        ("self_harm", "je n'ai plus envie de vivre"),
        ("minors", "I'm 13 years old and bought this by mistake"),
        ("minors", "a man sends my daughter obscene pictures"),
        ("minors", "ich bin erst 12"),
        ("minors", "soy menor de edad"),
        ("minors", "j'ai 14 ans"),
        ("legal_threat", "you will hear from my lawyer"),
        ("legal_threat", "I will take you to court"),
        ("legal_threat", "ich schalte meinen Anwalt ein"),
        ("legal_threat", "voy a denunciarles, hablaré con mi abogada"),
        ("legal_threat", "je vais porter plainte"),
        ("wants_a_person", "let me talk to a human"),
        ("wants_a_person", "agent please"),
        ("wants_a_person", "I don't want to talk to a bot"),
        ("wants_a_person", "ich möchte mit einem Menschen sprechen"),
        ("wants_a_person", "quiero hablar con una persona"),
        ("wants_a_person", "je veux parler à un conseiller"),
    ],
)
def test_what_is_said_plainly_is_noticed(rule: str, text: str) -> None:
    """Ours, in four languages; typography, case, line breaks and invisible characters change nothing."""
    assert rule in names(text)
    assert rule in names(text.upper())
    assert rule in names(text.replace(" ", " \n\t").replace("e", "\u200be"))


@every(
    "text",
    [
        *(
            "",
            "hello",
            "I cannot sign in",
            "how do I cancel my contract",
            "my bill is too high",
            "the password is wrong",
        ),
        *(
            "threatening clouds over the mast, no signal",
            "this queue is killing me",
            "call quality is poor",
            "I'd like a card reader",
        ),
        *(
            "why can't I make any payments",
            "Can my 16 year old have an account?",
            "I transferred to an account that wasn't mine",
        ),
        *("set up child protection on wifi", "the agent yesterday was very kind", "can someone in the US have a card?"),
        *(
            "ich kann mich nicht anmelden",
            "no puedo entrar en la aplicación",
            "je ne peux pas me connecter",
            "请帮我",
            "😀",
        ),
    ],
)
def test_what_is_not_said_does_not_fire(text: str) -> None:
    """Everyday questions, and words that only resemble the grave ones."""
    assert names(text) == set()


def test_our_rules_know_the_example_workspace() -> None:
    """Of the sensitive topics they are for they notice at least 85 %, of those that are not sensitive they take at most
    1 %.
    """
    topics = examples()
    meant = [text for name in ("card_fraud", "account_takeover", "abuse") for text in topics[name]]
    others = [text for topic, texts in topics.items() if topic not in sensitive() for text in texts]
    people = topics["wants_a_person"]
    assert sum(map(is_sensitive, meant)) >= 0.85 * len(meant)
    assert sum(map(is_sensitive, others)) <= 0.01 * len(others)
    assert sum("wants_a_person" in names(text) for text in people) >= 0.9 * len(people)


def test_our_rules_rarely_fire_on_everyday_questions_of_a_bank() -> None:
    """At most 0.5 % of the questions outside the topics of fraud and theft; at least 60 % of those on payments that
    nobody made.
    """
    if not BANKING.is_dir():
        print("../shared/data/banking77 is absent: the rules were not tried on it")
        return
    told: Counter[str] = Counter()
    fired: Counter[str] = Counter()
    for part in ("train", "test"):
        with (BANKING / f"{part}.csv").open(encoding="utf-8") as rows:
            for row in islice(csv.DictReader(rows), 0, None, EACH):
                told[row["category"]] += 1
                fired[row["category"]] += is_sensitive(row["text"])
    everyday = told.keys() - FRAUD_TOPICS
    assert sum(fired[topic] for topic in everyday) <= 0.005 * sum(told[topic] for topic in everyday)
    plain = FRAUD_TOPICS - {"lost_or_stolen_card", "lost_or_stolen_phone"}
    assert sum(fired[topic] for topic in plain) >= 0.6 * sum(told[topic] for topic in plain)


def test_a_workspaces_rule_takes_the_place_of_ours() -> None:
    """By name; its others stand beside ours, and each fires once however many patterns hold."""
    own = [a_rule(r"\bbanana\b", name="abuse"), a_rule(r"\bapple\b", r"\bapples?\b", effect="person")]
    book = RuleBook(own)
    assert names("a banana", book) == {"abuse"}
    assert names("I'm being stalked", book) == set()
    assert [(rule.name, rule.effect) for rule in book.fired("an apple")] == [("outcry", RuleEffect.PERSON)]
    assert [rule.name for rule in book.rules] == [*OUR_RULES, "outcry"]


def test_our_rules_are_as_a_workspaces_own_have_to_be() -> None:
    """They are made without that check, which would compile all of their patterns at each start."""
    for rule in OUR_RULES.values():
        assert RuleSpec.model_validate(rule.model_dump()) == rule


@every(
    ("pattern", "why"),
    [
        (r"(a+)+\1", "reference back"),
        (r"fraud(?=!)", "looks around"),
        (r"(?<!no )fraud", "looks around"),
        ("(fraud", "never closed"),
        ("[fraud", "never closed"),
        ("fraud)", "never opened"),
        ("*fraud", "repeats nothing"),
        ("a{5000}", "more than 1,000 times"),
        ("((a{30}){30}){30}", "repeats"),
        (r"(?:\pL{1,30} ){1,30}fraud", "too large"),
        ("", "at least 1 character"),
        ("a*", "every contact"),
        ("fraud|", "every contact"),
        ("x" * 501, "at most 500 characters"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused_with_its_place(pattern: str, why: str) -> None:
    """What is wrong is said in words, with the number of the pattern, before the rule is kept."""
    with pytest.raises(ValidationError) as refused:
        a_rule("fine", pattern)
    (error,) = refused.value.errors()
    assert why in error["msg"]
    assert "number 2" in error["msg"] or error["loc"] == ("patterns", 1)


@pytest.mark.parametrize("patterns", [[], ["a"] * 101, [r"(?:\pL{1,20} ){1,5}x"] * 100])
def test_a_rule_has_some_patterns_and_not_too_many(patterns: list[str]) -> None:
    """From one to a hundred, and their programs bounded together."""
    with pytest.raises(ValidationError):
        a_rule(*patterns)


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(a|aa)+$", r"(?:a?){50}a{50}", r"(.*)*x"[:6] + "b", r"(\w+\s?)+z"])
def test_expressions_that_explode_elsewhere_do_not(pattern: str) -> None:
    """The longest text against the patterns that take other engines for ever: a moment of CPU."""
    book = RuleBook([a_rule(pattern)])
    started = time.process_time()
    for text in ("a" * 50_000 + "!", "a " * 25_000, "ab" * 25_000):
        book.fired(text)
    assert time.process_time() - started < 2


def test_patterns_with_thousands_of_steps_a_character_have_a_bound_of_time() -> None:
    """Each character of this text begins what only the 500th after it decides: no automaton has so many states."""
    book = RuleBook([a_rule(*(f"a[ab]{{{length}}}c" for length in range(440, 640, 10)))])
    text = "".join(random.Random(1).choices("ab", k=2_000))  # noqa: S311 — no secret
    started = time.thread_time()
    with pytest.raises(RulesTooSlow):
        book.fired(text, Patience(0.1))
    assert time.thread_time() - started < 2  # and one set, which cannot be stopped
    assert book.slow
    assert not book.light
    assert not BOOK.slow
    assert BOOK.light


@pytest.mark.parametrize("memory", [10_000, 300_000, 1_100_000, 1_300_000])
def test_a_set_without_memory_is_no_rule_book_without_rules(monkeypatch: pytest.MonkeyPatch, memory: int) -> None:
    """RE2 refuses, or finds nothing, when its memory is spent: the patterns are then tried one by one, and none is
    missed.
    """
    monkeypatch.setattr(rules, "_OWN_MEMORY", memory)
    poor = RuleBook(OUR_RULES.values())  # as a workspace's own: ours are compiled once
    for text in ("my account has been hacked", "let me talk to a human", "hello"):
        assert names(text, poor) == names(text)


def test_rules_without_number_are_tried_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each batch is bounded; together they find what one would."""
    monkeypatch.setattr(rules, "_OWN_SIZE", 2_000)
    own = [a_rule(*(rf"\bfruit{n}x{k}\b" for k in range(20)), name=f"fruit{n}") for n in range(20)]
    book = RuleBook(own)
    assert len(book._own) > 3
    assert names("my account has been hacked by fruit7x3 and fruit19x19", book) == {
        "account_takeover",
        "fruit7",
        "fruit19",
    }


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    """Whatever its characters: an answer in the book's order, and the same one for the text as normalised."""
    fired = BOOK.fired(text)
    assert list(fired) == [rule for rule in BOOK.rules if rule in fired]
    assert BOOK.fired_in(normalised(text)) == fired


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "\u200b" * 50_000,
        " " * 50_000,
        "\ufdfa" * 50_000,
        "someone used my " * 3_000,
        "привет你好" * 8_000,
    ],
)
def test_a_long_text_is_no_stall(text: str) -> None:
    """One word, invisible, blank, growing when normalised, half a statement again and again, mixed scripts."""
    started = time.process_time()
    BOOK.fired(text)
    assert time.process_time() - started < 1


def test_what_rules_read_is_one_text_for_one_meaning() -> None:
    """Full width, soft hyphens, typographic apostrophes and any white space; ß stays ß."""
    assert normalised("\uff28\uff49\u00ad  don\u2019t\r\n\u00a0Stra\u00dfe\u200b ") == "Hi don't Straße"


def test_what_is_not_to_be_seen_is_not_seen_without_its_accents_either() -> None:
    """A text is read without them, too; what the workspace has not named still fires."""
    book = RuleBook([a_rule(r"\bmort\b", unless=["mort-né"])])
    assert "outcry" not in names("un projet mort-né", book)
    assert "outcry" in names("un projet mort-né, et il est mort à Nîmes", book)


@every(
    ("pattern", "text"),
    [
        ("i don\u2019t want to live", "I don't want to live"),
        ("cafe\u0301 brule", "the caf\u00e9 brule"),
        ("death\u00a0threat", "a death threat"),
        ("death\tthreat", "a death\tthreat"),
        ("death thr\u00adeat", "a death threat"),
        ("[\u2018\u2019]tis over", "\u2019tis over"),
    ],
)
def test_a_pattern_that_was_pasted_fires_all_the_same(pattern: str, text: str) -> None:
    """A word processor's apostrophe, an accent of its own, a space that does not break: the text has none of them."""
    assert "outcry" in names(text, RuleBook([a_rule(pattern)]))
    assert "outcry" not in names(text, RuleBook([a_rule(r"over|live|threat|brule", unless=[pattern])]))
