"""Written answers at the desk, in a browser: found and inserted by keyboard, adapted, sent, and counted."""

from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.browser.test_desk_conversation import said, says, served
from tests.support.browser import assert_accessible
from tests.support.desk_page import OpenDesk
from tests.support.documents import small
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]
ARTICLES = [
    {"name": "fees", "topic": "complaint", "title": "Fees on your bill", "body": "Fees are listed on page two."},
    {"name": "late", "topic": "complaint", "title": "Late payments", "body": "Pay within two weeks."},
]
CANNED = [
    {"name": "hello", "title": "Greeting", "text": "Hello {customer_name}, {agent_name} here.", "shortcut": "hello"},
    {"name": "case", "title": "Topic", "text": "About {customer_name}: ", "shortcut": "about"},
]


async def test_an_answer_is_found_inserted_adapted_and_counted(make: Make, desk: OpenDesk) -> None:
    """By keyboard alone, without anything being sent by itself; a gap in a canned answer is not sent."""
    workspace = await make(small(articles=ARTICLES, canned_answers=CANNED))
    ann = await desk(workspace, "ann")
    contact = await served(workspace, ann, "these fees on my bill are wrong", language="en")
    page, field = ann.page, ann.page.get_by_role("combobox", name="Search answers")
    await expect(page.get_by_role("button", name="Fees on your bill")).to_be_visible()
    await assert_accessible(page)

    await page.locator("#compose").fill("Good day. ")
    await page.keyboard.press("Control+k")
    await expect(field).to_be_focused()
    options = page.get_by_role("listbox", name="Answers found").get_by_role("option")
    await expect(options.first).to_contain_text("Fees are listed on page two.")
    await assert_accessible(page)
    await page.keyboard.type("late paym")
    await expect(options).to_have_count(1)
    await expect(field).to_have_attribute("aria-activedescendant", str(await options.first.get_attribute("id")))
    await page.keyboard.press("Enter")
    await expect(page.locator("#compose")).to_be_focused()
    await expect(page.locator("#compose")).to_have_value("Good day. Pay within two weeks.")
    assert [kind for kind, _ in await said(workspace, contact)] == ["customer"]
    await page.keyboard.press("Control+Enter")
    await expect(ann.said("Good day. Pay within two weeks.").first).to_be_visible()

    await page.keyboard.press("Control+k")
    await expect(options.first).to_contain_text("Fees on your bill")
    await page.keyboard.press("Enter")
    await expect(page.locator("#compose")).to_have_value("Fees are listed on page two.")
    await page.locator("#compose").fill("Fees are listed on page three.")
    await page.keyboard.press("Control+Enter")
    await expect(ann.said("page three").first).to_be_visible()

    async def counted() -> dict[str, tuple[int, int]]:
        items = (await workspace.api.get("/v1/reports/answers")).json()["items"]
        uses = {one["name"]: (one["agents"]["helped"], one["agents"]["edited"]) for one in items}
        return uses if uses == {"late": (1, 0), "fees": (0, 1)} else {}

    assert await eventually(counted)

    await expect(page.locator("#compose")).to_be_focused()
    await page.keyboard.type("Well. ;hello")
    await expect(page.locator("#compose")).to_have_value("Well. ;hello")
    await page.keyboard.press("Tab")
    await expect(page.locator("#compose")).to_have_value("Well. Hello Vera Lang, Ann here.")
    await page.locator("#compose").fill("")
    await says(workspace, contact, "late payments are what I mean")
    await expect(page.get_by_role("region", name="Written answers").get_by_role("button").first).to_have_text(
        "Late payments"
    )


async def test_a_value_that_nobody_knows_is_not_sent_as_a_gap(make: Make, desk: OpenDesk) -> None:
    """The desk says which one, and selects it."""
    workspace = await make(small(articles=[], canned_answers=CANNED))
    ann = await desk(workspace, "ann")
    contact = await served(workspace, ann, customer={"external_id": "nameless"}, language="en")
    page, compose = ann.page, ann.page.locator("#compose")
    await compose.press_sequentially(";about")
    await page.keyboard.press("Tab")
    await expect(compose).to_have_value("About {customer_name}:")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("alert").get_by_text("{customer_name}")).to_be_visible()
    await page.keyboard.type("you")
    await expect(compose).to_have_value("About you:")
    await page.keyboard.press("Control+Enter")
    await expect(ann.said("About you:").first).to_be_visible()

    async def written() -> bool:
        return [text for _, text in await said(workspace, contact)][1:] == ["About you:"]

    assert await eventually(written)
