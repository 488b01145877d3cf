"""Where the focus is for those who have no mouse: it is never lost, always seen, and nothing stays in its way."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from tests.browser.test_desk_answers import ARTICLES
from tests.browser.test_desk_conversation import says, served
from tests.support.browser import OpenWindow, focused, tab_to
from tests.support.desk_page import OpenDesk
from tests.support.documents import small
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]
HIGHER = "document.documentElement.scrollHeight - innerHeight"


async def presses(page: Page, name: str) -> None:
    """By the keyboard, wherever the button is."""
    await page.get_by_role("main", name="Contact").get_by_role("button", name=name, exact=True).focus()
    await page.keyboard.press("Enter")


async def test_the_focus_outlives_what_is_pressed(workspace: Workspace, desk: OpenDesk) -> None:
    """A button that goes, or is drawn again, leaves it to what stands in its place, or to the heading of what is shown."""
    ann = await desk(workspace, "ann", available=False)
    await presses(ann.page, "Become available")
    await expect(ann.page.get_by_role("heading", name="Waiting for a contact")).to_be_focused()
    contact = await served(workspace, ann, "the bill is wrong again")
    await presses(ann.page, "Put on hold")
    await expect(ann.shown().get_by_role("button", name="Take off hold")).to_be_focused()
    await ann.page.keyboard.press("Enter")
    await expect(ann.shown().get_by_role("button", name="Put on hold")).to_be_focused()
    await presses(ann.page, "Park")
    await expect(ann.shown().get_by_role("button", name="Go on")).to_be_visible()
    assert (await focused(ann.page))["tag"] == "h3"
    await presses(ann.page, "Go on")
    await expect(ann.shown().get_by_role("button", name="Park")).to_be_visible()
    assert (await focused(ann.page))["tag"] == "h3"
    await ann.page.locator("#disposition").select_option("solved")
    await presses(ann.page, "Complete")
    await workspace.until_state(contact["id"], "wrapping_up")
    await expect(ann.shown().get_by_role("button", name="Wrap-up done")).to_be_visible()
    assert (await focused(ann.page))["tag"] == "h3"


async def test_who_goes_on_is_not_told_that_the_customer_has_written(workspace: Workspace, desk: OpenDesk) -> None:
    """Which the agent would look for, and not find."""
    ann = await desk(workspace, "ann")
    contact = await served(workspace, ann, "the bill is wrong again")
    notices = ann.page.get_by_role("log", name="Notices")
    await presses(ann.page, "Park")
    await presses(ann.page, "Go on")
    await expect(notices).to_contain_text("Yours again.")
    assert "has written" not in await notices.inner_text()
    await presses(ann.page, "Park")
    await workspace.until_state(contact["id"], "waiting_for_customer")
    await says(workspace, contact, "hello?")
    await expect(notices).to_contain_text("The customer has written: yours again.")


async def test_the_answers_do_not_stay_over_the_conversation(make: Make, desk: OpenDesk) -> None:
    """Tab goes through the field and the suggestions to the reply: the list is closed then. A suggestion's ring is
    within it, where nothing cuts it off.
    """
    workspace = await make(small(articles=ARTICLES))
    ann = await desk(workspace, "ann")
    await served(workspace, ann, "these fees on my bill are wrong", language="en")
    chip, found = ann.page.get_by_role("button", name="Fees on your bill"), ann.page.locator(".found")
    await expect(chip).to_be_visible()
    await ann.page.get_by_role("combobox", name="Search answers").focus()
    await expect(found).to_be_visible()
    await tab_to(ann.page, text="Fees on your bill")
    await expect(found).to_be_visible()
    assert await chip.evaluate("chip => parseFloat(getComputedStyle(chip).outlineOffset)") <= -3
    await tab_to(ann.page, id="compose")
    await expect(found).to_be_hidden()


async def test_the_desk_is_as_high_as_the_window(workspace: Workspace, desk: OpenDesk) -> None:
    """What only screen readers read adds no line below it, which would scroll."""
    ann = await desk(workspace, "ann")
    assert await ann.page.evaluate(HIGHER) == 0


@pytest.mark.parametrize("path", ["wallboard", "reports", "workforce"])
async def test_who_gives_the_key_is_taken_to_the_page(window: OpenWindow, workspace: Workspace, path: str) -> None:
    """The form that had the focus is gone: the page's heading has it, and is read out."""
    page = await window()
    await page.goto(f"{workspace.url}/{path}")
    await page.locator("#key").fill(workspace.key)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
