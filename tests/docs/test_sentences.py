"""The docs have one sentence a line, and nothing but line ends is changed to make it so."""

from pathlib import Path

from tests.checks.sentences import flowed, pages
from tests.support.rows import every


@every("page", pages())
def test_a_page_has_one_sentence_a_line(page: Path) -> None:
    """`make format` mends one that has not."""
    text = page.read_text(encoding="utf-8")
    assert flowed(text) == text


@every(
    ("before", "after"),
    [
        ("One. Two.", "One.\nTwo."),
        ("One that is\nbroken. Two.", "One that is broken.\nTwo."),
        ("- One. Two.\n- Three.", "- One.\n  Two.\n- Three."),
        ("12. One. Two.", "12. One.\n    Two."),
        ("**Why.** One. Two.", "**Why.** One.\nTwo."),
        ('He says "No. Never." and goes.', 'He says "No. Never." and goes.'),
        ("See (this. That) here.", "See (this. That) here."),
        ("Call `a. B` now.", "Call `a. B` now."),
        ("It closes with 4409. Another lapses.", "It closes with 4409.\nAnother lapses."),
        ("| One. Two. |", "| One. Two. |"),
        ("# One. Two.", "# One. Two."),
        ("```\nOne. Two.\n```", "```\nOne. Two.\n```"),
        ("    One. Two.", "    One. Two."),
    ],
)
def test_lines_end_where_sentences_do(before: str, after: str) -> None:
    """Once, and again without a change."""
    assert flowed(before) == after
    assert flowed(after) == after
