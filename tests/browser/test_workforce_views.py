"""What holds for every view of the workforce page: narrow, in the dark, with nothing in it yet and with something."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import expect

from tests.support.browser import OpenWindow, assert_accessible
from tests.support.schedules import at, next_monday, required, solved, team
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]
VIEWS = ("forecast", "staffing", "schedules", "intraday", "adherence", "coaching")
WIDTHS = "[document.documentElement.scrollWidth, window.innerWidth]"


@pytest.mark.timeout(240)
async def test_each_view_fits_a_telephone(make: Make, window: OpenWindow) -> None:
    """Only tables scroll sideways; nothing that is not there is written out; axe-core has no complaint."""
    document = team("ann", "ben")
    workspace = await make(document)
    monday = next_monday()
    await solved(workspace, required([monday], "09:00", "12:00", 1), monday, monday)
    queue = document["queues"][0]["name"]
    demand = [{"queue": queue, "channel": "chat", "begins": at(monday, "09:00"), "arrivals": 2, "aht_s": 60}]
    answer = await workspace.api.post(
        "/v1/staffing", json={"day": monday.isoformat(), "demand": demand, "seconds": 30, "patience_s": {queue: 60}}
    )
    assert answer.status_code == 202, answer.text
    page = await window(color_scheme="dark", viewport={"width": 390, "height": 800})
    await page.goto(f"{workspace.url}/workforce")
    await page.get_by_label("API key").fill(workspace.key)
    await page.keyboard.press("Enter")
    for view in VIEWS:
        await page.get_by_role("navigation").locator(f'a[href="#{view}"]').click()
        await expect(page.locator(f'a[href="#{view}"]')).to_have_attribute("aria-current", "page")
        await page.wait_for_load_state("networkidle")
        await expect(page.locator("#view")).not_to_contain_text("false")
        await expect(page.locator("#view .view").first).not_to_be_empty()
        needed, given = await page.evaluate(WIDTHS)
        assert needed <= given, view
        await assert_accessible(page)


@pytest.mark.timeout(120)
async def test_staffing_is_read_by_the_workspaces_clock(make: Make, window: OpenWindow) -> None:
    """Wherever the browser is: a requirement from 09:00 in Berlin is not one from 13:30 in India."""
    document = team("ann", "ben")
    workspace = await make(document)
    monday = next_monday()
    queue = document["queues"][0]["name"]
    demand = [{"queue": queue, "channel": "chat", "begins": at(monday, "09:00"), "arrivals": 2, "aht_s": 60}]
    asked = {"day": monday.isoformat(), "demand": demand, "seconds": 30, "patience_s": {queue: 60}}
    answer = await workspace.api.post("/v1/staffing", json=asked)
    assert answer.json()["timezone"] == "Europe/Berlin"
    page = await window(timezone_id="Asia/Kolkata")
    await page.goto(f"{workspace.url}/workforce#staffing")
    await page.get_by_label("API key").fill(workspace.key)
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Show the job").click()
    hours = page.get_by_role("region", name="Agents").locator("tbody th")
    await expect(hours).to_have_text(["09:00"])
