"""The scorecard on the reports page: what it shows is what the API says, with the definition one click away."""

import csv
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.browser.test_reports_page import shown
from tests.insight.scored import NOON, PERIOD, a_day, answered, by_measure, card, handled, of_berlin
from tests.support.browser import OpenWindow, assert_accessible
from tests.support.service import Workspace


async def of_the_day(window: OpenWindow, workspace: Workspace, **options: Any) -> Page:
    """The page with the scorecard of the day made by hand, reached with the keyboard alone."""
    page = await shown(lambda: window(**options), workspace)
    await page.get_by_label("Period").focus()
    await page.keyboard.press("End")
    await page.keyboard.press("Tab")
    await expect(page.get_by_label("Which one")).to_be_focused()
    await page.keyboard.type(PERIOD)
    await page.keyboard.press("Enter")
    await expect(page.locator("#scorecard-state")).to_contain_text("compared with")
    await expect(page.locator("#scorecard-state")).to_contain_text("2026")
    return page


def of(page: Page, measure: str) -> Locator:
    return page.locator(f"[data-measure={measure}]")


async def test_the_cards_say_what_the_api_says(window: OpenWindow, make: Any) -> None:
    """Figure, target, verdict, interval, number and trend; what is not measured says so; the definition word for word."""
    workspace = await of_berlin(make)
    await a_day(workspace)
    await answered(workspace, NOON, 190, 30)
    await answered(workspace, NOON - timedelta(days=1), 180, 60)
    page = await of_the_day(window, workspace)
    await expect(of(page, "csat").locator(".figure")).to_have_text("86.4 %")
    answer = await card(workspace)
    rows, measures = by_measure(answer), {one["name"]: one for one in answer["measures"]}
    await expect(of(page, "csat")).to_contain_text("met, may be chance Target: at least 85 %")
    await expect(of(page, "csat")).to_contain_text("in 95 of 100 cases; 220 answers")
    await expect(of(page, "csat")).to_contain_text("Up by 11.4 points from 75 %, more than chance")
    await expect(of(page, "aht")).to_contain_text("missed, may be chance Target: 6:00 min to 10:00 min")
    await expect(of(page, "abandonment")).to_contain_text("missed, may be chance Target: below 5 %")
    await expect(of(page, "service_level")).to_contain_text("Missed by: Desk")
    await expect(of(page, "service_level")).to_contain_text("Target: each queue's own goal")
    await expect(of(page, "fcr")).to_contain_text(
        "Not measured yet: 0 of 30 first contacts that are at least 7 days old"
    )
    await expect(of(page, "fcr").locator(".figure")).to_have_text("–")
    assert await page.locator("#scorecard .measure").count() == len(rows)
    places = [await of(page, measure).bounding_box() for measure in ("csat", "aht")]
    assert places[0]
    assert places[1]
    assert places[0]["y"] == places[1]["y"], "AHT and CSAT stand side by side"
    for measure in ("csat", "abandonment", "escalations"):
        lines = await of(page, measure).locator(".target").evaluate("(target) => target.getClientRects().length")
        assert lines == 1, "a target stands whole"
        assert "\u00a0%" in str(await of(page, measure).locator(".target").text_content())
    for measure, told in measures.items():
        summary = of(page, measure).get_by_text("What it counts")
        await summary.focus()
        await page.keyboard.press("Enter")
        await expect(of(page, measure).locator("dl")).to_contain_text(told["counts"])
        await expect(of(page, measure).locator("dl")).to_contain_text(told["basis"])
    await assert_accessible(page)


async def test_by_queue_it_is_a_table_and_a_file(window: OpenWindow, make: Any, tmp_path: Path) -> None:
    """A line a queue, in the dark; the file has what the API has; a note says where the handle time fell with CSAT."""
    workspace = await of_berlin(make)
    await handled(workspace, NOON, [280, 320] * 16)
    await handled(workspace, NOON - timedelta(days=1), [480, 520] * 16)
    await answered(workspace, NOON, 180, 60)
    await answered(workspace, NOON - timedelta(days=1), 230, 20)
    page = await of_the_day(window, workspace, color_scheme="dark")
    await page.get_by_label("Shown").select_option("queue")
    line = page.locator("#scorecard-figures tbody tr")
    await expect(line).to_have_count(1)
    await expect(line.locator("th")).to_have_text("Desk")
    await expect(line.locator("td").first).to_contain_text("75 %")
    await expect(line.locator("td").first).to_contain_text("n = 240")
    await expect(page.locator("#scorecard-notes li")).to_contain_text("Desk: AHT fell by 200 s, and CSAT with it")
    await assert_accessible(page)
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Download the scorecard as CSV").click()
    await (await download.value).save_as(tmp_path / "card.csv")
    listed = list(csv.DictReader(StringIO((tmp_path / "card.csv").read_text(encoding="utf-8"))))
    answer = await card(workspace, group_by="queue")
    assert [(row["group"], row["measure"], row["n"]) for row in listed] == [
        (row["group"], row["measure"], str(row["n"])) for row in answer["rows"]
    ]


async def test_on_paper_all_is_open(window: OpenWindow, make: Any) -> None:
    """Printed, definitions are open and what is only pressed is left out; a wrong name says what is wrong."""
    workspace = await of_berlin(make)
    page = await of_the_day(window, workspace)
    await page.wait_for_load_state("networkidle")  # the field's change and the key have asked, one after the other
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")
    await page.emulate_media(media="print")
    await expect(page.get_by_role("button", name="Download the scorecard as CSV")).to_be_hidden()
    await expect(of(page, "csat").locator("dl")).to_be_visible()
    await page.set_viewport_size({"width": 1047, "height": 718})  # A4 across, without its margins
    needed, given = await page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert needed <= given, "no column is cut off"
    await page.emulate_media(media="screen")
    await page.get_by_label("Which one").fill("2026-13")
    await page.keyboard.press("Enter")
    await expect(page.locator("#problem")).to_contain_text("2026-13 is not in the calendar")
