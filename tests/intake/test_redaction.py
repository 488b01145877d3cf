"""Card numbers are taken out however they are written, and nothing else is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from mci_router.intake.redaction import CARD_MASK, EMAIL_MASK, PHONE_MASK, mask, mask_all, mask_public
from mci_router.storable import storable

SEPARATORS = ["", "", " ", "-", ".", "\u00a0", " - ", "/", "_", "\u2009", "\u2013", "  "]
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Nd", "No", "Nl", "Cs"]), max_size=20)


@st.composite
def written_cards(draw: st.DrawFn) -> tuple[str, str]:
    """A valid number of 13 to 19 digits, and the same with separators strewn in."""
    body = draw(st.text("0123456789", min_size=12, max_size=18).filter(lambda digits: len(set(digits)) > 1))
    digits = body + str(luhn.calc_check_digit(body))
    parts = [digits[0]]
    for digit in digits[1:]:
        parts += [draw(st.sampled_from(SEPARATORS)), digit]
    return digits, "".join(parts)


def digits_of(text: str) -> str:
    return "".join(str(int(character)) for character in text if character.isdecimal())


@given(WORDS, written_cards(), WORDS)
def test_no_card_number_survives(before: str, card: tuple[str, str], after: str) -> None:
    """13 to 19 digits that satisfy Luhn, in any grouping, between any words: masked, and the words stay."""
    masked = mask(f"{before} {card[1]} {after}")
    assert card[0] not in digits_of(masked.text)
    assert masked.count == 1
    assert masked.text == storable(f"{before} {CARD_MASK} {after}")


@given(st.lists(written_cards(), min_size=2, max_size=4))
def test_each_of_several_is_taken_out(cards: list[tuple[str, str]]) -> None:
    """Separated by words."""
    masked = mask(" and ".join(written for _, written in cards))
    assert digits_of(masked.text) == ""
    assert masked.count == len(cards)


@given(written_cards(), st.sampled_from(["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "０１２３４５６７８９"]))
def test_digits_of_any_script_are_digits(card: tuple[str, str], script: str) -> None:
    """Arabic, Persian, Devanagari, full width."""
    written = "".join(script[int(character)] if character in "0123456789" else character for character in card[1])
    assert card[0] not in digits_of(mask(f"card {written}!").text)


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111111",
        "card:4111111111111111.",
        "4111 1111 1111 1111",
        "4111\n1111\n1111\n1111",
        "4111\t1111\t1111\t1111",
        "4111-1111-1111-1111",
        "4111 1111 1111 1111 exp 12/29 cvc 123",
        "4111111111111111 12/29",
        "no 12 4111111111111111",
        "order 77 4111111111111111 77",
        "(4111) (1111) (1111) (1111)",
        "4111\u200b1111\u200b1111\u200b1111",
        "3782 822463 10005",
        "6011 1111 1111 1117",
        "9999999999999999999994111111111111111999",
        "https://shop.example/pay?pan=4111111111111111&x=1",
    ],
)
def test_the_ways_people_write_cards(text: str) -> None:
    """With words, dates and other numbers around them."""
    left = digits_of(mask(text).text)
    assert not re.search("4111111111111111|378282246310005|6011111111111117", left), mask(text).text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello there",
        "order 4711, invoice 2026-000123, customer 88231",
        "call me on +49 30 901820 or 0151 2345678",
        "my number is +1 (415) 555-2671",
        "call (030) 90 18 20-0 on 24.12.2026 at 14:30",
        "meter 1234567890123",
        "0000000000000000",
        "1111 1111 1111 1111",
        "from 2026-01-01 10:00 to 2026-01-02 11:30",
        "192.168.100.200, port 8080, 3 times, 4 errors",
        "price 1.299,00 or 12,345,678.90",
        "id 0198c7d2-5b1e-7a3f-9c44-1234567890ab",
        "tracking 1Z999AA10123456784",
        "💳 ہیلو 你好 é ß",
    ],
)
def test_ordinary_texts_stay_whole(text: str) -> None:
    """Orders, phones, dates, meters, addresses of machines: not a character is lost."""
    masked = mask(text)
    assert (masked.text, masked.count) == (text, 0)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Nd"])))
def test_a_text_without_digits_is_never_touched(text: str) -> None:
    """Whatever its characters."""
    assert mask(text).text == text


def test_data_is_masked_all_the_way_down() -> None:
    """Texts, numbers and names at any depth; other values keep their type; every find counts."""
    data = {
        "a": ["4111111111111111", 4111111111111111, 4111111111111111.0, {"5500 0055 5555 5559": None}],
        "b": {"n": 4711, "f": 1.5, "t": True, "z": None, "s": "x"},
    }
    masked, count = mask_all(data)
    assert count == 4
    assert masked["b"] == data["b"]
    assert masked["b"]["t"] is True
    assert "4111" not in str(masked)
    assert "5559" not in str(masked)


@pytest.mark.parametrize(
    ("text", "secret", "label"),
    [
        ("write to sam.lee+x@mail.example.com please", "example.com", EMAIL_MASK),
        ("<sam@example.de>", "sam@", EMAIL_MASK),
        ("call +49 30 901820", "901820", PHONE_MASK),
        ("call 0151/2345678!", "2345678", PHONE_MASK),
        ("call +1 (415) 555-2671", "2671", PHONE_MASK),
        ("card 4111 1111 1111 1111", "1111", CARD_MASK),
    ],
)
def test_a_public_text_has_no_address_either(text: str, secret: str, label: str) -> None:
    """E-mail addresses and phone numbers go, too."""
    told = mask_public(text)
    assert secret not in told
    assert label in told


def test_what_no_database_holds_is_replaced() -> None:
    """NUL goes, half surrogate pairs become a question mark, everything else stays."""
    assert storable("a\x00b\ud800c😀") == "ab?c😀"


def test_a_long_text_is_masked_in_time() -> None:
    """The longest text allowed, all digits or all separators, takes no more than a moment."""
    for text in ("1 " * 25_000, "1" * 50_000, "4" * 12 + " " * 49_000, "1-2." * 12_500, "a@" * 25_000):
        mask(text)
        mask_public(text)


@pytest.mark.parametrize(
    "text",
    [
        "my card is 6011 0009 9013 9424 12/27 123",
        "3530111333300000 09/28",
        "6200 0000 0000 0005 11/29",
        "ref 12 6011000990139424",
        "4111,1111,1111,1111",
        "4111*1111*1111*1111",
        "4111 | 1111 | 1111 | 1111",
        "4111.....1111 1111 1111",
        "order 20471, card 5555555555554444, exp 0128, code 123",
    ],
)
def test_a_card_beside_other_digits_is_found(text: str) -> None:
    """References, expiry dates and codes stand next to cards: the run of digits goes as a whole."""
    masked = mask(text)
    assert masked.count == 1
    assert not re.search(r"\d{4}.{0,5}\d{4}.{0,5}\d{4}", masked.text)


def test_a_public_text_does_not_tell_who_asks() -> None:
    """The customer's name goes, whatever its case, but not where it is a part of another word."""
    assert mask_public("Jane Doe here, JANE DOE again; Janet Doeman", "Jane Doe") == "[removed] here, [removed] again; Janet Doeman"
