"""Pages for those who plan show the workspace's clock, wherever the browser is, and write as their language does."""

import re
from datetime import datetime, timedelta

from playwright.async_api import expect

from mci_router.api.parts import Parts
from mci_router.clock import utc_now
from tests.browser.test_workforce_intraday import proposed
from tests.support.browser import OpenWindow
from tests.support.service import Workspace
from tests.support.shifts import shift, with_activities

INDIA = "Asia/Kolkata"
DEMAND = [{"queue": "voice", "channel": "voice", "begins": "2031-03-03T09:00:00Z", "arrivals": 3, "aht_s": 120}]


async def test_the_rest_of_the_day_is_by_the_workspaces_clock(window: OpenWindow, workspace: Workspace) -> None:
    """A workspace in UTC, seen from half past five hours east of it."""
    now = utc_now()
    await proposed(workspace, now)
    page = await window(timezone_id=INDIA)
    await page.goto(f"{workspace.url}/workforce#intraday")
    await page.get_by_label("API key with the scope workforce:read").fill(workspace.key)
    await page.keyboard.press("Enter")
    news = page.get_by_role("status")
    await expect(news).to_contain_text(f"{now:%H:%M}, until")
    await expect(news).to_contain_text("Times are those of UTC.")
    await expect(page.locator(".move")).to_contain_text(f"Ask Ann to stay until {now + timedelta(hours=2):%H:%M}")


async def test_the_wallboard_is_by_the_workspaces_clock(window: OpenWindow, workspace: Workspace) -> None:
    """Until when agents should be where, and when it was; the stream's snapshot says which zone it is."""
    await with_activities(workspace)
    begins = utc_now() - timedelta(minutes=10)
    await shift(workspace, "ann", begins, ("contacts", 90))
    page = await window(timezone_id=INDIA)
    await page.goto(f"{workspace.url}/wallboard")
    await page.locator("#key").fill(workspace.key)
    await page.keyboard.press("Enter")
    await expect(page.locator("#adherence tbody tr")).to_contain_text(f"{begins + timedelta(minutes=90):%H:%M}")
    await expect(page.locator("#adherence-summary")).to_contain_text("Times are those of UTC.")


async def test_staffing_was_asked_for_by_the_workspaces_clock(window: OpenWindow, workspace: Workspace) -> None:
    """In the table, and in what a screen reader says of the button beside it."""
    asked = await workspace.api.post("/v1/staffing", json={"day": "2031-03-03", "demand": DEMAND, "seconds": 60})
    assert asked.status_code == 202, asked.text
    assert (await workspace.api.delete(f"/v1/staffing/{asked.json()['id']}")).status_code == 200
    at = datetime.fromisoformat(asked.json()["created_at"])
    page = await window(timezone_id=INDIA)
    await page.goto(f"{workspace.url}/workforce#staffing")
    await page.get_by_label("API key").fill(workspace.key)
    await page.keyboard.press("Enter")
    row = page.get_by_role("region", name="Staffing jobs").locator("tbody tr")
    await expect(row).to_contain_text(f"{at:%H:%M}")
    await expect(row.get_by_role("button", name=re.compile(f"asked .*{at:%H:%M}$"))).to_be_visible()


WRITTEN = """async () => {
  const { moment, number, percent, timesOf } = await import("/assets/words.js");
  timesOf("UTC");
  return [number(1234.5), percent(0.125), moment("2031-03-01T13:05:00Z")];
}"""


async def test_a_page_writes_numbers_and_times_in_its_own_language(
    window: OpenWindow, service: tuple[str, Parts]
) -> None:
    """An English page is English in a German browser, too: of "1.234 contacts" beside "12.5 %" nobody knows which point
    is which. The desk, which speaks German there, writes German ones.
    """
    german = await window(locale="de-DE")
    await german.goto(f"{service[0]}/wallboard")
    assert await german.evaluate(WRITTEN) == ["1,234.5", "12.5\u00a0%", "1 Mar, 13:05"]
    await german.goto(f"{service[0]}/desk")
    await expect(german.locator("html")).to_have_attribute("lang", "de")
    assert await german.evaluate(WRITTEN) == ["1.234,5", "12,5\u00a0%", "1. März, 13:05"]
    american = await window(locale="en-US")
    await american.goto(f"{service[0]}/wallboard")
    assert "PM" in (await american.evaluate(WRITTEN))[2]
