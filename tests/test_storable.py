"""Whatever text comes in, every store can hold it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mci_router.storable import StorableInt, StorableModel, all_storable, has_endless, storable


class Note(StorableModel):
    """A body."""

    text: str
    more: Any = None


@given(st.text(st.characters()))
def test_any_text_becomes_one_that_utf8_can_write(text: str) -> None:
    """Without NUL, which PostgreSQL refuses; the rest stays."""
    kept = storable(text)
    assert kept.encode("utf-8").decode("utf-8") == kept
    assert "\x00" not in kept
    assert storable(kept) == kept


def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    """Whole characters beside it stay."""
    assert storable("a\ud83d😀\x00b") == "a?😀b"


def test_every_text_of_a_body_is_looked_at() -> None:
    """Names of members, too, however deep."""
    assert all_storable({"a\x00": ["b\x00", {"c": "d\x00"}], "n": 1}) == {"a": ["b", {"c": "d"}], "n": 1}


def test_a_body_is_storable_and_has_no_unknown_member() -> None:
    """A typing error is not ignored."""
    assert Note.model_validate({"text": "x\x00"}).text == "x"
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Note.model_validate({"text": "x", "texd": "y"})


def test_a_body_nested_without_end_is_refused() -> None:
    """With words, not with a crash."""
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ValidationError, match="nested too deeply"):
        Note.model_validate({"text": "x", "more": deep})


class Fact(StorableModel):
    """A body with a number of any size."""

    number: StorableInt


@pytest.mark.parametrize("number", [10**309, -(10**400)])
def test_a_number_that_most_readers_of_json_find_endless_is_refused(number: int) -> None:
    """It would be stored, and then end the connection of each agent who is to see it; 308 digits are taken."""
    with pytest.raises(ValidationError, match="more than 308 digits"):
        Fact.model_validate({"number": number})
    assert Fact.model_validate({"number": 10**308}).number == 10**308
    assert has_endless({"a": [1, {"b": number}]})
    assert not has_endless({"a": [1, 10**308, 1.5, True, None, "1e400"]})
