"""Lists of what was found, as one."""

from hypothesis import given
from hypothesis import strategies as st

from mci_router.knowledge.fusion import by_score, fused

LISTS = st.lists(st.lists(st.integers(0, 9), max_size=6), max_size=3)


def test_what_is_in_both_lists_goes_first() -> None:
    """1/61 + 1/62 for b, against 1/61 for a, and 1/62 for c."""
    assert fused(["a", "b"], ["b", "c"]) == ["b", "a", "c"]
    assert fused(["a", "b", "c"], []) == ["a", "b", "c"]
    assert fused(["a"], ["b"]) == ["a", "b"]
    assert fused() == []


def test_twice_in_a_list_counts_once() -> None:
    """By the first rank."""
    assert fused(["a", "b", "b", "b"], ["a"]) == ["a", "b"]


@given(LISTS)
def test_nothing_is_lost_and_nothing_twice(lists: list[list[int]]) -> None:
    """Whatever the lists."""
    found = fused(*lists)
    assert sorted(found) == sorted({one for each in lists for one in each})


def test_no_score_is_no_rank() -> None:
    """What has nothing in common with a text is not found by it."""
    assert by_score([("a", 0.1), ("b", 0.0), ("c", 0.4), ("d", 0.1)]) == ["c", "a", "d"]
