"""`docs/reference/lifecycle.md` draws the transitions that the code performs: each diagram is a machine that replays
the journal.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mci_router.embedded import Servers
from mci_router.events import EventType
from mci_router.routing import engine
from mci_router.routing.engine.projector_rows import FATES
from mci_router.vocabulary import FINAL_STATES, ContactState, OfferState, Presence
from tests.support.live import live_state
from tests.support.rows import every
from tests.support.tour import Aspects, tour

PAGE = (Path(__file__).parents[1] / "docs" / "reference" / "lifecycle.md").read_text(encoding="utf-8")
LUA = Path(engine.__file__).parent / "lua"
OPEN = ("accepted", "automating", "posted", "queued", "offered", "assigned", "waiting_for_customer")

Arrow = tuple[str, str, str]
"""From, to, journal entry."""


def arrows(title: str) -> set[Arrow]:
    """The arrows of a section's diagrams, one for each entry on it; those to and from a diagram's ends are left out."""
    section = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    drawn = re.findall(
        r"^ +(\w+) --> (\w+) : (.+)$", "\n".join(re.findall(r"```mermaid\n(.*?)```", section, re.S)), re.M
    )
    return {(source, target, entry.strip()) for source, target, entries in drawn for entry in entries.split(",")}


def written() -> set[str]:
    """Every type of entry that the live state writes."""
    return set[str](EventType) - {EventType.WEBHOOK_TEST}


def rows(entry: str) -> list[str]:
    """The rows of the journal's table that tell of an entry: that with its name, and those below it without one."""
    table = [line for line in PAGE.partition("\n## Journal\n")[2].splitlines() if line.startswith("|")]
    (first,) = [place for place, line in enumerate(table) if f"`{entry}`" in line.split("|")[1]]
    last = next((place for place in range(first + 1, len(table)) if table[place].split("|")[1].strip()), len(table))
    return table[first:last]


@dataclass
class Machine:
    """One diagram. `shown` reads from the live state what the diagram should say; outside `during` it begins again.

    `whole`: an entry that stands on some arrow stands on one from every state in which it is written.
    """

    title: str
    arrows: set[Arrow]
    start: str
    shown: Callable[[dict[str, Any]], str]
    during: tuple[str, ...] | None = None
    whole: bool = True
    at: dict[str, str] = field(default_factory=dict)
    taken: set[Arrow] = field(default_factory=set)

    def replay(self, who: str, entry: dict[str, Any]) -> None:
        """Follows the arrow of the entry, if there is one; what the live state shows afterwards tells whether there
        should have been.
        """
        at, kind = self.at.setdefault(who, self.start), entry["type"]
        if self.during is not None and entry.get("state") not in self.during:
            self.at[who] = self.start
            return
        for arrow in self.arrows:
            if (arrow[0], arrow[2]) == (at, kind):
                self.taken.add(arrow)
                self.at[who] = arrow[1]
                return
        assert not self.whole or kind not in {drawn for _, _, drawn in self.arrows}, (
            f"{self.title}: {kind} of {who}, which is {at}"
        )


def contact_arrows() -> set[Arrow]:
    """The contact's, with the early endings drawn out for every state that has them."""
    drawn = arrows("Contact")
    early = {
        (state, target, entry)
        for source, target, entry in drawn
        if source == "open"
        for state in OPEN
        if state != "accepted"
    }
    return {arrow for arrow in drawn if arrow[0] != "open"} | early


def relaxation(live: dict[str, Any]) -> str:
    taken, steps = int(live.get("step", 0)), live.get("steps", "").count("after_ms")
    return "as_asked" if not taken else "relaxed_fully" if taken == steps else "relaxed"


def reachability(live: dict[str, Any]) -> str:
    return "removed" if not live else "reachable" if live["reachable"] == "1" else "unreachable"


def either(flag: str, present: str, absent: str) -> Callable[[dict[str, Any]], str]:
    return lambda live: present if flag in live else absent


