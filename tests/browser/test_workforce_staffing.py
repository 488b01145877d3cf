"""The view of staffing: asked, watched, read and changed, by keys and in the dark."""

import pytest
from playwright.async_api import Page, expect

from tests.support.browser import OpenWindow, assert_accessible
from tests.support.service import Workspace

DAY = "2026-12-01"
HEADING = "queue;channel;begins;arrivals;aht_s"
SEARCH_MS = 90_000  # of a search for a minute, on a busy machine


def demand(calls: int) -> bytes:
    """An hour's calls, as a file."""
    rows = [f"voice;voice;{DAY}T09:{minutes}:00Z;{calls};120" for minutes in ("00", "15", "30", "45")]
    return "\n".join([HEADING, *rows]).encode()


async def asked(window: OpenWindow, workspace: Workspace, calls: int) -> Page:
    page = await window()
    await page.goto(f"{workspace.url}/workforce#staffing")
    await page.get_by_label("API key").fill(workspace.key)
    await page.get_by_role("button", name="Go on").click()
    await expect(page.get_by_text("Nothing was asked for yet.")).to_be_visible()
    await page.get_by_label("Day", exact=True).fill(DAY)
    await page.get_by_label("Search for at most").select_option("60")
    file = {"name": "demand.csv", "mimeType": "text/csv", "buffer": demand(calls)}
    await page.get_by_label("Demand as CSV").set_input_files(file)  # type: ignore[arg-type]
    await page.get_by_role("button", name="Find the least staff").click()
    return page


@pytest.mark.timeout(240)
async def test_the_least_staff_is_asked_for_and_a_change_is_played(window: OpenWindow, workspace: Workspace) -> None:
    """The guess is there at once; then the staff with its days; then what two agents more would do."""
    page = await asked(window, workspace, 10)
    job = page.get_by_role("region", name="Staffing job", exact=True)
    await expect(job.get_by_role("status")).to_contain_text("Erlang A asks for")
    await expect(page.get_by_role("region", name="Agents that Erlang A asks for").locator("tbody tr")).to_have_count(1)
    await assert_accessible(page)
    await expect(job.get_by_role("status")).to_contain_text("The least staff:", timeout=SEARCH_MS)
    levels = page.get_by_role("region", name="Queues on the days played").locator("tbody tr")
    await expect(levels).to_have_count(1)
    await expect(levels.locator("td").first).to_have_text("80 % in 20 s")
    await page.emulate_media(color_scheme="dark")
    await assert_accessible(page)
    await page.get_by_label("Agents more (or fewer)").fill("2")
    await page.get_by_role("button", name="Play it on the same days").press("Enter")
    compared = page.get_by_role("region", name="What the change does, on the same days").locator("tbody tr")
    await expect(compared).to_have_count(1, timeout=SEARCH_MS)
    await expect(page.get_by_role("region", name="Staffing jobs").locator("tbody tr")).to_have_count(2)
    await assert_accessible(page)


@pytest.mark.timeout(180)
async def test_a_search_is_cancelled(window: OpenWindow, workspace: Workspace) -> None:
    """By its button, which goes with the search."""
    page = await asked(window, workspace, 300)
    await page.get_by_role("button", name="Cancel the search").press("Enter")
    await expect(page.get_by_role("button", name="Cancel the search")).to_be_hidden(timeout=SEARCH_MS)
    await expect(page.get_by_role("region", name="Staffing jobs").get_by_text("cancelled")).to_be_visible()


async def test_what_cannot_be_asked_is_said(window: OpenWindow, workspace: Workspace) -> None:
    """Without a forecast and without a file there is no demand."""
    page = await window()
    await page.goto(f"{workspace.url}/workforce#staffing")
    await page.get_by_label("API key").fill(workspace.key)
    await page.get_by_role("button", name="Go on").click()
    await page.get_by_role("button", name="Find the least staff").click()
    await expect(page.locator("#problem")).to_contain_text("there is no forecast")
