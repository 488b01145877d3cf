"""The reports page: what costs and saves what, over a whole period, without intervals."""

from datetime import timedelta

from playwright.async_api import Page, expect

from tests.api.test_result_reports import SIGN_IN, act
from tests.insight.results import older
from tests.support.browser import OpenWindow, assert_accessible
from tests.support.service import Workspace


async def shown(window: OpenWindow, workspace: Workspace) -> Page:
    """The page, with the workspace's key, over a month."""
    page = await window()
    await page.goto(f"{workspace.url}/reports")
    await page.get_by_label("API key with the scope reports:read").fill(workspace.key)
    await page.keyboard.press("Enter")
    await expect(page.locator("#reports")).to_be_visible()
    return page


async def test_rungs_are_compared_and_suggested_over_a_period(window: OpenWindow, workspace: Workspace) -> None:
    """One row for each topic and outcome; what the page asks for is what the API gives; a suggestion is read as text."""
    people = [{"email": f"p{number}@example.com"} for number in range(2)]
    contacts = [(await workspace.post(SIGN_IN, customer=one))["id"] for one in people]
    await act(workspace, contacts[0], "resolve")
    await act(workspace, contacts[1], "unresolved")
    await act(workspace, contacts[1], "cancel")
    await older(workspace, contacts, timedelta(days=9))
    page = await shown(window, workspace)
    await page.locator("#from").evaluate(
        "field => field.value = new Date(Date.now() - 20 * 86_400_000).toISOString().slice(0, 10)"
    )
    await page.locator("#report").select_option("ladder")
    await expect(page.locator("#interval-label")).to_be_hidden()
    await page.get_by_role("button", name="Show", exact=True).click()
    row = page.locator("#rows tbody tr")
    await expect(row).to_have_count(1)
    await expect(row.locator("td").first).to_have_text("Cannot sign in")
    await expect(row).to_contain_text("not measured yet (n = 2)")
    await assert_accessible(page)
    suggestion = {"topic": "sign_in", "earlier": "automation", "later": "community", "why": "because"}
    answer = (await workspace.api.get("/v1/reports/ladder")).json() | {"suggestions": [suggestion]}
    await page.route("**/v1/reports/ladder?*", lambda route: route.fulfill(json=answer))
    await page.get_by_role("button", name="Show", exact=True).click()
    await expect(page.locator("#notes li")).to_contain_text("Try community before automation")
    await page.locator("#report").select_option("retention")
    await page.get_by_role("button", name="Show", exact=True).click()
    await expect(page.locator("#state")).to_contain_text("rows.")
    await expect(page.locator("#notes li")).to_have_count(0)
