"""A text is judged in stretches: no clause of danger drowns in the rest, and no text makes it stall."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mci_router.classifier.sensitivity.clauses import LONGEST_WORD, said, stretches
from mci_router.classifier.sensitivity.stored import our_model
from tests.support.rows import every


def stretched(text: str) -> set[str]:
    read = stretches(text)
    return {" ".join(read.words[start:end]) for start, end in zip(read.starts, read.ends, strict=True)}


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("the router blinks and my brother swallowed bleach", "and my brother swallowed bleach"),
        ("Bill is wrong again.\nPS I won't be here tomorrow", "ps i wont be here tomorrow"),
        ("die rechnung stimmt nicht, aber er steht vor meiner tür", "aber er steht vor meiner tür"),
        ("how do I reset it?he hits me", "he hits me"),
        ("please cancel tv - my wife died on monday - thanks", "my wife died on monday"),
    ],
)
def test_a_clause_stands_by_itself(text: str, clause: str) -> None:
    """Sentence ends, line breaks, dashes, conjunctions between clauses long enough: each begins a new one; the whole is
    judged, too.
    """
    assert clause in stretched(text)
    assert " ".join(stretches(text).words) in stretched(text)


def test_a_run_on_text_is_read_in_overlapping_stretches() -> None:
    """A customer who writes without a comma is understood as well."""
    found = stretched(" ".join(f"w{n}x" for n in range(60)))
    assert sum(1 for one in found if len(one.split()) == 14) >= 7


def test_numbers_and_apostrophes_are_what_they_mean() -> None:
    """An age is young or old, whatever the number; typographic apostrophes and none are the same."""
    assert stretches("I\u2019m 12, mum is 84, pay 300 by 28") == stretches(
        "im 15, mum is 91, pay 4,500".replace(",500", "00") + " by 44"
    )
    assert stretches("I'm 12").words == ["im", "#young"]


def test_masks_and_addresses_say_nothing() -> None:
    """Neither what was taken out of a text nor whom to write to tells of danger, and no address stands in a clause that
    is told.
    """
    assert stretches(
        "my card [card number removed], write to kill@die.example or https://stalker.example/x please"
    ).words == [*("my", "card", "write", "to", "or", "please")]


@pytest.mark.parametrize("text", ["", " ", "...", ",,,", "\u200b\u200b", "💳💳", "-"])
def test_a_text_without_a_word_has_nothing_to_judge(text: str) -> None:
    """Signs and invisible characters only: no suspicion, and no failure."""
    assert our_model().judge(text).probability == 0.0


@given(st.text(max_size=200))
def test_every_stretch_lies_within_the_text(text: str) -> None:
    """Whatever its characters: no stretch is empty, and each can be told in the customer's words."""
    read = stretches(text)
    for start, end in zip(read.starts, read.ends, strict=True):
        assert 0 <= start <= end <= len(read.words)
        assert said(text, start, end) or start == end
    assert all(len(word) <= LONGEST_WORD for word in read.words)


@every("unit", ["a ", "a,", "help me. ", "und ", "x" * 50_000, "ab1 \u0130", "\u200b", "q7z%d "])
def test_a_hostile_text_costs_a_moment(unit: str) -> None:
    """50,000 characters of anything: linear, and every word of them is read."""
    text = "".join(unit.replace("%d", str(n)) for n in range(50_000 // len(unit))) + ". i want to die"
    began = time.process_time()
    our_model().judge(text)
    assert time.process_time() - began < 2
