"""Ids name their noun and sort by the time they were made."""

from datetime import UTC, datetime, timedelta

import pytest
from uuid_utils import uuid7

from mci_router.ids import NOUNS, made_at, new_id
from tests.support.rows import every


@every("noun", sorted(NOUNS))
def test_an_id_begins_with_its_noun(noun: str) -> None:
    """Three letters, an underscore and 32 digits: what every pattern of the API expects."""
    prefix, digits = new_id(noun).split("_")
    assert (prefix, len(prefix), len(digits)) == (NOUNS[noun], 3, 32)
    assert int(digits, 16)


def test_no_two_nouns_share_a_prefix() -> None:
    """An id says what it is of."""
    assert len(set(NOUNS.values())) == len(NOUNS)


def test_ids_sort_as_they_were_made() -> None:
    """Also within a millisecond."""
    made = [new_id("contact") for _ in range(1_000)]
    assert made == sorted(set(made))


def test_an_id_goes_back_with_a_clock_that_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """UUIDs stand still then, for as long as the clock was ahead: their time would be an hour to come."""
    ahead = (int(datetime.now(UTC).timestamp()) + 3600) * 1_000_000_000
    monkeypatch.setattr("mci_router.ids.uuid7", lambda: uuid7(nanoseconds=ahead))
    assert abs(made_at(new_id("contact")) - datetime.now(UTC)) < timedelta(seconds=2)