def machines() -> dict[str, list[Machine]]:
    """The diagrams of contacts, of agents and of queues."""
    lost = {arrow for arrow in arrows("Reachability") if {"lost", "with_agent"} & set(arrow[:2])}
    return {
        "contact": [
            Machine("Contact", contact_arrows(), "accepted", lambda live: str(live["state"])),
            Machine(
                "Warm transfer",
                arrows("Warm transfer"),
                "alone",
                lambda live: "asked" if "second" in live else "looking" if "transfer" in live else "alone",
                during=("assigned",),
            ),
            Machine(
                "Interruption",
                arrows("Interruption"),
                "going_on",
                either("paused", "interrupted", "going_on"),
                ("assigned",),
            ),
            Machine("Hold", arrows("Hold"), "talking", either("held_since", "on_hold", "talking"), ("assigned",)),
            Machine(
                "Lost agent", lost, "with_agent", either("agent_lost", "lost", "with_agent"), ("assigned",), whole=False
            ),
            Machine("Relaxation", arrows("Relaxation"), "as_asked", relaxation),
            Machine(
                "Callback",
                arrows("Callback"),
                "waits",
                lambda live: next(
                    (f"callback_{fact}" for fact in ("requested", "offered") if CALLBACK[fact] in live), "waits"
                ),
            ),
        ],
        "agent": [
            Machine("Presence", arrows("Presence"), "offline", lambda live: str(live.get("wants", "offline"))),
            Machine("Suspension", arrows("Suspension"), "working", either("suspended", "suspended", "working")),
            Machine("Reachability", arrows("Reachability") - lost, "unreachable", reachability),
        ],
        "queue": [
            Machine("Open hours", arrows("Open hours"), "opened", lambda live: "closed" if live["closed"] else "opened")
        ],
    }


CALLBACK = {"requested": "callback", "offered": "callback_offered"}


async def test_the_diagrams_are_what_the_code_does(servers: Servers) -> None:
    """Replayed from the journal of a tour, each diagram shows what the live state holds; no arrow is left over."""
    drawn = machines()

    def replay(entries: list[dict[str, Any]], aspects: Aspects) -> None:
        for entry in entries:
            for kind, of_kind in drawn.items():
                for machine in of_kind if kind in entry and (kind == "contact" or "contact" not in entry) else ():
                    who = entry[kind]
                    if kind == "agent" and machine.title == "Presence" and entry["type"] == "agent.presence_changed":
                        presence(machine, who, entry["presence"])
                    else:
                        machine.replay(who, entry)
        for kind, of_kind in drawn.items():
            for machine in of_kind:
                for who, live in aspects[kind].items():
                    at = machine.at.get(who, machine.start)
                    if machine.during is None or live.get("state") in machine.during:
                        assert at == machine.shown(live), (
                            f"{machine.title} of {who} after {[entry['type'] for entry in entries]}"
                        )

    async with live_state(servers.redis_url) as live:
        await tour(live, replay)
    for machine in [machine for of_kind in drawn.values() for machine in of_kind]:
        assert not machine.arrows - machine.taken, machine.title


def presence(machine: Machine, agent: str, wanted: str) -> None:
    """All arrows bear the same entry, which says itself where it leads."""
    arrow = (machine.at.get(agent, machine.start), wanted, "agent.presence_changed")
    if arrow[0] != wanted:
        assert arrow in machine.arrows
        machine.taken.add(arrow)
    machine.at[agent] = wanted


def test_the_contact_diagram_has_every_state_and_no_other() -> None:
    """The states drawn are those of the vocabulary; a final one is never left."""
    drawn = arrows("Contact")
    assert {state for source, target, _ in drawn for state in (source, target)} - {"open"} == set(ContactState)
    assert not {source for source, _, _ in drawn} & FINAL_STATES


def test_the_offer_diagram_follows_the_projector() -> None:
    """What an entry makes of an offer is the same on the page and in the ledger; the first arrow makes it pending."""
    drawn = {entry: target for _, target, entry in arrows("Offer")}
    assert drawn == {entry: fate for entry, fate in FATES.items() if fate is not OfferState.PENDING}


def test_the_presence_diagram_has_every_presence() -> None:
    """An agent can go from every presence to every other."""
    drawn = {(source, target) for source, target, _ in arrows("Presence")}
    assert drawn == {(source, target) for source in Presence for target in Presence if source != target}


def test_the_journal_table_has_every_entry_that_the_code_writes_and_no_other() -> None:
    """A type of entry that the page does not explain, or that nothing writes, is a fault of the page."""
    table = [line for line in PAGE.partition("\n## Journal\n")[2].splitlines() if line.startswith("|")]
    named = {entry for line in table for entry in re.findall(r"`(\w+\.\w+)`", line.split("|")[1])}
    assert named == written()


@every("entry", sorted(written()))
def test_each_entry_stands_in_the_table_with_functions_that_exist_and_what_it_means(entry: str) -> None:
    """The rows of an entry name the Lua files that perform it, and what causes it."""
    told = rows(entry)
    functions = [function for row in told for function in re.findall(r"`(\w+)`", row.split("|")[2])]
    assert functions
    assert all((LUA / f"{function}.lua").exists() for function in functions), functions
    assert all(row.split("|")[3].strip() for row in told)
