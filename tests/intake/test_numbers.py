"""Telephone numbers are compared in one form, and one that can be read in two ways says so."""

import pytest

from mci_router.intake.numbers import is_number, normal_phone, read_number


@pytest.mark.parametrize(
    ("written", "country", "value"),
    [
        ("+49 30 901820", None, "+4930901820"),
        ("0049 30 901820", None, "+4930901820"),
        ("030 901820", "DE", "+4930901820"),
        ("030 901820", None, "030901820"),
        ("(030) 9018-20", "DE", "+4930901820"),
        ("+49 30 901820 ext. 7", None, "+4930901820;ext=7"),
    ],
)
def test_a_number_has_one_form(written: str, country: str | None, value: str) -> None:
    """E.164 where it or the workspace says the country, bare digits otherwise; the extension stays."""
    number = read_number(written, country)
    assert number
    assert (number.value, number.why) == (value, None)


@pytest.mark.parametrize("written", ["", "1234", "12345678901234567", "call me", "30 901820 at home"])
def test_what_is_no_number_is_not_read(written: str) -> None:
    """Fewer than five digits, more than fifteen, or words."""
    assert read_number(written, "DE") is None


def test_a_number_whose_plus_may_be_missing_says_so() -> None:
    """It is kept as it came."""
    number = read_number("4930901820", None)
    assert number
    assert number.value == "4930901820"
    assert number.why == "it may be +4930901820 with the plus missing"


def test_a_number_of_another_country_in_a_workspace_with_one_is_unclear() -> None:
    """Too short to be whole there."""
    number = read_number("12345", "DE")
    assert number
    assert number.why == "it is no whole number of this workspace's country"


def test_a_number_to_call_back_must_be_one() -> None:
    """The message says what to send."""
    assert normal_phone("+49 (0)30 901820") == "+4930901820"
    with pytest.raises(ValueError, match="send 5 to 15 digits"):
        normal_phone("nobody")


@pytest.mark.parametrize(
    ("address", "number"), [("+4930901820", True), ("030901820;ext=7", True), ("ivo@pbx", False), ("1" * 16, False)]
)
def test_the_form_is_known_again(address: str, number: bool) -> None:
    """With and without extension."""
    assert is_number(address) is number
