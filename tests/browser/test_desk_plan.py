"""The agent's own day at the desk, in a browser: what is now and next, time off asked for, and a shift swapped."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import expect

from tests.support.browser import assert_accessible
from tests.support.desk_page import OpenDesk
from tests.support.schedules import ZONE, next_monday, sent, team
from tests.support.service import Workspace
from tests.workforce.schedules.test_binding import bound, by_hand

Make = Callable[..., Awaitable[Workspace]]
QUARTER = timedelta(minutes=15)


async def working_now(workspace: Workspace, agent: str) -> datetime:
    """Publishes a shift of an agent that is under way. Returns when its first piece ends and lunch begins."""
    now = datetime.now(UTC)
    begun = now - (now - datetime(1970, 1, 1, tzinfo=UTC)) % QUARTER - QUARTER
    ends = [begun, begun + 8 * QUARTER, begun + 10 * QUARTER, begun + 20 * QUARTER]
    pieces = [
        {"activity": activity, "begins_at": since.isoformat(), "ends_at": until.isoformat()}
        for activity, since, until in zip(("contacts", "lunch", "contacts"), ends, ends[1:], strict=False)
    ]
    days = [(begun + timedelta(days=number)).astimezone(ZONE).date().isoformat() for number in (0, 2)]
    made = await sent(workspace, "POST", "/schedules", 202, name="Now", begins_on=days[0], ends_on=days[1])
    await sent(workspace, "POST", f"/schedules/{made['id']}/shifts", 201, agent=agent, pieces=pieces)
    await sent(workspace, "POST", f"/schedules/{made['id']}/publish", accept_breaches=True)
    return ends[1]


def clock(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%H:%M}"


async def test_the_day_is_shown_by_the_workspaces_clock(make: Make, desk: OpenDesk) -> None:
    """What is now, what comes next and when, in the workspace's zone though the browser is elsewhere; and nothing where
    nobody makes schedules.
    """
    workspace = await make(team("ann", "ben"))
    lunch_at = await working_now(workspace, "ann")
    ann = await desk(workspace, "ann", timezone_id="America/New_York", color_scheme="dark")
    day = ann.page.get_by_role("region", name="Your day")
    await expect(day.get_by_role("status")).to_have_text(f"Contacts until {clock(lunch_at)}")
    await expect(day.get_by_text(f"Then Lunch at {clock(lunch_at)}")).to_be_visible()
    await expect(day.get_by_text("Times are those of Europe/Berlin")).to_be_visible()
    await day.locator("summary").press("Enter")
    await expect(day.locator("[aria-current=time]")).to_contain_text("Contacts")
    await expect(day.locator(".pieces li")).to_have_count(3)
    await assert_accessible(ann.page)

    ben = await desk(workspace, "ben", timezone_id="Europe/Berlin")
    await ben.page.get_by_role("button", name="Settings").click()
    await ben.page.get_by_label("Language").select_option("Deutsch")
    await ben.page.keyboard.press("Escape")
    tag = ben.page.get_by_role("region", name="Ihr Tag")
    await expect(tag.get_by_role("status")).to_have_text("Heute ist nichts geplant")
    await expect(tag.get_by_role("button", name="Frei und Tausch …")).to_be_visible()
    await expect(tag.get_by_text("Europe/Berlin")).to_have_count(0)

    elsewhere = await make()
    alone = await desk(elsewhere, "ann")
    await expect(alone.page.locator("#plan")).to_be_hidden()


async def test_time_off_is_asked_for_by_keyboard(make: Make, desk: OpenDesk) -> None:
    """`d` opens it; what was asked is listed with its state, a decision is told, and it is withdrawn again."""
    workspace = await make(team("ann", "ben"))
    ann = await desk(workspace, "ann")
    page = ann.page
    await expect(page.get_by_role("region", name="Your day")).to_be_visible()
    await page.keyboard.press("d")
    asks = page.get_by_role("dialog", name="Time off and swaps")
    await asks.get_by_label("First day").fill(next_monday().isoformat())
    await expect(asks.get_by_label("Last day")).to_have_value(next_monday().isoformat())
    await asks.get_by_label("Until, if not the whole day").fill("12:00")
    await asks.get_by_label("Reason").first.fill("A doctor")
    await page.keyboard.press("Enter")
    await expect(asks.get_by_role("status")).to_have_text("Asked. A supervisor decides.")
    entry = asks.locator(".requests li")
    await expect(entry).to_contain_text("00:00–12:00")
    await expect(entry).to_contain_text("not decided")
    await page.keyboard.press("Escape")
    await expect(asks).to_have_count(0)

    (asked,) = (await sent(workspace, "GET", "/time-off"))["items"]
    assert (asked["agent"], asked["reason"], asked["state"]) == ("ann", "A doctor", "asked")
    await sent(workspace, "POST", f"/time-off/{asked['id']}/approve", why="Get well")
    await page.get_by_role("button", name="Time off and swaps…").press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("approved")
    await expect(entry).to_contain_text("Get well")
    await entry.get_by_role("button", name="Withdraw").press("Enter")
    await expect(entry).to_contain_text("withdrawn")
    await expect(entry.get_by_role("button")).to_have_count(0)
    await assert_accessible(page)


async def test_a_shift_is_swapped_between_two_desks(make: Make, desk: OpenDesk) -> None:
    """One asks and chooses what to take in return, the other is told and accepts; then it waits for a supervisor."""
    workspace = await make(team("ann", "ben"))
    monday = next_monday()
    _, shifts = await bound(workspace, by_hand("ann", monday), by_hand("ben", monday + timedelta(days=4)))
    ann = await desk(workspace, "ann")
    await ann.page.get_by_role("button", name="Time off and swaps…").click()
    asks = ann.page.get_by_role("dialog", name="Time off and swaps")
    await asks.get_by_label("Your shift").select_option(shifts[0])
    await asks.get_by_label("Colleague").select_option("Ben")
    await asks.get_by_label("In return you take").select_option(shifts[1])
    await asks.get_by_label("Reason").nth(1).fill("A concert")
    await asks.get_by_role("button", name="Ask").nth(1).press("Enter")
    await expect(asks.get_by_role("status")).to_contain_text("Your colleague answers")
    await expect(asks.locator(".requests li")).to_contain_text("Ben is asked to take")
    await assert_accessible(ann.page)  # last: on a busy machine it stops the page for longer than a heartbeat

    ben = await desk(workspace, "ben")
    await ben.page.get_by_role("button", name="Time off and swaps (1)…").press("Enter")
    entry = ben.page.get_by_role("dialog").locator(".requests li")
    await expect(entry).to_contain_text("Ann asks you to take")
    await expect(entry).to_contain_text("A concert")
    await entry.get_by_role("button", name="Accept").press("Enter")
    await expect(entry).to_contain_text("agreed, not decided")
    await expect(ben.page.get_by_role("dialog").get_by_role("status")).to_contain_text("agreed")

    (asked,) = (await sent(workspace, "GET", "/swaps?state=accepted"))["items"]
    wanted: dict[str, Any] = {"agent": "ann", "other": "ben", "shift_id": shifts[0], "other_shift_id": shifts[1]}
    assert wanted.items() <= asked.items()
