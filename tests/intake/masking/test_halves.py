"""A card's number in parts is masked, in one text and over several messages; other numbers in a row stay."""

import pytest

from mci_router.intake.masking import CARD_MASK, mask, mask_begun, mask_continued, may_be_part
from tests.support.rows import every


def told(*messages: str) -> list[str]:
    """Returns what is left of messages that are written one after the other."""
    left: list[str] = []
    for message in messages:
        own = mask(message).text
        left.append(mask_continued(left, own).text if may_be_part(own) else own)
    return left


@every(
    "text",
    [
        "first half 4111 1111, second half 1111 1111",
        "the first half is 41111111 and the second half is 11111111",
        "my card starts with 4111 1111 and ends with 1111 1111",
        "card first part 4111 1111 1111 then the rest 1111",
        "it begins 4111 1111 11 and continues 11 1111",
        "the second half is 1111 1111 and the first half 4111 1111",
        "erste Hälfte 4111 1111, zweite Hälfte 1111 1111",
        "la primera mitad es 4111 1111 y la segunda mitad 1111 1111",
        "première moitié 4111 1111, deuxième moitié 1111 1111",
        "prima metà 4111 1111, seconda metà 1111 1111",
        "primeira metade 4111 1111, segunda metade 1111 1111",
    ],
)
def test_two_halves_are_one_number(text: str) -> None:
    """Whatever words are between them, in six languages."""
    masked = mask(text)
    assert masked.counts == {"card": 1}
    assert "1111" not in masked.text


@pytest.mark.parametrize(
    "messages",
    [
        ("4111 1111", "1111 1111"),
        ("my card is 4111 1111", "and 1111 1111"),
        ("41111111", "11111111"),
        ("4111", "1111", "1111", "1111"),
        ("3782", "822463", "10005"),
        ("my card 4111 1111", "and then", "1111 1111"),
    ],
)
def test_at_most_the_first_eight_digits_are_kept_of_a_number_in_messages(messages: tuple[str, ...]) -> None:
    """The first eight of sixteen digits lead to nobody; the part that would show more goes."""
    left = told(*messages)
    assert left[-1].endswith(CARD_MASK)
    assert sum(map(str.isdigit, "".join(left))) <= 10


def test_what_follows_a_whole_number_goes_with_it() -> None:
    """The code on the back, in a message of its own; what is no number of three or four digits stays."""
    assert told("4111 1111 1111 1111", "123") == [CARD_MASK, CARD_MASK]
    assert told("4111 1111 1111 1111", "thanks", "my order is 12345")[2] == "my order is 12345"


@pytest.mark.parametrize(
    "messages",
    [
        ("my order is 4539 1488", "0343 6467"),
        ("my number is 0171 2345", "678"),
        ("4512", "ok", "1234"),
        ("2024", "2025", "2026"),
        ("4500", "5000", "3000"),
        ("zip 45307", "12.06.2025", "10:30"),
        ("I need 4 of them", "1234 please"),
        ("my card ends in 4512", "12345678"),
        ("the last four of my card are 4512", "order 12345 and 99"),
        ("I paid by card 4512", "my order number is 12345678"),
        ("I paid by card 4512", "flat 12345 please"),
    ],
)
def test_other_numbers_in_messages_stay(messages: tuple[str, ...]) -> None:
    """Orders, telephones, years, amounts and dates."""
    assert told(*messages) == list(messages)


@every(
    "text",
    [
        "orders 45391488 and 03436467 are late",
        "the first half of 2024 and the second half of 2025",
        "first half 2023 1200, second half 2024 1300 MB",
        "part 4111 1111 and part 1111 1112",
    ],
)
def test_other_numbers_beside_words_for_halves_stay(text: str) -> None:
    """They make no number that an issuer could have made."""
    assert mask(text).text == text


def test_answers_to_questions_are_no_parts() -> None:
    """The end of a contract's number, a year and a postcode; a whole number is a card's whatever was asked."""
    assert mask_continued(["4512", "1988"], "8001", asked=True).text == "8001"
    assert mask_continued(["4512", "1988"], "8001").text == CARD_MASK
    assert mask_continued(["4111", "1111", "1111"], "1111", asked=True).text == CARD_MASK


@pytest.mark.parametrize(
    ("before", "text", "after", "left"),
    [
        ((), "4111 1111", ("1111 1111",), CARD_MASK),
        (("4111",), "1111", ("1111", "1111"), CARD_MASK),
        ((), "yes, 4111 1111", ("ok", "1111 1111"), f"yes, {CARD_MASK}"),
        ((), "4111 1111", (), "4111 1111"),
        ((), "4111 1111", ("1111 1112",), "4111 1111"),
        ((), "hello", ("1111 1111",), "hello"),
        (("my card is 4111 1111 1111 1111",), "about 300", ("123",), "about 300"),
    ],
)
def test_what_goes_before_parts_that_were_said_is_masked(
    before: tuple[str, ...], text: str, after: tuple[str, ...], left: str
) -> None:
    """As an edit puts it there. What would be a part without it says nothing of it."""
    said = [mask(one).text for one in before]
    assert mask_begun(said, text, [(one, False) for one in after]).text == left


@every(
    "text",
    [
        "The light on the router is red again, on the one of flat 48000",
        "my order number is 12345678",
        "Die Lampe am Router in der Wohnung nebenan leuchtet seit gestern wieder rot, Haus 4711",
    ],
)
def test_what_says_more_than_a_number_is_not_looked_at(text: str) -> None:
    """To read what was said before is dear, and such a message continues nothing."""
    assert not may_be_part(text)


@every(
    "text", ["1111 1111", "and then 1111", "the second half of it is 1111 1111, and please hurry up, I am on the train"]
)
def test_what_may_go_on_is_looked_at(text: str) -> None:
    assert may_be_part(text)
