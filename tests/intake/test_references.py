"""References of cases: how they look, and how they are read when somebody says or types them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mci_router.intake.references import ALPHABET, LONGEST_SAID, new_reference, read_reference


def test_each_is_two_groups_of_four_at_random() -> None:
    """And all characters of the alphabet come."""
    made = {new_reference() for _ in range(500)}
    assert len(made) == 500
    assert {len(one) for one in made} == {9}
    assert {one[4] for one in made} == {"-"}
    assert set("".join(made)) == {*ALPHABET, "-"}


@given(st.text(ALPHABET, min_size=8, max_size=8), st.data())
def test_it_is_read_however_it_is_written(characters: str, data: st.DataObject) -> None:
    """In any case, in any groups, with what people take for others of its characters."""
    written = ""
    for one in characters:
        same = {"0": "0oO", "1": "1iIlL"}.get(one, one + one.lower())
        written += data.draw(st.sampled_from(same)) + data.draw(st.sampled_from(["", "", " ", "-", "."]))
    assert read_reference(written) == f"{characters[:4]}-{characters[4:]}"


@pytest.mark.parametrize(
    "said",
    [
        "#K7Q2-9XMD",
        "(k7q2 9xmd)",
        "“K7Q2-9XMD”, ",
        "Ｋ７Ｑ２－９ＸＭＤ",
        "K7Q2\u22129XMD",
        "K7Q2\u200b-9XMD",
        "К7Q2-9ХМD",  # К, Х and М are Cyrillic
        "K٧Q٢-٩XMD",
    ],
)
def test_what_stands_around_it_and_another_keyboard_make_no_difference(said: str) -> None:
    assert read_reference(said) == "K7Q2-9XMD"


@pytest.mark.parametrize(
    "said", ["", "K7Q2-9XM", "K7Q2-9XMDD", "K7Q2-9XMU", "K7Q2/9XMD", "ß" * 8, "K7Q29XMD" + " " * LONGEST_SAID]
)
def test_what_cannot_be_one_is_none(said: str) -> None:
    assert read_reference(said) is None
