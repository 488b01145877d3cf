"""Requests that nobody decides before their time is over lapse, are told to those who take part, and make room."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.workforce import bounds
from mci_router.workforce.schedules.lapsing import lapse
from tests.support.schedules import at, next_monday, sent, team
from tests.support.service import Workspace
from tests.workforce.schedules.test_binding import bound, by_hand

Make = Callable[..., Awaitable[Workspace]]
TUESDAY = next_monday() + timedelta(days=1)
OFF = {"agent": "ann", "begins_at": at(TUESDAY, "08:00"), "ends_at": at(TUESDAY, "09:00")}


async def passed(workspace: Workspace, days: int = 40) -> None:
    """Has so many days pass for time off and agents: all of it was, or was made, as long before."""
    known = {"ago": timedelta(days=days), "workspace": workspace.id}
    async with workspace.database.transaction() as session:
        for table, columns in (("time_off", ("begins_at", "ends_at", "created_at")), ("resources", ("created_at",))):
            times = ", ".join(f"{column} = {column} - CAST(:ago AS interval)" for column in columns)
            await session.execute(text(f"UPDATE {table} SET {times} WHERE workspace_id = :workspace"), known)


async def states(workspace: Workspace, path: str) -> dict[str, str]:
    """What has become of each request, by its id."""
    return {one["id"]: one["state"] for one in (await sent(workspace, "GET", path))["items"]}


async def test_time_off_lapses_once_it_is_over(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is undecided then counts no longer, the desk hears of it, and nobody decides any more; what was decided
    stays, and so does what is to come.
    """
    monkeypatch.setattr(bounds, "MOST_UNDECIDED", 1)
    workspace = await make(team("ann", "ben"))
    over = await sent(workspace, "POST", "/time-off", 201, **OFF)
    approved = await sent(workspace, "POST", "/time-off", 201, **{**OFF, "agent": "ben"})
    await sent(workspace, "POST", f"/time-off/{approved['id']}/approve")
    await passed(workspace)
    to_come = await sent(workspace, "POST", "/time-off", 201, **{**OFF, "agent": "ben"})
    assert (await sent(workspace, "POST", "/time-off", 409, **OFF))["type"] == "/problems/too_many_asked"

    await lapse(workspace.database)
    found = await states(workspace, "/time-off")
    assert found == {over["id"]: "lapsed", approved["id"]: "approved", to_come["id"]: "asked"}
    async with workspace.desk("ann") as ann:  # although it was asked for so long ago
        (shown,) = (await ann.do("plan.read"))["time_off"]
    assert (shown["id"], shown["state"]) == (over["id"], "lapsed")
    assert shown["decided_at"] is not None
    refused = await sent(workspace, "POST", f"/time-off/{over['id']}/approve", 409)
    assert refused["type"] == "/problems/already_decided"
    await sent(workspace, "POST", "/time-off", 201, **OFF)
    assert list(await states(workspace, "/time-off?state=lapsed")) == [over["id"]]


async def test_a_day_of_illness_can_be_asked_for_afterwards(make: Make) -> None:
    """It was over when it was asked for: a supervisor has a week to decide."""
    workspace = await make(team("ann"))
    asked = await sent(workspace, "POST", "/time-off", 201, **OFF)
    async with workspace.database.transaction() as session:
        await session.execute(
            text(
                "UPDATE time_off SET begins_at = begins_at - CAST(:ago AS interval), ends_at = ends_at - CAST(:ago AS interval) WHERE id = :id"
            ),
            {"ago": timedelta(days=40), "id": asked["id"]},
        )
    await lapse(workspace.database)
    assert await states(workspace, "/time-off") == {asked["id"]: "asked"}
    await passed(workspace, days=8)
    await lapse(workspace.database)
    assert await states(workspace, "/time-off") == {asked["id"]: "lapsed"}


@pytest.mark.parametrize("why", ["began", "cancelled"])
async def test_swaps_lapse_with_their_shifts(make: Make, why: str) -> None:
    """Once a shift of it has begun, or is there no longer, whether or not the other has agreed; both desks see it."""
    workspace = await make(team("ann", "ben"))
    shifts = by_hand("ann", TUESDAY), by_hand("ann", TUESDAY + timedelta(days=1)), by_hand("ben", TUESDAY)
    _, (first, second, theirs) = await bound(workspace, *shifts)
    bodies: list[dict[str, Any]] = [
        {"shift_id": first, "other": "ben"},
        {"shift_id": second, "other": "ben", "other_shift_id": theirs},
        {"shift_id": second, "other": "ben"},
    ]
    given, taken, stays = [await sent(workspace, "POST", "/swaps", 201, **body) for body in bodies]
    await sent(workspace, "POST", f"/swaps/{given['id']}/accept", agent="ben")
    for gone in (first, theirs):
        if why == "cancelled":
            await sent(workspace, "DELETE", f"/shifts/{gone}", 204)
            continue
        async with workspace.database.transaction() as session:
            await session.execute(text("UPDATE shifts SET begins_at = now() WHERE id = :id"), {"id": gone})
    await lapse(workspace.database)
    wanted = {given["id"]: "lapsed", taken["id"]: "lapsed", stays["id"]: "asked"}
    assert await states(workspace, "/swaps") == wanted
    for name in ("ann", "ben"):
        async with workspace.desk(name) as desk:
            plan = await desk.do("plan.read")
        assert {one["id"]: one["state"] for one in plan["swaps"]} == wanted
