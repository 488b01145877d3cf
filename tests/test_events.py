"""One list of events: what the live state journals, what webhooks take, and what a socket's frames are named after."""

import re
from pathlib import Path

import pytest

from mci_router.events import PATTERNS, EventType, event_type, known_pattern
from mci_router.routing import engine
from mci_router.routing.entries import JournalEntry
from tests.support.rows import every

LUA = Path(engine.__file__).parent / "lua"


def journalled() -> set[str]:
    """The types that the Lua files write: each is a quoted word; those made of a state have their states in a header."""
    found = set()
    for file in LUA.rglob("*.lua"):
        source = file.read_text(encoding="utf-8")
        found |= set(re.findall(r"'([a-z_]+\.[a-z_]+)'", source))
        if "'contact.' .. " in source:
            (states,) = re.findall(r"\bstate \(('[^)]*)\)", source)
            found |= {f"contact.{state}" for state in re.findall(r"'(\w+)'", states)}
    return found


def test_the_live_state_writes_every_type_but_the_test_of_a_webhook_and_no_other() -> None:
    """A type that a Lua file journals is a member; a member that nothing writes is a promise that nobody keeps."""
    assert journalled() | {EventType.WEBHOOK_TEST} == {str(event) for event in EventType}


def test_a_type_that_a_newer_router_writes_is_read_as_its_word() -> None:
    """Two versions share a journal during an update: the older one must project what it does not know."""
    data = {"type": "contact.beamed_up", "at": 1, "contact": "con_1", "state": "queued"}
    entry = JournalEntry.of("1760000000000-3", data)
    assert (entry.type, entry.contact, entry.id) == ("contact.beamed_up", "con_1", "001760000000000-000003")
    assert event_type("contact.queued") is EventType.CONTACT_QUEUED


@every("pattern", PATTERNS)
def test_everything_a_family_and_a_type_can_be_named(pattern: str) -> None:
    """As they are."""
    assert known_pattern(pattern) == pattern


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ("contact.queud", "Did you mean 'contact.queued'?"),
        ("contact", "Did you mean 'contact.*'?"),
        ("agents.*", "Did you mean 'agent.*'?"),
        ("mci.offer.accepted", "Did you mean 'offer.accepted'?"),
        ("x", "`docs/how-to/webhooks.md` lists them."),
    ],
)
def test_a_name_that_no_event_has_is_refused_with_the_nearest(wrong: str, hint: str) -> None:
    """A typing error would never be heard of."""
    with pytest.raises(ValueError, match=re.escape(hint)):
        known_pattern(wrong)
