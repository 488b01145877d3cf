"""The page of workforce shows a week: who works when, how well that covers what is required, and what is to be decided."""

import re
from collections.abc import Awaitable, Callable

from playwright.async_api import Page, expect

from mci_router.workforce.schedules.lapsing import lapse
from tests.support.browser import OpenWindow, assert_accessible
from tests.support.schedules import at, next_monday, required, sent, shifts_of, solved, team
from tests.support.service import Workspace
from tests.workforce.schedules.test_binding import bound, by_hand
from tests.workforce.test_lapsing import passed

Make = Callable[..., Awaitable[Workspace]]


async def opened(window: OpenWindow, workspace: Workspace) -> Page:
    """The view of schedules, with the workspace's key."""
    page = await window()
    await page.goto(f"{workspace.url}/workforce#schedules")
    await page.get_by_label("API key with the scope workforce:read").fill(workspace.key)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Schedules")).to_be_visible()
    return page


async def test_a_week_is_read_and_published(make: Make, window: OpenWindow) -> None:
    """By keyboard alone; what breaks a rule is said beside the button; it is accessible, in the dark, too."""
    workspace = await make(team("ann", "ben"))
    monday = next_monday()
    made = await solved(workspace, required([monday], "09:00", "12:00", 1), monday, monday)
    (shift,) = await shifts_of(workspace, made)
    long = [{"activity": "contacts", "begins_at": at(monday, "08:00"), "ends_at": at(monday, "20:00")}]
    await sent(workspace, "PATCH", f"/shifts/{shift['id']}", pieces=long)
    page = await opened(window, workspace)
    table = page.get_by_role("table", name="Shifts by agent and day")
    await expect(table.get_by_role("row").nth(1)).to_contain_text("08:00–20:00 desk")
    await expect(page.get_by_text("desk: 100\u00a0% of 3 h covered")).to_be_visible()
    await expect(page.locator(".chart canvas")).to_be_visible()
    await assert_accessible(page)
    await page.emulate_media(color_scheme="dark")
    await assert_accessible(page)

    await page.get_by_role("button", name="Publish").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert").filter(has_text="may work at most 10 hours a day")).to_be_visible()
    short = [{"activity": "contacts", "begins_at": at(monday, "08:00"), "ends_at": at(monday, "16:00")}]
    await sent(workspace, "PATCH", f"/shifts/{shift['id']}", pieces=short)
    await page.get_by_role("button", name="Publish").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Withdraw")).to_be_visible()
    assert (await sent(workspace, "GET", f"/schedules/{made['id']}"))["state"] == "published"


async def test_swaps_and_time_off_are_decided(make: Make, window: OpenWindow) -> None:
    """What was asked stands there with its reason, and is gone once it is decided."""
    workspace = await make(team("ann", "ben"))
    monday = next_monday()
    schedule, (shift,) = await bound(workspace, by_hand("ann", monday))
    swap = await sent(workspace, "POST", "/swaps", 201, shift_id=shift, other="ben", reason="a dentist")
    await sent(workspace, "POST", f"/swaps/{swap['id']}/accept", agent="ben")
    away = {"agent": "ben", "begins_at": at(monday, "24:00"), "ends_at": at(monday, "48:00")}
    await sent(workspace, "POST", "/time-off", 201, **away)
    page = await opened(window, workspace)
    # By the workspace's clock, whatever that of the browser is: it is an hour or two behind.
    await expect(page.get_by_text("Times are those of Europe/Berlin.")).to_be_visible()
    day = re.compile(r"Approve: Ben, .*, 00:00 to .*, 00:00$")
    await expect(page.get_by_role("button", name=day)).to_be_visible()
    await page.get_by_role("button", name="Approve: ann asks ben to take a shift: a dentist").click()
    await expect(page.get_by_role("button", name="Approve: ")).to_have_count(1)
    assert [one["agent"] for one in await shifts_of(workspace, {"id": schedule})] == ["ben"]
    await page.get_by_role("button", name="Decline: Ben, ").click()
    await expect(page.get_by_role("button", name="Approve: ")).to_have_count(0)
    assert len((await sent(workspace, "GET", "/time-off?state=declined"))["items"]) == 1


async def test_what_nobody_decided_in_time_is_told(make: Make, window: OpenWindow) -> None:
    """Below what is to be decided: it is too late for it."""
    workspace = await make(team("ann"))
    day = next_monday()
    await sent(workspace, "POST", "/time-off", 201, agent="ann", begins_at=at(day, "08:00"), ends_at=at(day, "09:00"))
    await passed(workspace)
    await lapse(workspace.database)
    page = await opened(window, workspace)
    await page.get_by_text("Not decided in time").click()
    await expect(page.get_by_text(re.compile("^Ann, .* to .*: lapsed on "))).to_be_visible()
    await expect(page.get_by_role("button", name="Approve: ")).to_have_count(0)
    await assert_accessible(page)
