"""No text makes masking slow: the work grows as the text does, whatever it holds."""

import sys
from typing import Any

from mci_router.intake.masking import MaskingPolicy, mask, mask_public, mask_reference
from tests.support.growth import grows_as_the_text, of

EVERYTHING = MaskingPolicy(phone=True, email=True)
LONGEST = 50_000  # characters of a text that the API takes
SOME = 2_500
OF_NUMBERS = (
    *(
        "1 ",
        "1",
        "4" * 12 + " " * 49_000,
        "1-2.",
        "45",
        "9 4:",
        "４",
        "1\u200b",
        "4111111111111111 ",
        "411111111111111 ",
        "00 ",
        "(0",
        "+1",
    ),
    *(
        "%20",
        "%34",
        "&#32;",
        "&#52;",
        "<td>4</td>",
        "<a ",
        "DE89",
        "DE 89 3704 ",
        "ABCDEF12A34B567C ",
        "1.1.1.1.",
        "29.99 ",
        "51.507351, 11.127758 ",
    ),
    *(
        "order 4716108999716531 ",
        "4200 3400 5100 1620 MB ",
        "4111 then ",
        "4111a",
        "4lll ",
        "half 4111 1111 ",
        "four one ",
        "double ",
        "one to ",
    ),
)
OF_WORDS = (
    *(
        "a",
        " ",
        "\n",
        "\u200b",
        "a@",
        "a@a.",
        "password ",
        "pw: ",
        "password is ",
        "password i is ",
        "user a password ",
        "a1b2c3 is my ",
        "use abcd as my ",
        "passphrase is a ",
        "backup codes a1b2 c3d4 ",
        "login: a / ",
        "https://a:",
        "a://a:b",
        "secret: ",
        "<secret ",
        "password=",
        "pass: ",
        "my code is ",
        "code ",
        "the code you sent is ",
        "cvc ",
    ),
    *(
        "pin 12345678901 ",
        "ssn ",
        "ssn 1 2 3 4 5 6 7 8 9 ",
        "passport 1",
        "1111 is my ",
        "call 1 ",
        "sk_live_",
        "eyJ",
        "api key a1",
        "пароль от ",
        "пароль мой мой мой a1",
        "код из смс ",
        "验证码1",
        "password is a1b2c3 or ",
        "tried a1b2c3 as my ",
        "u: a p",
        "CURP A1 ",
    ),
)
OF_PEOPLE = (
    *(
        "Sam\n",
        "regards, sam\n",
        "my name is ",
        "12 Quiet Lane ",
        "rue de la ",
        "Am ",
        "A-",
        "-- \n",
        "order number 12345 ",
        "[",
        "D-04109 ",
    ),
    *(" ", "\n", "1", "a", "%34", "<a ", "4200 3400 5100 1620 MB "),
)


def test_four_times_the_text_is_about_four_times_the_time() -> None:
    """All digits, all separators, all words that announce a secret and bring none; within patterns, too, where the
    interpreter's steps are not seen. What grows as the square takes sixteen times as long.
    """
    for unit in (*OF_NUMBERS, *OF_WORDS):
        assert grows_as_the_text(lambda text: mask(text, EVERYTHING), unit, SOME), unit
    for unit in OF_PEOPLE:
        assert grows_as_the_text(lambda text: mask_public(text, "Sam Roe", "crm-90817"), unit, SOME), unit


def test_the_longest_text_is_masked_in_a_moment() -> None:
    """Of everything at once, and of the one thing that takes most time."""
    for unit in ("".join((*OF_NUMBERS, *OF_WORDS, *OF_PEOPLE)), "ssn 1 2 3 4 5 6 7 8 9 "):
        mask(of(unit, LONGEST), EVERYTHING)


def test_twice_the_text_is_about_twice_the_work() -> None:
    """Counted in steps of the interpreter, not in seconds: no text makes the work grow faster than itself."""
    for unit in dict.fromkeys((*OF_NUMBERS, *OF_WORDS, *OF_PEOPLE)):
        half, whole = (_steps(of(unit, length)) for length in (300, 600))
        assert whole <= 2.2 * half + 200, unit


def _steps(text: str) -> int:
    steps = 0

    def count(*_: Any) -> Any:
        nonlocal steps
        steps += 1
        return count

    _masked_in_each_way("warm " + text)  # what is compiled at its first use is no step
    sys.settrace(count)
    try:
        _masked_in_each_way(text)
    finally:
        sys.settrace(None)
    return steps


def _masked_in_each_way(text: str) -> None:
    mask(text, EVERYTHING)
    mask_public(text)
    mask_reference(text)
