"""Secrets are taken out however they are written and counted by kind, and nothing else is touched."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from mci_router.intake.masking import (
    CARD_MASK,
    EMAIL_MASK,
    MASKS,
    PHONE_MASK,
    MaskingPolicy,
    mask,
    mask_counted,
    mask_public,
)
from mci_router.storable import storable
from tests.support.rows import every

EVERYTHING = MaskingPolicy(phone=True, email=True)
SEPARATORS = ["", "", " ", "\u00a0", " - ", "_", "\u2009", "\u2013", "  "]  # a full stop or a hyphen might make a date
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
    """13 to 19 digits that satisfy Luhn, in any grouping, after a word for cards: masked, and the words stay."""
    masked = mask(f"{before} card {card[1]} {after}")
    assert card[0] not in digits_of(masked.text)
    assert masked.count == 1
    assert masked.text == storable(f"{before} card {CARD_MASK} {after}")


@given(st.lists(written_cards(), min_size=2, max_size=4))
def test_each_of_several_is_taken_out(cards: list[tuple[str, str]]) -> None:
    """Separated by words."""
    masked = mask(" and card ".join(["", *(written for _, written in cards)]))
    assert digits_of(masked.text) == ""
    assert masked.count == len(cards)


@given(written_cards(), st.sampled_from(["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "０１２３４５６７８９"]))
def test_digits_of_any_script_are_digits(card: tuple[str, str], script: str) -> None:
    """Arabic, Persian, Devanagari, full width."""
    written = "".join(script[int(character)] if character in "0123456789" else character for character in card[1])
    assert card[0] not in digits_of(mask(f"card {written}!").text)


@every(
    "text",
    [
        "4111111111111111",
        "card:4111111111111111.",
        "4111 1111 1111 1111",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 points",
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
        "card 9999999999999999999994111111111111111999",
        "41111111111111110629123",
        "https://shop.example/pay?pan=4111111111111111&x=1",
    ],
)
def test_the_ways_people_write_cards(text: str) -> None:
    """With words, dates and other numbers around them."""
    left = digits_of(mask(text).text)
    assert not re.search("4111111111111111|378282246310005|6011111111111117", left), mask(text).text


@every(
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
    masked, counts = mask_counted(data)
    count = counts.total()
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


@every(
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
    assert (
        mask_public("Jane Doe here, JANE DOE again; Janet Doeman", "Jane Doe")
        == "[removed] here, [removed] again; Janet Doeman"
    )


@every(
    ("kind", "text", "secret"),
    [
        ("iban", "my IBAN is DE89 3704 0044 0532 0130 00 thanks", "DE89 3704 0044 0532 0130 00"),
        ("iban", "de89370400440532013000EUR", "de89370400440532013000"),
        ("iban", "to GB29-NWBK-6016-1331-9268-19.", "GB29-NWBK-6016-1331-9268-19"),
        ("iban", "fr14 2004 1010 0505 0001 3m02 606", "fr14 2004 1010 0505 0001 3m02 606"),
        ("ssn", "my SSN is 536-90-8746", "536-90-8746"),
        ("ssn", "536-90-8746", "536-90-8746"),
        ("ssn", "social security number: 536 90 8746, born 1990", "536 90 8746"),
        ("ssn", "ssn 536908746", "536908746"),
        ("ssn", "my National Insurance number is AB 12 34 56 C please", "AB 12 34 56 C"),
        ("ssn", "Steuer-ID 36 574 261 809", "36 574 261 809"),
        ("ssn", "DNI 12345678Z gracias", "12345678Z"),
        ("ssn", "codice fiscale RSSMRA85T10A562S", "RSSMRA85T10A562S"),
        ("ssn", "BSN: 111222333", "111222333"),
        ("ssn", "PESEL 44051401359", "44051401359"),
        ("ssn", "sécurité sociale 2 95 10 99 126 111 93", "2 95 10 99 126 111 93"),
        ("password", "my password is hunter2", "hunter2"),
        ("password", "Password: sunshine", "sunshine"),
        ("password", "password='open sesame'", "open sesame"),
        ("password", "I changed my password to Xk9!abc, still no", "Xk9!abc"),
        ("password", "the password for my account is hunter2!", "hunter2!"),
        ("password", "mein Passwort lautet Sommer2024!", "Sommer2024!"),
        ("password", "Kennwort: geheim", "geheim"),
        ("password", "mi contraseña es Pepe1234", "Pepe1234"),
        ("password", "mot de passe : azerty12", "azerty12"),
        ("password", "wachtwoord is Fiets77", "Fiets77"),
        ("password", "/login?user=sam&password=hunter2&next=1", "hunter2"),
        ("password", '{"password": "sunshine"}', "sunshine"),
        ("password", "user bob password Hunter22", "Hunter22"),
        ("password", "pass\u200bword: sun\u200bshine", "sun\u200bshine"),
        ("one_time_code", "my code is 123456", "123456"),
        ("one_time_code", "PIN 4711", "4711"),
        ("one_time_code", "pin: 0000", "0000"),
        ("one_time_code", "OTP 483 920", "483 920"),
        ("one_time_code", "482913 is your verification code", "482913"),
        ("one_time_code", "Bestätigungscode: 839201", "839201"),
        ("one_time_code", "el código de verificación es 839201", "839201"),
        ("one_time_code", "PUK 12345678", "12345678"),
        ("card_code", "CVV: 123.", "123"),
        ("card_code", "the cvc is 1234", "1234"),
    ],
)
def test_other_secrets_go_where_the_words_say_what_they_are(kind: str, text: str, secret: str) -> None:
    """Only the secret, in several languages; it is counted as its kind and never told."""
    masked = mask(text)
    assert masked.text == text.replace(secret, MASKS[kind])
    assert masked.counts == {kind: 1}


@every(
    "text",
    [
        "the password is wrong",
        "my password is not working, it says incorrect password",
        "password: how do I reset it?",
        "Password: forgotten.",
        "my password is hacked",
        "forgot password",
        "Passwort vergessen",
        "I can't change my password to anything",
        "the error code is 504313",
        "zip code: 90210",
        "10115 is my postal code",
        "promo code 123456",
        "my pin is blocked since 2026",
        "dial code 0044, area code 0151",
        "order 078-05-1120 of 2026",
        "reference 123456789",
        "my number is 536908746",
        "invoice DE89 3704 of 3 March",
        "VAT DE123456789, HRB 12345",
        "model AB123456C",
        "meeting no 12 at 14 on the 20th",
        "I paid 4.111,11 and 1.111,11",
        "sin embargo 123456789",
        "the code you sent never arrives",
        "I waited 45 minutes, ticket 20261103-7781",
        "50% of 1234",
        "sam@example.com and +49 30 901820",
    ],
)
def test_what_only_looks_like_a_secret_stays(text: str) -> None:
    """What people ask about passwords and codes, numbers of orders and errors, and what no policy asks to be masked."""
    masked = mask(text)
    assert (masked.text, masked.count) == (text, 0)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("call +49 30 901820 or (415) 555-2671 or 0151 2345678", f"call {PHONE_MASK} or {PHONE_MASK} or {PHONE_MASK}"),
        ("tel. 901820-22", f"tel. {PHONE_MASK}"),
        ("mail sam.lee+x@mail.example.com!", f"mail {EMAIL_MASK}!"),
        ("order 20261103-7781 of 24.12.2026, 1.299,00", "order 20261103-7781 of 24.12.2026, 1.299,00"),
        ("from 2026-01-01 10:00, 192.168.100.200 port 8080", "from 2026-01-01 10:00, 192.168.100.200 port 8080"),
        ("a@b, @home", "a@b, @home"),
    ],
)
def test_phone_numbers_and_addresses_go_by_policy(text: str, left: str) -> None:
    """Only where the workspace asks for it, and not what is a date or an order."""
    assert mask(text, EVERYTHING).text == left
    assert mask(text).text == text


def test_a_name_says_what_its_value_is() -> None:
    """Where data names a password, a code or an identity, its value goes, number or text; its other values stay."""
    data = {
        "pin": 4711,
        "userPassword": "sunshine",
        "social_security_number": "536908746",
        "code": "504313",
        "order": 536908746,
        "otp": None,
    }
    masked, counts = mask_counted(data)
    assert masked == data | {
        "pin": MASKS["one_time_code"],
        "userPassword": MASKS["password"],
        "social_security_number": MASKS["ssn"],
    }
    assert counts == {"one_time_code": 1, "password": 1, "ssn": 1}


@pytest.mark.parametrize("parts", [["4111", "1111", "1111", "1111"], [3782, 822463, "10005"], list("5555555555554444")])
def test_a_card_parted_among_values_goes(parts: list[Any]) -> None:
    """A form may send its four fields one by one; they count as one card, and other numbers in a row stay."""
    assert mask_counted(["x", *parts, 7])[0] == ["x", *[CARD_MASK] * len(parts), 7]
    assert mask_counted({str(place): part for place, part in enumerate(parts)})[1] == {"card": 1}
    assert mask_counted([2019, 2020, 2021, 2022]) == ([2019, 2020, 2021, 2022], {})


@pytest.mark.parametrize(
    "number",
    [
        "4О12 8888 8888 1881",  # Cyrillic
        "45З9 1488 0З4З 6467",
        "45З9-1Ч88-0343-б467",
        "4οl2 8888 8888 l88l",  # Greek, and Latin
        "Ѕ500005555555559",
        "4І11.1111.1111.ӏ111",
    ],
)
def test_letters_of_other_scripts_that_look_like_digits_hide_no_card_number(number: str) -> None:
    """Only where what they look like is a number that is issued."""
    assert mask(f"my card {number} please").text == f"my card {CARD_MASK} please"
    other = f"{number[:-1]}2"  # the check digit is wrong
    assert mask(f"my card {other} please").text == f"my card {other} please"
