"""`docs/lifecycle.md` draws the transitions that the code performs, and no others."""

import re
from pathlib import Path

import pytest

from mci_router.routing import engine
from mci_router.routing.projector import FATES
from mci_router.vocabulary import FINAL_STATES, ContactState, OfferState, Presence

PAGE = (Path(__file__).parents[1] / "docs" / "lifecycle.md").read_text(encoding="utf-8")
LUA = Path(engine.__file__).parent / "lua"

Arrow = tuple[str, str, str]
"""From, to, journal entry."""


def arrows(title: str) -> set[Arrow]:
    """The arrows of a section's diagrams, one for each entry on it; those to and from a diagram's ends are left out."""
    section = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    drawn = re.findall(r"^ +(\w+) --> (\w+) : (.+)$", "\n".join(re.findall(r"```mermaid\n(.*?)```", section, re.S)), re.M)
    return {(source, target, entry.strip()) for source, target, entries in drawn for entry in entries.split(",")}


def performed() -> set[tuple[str, str]]:
    """Each entry that the Lua files write for a contact, with the state it leads to."""
    found = set()
    for file in LUA.rglob("*.lua"):
        source = file.read_text(encoding="utf-8")
        found |= set(re.findall(r"\b(?:move|finish)\(w, contact, '([\w.]+)', '(\w+)'", source))
        found |= {(entry, "queued") for entry in re.findall(r"\bwithdraw_offer\(w, contact, '([\w.]+)'", source)}
        if re.search(r"\b(?:move|finish)\(w, contact, 'contact\.' \.\. ", source):  # the caller names the state; the header says which
            (states,) = re.findall(r"\bstate \(('[^)]*)\)", source)
            found |= {(f"contact.{state}", state) for state in re.findall(r"'(\w+)'", states)}
    return found


def test_the_contact_diagram_has_every_state_and_no_other() -> None:
    """The states drawn are those of the vocabulary; a final one is never left."""
    drawn = arrows("Contact")
    assert {state for source, target, _ in drawn for state in (source, target)} - {"open"} == set(ContactState)
    assert not {source for source, _, _ in drawn} & FINAL_STATES


def test_the_contact_diagram_has_every_transition_and_no_other() -> None:
    """Each arrow is a transition of a Lua function, and each transition of a Lua function is an arrow."""
    assert {(entry, target) for _, target, entry in arrows("Contact")} == performed()


def test_the_offer_diagram_follows_the_projector() -> None:
    """What an entry makes of an offer is the same on the page and in the ledger; the first arrow makes it pending."""
    drawn = {entry: target for _, target, entry in arrows("Offer")}
    assert drawn == {entry: fate for entry, fate in FATES.items() if fate is not OfferState.PENDING}


def test_the_agent_diagram_has_every_presence() -> None:
    """An agent can go from every presence to every other."""
    drawn = {(source, target) for source, target, entry in arrows("Agent") if entry == "agent.presence_changed"}
    assert drawn == {(source, target) for source in Presence for target in Presence if source != target}


@pytest.mark.parametrize("entry", sorted({entry for title in ("Contact", "Agent") for _, _, entry in arrows(title)}))
def test_each_entry_stands_in_a_table_with_a_function_that_exists(entry: str) -> None:
    """The tables tell of every arrow what performs it, by the name of its Lua file."""
    (row,) = [line for line in PAGE.splitlines() if line.startswith("|") and f"`{entry}`" in line.split("|")[1]]
    functions = re.findall(r"`(\w+)`", row.split("|")[2])
    assert functions
    assert all((LUA / f"{function}.lua").exists() for function in functions)
