"""What the contacts of a surge have in common."""

from typing import Any

from mci_router.incidents.counting import minutes_saved
from mci_router.incidents.evidence import Said, evidence, typical_words

EXAMPLES = ["I cannot sign in", "my password is wrong", "login does not work", "please help me sign in"]


def contacts(*texts: str, **context: Any) -> list[Said]:
    return [Said(f"con_{place}", text, context) for place, text in enumerate(texts)]


def test_words_that_the_topics_examples_lack_are_typical() -> None:
    """Not those that everybody always writes, not one customer's, not numbers; upper case is none."""
    texts = ["I cannot sign in, error Gateway 504"] * 6 + [
        "cannot sign in GATEWAY again",
        "my cat is Felix, cannot sign in",
    ]
    words = typical_words(texts, EXAMPLES)
    assert words[0] == "gateway"
    assert "error" in words
    assert not {"felix", "cat", "504"} & set(words)


def test_a_surge_without_texts_has_no_words() -> None:
    """And no topic's examples are needed."""
    assert typical_words([], EXAMPLES) == typical_words(["a b"], []) == []
    assert typical_words(["gateway"] * 3, []) == ["gateway"]


def test_what_nearly_all_who_say_one_say_is_the_incidents() -> None:
    """A service or region that four of five name, if most name any; all are counted."""
    north = [
        Said(f"con_{place}", "x", {"region": "North", "service": "fiber" if place else "tv"}) for place in range(5)
    ]
    found = evidence([*north, *contacts("x", "x", "x")], [])
    assert (found.regions, found.agreed_regions) == ({"north": 5}, ["north"])
    assert (found.services, found.agreed_services) == ({"fiber": 4, "tv": 1}, ["fiber"])
    split = [Said(f"con_{place}", "x", {"region": "north" if place < 7 else "south"}) for place in range(10)]
    assert evidence(split, []).agreed_regions == []
    few = [*north, *contacts(*["x"] * 6)]
    assert evidence(few, []).agreed_regions == []
    assert evidence(contacts("x", "x", region="north"), []).agreed_regions == []
    assert evidence([], []).agreed_services == []


def test_minutes_are_contacts_at_their_topics_handle_time() -> None:
    """At that of all topics where one has none of its own; unknown without any."""
    assert minutes_saved({"a": 2, "b": 1}, {"a": (10, 600.0), "b": (1, 240.0)}) == 6.0
    assert minutes_saved({"a": 1, "new": 1}, {"a": (10, 600.0)}) == 2.0
    assert minutes_saved({"a": 3}, {}) is None
    assert minutes_saved({}, {"a": (1, 60.0)}) == 0
