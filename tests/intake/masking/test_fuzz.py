"""No canary survives masking: not in any grouping, script, company of other characters, nor anywhere inside JSON."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iban, luhn

from mci_router.intake.masking import DEFAULT, MASKS, MaskingPolicy, mask, mask_counted
from mci_router.intake.masking.accounts import LENGTHS
from mci_router.intake.masking.plain import plain

ISSUERS = {
    "4": (16, 19),
    "51": (16,),
    "2221": (16,),
    "2204": (16,),
    "34": (15,),
    "37": (15,),
    "36": (14,),
    "6011": (16,),
    "65": (16,),
}
ISSUERS |= {"3530": (16,), "62": (16, 19), "5018": (16,), "6304": (16, 19), "9792": (16,)}
SCRIPTS = ["0123456789", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"]
UNSEEN = ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u0336", "\ufe0f", "\u061c", "\u3164"]
SEEN = [" ", "-", ".", "/", "_", "\u00a0", "\u2009", "\u2013", " - ", "\n", ", ", "|", "*", "   \t     "]
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Nd", "No", "Cs"], exclude_characters="%&"), max_size=12
)


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """A card number of any issuer."""
    beginning = draw(st.sampled_from(sorted(ISSUERS)))
    length = draw(st.sampled_from(ISSUERS[beginning])) - 1 - len(beginning)
    body = beginning + draw(st.text("0123456789", min_size=length, max_size=length))
    return body + str(luhn.calc_check_digit(body))


@st.composite
def ibans(draw: st.DrawFn) -> str:
    """A valid IBAN of one of the countries whose account numbers are digits alone."""
    country = draw(st.sampled_from(["DE", "AT", "BE", "ES", "PL", "PT", "DK", "CZ", "SE", "NO", "HU"]))
    length = LENGTHS[country] - 4
    account = draw(st.text("0123456789", min_size=length, max_size=length))
    return country + iban.calc_check_digits(f"{country}00{account}") + account


@st.composite
def written(draw: st.DrawFn, number: str) -> str:
    """The number in a script, with separators that are seen between some characters, and any that are not."""
    script = draw(st.sampled_from(SCRIPTS))
    width = draw(st.sampled_from([1, 2, 3, 4, 5, 6, 30]))
    seen = draw(st.sampled_from(SEEN))
    unseen = "".join(draw(st.lists(st.sampled_from(UNSEEN), max_size=12)))
    parts = [script[int(character)] if character.isdigit() else character for character in number]
    gaps = [
        (seen if place and place % width == 0 else "") + (unseen if place and place % 3 == 0 else "")
        for place in range(len(parts))
    ]
    return "".join(gap + part for gap, part in zip(gaps, parts, strict=True))


def seen_digits(text: str) -> str:
    return "".join(character for character in plain(text).text if character.isdigit())


def letters_and_digits(text: str) -> str:
    return "".join(filter(str.isalnum, plain(text).text)).upper()


@settings(max_examples=150)
@given(st.data(), numbers(), WORDS, WORDS)
def test_no_canary_card_survives(data: st.DataObject, number: str, before: str, after: str) -> None:
    """Any issuer, any grouping, any script, whatever is strewn in: gone, and counted as a card."""
    canary = data.draw(written(number))
    masked = mask(f"{before}! {canary}! {after}")  # so that the words say nothing of it
    assert number not in seen_digits(masked.text)
    assert masked.counts.get("card") == 1


@given(
    numbers().filter(lambda number: number[0] in "3456"), st.integers(0, 99_999), st.sampled_from(["", " ", "-", "#"])
)
def test_no_canary_survives_between_other_numbers(number: str, other: int, gap: str) -> None:
    """References before and dates behind, even glued to the number of a major issuer."""
    for text in (f"{other}{gap or ' '}{number}", f"{number}{gap or ' '}{other}", f"{other}-{number}-{other}"):
        assert number not in seen_digits(mask(text).text)
    if number[0] == "4" and len(number) == 16:
        grouped = "-".join(number[place : place + 4] for place in range(0, 16, 4))
        assert number not in seen_digits(mask(f"{other}{grouped}{other}").text)


@settings(max_examples=200)
@given(st.data(), ibans(), WORDS, WORDS)
def test_no_canary_iban_survives(data: st.DataObject, number: str, before: str, after: str) -> None:
    """In any case and grouping, and whatever follows it: gone, and counted."""
    gap = data.draw(st.sampled_from(["", " ", "-", ".", "\u00a0", "\u200b", " - "]))
    canary = gap.join(number[place : place + 4] for place in range(0, len(number), 4))
    canary = data.draw(st.sampled_from([canary, canary.lower(), canary.upper()]))
    masked = mask(f"{before} {canary} {after}")
    assert number not in letters_and_digits(masked.text)
    assert masked.counts.get("iban") == 1


@st.composite
def hidden(draw: st.DrawFn, number: str) -> Any:
    """JSON of any shape with the number in it: as a text, an integer, a name, its groups in a row."""
    groups = [number[place : place + 4] for place in range(0, len(number), 4)]
    forms: list[Any] = [
        draw(written(number)),
        int(number),
        {number: True},
        {"card": number},
        f"?pan={'%20'.join(groups)}&x=1",
    ]
    if len(number) == 16 and number[0] in "3456":
        forms += [
            groups,
            {f"part_{place}": group for place, group in enumerate(groups)},
            [int(digit) for digit in number],
        ]
    data = draw(st.sampled_from(forms))
    for _ in range(draw(st.integers(0, 4))):
        other = draw(st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False, width=16) | WORDS)
        data = draw(st.sampled_from([[other, data], {"a": data, "b": other}, [data], {"text": data}]))
    return data


@settings(max_examples=150)
@given(st.data(), numbers().filter(lambda number: len(number) < 19))
def test_no_canary_survives_anywhere_in_json(data: st.DataObject, number: str) -> None:
    """Nested as it likes; what comes out is still JSON."""
    value = data.draw(hidden(number))
    masked, counts = mask_counted(value)
    assert number not in seen_digits(json.dumps(masked, ensure_ascii=False))
    assert counts["card"] >= 1


@settings(max_examples=200)
@given(st.text(max_size=80), st.sampled_from([DEFAULT, MaskingPolicy(phone=True, email=True)]))
def test_what_is_masked_stays_masked(text: str, policy: MaskingPolicy) -> None:
    """A token is not a secret, and texts of any characters are masked without failing."""
    once = mask(f"{text} password: Xk9!abcd {text} 4111 1111 1111 1111", policy)
    again = mask(once.text, policy)
    assert sum(once.text.count(token) for token in MASKS.values()) >= sum(once.counts.values())
    assert again.counts.get("card", 0) == again.counts.get("password", 0) == 0


SAYINGS = st.sampled_from(
    [
        *("where is my order", "/help", "phone", "card", "pin", "my pin", "4711", "code: 482913", "password hunter2"),
        *(
            "four one one one one one one one",
            "4111111111111111",
            "4111 1111",
            "11111111",
            "4111",
            "1111",
            "DE89370400",
        ),
        *(
            "<b>4111</b>",
            "&#52;111111111111111",
            "iban",
            "DE89370400440532013000",
            "078-05-1120",
            "sk_live_a1b2c3d4e5f6",
        ),
        *("a\x00b", "\ud83d", "\u200b", "  ", "\n\n", "9", "", "Ausweis C01X00T47", "cvv", "the code you sent me"),
    ]
)
VALUES = st.recursive(
    st.one_of(SAYINGS, WORDS, st.integers(0, 99_999), st.booleans(), st.none()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(SAYINGS | WORDS, inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=200)
@given(VALUES)
def test_what_is_looked_at_once_and_left_has_no_secret(value: Any) -> None:
    """Data without a sign of a secret are looked at as one text; e-mail addresses are looked for one by one."""
    for references in (False, True):
        shortly, thoroughly = (
            mask_counted(value, policy, references=references) for policy in (DEFAULT, MaskingPolicy(email=True))
        )
        if not thoroughly[1]["email"]:
            assert shortly == thoroughly
