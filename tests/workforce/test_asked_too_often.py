"""What agents and keys ask for is bounded: the next one is a clear problem, and there is room again once one is settled."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from mci_router.workforce import bounds
from tests.support.schedules import at, next_monday, sent, team
from tests.support.service import Workspace
from tests.workforce.schedules.test_binding import bound, by_hand

Make = Callable[..., Awaitable[Workspace]]
FEW = 3


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds that a test reaches."""
    for name in ("MOST_UNDECIDED", "MOST_DRAFTS", "MOST_EXCEPTIONS", "MOST_SHIFTS"):
        monkeypatch.setattr(bounds, name, FEW)
    for name in ("MOST_ASKED_A_DAY", "MOST_SCHEDULES_A_DAY", "MOST_EXCEPTIONS_A_DAY"):
        monkeypatch.setattr(bounds, name, FEW + 1)


def tuesday() -> dict[str, Any]:
    day = next_monday() + timedelta(days=1)
    return {"agent": "ann", "begins_at": at(day, "08:00"), "ends_at": at(day, "09:00")}


@pytest.mark.usefixtures("few")
async def test_time_off_of_an_agent(make: Make) -> None:
    """So many wait for a decision, from keys and the desk together, and so many are asked for in a day; of others, too."""
    workspace = await make(team("ann", "ben"))
    made = [await sent(workspace, "POST", "/time-off", 201, **tuesday()) for _ in range(FEW)]
    refused = await sent(workspace, "POST", "/time-off", 409, **tuesday())
    assert (refused["type"], refused["most"]) == ("/problems/too_many_asked", FEW)
    async with workspace.desk("ann") as ann:
        day = str(next_monday())
        answer = await ann.do("time_off.ask", begins_on=day, ends_on=day)
        assert answer["problem"]["type"] == "/problems/too_many_asked"
    await sent(workspace, "POST", "/time-off", 201, **{**tuesday(), "agent": "ben"})
    for one in made:
        await sent(workspace, "POST", f"/time-off/{one['id']}/decline")
    await sent(workspace, "POST", "/time-off", 201, **tuesday())
    refused = await sent(workspace, "POST", "/time-off", 409, **tuesday())
    assert (refused["type"], refused["most"]) == ("/problems/too_many_asked", FEW + 1)


@pytest.mark.usefixtures("few")
async def test_swaps_of_an_agent(make: Make) -> None:
    """Those that the other has accepted are still to be decided; one that is withdrawn makes room."""
    workspace = await make(team("ann", "ben"))
    _, (shift,) = await bound(workspace, by_hand("ann", next_monday()))
    asked = {"shift_id": shift, "other": "ben"}
    made = [await sent(workspace, "POST", "/swaps", 201, **asked) for _ in range(FEW)]
    await sent(workspace, "POST", f"/swaps/{made[0]['id']}/accept", agent="ben")
    assert (await sent(workspace, "POST", "/swaps", 409, **asked))["type"] == "/problems/too_many_asked"
    await sent(workspace, "POST", f"/swaps/{made[1]['id']}/withdraw")
    await sent(workspace, "POST", "/swaps", 201, **asked)


@pytest.mark.usefixtures("few")
async def test_drafts_and_shifts(make: Make) -> None:
    """A workspace has so many drafts, empty ones too, and makes so many schedules a day; a schedule so many shifts."""
    workspace = await make(team("ann"))
    day = next_monday()
    body = {"name": "Empty", "begins_on": str(day), "ends_on": str(day + timedelta(days=6))}
    made = [await sent(workspace, "POST", "/schedules", 202, **body) for _ in range(FEW)]
    refused = await sent(workspace, "POST", "/schedules", 409, **body)
    assert (refused["type"], refused["kind"], refused["most"]) == ("/problems/too_many_resources", "schedule", FEW)
    shifts = f"/schedules/{made[0]['id']}/shifts"
    for number in range(FEW):
        await sent(workspace, "POST", shifts, 201, **by_hand("ann", day + timedelta(days=number)))
    assert (await sent(workspace, "POST", shifts, 409, **by_hand("ann", day)))["kind"] == "shift"
    for one in made[:2]:
        await sent(workspace, "POST", f"/schedules/{one['id']}/publish")
    await sent(workspace, "POST", "/schedules", 202, **body)
    assert (await sent(workspace, "POST", "/schedules", 409, **body))["most"] == FEW + 1  # of a day


@pytest.mark.usefixtures("few")
async def test_exceptions_of_an_agent(make: Make) -> None:
    """About the same time so many, and so many are noted in a day; one that is taken back makes room."""
    workspace = await make(team("ann", "ben"))
    body = {**tuesday(), "why": "A meeting"}
    made = [await sent(workspace, "POST", "/exceptions", 201, **body) for _ in range(FEW)]
    refused = await sent(workspace, "POST", "/exceptions", 409, **body)
    assert (refused["kind"], refused["most"]) == ("adherence_exception", FEW)
    await sent(workspace, "DELETE", f"/exceptions/{made[0]['id']}", 204)
    await sent(workspace, "POST", "/exceptions", 201, **body)
    later = next_monday() + timedelta(days=5)
    elsewhere = {**body, "begins_at": at(later, "08:00"), "ends_at": at(later, "09:00")}
    await sent(workspace, "POST", "/exceptions", 201, **elsewhere)
    assert (await sent(workspace, "POST", "/exceptions", 409, **elsewhere))["most"] == FEW + 1
    await sent(workspace, "POST", "/exceptions", 201, **{**elsewhere, "agent": "ben"})
