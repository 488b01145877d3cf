"""The coaching view of the workforce page: by the keyboard alone, from the cohort to what is agreed."""

from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Page, expect

from mci_router.access.keys import Scope
from tests.coaching.test_certificates import ALWAYS
from tests.coaching.test_weeks import COMPLAINT, coached, key_with, read, served, this_week
from tests.support.browser import OpenWindow, assert_accessible, focused
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]


def certified_floor() -> dict[str, Any]:
    """The workspace of the weeks, whose skill `fraud` asks for a certificate that nobody has."""
    document = coached()
    document["skills"] = [{"name": "fraud", "certificate": ALWAYS}, {"name": "billing"}]
    return document


async def opened(window: OpenWindow, workspace: Workspace, key: str, **options: Any) -> Page:
    page = await window(**options)
    await page.goto(f"{workspace.url}/workforce#coaching")
    await page.get_by_label("API key with the scope workforce:read").focus()
    await page.keyboard.type(key)
    await page.keyboard.press("Enter")
    return page


async def to(page: Page, name: str, most: int = 60) -> None:
    """Presses Tab until what is called so has the focus."""
    for _ in range(most):
        await page.keyboard.press("Tab")
        element = await focused(page)
        label = await page.evaluate("document.activeElement.labels?.[0]?.textContent ?? ''")
        if name in (element["text"], label):
            return
    raise AssertionError(f"no Tab leads to {name!r}")


async def press(page: Page, name: str) -> None:
    await to(page, name)
    await page.keyboard.press("Enter")


async def to_this_week(page: Page) -> None:
    """From the cohorts to the week of ann that goes on."""
    await press(page, "Ann")
    await expect(page.get_by_role("heading", name="Ann, week")).to_be_focused()
    await page.keyboard.press("Shift+Tab")  # the last button above the heading is `Week after`
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=this_week())).to_be_focused()


async def test_a_week_is_coached_by_the_keyboard_alone(window: OpenWindow, make: Make) -> None:
    """Cohort, week, conversation, form: each reached by Tab, each accessible, in the dark too; and what is kept
    is what the API has.
    """
    workspace = await make(certified_floor())
    await served(workspace, "ann", COMPLAINT)
    page = await opened(window, workspace, workspace.key, color_scheme="dark")
    await expect(page.get_by_role("region", name="The cohort floor, and its agents")).to_contain_text("all 2")
    await expect(page.locator("#lapsing")).to_contain_text("is without it: missing")
    await assert_accessible(page)
    await to_this_week(page)
    await press(page, "Read")
    await expect(page.get_by_role("heading", name="The conversation")).to_be_focused()
    await expect(page.locator(".talk")).to_contain_text("I want to complain")
    await page.keyboard.press("Shift+Tab")
    await expect(page.get_by_role("button", name="Review")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Form")).to_be_focused()
    await assert_accessible(page)
    for question, answer in (
        ("Greets by name", "y"),
        ("Verifies before anything is said (a no makes the score 0)", "y"),
    ):
        await to(page, question)
        await page.keyboard.press(answer)
    await to(page, "Hears what is meant")
    await page.keyboard.press("5")
    await to(page, "Says why the customer holds")
    await page.keyboard.press("d")
    await to(page, "Comment")
    await page.keyboard.type("Warm, and to the point.")
    await press(page, "Keep the review")
    await expect(page.get_by_text("Quality of chats: 100 %")).to_be_visible()
    week = await read(workspace, f"agents/ann/weeks/{this_week()}")
    assert [(one["score"], one["comment"]) for one in week["reviews"]] == [(1, "Warm, and to the point.")]
    for _ in range(4):  # the buttons above the heading, which has the focus
        await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#lapsing")).to_contain_text("is without it: missing")


async def test_an_action_is_agreed_and_settled_by_the_keyboard_alone(window: OpenWindow, make: Make) -> None:
    """A text, a day, who agreed; then whether it was done."""
    workspace = await make(coached())
    page = await opened(window, workspace, workspace.key)
    await to_this_week(page)
    await to(page, "What is agreed")
    await page.keyboard.type("Say the next step")
    await to(page, "By when")
    await page.keyboard.type("12312199")  # Chromium has its own language here: the month comes first
    await to(page, "Who agreed, with commas between")
    await page.keyboard.type("Ann, Ben")
    await press(page, "Agree")
    await expect(page.locator(".agreed")).to_contain_text("Agreed by Ann, Ben")
    await press(page, "Done: Say the next step")
    await expect(page.locator(".agreed")).to_contain_text("done, says")  # not the button "Not done"
    await assert_accessible(page)
    week = await read(workspace, f"agents/ann/weeks/{this_week()}")
    assert [(one["text"], one["agreed_by"], one["state"], one["due_on"]) for one in week["actions"]] == [
        ("Say the next step", ["Ann", "Ben"], "done", "2199-12-31")
    ]


async def test_a_month_is_read_week_by_week_by_the_keyboard_alone(window: OpenWindow, make: Make) -> None:
    """From the week to its month, with figures beside the cohort and adherence; and from there to a week of it."""
    workspace = await make(coached())
    action = {"text": "Say the next step", "due_on": "2199-01-01", "agreed_by": ["Ann"]}
    agreed = await workspace.api.post(f"/v1/coaching/agents/ann/weeks/{this_week()}/actions", json=action)
    assert agreed.status_code == 201, agreed.text
    page = await opened(window, workspace, workspace.key, color_scheme="dark")
    await to_this_week(page)
    for _ in range(3):
        await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Ann, month")).to_be_focused()
    weeks = page.get_by_role("region", name="The weeks of the month")
    await expect(weeks.get_by_role("columnheader")).to_have_text(
        ["week", "handled", "AHT", "CSAT", "FCR", "transferred", "escalated", "adherence", "score of reviews"]
    )
    await expect(page.get_by_role("region", name="The month's figures")).to_contain_text("floor, 2 agents")
    await assert_accessible(page)
    await press(page, "Done: Say the next step")
    await expect(page.locator(".agreed")).to_contain_text("done, says")
    await press(page, this_week())
    await expect(page.get_by_role("heading", name=f"week {this_week()}")).to_be_focused()
    await expect(page.get_by_role("region", name="The week's figures")).to_contain_text("adherence")


async def test_a_key_without_the_scope_is_told_so(window: OpenWindow, make: Make) -> None:
    """In words, above the view; nothing else is shown."""
    workspace = await make(coached())
    page = await opened(window, workspace, await key_with(workspace, Scope.WORKFORCE_READ))
    await expect(page.get_by_role("alert")).to_contain_text("coaching:read")
    await expect(page.locator("#cohorts section")).to_have_count(0)
