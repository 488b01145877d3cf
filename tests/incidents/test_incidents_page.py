"""`docs/how-to/incidents.md` says what the code does."""

import re
from pathlib import Path

from mci_router.incidents import evidence, monitors, proposing, store
from mci_router.lifecycle import still_broken
from mci_router.specs import WorkspaceSpec
from mci_router.vocabulary import IncidentState

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "incidents.md").read_text(encoding="utf-8")
LUA = Path(str(store.__file__)).parents[1] / "routing" / "engine" / "lua"


def test_the_diagram_has_every_state_and_step() -> None:
    """The steps are the routes; a final state is never left."""
    drawn = re.findall(r"^ +(\w+) --> (\w+) : (\w+)$", PAGE, re.M)
    assert {state for source, target, _ in drawn for state in (source, target)} == set(IncidentState)
    assert {step for *_, step in drawn} == {"declare", "dismiss", "updates", "fix", "alerts"}
    assert IncidentState.DISMISSED not in {source for source, *_ in drawn}


def test_the_pages_numbers_are_the_codes() -> None:
    """Bounds, pauses, shares."""
    day_s, hour_s, quarter_s, minutes_s = 86_400, 3_600, 900, 300
    assert f"at most {store.MOST_AT_ONCE} that are not over" in PAGE
    assert f"{still_broken.RAISE} points more priority ({still_broken.MOST_PRIORITY} at most)" in PAGE
    assert (WorkspaceSpec(name="w", title="W").incident_keep_s, proposing.DISMISSED_PAUSE_S) == (day_s, hour_s)
    assert (proposing.FIXED_PAUSE_S, monitors.TOLERANCE.total_seconds()) == (quarter_s, minutes_s)
    assert (evidence.SAYING, evidence.AGREEING, evidence.FEWEST_CONTACTS, proposing.MOST_EXAMPLES) == (0.5, 0.8, 3, 5)
    assert (monitors.FLAPPING.total_seconds(), monitors.ALERT_MEMORY.days) == (600, 7)
    for said in (
        "at least half of them",
        "and 80 %",
        "three customers",
        "five contacts to read",
        "none for an hour",
        "five minutes old",
        "within ten minutes of the fix",
        "or than a week",
    ):
        assert said in " ".join(PAGE.split()), said


def test_every_event_of_incidents_is_on_the_page() -> None:
    """And what a customer is told."""
    written = {
        event
        for file in LUA.glob("*.lua")
        for event in re.findall(r"'(incident\.\w+|contact\.informed)'", file.read_text())
    }
    assert len(written) == 7
    assert all(f"`{event}`" in PAGE for event in written)
