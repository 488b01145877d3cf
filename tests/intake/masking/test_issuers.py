"""A card's number is one that an issuer could have made: by its beginning, its length and Luhn's check."""

from hypothesis import given
from hypothesis import strategies as st

from mci_router.intake.masking.issuers import LENGTHS, Luhn, is_issued, lengths_at
from tests.support.rows import every


def luhn(digits: str) -> bool:
    """Plainly, digit by digit from the right."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


@every(
    ("digits", "issued"),
    [
        ("4111111111111111", True),
        ("5555555555554444", True),
        ("2223003122003222", True),
        ("378282246310005", True),
        ("30569309025904", True),
        ("3530111333300000", True),
        ("5061040000000000124", True),  # Verve
        ("4111111111111112", False),
        ("41111111111111", False),
        ("1111111111111117", False),
        ("0000000000000000", False),
        ("", False),
    ],
)
def test_a_card_begins_as_its_issuer_says_and_is_as_long(digits: str, issued: bool) -> None:
    """And Luhn's check holds."""
    assert is_issued(digits) is issued


@given(st.text("0123456789", min_size=1, max_size=60), st.data())
def test_luhn_of_any_part_is_what_counting_gives(digits: str, data: st.DataObject) -> None:
    """In constant time, whatever part is asked about."""
    start = data.draw(st.integers(0, len(digits) - 1))
    end = data.draw(st.integers(start + 1, len(digits)))
    assert Luhn(digits).holds(start, end) is luhn(digits[start:end])


@given(st.text("0123456789", min_size=6, max_size=6))
def test_every_length_of_an_issuer_is_a_cards(digits: str) -> None:
    """Whatever a number begins with."""
    assert set(lengths_at(digits, 0)) <= set(LENGTHS)
