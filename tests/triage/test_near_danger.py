"""Danger is heard as people in it write, and idioms, toys, games and parcels are left alone, in thirteen languages."""

from mci_router.triage.rules import RuleBook
from mci_router.vocabulary import SensitiveKind
from tests.support.rows import every
from tests.triage.near_danger import HARMLESS, IN_DANGER

BOOK = RuleBook()
URGENT = {SensitiveKind.DANGER_TO_LIFE, SensitiveKind.SELF_HARM}


def heard(text: str) -> bool:
    return any(rule.kind in URGENT for rule in BOOK.fired(text))


@every("text", HARMLESS)
def test_what_only_uses_the_words_of_danger_takes_nobody_from_the_queue(text: str) -> None:
    """A game called Horizon, a card that a machine swallowed, a line that may be cut, a parcel at the door."""
    assert not heard(text)


@every("text", IN_DANGER)
def test_who_is_in_danger_is_heard(text: str) -> None:
    """In a few words, as somebody writes who has no time."""
    assert heard(text)


@every(
    "text",
    [
        "the courier is at my door and has a knife",
        "me quiero morir, y encima vais a cortarme la línea",
        "cortarme las venas es lo único que quiero",
        "I am dying to know the price, but my dad has stopped breathing",
        "mein Paketbote steht vor der Tür und hat eine Waffe",
        "my insurance covers a heart attack? he is having a heart attack now",
        "he dropped the phone and is not waking up",
        "lego brandweer kwijt, en mijn huis staat in brand",
    ],
)
def test_an_idiom_hides_no_danger_beside_it(text: str) -> None:
    """Only the words themselves are left out."""
    assert heard(text)
