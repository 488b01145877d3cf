"""Charts: drawn within the pages' own policy, read by keys, by ear and as a table, in the dark and on paper."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.api.test_interval_reports import DAY, berlin
from tests.api.test_times_of_day import with_arrivals
from tests.browser.test_reports_page import shown
from tests.support.browser import OpenWindow, assert_accessible
from tests.support.service import Workspace, eventually

NOON = 1_793_185_200  # 2026-10-28 12:00 in Berlin
DRAW = """async (options) => {
  const { chart } = await import("/assets/charts.js");
  document.querySelector("main.reports").prepend(chart(options));
}"""
PIXELS = """() => {
  const canvas = document.querySelector(".chart canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const seen = {};
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 250) {
    const colour = `${data[at]},${data[at + 1]},${data[at + 2]}`;
    seen[colour] = (seen[colour] ?? 0) + 1;
  }
  return seen;
}"""
LIGHT, DARK = "0,103,165", "100,181,240"
OPTIONS: dict[str, Any] = {
    "title": "Contacts of the help desk",
    "unit": "contacts",
    "zone": "Europe/Berlin",
    "x": [NOON + 900 * number for number in range(4)],
    "series": [
        {"label": "forecast", "values": [10, 12, 14, 12], "band": {"low": [8, 9, 11, 9], "high": [12, 15, 17, 15]}},
        {"label": "came", "values": [11, None, 13, 1200.5], "kind": "bars"},
    ],
}


async def drawn(page: Page, **other: Any) -> None:
    """Draws a chart into the page and waits until it stands there."""
    await page.evaluate(DRAW, OPTIONS | other)
    await expect(page.locator(".chart canvas")).to_be_visible()
    await painted(page, LIGHT)


async def painted(page: Page, colour: str) -> dict[str, int]:
    """The colours of the canvas and how often each is there, once this one is."""

    async def seen() -> dict[str, int] | None:
        colours: dict[str, int] = await page.evaluate(PIXELS)
        return colours if colour in colours else None

    found: dict[str, int] = await eventually(seen)
    return found


async def test_a_chart_is_read_by_keys_by_ear_and_as_a_table(window: OpenWindow, workspace: Workspace) -> None:
    """Without a mouse, without eyes, and with nothing that the policy has to stop: the window fails for that. Times
    are those of the zone, a gap is said as one, and a band has its two columns.
    """
    page = await shown(window, workspace)
    await drawn(page)
    plot, said = page.locator(".chart .plot"), page.locator(".chart .said")
    await plot.focus()
    await page.keyboard.press("ArrowRight")
    await expect(said).to_contain_text("12:00")
    await expect(said).to_contain_text("forecast 10 contacts (8 contacts to 12 contacts), came 11 contacts")
    await expect(said).to_have_attribute("aria-live", "polite")
    await page.keyboard.press("ArrowRight")
    await expect(said).to_contain_text("came –")
    await page.keyboard.press("End")
    await expect(said).to_contain_text("12:45")
    await page.keyboard.press("ArrowRight")
    await expect(said).to_contain_text("came 1,200.5 contacts")
    await page.keyboard.press("Home")
    await expect(said).to_contain_text("12:00")
    await page.get_by_text("The same as a table").click()
    rows = page.locator(".chart tbody tr")
    await expect(rows).to_have_count(4)
    titles = ["from", "forecast", "forecast, at least", "forecast, at most", "came"]
    assert await page.locator(".chart thead th").all_inner_texts() == titles
    assert (await rows.nth(1).locator("td").all_inner_texts())[1:] == ["9 contacts", "15 contacts", "–"]
    await assert_accessible(page)


async def test_a_chart_follows_the_dark_and_is_light_on_paper(window: OpenWindow, workspace: Workspace) -> None:
    """It is drawn again when the reader's preference changes, in a width that fits the page when it is printed, and as
    before afterwards.
    """
    page = await shown(window, workspace)
    await drawn(page, series=OPTIONS["series"][:1])
    await page.emulate_media(color_scheme="dark")
    assert LIGHT not in await painted(page, DARK)
    await assert_accessible(page)
    wide = await page.locator(".chart canvas").bounding_box()
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")
    await painted(page, LIGHT)
    printed = await page.locator(".chart canvas").bounding_box()
    assert wide
    assert printed
    assert printed["width"] <= 660 < wide["width"]
    await page.evaluate("dispatchEvent(new Event('afterprint'))")
    await painted(page, DARK)


async def test_nothing_to_draw_is_said(window: OpenWindow, workspace: Workspace) -> None:
    """Rather than an empty frame."""
    page = await shown(window, workspace)
    await page.evaluate(DRAW, OPTIONS | {"x": [], "series": [{"label": "came", "values": []}]})
    await expect(page.locator(".chart")).to_contain_text("There is nothing to draw.")


async def test_a_figure_of_a_report_is_drawn_and_another_one_when_it_is_chosen(window: OpenWindow, make: Any) -> None:
    """By intervals, a line for each group; an interval in which nothing came counts nought, and has no share."""
    workspace = await berlin(make)
    page = await shown(window, workspace)
    for field in ("#from", "#to"):
        await page.locator(field).fill("2026-10-25")
    await page.locator("#interval").select_option("PT1H")
    await page.get_by_role("button", name="Show", exact=True).click()
    await expect(page.locator(".chart figcaption")).to_have_text("Queues: offered")
    assert await page.locator(".chart .legend li").all_inner_texts() == ["Desk", "Voice"]
    await page.get_by_text("The same as a table").click()
    rows = page.locator(".chart tbody tr")
    await expect(rows).to_have_count(12)  # from the first of the two hours from two to three, to noon
    assert [await rows.nth(number).locator("td").first.inner_text() for number in (0, 1, 2, 11)] == ["1", "1", "0", "4"]
    await page.locator("#figure").select_option(label="service level")
    await expect(page.locator(".chart figcaption")).to_have_text("Queues: service level")
    await page.get_by_text("The same as a table").click()
    await expect(rows.nth(2).locator("td").first).to_have_text("–")
    await assert_accessible(page)
    await page.locator("#interval").select_option("P1D")
    await page.get_by_role("button", name="Show", exact=True).click()
    await expect(page.locator("#state")).to_contain_text("2 rows.")
    await expect(page.locator(".chart")).to_have_count(0)  # a single day is no line


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_matrix_through_the_day(window: OpenWindow, make: Any, scheme: str) -> None:
    """A table whose cells have colours on which their text stands out; the most has the strongest, nothing has none;
    and another dimension is one click away.
    """
    workspace = await with_arrivals(make)
    page = await shown(window, workspace)
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.locator("#report").select_option("times-of-day")
    await page.locator("#from").fill("2026-10-24")
    await page.locator("#to").fill("2026-10-25")
    await page.get_by_role("button", name="Show", exact=True).click()
    cells = page.locator(".heat tbody tr").first.locator("td")
    await expect(cells).to_have_count(24)
    await expect(cells.nth(9)).to_have_text("3.5")
    await expect(cells.nth(9)).to_have_class("heat-6")
    await expect(cells.nth(10)).to_have_class("heat-0")
    await expect(page.locator(".heat tbody tr").nth(1).locator("td").nth(2)).to_have_class("heat-3")
    await expect(page.locator("#state")).to_have_text("2 rows. Times are those of Europe/Berlin.")
    await assert_accessible(page)
    await page.get_by_role("radio", name="topic", exact=True).check()
    await page.locator("#interval").select_option("PT15M")
    await page.get_by_role("button", name="Show", exact=True).click()
    await expect(page.locator(".heat thead th")).to_have_count(97)
    assert await page.locator(".heat tbody th").all_inner_texts() == ["Cannot sign in", "–", "Complaint"]
    await page.locator("#report").select_option("queues")
    await page.get_by_role("button", name="Show", exact=True).click()
    await expect(page.locator("#rows table")).to_be_visible()
    await expect(page.locator(".heat")).to_have_count(0)


async def test_a_report_is_downloaded_whole_and_says_how_far_it_has_come(window: OpenWindow, make: Any) -> None:
    """As CSV and as NDJSON, what the API gives; a file that breaks off is said to be none."""
    workspace = await berlin(make)
    page = await shown(window, workspace)
    for field in ("#from", "#to"):
        await page.locator(field).fill("2026-10-25")
    for name, ending in (("CSV", "csv"), ("NDJSON", "ndjson")):
        async with page.expect_download() as downloading:
            await page.get_by_role("button", name=f"Download as {name}", exact=True).click()
        file = await downloading.value
        assert file.suggested_filename == f"queues-2026-10-25.{ending}"
        exported = await workspace.api.get("/v1/exports/queues", params=DAY | {"group_by": "queue", "format": ending})
        assert Path(await file.path()).read_bytes() == exported.content
        await expect(page.locator("#state")).to_contain_text("2 rows have come.")
    await page.route("**/v1/exports/*", lambda route: route.fulfill(status=429, json={"detail": "One at a time."}))
    await page.get_by_role("button", name="Download as CSV").click()
    await expect(page.locator("#problem")).to_have_text("One at a time.")
