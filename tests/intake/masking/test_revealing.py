"""A text for the public reveals nobody and repeats nothing private, however it is disguised; each place is named."""

import json

import pytest

from mci_router.intake.masking.quotes import quote_spans
from mci_router.intake.masking.revealing import MOST_PLACES, revealed
from tests.support.rows import every

KNOWN = ["Kim Roe", "kim.roe@post.example", "crm-4711", None, "Ann Quill"]
PRIVATE = [
    "My order is 7714-92 and the code on the box says XK-93B, I live with my sister",
    "I lost the ring at my sister's wedding in June, please tell nobody",
    "two one zero nine is the room",
]
PUBLIC = ["How do I set up my voicemail greeting, please tell me", "I pay 2048 a month"]
REVEALING = {
    "a name": ("Then Kim called", "name", "Kim"),
    "in capitals": ("It was KIM ROE again", "customer", "KIM ROE"),
    "in small letters": ("then roe called", "name", "roe"),
    "an agent's": ("Ask for Quill", "name", "Quill"),
    "spelled": ("by K i m herself", "name", "K i m"),
    "run together": ("as kimroe wrote", "name", "kimroe"),
    "in Cyrillic letters": ("Кim Rоe", "customer", "Кim Rоe"),
    "parted by nothing": ("K\u200bim R\u200boe", "customer", "K\u200bim R\u200boe"),
    "in small capitals": ("then ᴋɪᴍ called", "name", "ᴋɪᴍ"),
    "cut by a hyphen": ("then Ki-m called", "name", "Ki-m"),
    "half in bold": ("then K**i**m called", "name", "K**i**m"),
    "in full width": ("Kim", "name", "Kim"),
    "an e-mail address": ("write to a.b@c.example", "email", "a.b@c.example"),
    "one that is said": ("a.b [at] c [dot] example", "email", "a.b [at] c [dot] example"),
    "a telephone number": ("call 0170 1234567", "phone", "0170 1234567"),
    "a card": ("4111 1111 1111 1111", "card", "4111 1111 1111 1111"),
    "a street": ("at 10 Mill Road", "address", "10 Mill Road"),
    "a number of the private part": ("order 7714-92", "number", "7714-92"),
    "with other gaps": ("order 77:14 # 92", "number", "77:14 # 92"),
    "with commas": ("it is 7,7,1,4,9,2", "number", "7,7,1,4,9,2"),
    "in braces": ("it is {7714} + {92}", "number", "7714} + {92"),
    "one figure a line": ("7\n7\n1\n4\n9\n2", "number", "7\n7\n1\n4\n9\n2"),
    "in other figures": ("٧٧١٤٩٢", "number", "٧٧١٤٩٢"),
    "in words": ("seven seven one four nine two", "number", "seven seven one four nine two"),
    "said in words": ("it is 2109", "number", "2109"),
    "a code": ("the xk93b", "number", "xk93b"),
    "any long number": ("it is 55:66:77", "number", "55:66:77"),
    "a quote": ("lost the ring at my sister's wedding", "quote", "lost the ring at my sister's wedding"),
    "in another case": ("LOST THE RING AT MY SISTERS", "quote", "LOST THE RING AT MY SISTERS"),
    "without spaces": ("Losttheringatmysister!", "quote", "Losttheringatmysister"),
    "with points between": ("l.o.s.t the r-i-n-g at my sister", "quote", "l.o.s.t the r-i-n-g at my sister"),
    "cut by soft hyphens": ("lost the ri\u00adng at my sister", "quote", "lost the ri\u00adng at my sister"),
}
HARMLESS = [
    "Press 1, 2, 3, 4, 5 or 6: from 10,000 letters on it takes 1,500 s.",
    "Hold the 1 until it beeps, then speak; from version 12 on it works with 3 lines.",
    "How do I set up my voicemail greeting, please tell me: hold the 1.",
    "It costs 2048 a month. Look at settings. Then choose the ring.",
    "My sister's wedding was nice",
]


@every("case", REVEALING)
def test_what_reveals_something_is_named_with_its_place(case: str) -> None:
    """The place is that of the text as it was written, in characters."""
    written, kind, words = REVEALING[case]
    text = f"😀 {written}"
    (found,) = revealed(text, KNOWN, PRIVATE, PUBLIC)
    assert (found.kind, text[found.offset : found.offset + found.length]) == (kind, words)
    assert words not in json.dumps([found.offset, found.length, found.kind])


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_public_or_says_nothing_is_let_through(text: str) -> None:
    """Also where the private part repeats what the public one says, and runs that are shorter than a quote."""
    assert revealed(text, KNOWN, [*PRIVATE, PUBLIC[0]], PUBLIC) == []


def test_a_language_without_spaces_has_quotes_too() -> None:
    """As many characters as six words of two."""
    said = "私は妹の結婚式で指輪をなくしてしまいました"
    assert list(quote_spans("要約：妹の結婚式で指輪をなくしてしまった", [said])) == [(3, 17)]
    assert list(quote_spans("指輪をなくした", [said])) == []


@pytest.mark.parametrize("text", ["z " * 2_000, "a.b@" * 1_000, "1 " * 2_000, "at dot " * 570, "K i m " * 660])
def test_the_work_is_bounded_whatever_is_written(text: str) -> None:
    """As is what is answered."""
    assert len(revealed(text, KNOWN, ["z " * 5_000, "at dot " * 1_000])) <= MOST_PLACES
