"""Calendars: an agent's shifts at a secret address, which a calendar keeps up with whatever happens to them."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httpx
import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from mci_router.specs.working import ActivitySpec
from mci_router.workforce.schedules.calendar import Entry, calendar_of
from mci_router.workforce.schedules.stints import instant
from tests.support.schedules import next_monday, sent, team
from tests.support.service import TLS, Workspace
from tests.workforce.schedules.test_binding import bound, by_hand

Make = Callable[..., Awaitable[Workspace]]
BERLIN = ZoneInfo("Europe/Berlin")


async def read(workspace: Workspace, url: str, **headers: str) -> httpx.Response:
    """Returns what a calendar gets, which sends no key."""
    async with httpx.AsyncClient(base_url=workspace.url, timeout=10, verify=TLS) as client:
        return await client.get(urlsplit(url).path, headers=headers)


async def feed_of(workspace: Workspace, agent: str) -> str:
    return str((await sent(workspace, "POST", f"/agents/{agent}/calendar", 201))["url"])


def components(calendar: bytes, kind: str) -> list[Any]:
    """Returns the components of a kind that a calendar has."""
    return list(icalendar.Calendar.from_ical(calendar).walk(kind))


def events(answer: httpx.Response) -> dict[str, Any]:
    """Returns the events of a calendar by their UID."""
    return {str(event["UID"]): event for event in components(answer.content, "VEVENT")}


async def test_a_calendar_follows_its_shifts(make: Make) -> None:
    """A published shift is there with its zone; a change raises its SEQUENCE; what goes to another is cancelled."""
    workspace = await make(team("ann", "ben"))
    monday = next_monday()
    url, of_ben = await feed_of(workspace, "ann"), await feed_of(workspace, "ben")
    assert events(await read(workspace, url)) == {}
    _, (shift,) = await bound(workspace, by_hand("ann", monday, "22:00", "30:00"))

    answer = await read(workspace, url)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"].startswith("private")
    (event,) = events(answer).values()
    assert event["UID"] == f"{shift}@mci-router"
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert event["DTEND"].dt.date() == monday + timedelta(days=1)  # it passes midnight
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", 0)
    assert str(event["DESCRIPTION"]) == "22:00 to 06:00 Contacts"
    (zone,) = components(answer.content, "VTIMEZONE")
    assert zone["TZID"] == "Europe/Berlin"
    assert (await read(workspace, url, **{"If-None-Match": answer.headers["etag"]})).status_code == 304

    await sent(workspace, "PATCH", f"/shifts/{shift}", begins_at=f"{monday}T12:00:00Z")
    moved = events(await read(workspace, url))[f"{shift}@mci-router"]
    assert moved["SEQUENCE"] == 1
    taken = (await sent(workspace, "PATCH", f"/shifts/{shift}", agent="ben"))["shift"]["id"]
    gone = events(await read(workspace, url))[f"{shift}@mci-router"]
    assert (gone["STATUS"], gone["SEQUENCE"]) == ("CANCELLED", 2)
    assert list(events(await read(workspace, of_ben))) == [f"{taken}@mci-router"]


async def test_drafts_are_in_no_calendar(make: Make) -> None:
    """What binds nobody yet is not shown; what was withdrawn is cancelled."""
    workspace = await make(team("ann"))
    monday = next_monday()
    url = await feed_of(workspace, "ann")
    made = await sent(workspace, "POST", "/schedules", 202, name="By hand", begins_on=str(monday), ends_on=str(monday))
    await sent(workspace, "POST", f"/schedules/{made['id']}/shifts", 201, **by_hand("ann", monday))
    assert events(await read(workspace, url)) == {}
    await sent(workspace, "POST", f"/schedules/{made['id']}/publish")
    assert [str(one["STATUS"]) for one in events(await read(workspace, url)).values()] == ["CONFIRMED"]
    await sent(workspace, "POST", f"/schedules/{made['id']}/withdraw")
    assert [str(one["STATUS"]) for one in events(await read(workspace, url)).values()] == ["CANCELLED"]


async def test_an_address_is_a_secret(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    """It is made again and closed, the ledger and the logs never have it, and what is no token is answered alike."""
    caplog.set_level(logging.DEBUG)
    workspace = await make(team("ann"))
    await sent(workspace, "POST", "/agents/nobody/calendar", 422)
    first = await feed_of(workspace, "ann")
    second = await feed_of(workspace, "ann")
    assert (await read(workspace, first)).status_code == 404
    assert (await read(workspace, second)).status_code == 200
    token = second.rpartition("/")[2].removesuffix(".ics")
    async with workspace.ledger() as session:
        kept = (await session.execute(text("SELECT token FROM calendar_feeds"))).scalars().all()
    assert all(token.encode() not in bytes(each) for each in kept)
    ours = [one for one in caplog.records if one.name != "uvicorn.access"]  # that one is off but for pytest's handlers
    assert all(token not in one.getMessage() for one in ours)
    await sent(workspace, "DELETE", "/agents/ann/calendar", 204)
    await sent(workspace, "DELETE", "/agents/ann/calendar", 404)
    unknown, nonsense = await read(workspace, second), await read(workspace, "/calendar/nonsense.ics")
    assert unknown.status_code == nonsense.status_code == 404
    assert unknown.json() == nonsense.json()


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.integers(0, 95), st.integers(4, 64))
def test_a_calendar_says_the_same_instants(day: date, start: int, quarters: int) -> None:
    """Whatever the day, also where the clocks change, a reader of the calendar gets the shift's own instants."""
    begins = instant(day, 15 * start, BERLIN)
    ends = begins + timedelta(minutes=15 * quarters)
    entry = Entry(
        "shf_x", "Shift", begins, ends, [("contacts", begins, ends)], 3, datetime(2026, 1, 1, tzinfo=UTC), False
    )
    made = calendar_of("Ann", [entry], BERLIN, {"contacts": ActivitySpec(name="contacts", title="Contacts")})
    (event,) = components(made, "VEVENT")
    assert event["DTEND"].dt - event["DTSTART"].dt == ends.astimezone(BERLIN) - begins.astimezone(BERLIN)
    assert event["DTSTART"].dt.astimezone(UTC) == begins
    assert event["DTEND"].dt.astimezone(UTC) == ends
    assert b"\r\nBEGIN:VTIMEZONE\r\n" in made
