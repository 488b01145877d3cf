"""A signature goes from what is shown, and every sentence below it stays."""

import pytest

from mci_router.triage.signatures import is_sentence, without_signature, without_small_print
from tests.support.rows import every


def kept(text: str, *, mail: bool = True) -> list[str]:
    return [line for line in without_signature(text.splitlines(), mail=mail) if line.strip()]


@every(
    "signature",
    [
        "Best regards\nSam Taylor",
        "Mit freundlichen Grüßen\nSam Taylor\nHauptstraße 5\n10115 Berlin",
        "-- \nSam Taylor\nExample Ltd\nTel. +44 20 7946 0123",
        "Sent from my iPhone",
        "Cordialement,\nSam",
        "~~~~\nSam Taylor\nExample Ltd",
        "----------\nSam Taylor",
        "*Sam Taylor*\n*5 Quiet Lane*\nTel. 020 7946 0123",
    ],
)
def test_a_signature_goes(signature: str) -> None:
    """Names, addresses and the device, in several languages."""
    assert kept(f"My internet is down since Monday.\n\n{signature}") == ["My internet is down since Monday."]


def test_a_sentence_below_the_signature_stays() -> None:
    """It may be what matters most."""
    lines = kept("My internet is down.\n\nBest regards\nSam Taylor\n\nPS: I cannot call an ambulance if I need one.")
    assert lines[0] == "My internet is down."
    assert "PS: I cannot call an ambulance if I need one." in lines
    assert "Sam Taylor" not in lines


@pytest.mark.parametrize(
    ("line", "sentence"), [("I cannot sign in any more.", True), ("Sam Taylor", False), ("+44 20 7946 0123", False)]
)
def test_a_sentence_is_told_from_what_only_names(line: str, sentence: bool) -> None:
    """By its words."""
    assert is_sentence(line) is sentence


def test_the_small_print_goes_but_not_the_customers_own_words() -> None:
    """Even where they stand in it."""
    small = "This e-mail is confidential and intended for the addressee only."
    assert without_small_print(["I need help.", small]) == ["I need help."]
    assert any("husband" in line for line in without_small_print([f"{small} My husband threatens me."]))
