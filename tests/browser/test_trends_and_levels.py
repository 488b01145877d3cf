"""Trends and promises on the reports page, and the status page, in a browser."""

import re
from datetime import timedelta
from random import Random

import pytest
from playwright.async_api import Page, expect

from tests.api.test_interim_service_levels import launch
from tests.api.test_trends import MONDAY, NOW, quiet
from tests.browser.test_help_pages import SMALL
from tests.portal.test_status_page import Make, with_status
from tests.support.browser import AXE, FINDINGS, OpenWindow, assert_accessible
from tests.support.documents import small
from tests.support.incidents import incident
from tests.support.past_contacts import Past, write
from tests.support.service import Workspace

pytestmark = pytest.mark.timeout(120)


async def signed_in(page: Page, workspace: Workspace) -> None:
    await page.goto(f"{workspace.url}/reports")
    await page.get_by_label("API key with the scope reports:read").fill(workspace.key)
    await page.keyboard.press("Enter")
    await expect(page.locator("#reports")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_week_of_trends_is_read_by_keyboard(make: Make, window: OpenWindow, scheme: str) -> None:
    """The last week that is over stands there; a rise has its size, its certainty and the contacts behind it. Another
    week is chosen and asked for without a mouse.
    """
    drawn = Random(9)  # noqa: S311 — to draw examples
    workspace = await make(small(interim_service_levels=[launch(title="Launch")]))
    calm = quiet(drawn)
    rising = [Past(day, drawn.randrange(200), "app_hangs", "it hangs") for day in NOW for _ in range(6)]
    behind = await write(workspace, [*calm, *rising])
    page = await window(color_scheme=scheme)
    await signed_in(page, workspace)
    row = page.locator("#trends-rows tbody tr").filter(has_text="app hangs")
    await expect(row).to_contain_text("rose")
    await expect(page.locator("#trends-state")).to_contain_text("at most 5 in 100")
    await row.locator("summary").focus()
    await page.keyboard.press("Enter")
    await expect(row).to_contain_text(sorted(behind[-len(rising) :])[-1])
    await expect(page.locator("#levels-kept")).to_contain_text("Launch")
    await expect(page.locator("#levels-kept")).to_contain_text("not measured yet (n = 0)")
    await assert_accessible(page)
    week = page.locator("#trends-week")
    await week.fill((MONDAY - timedelta(days=100)).isoformat())
    await week.press("Enter")
    await expect(page.locator("#trends-rows")).to_contain_text("Nothing rose or fell")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_status_page_is_accessible_and_fits_a_small_screen(
    make: Make, window: OpenWindow, scheme: str
) -> None:
    """At 320 px, without scripts, in both colours and languages."""
    workspace = await make(with_status() | {"interim_service_levels": [launch()]})
    await incident(workspace, title="Nobody can sign in")
    page = await window(java_script_enabled=False, viewport=SMALL, color_scheme=scheme)
    reader = await window(viewport=SMALL, color_scheme=scheme, bypass_csp=True)
    for language in ("en", "de"):
        await page.goto(f"{workspace.url}/status/{workspace.name}/?lang={language}")
        await expect(page.locator("html")).to_have_attribute("lang", language)
        await expect(page.get_by_role("heading", name="Nobody can sign in")).to_be_visible()
        await expect(page.locator(".hours li").first).to_have_text(re.compile("^P1: "))
        await reader.set_content(await page.content())
        for name in ("shared.css", "portal.css"):
            style = await page.context.request.get(f"{workspace.url}/status/{workspace.name}/files/{name}")
            await reader.add_style_tag(content=await style.text())
        await reader.evaluate(AXE)
        findings: list[str] = await reader.evaluate(FINDINGS, [])
        assert not findings, "\n".join(findings)
        assert await reader.evaluate("document.documentElement.scrollWidth <= innerWidth")
