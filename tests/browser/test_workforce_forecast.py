"""The view of a day's forecast: figures with how far they were true, a chart and a table, by keys and in the dark."""

from datetime import timedelta

from playwright.async_api import Page, expect

from mci_router.api.parts import Parts
from mci_router.clock import utc_now
from mci_router.workforce.forecast.making import ForecastMaking
from tests.api.test_forecast import counted_by_us
from tests.support.browser import OpenWindow, assert_accessible
from tests.support.service import Workspace
from tests.workforce.forecast.support import came, days_before


async def signed_in(window: OpenWindow, workspace: Workspace) -> Page:
    page = await window()
    await page.goto(f"{workspace.url}/workforce#forecast")
    await page.get_by_label("API key").fill(workspace.key)
    await page.get_by_role("button", name="Go on").click()
    return page


async def test_a_workspace_without_a_past(window: OpenWindow, workspace: Workspace) -> None:
    """Where nothing is known the page says so, instead of an empty table."""
    page = await signed_in(window, workspace)
    await expect(page.get_by_text("There is no forecast of")).to_be_visible()
    await assert_accessible(page)


async def test_a_days_forecast(window: OpenWindow, workspace: Workspace, service: tuple[str, Parts]) -> None:
    """Expected, band and handle times of each quarter-hour, and beside them that nothing is measured yet, or how much."""
    today = utc_now().date()
    await counted_by_us(workspace)
    await came(workspace, days_before(today, 40), lambda day, slot: 10)
    snapshot = await service[1].snapshots.get(workspace.id)
    await ForecastMaking(service[1].database).make(snapshot, today, utc_now())
    page = await signed_in(window, workspace)
    await expect(page.get_by_role("definition").first).to_have_text("not measured yet")
    await expect(page.locator(".chart canvas")).to_be_visible()
    await page.get_by_text("The same as a table").focus()
    await page.keyboard.press("Enter")
    rows = page.get_by_role("region", name="The forecast as a table").locator("tbody tr")
    await expect(rows).to_have_count(96)
    await expect(rows.first.locator("td").first).to_have_text("10.0")
    await assert_accessible(page)
    await page.emulate_media(color_scheme="dark")
    await assert_accessible(page)
    await page.get_by_label("Day", exact=True).fill((today + timedelta(days=7)).isoformat())
    await expect(page.locator("caption")).to_contain_text((today + timedelta(days=7)).isoformat())
    await page.get_by_label("correct the rest").check()
    await expect(page.locator("#problem")).to_contain_text("today only")
