"""Ids name their noun and sort by the time they were made."""

from mci_router.ids import NOUNS, new_id
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
