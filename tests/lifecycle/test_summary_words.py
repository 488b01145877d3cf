"""Words of the answer whether a summary may be shown: a yes is a yes in the language of the question, and the whole."""

from mci_router.lifecycle.publicity.summary_words import answer_in, may_answer
from mci_router.vocabulary import Channel
from tests.support.rows import every

MAIL = "> May we post this in your thread, where everybody can read it?\n> Hold the 1."


@every(
    ("said", "language", "agrees"),
    [
        ("Tak", "da", None),  # Danish: thank you
        ("Tak", None, None),
        ("tak.", "pl", True),
        ("Ja", "da", True),
        ("„Ja!“", "de", True),
        ("Yes?", "en", None),
        ("Yes 😡", "en", None),
        ("~~yes~~", "en", None),
        ("> yes", "en", None),
        ("no thanks, yes later", "en", None),
        ("いいえ。", "ja", False),
    ],
)
def test_what_may_mean_something_else_is_no_answer(said: str, language: str | None, agrees: bool | None) -> None:
    """A thank-you, a question, a face, words struck out or quoted."""
    assert answer_in(said, Channel.CHAT, language) is agrees


@every("mail", [MAIL, f"On 1 May 2026 at 10:00, Shop <a@shop.example> wrote:\n{MAIL}\n> {'x' * 300}"])
def test_a_mail_answers_above_what_it_quotes_however_long_that_is(mail: str) -> None:
    """And one that only quotes a yes says nothing."""
    assert may_answer(f"Yes\n\n{mail}")
    assert answer_in(f"Yes\n\n{mail}", Channel.EMAIL, "en") is True
    assert answer_in(f"Nein\n\n{mail}", Channel.EMAIL, "de") is False
    assert answer_in("> Yes", Channel.EMAIL, "en") is None
    assert answer_in(f"Yes, but not the date\n\n{mail}", Channel.EMAIL, "en") is None
