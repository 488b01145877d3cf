"""Guides at the desk, in a browser: answered by keyboard beside the conversation, and where a handoff begins."""

from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import expect

from tests.browser.test_desk_conversation import served
from tests.support.browser import assert_accessible
from tests.support.desk_page import OpenDesk
from tests.support.documents import small
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]
STEPS: list[dict[str, Any]] = [
    {"name": "heard", "title": "What is expected", "text": "Say it back.", "phase": "acknowledge", "answer": "text"},
    {"name": "account", "title": "Account found", "phase": "validate"},
    {"name": "lamp", "title": "Lamp", "phase": "isolate", "answer": "choice", "choices": ["red", "green"]},
]


def document() -> dict[str, Any]:
    guides = [
        {"name": "fees", "title": "A complaint about fees", "topics": ["complaint"], "steps": STEPS},
        {"name": "greet", "title": "Every contact", "kind": "checklist", "steps": [{"name": "hi", "title": "Hello"}]},
    ]
    made = small(guides=guides, escalations=[{"name": "P2", "queue": "fraud_desk"}])
    made["agents"][1]["skills"].append({"skill": "billing", "proficiency": 2})
    return made


async def test_a_guide_is_answered_by_keyboard_and_told_to_the_next_agent(make: Make, desk: OpenDesk) -> None:
    """In the dark, too; what was answered is there after a reload, is where the handoff begins, and is shown with the
    offer to the next agent.
    """
    workspace = await make(document())
    ann = await desk(workspace, "ann", color_scheme="dark")
    contact = await served(workspace, ann)
    page, guide = ann.page, ann.page.get_by_role("region", name="Guide")
    await expect(guide.get_by_role("status")).to_have_text("0 of 3 answered")
    await expect(guide.locator("[aria-current=step]")).to_contain_text("Say it back.")
    await assert_accessible(page)

    await page.keyboard.press("Escape")
    await page.keyboard.press("g")
    await expect(guide.get_by_label("What is expected")).to_be_focused()
    await page.keyboard.type("the fee back")
    await page.keyboard.press("Tab")
    await expect(guide.get_by_role("status")).to_have_text("1 of 3 answered")
    await expect(guide.get_by_label("Account found")).to_be_focused()
    await page.keyboard.press("Space")
    await expect(guide.get_by_role("status")).to_have_text("2 of 3 answered")
    await guide.get_by_label("Lamp").select_option("red")
    await expect(guide.get_by_role("status")).to_have_text("3 of 3 answered")
    await assert_accessible(page)
    await guide.get_by_label("Account found").uncheck()
    await expect(guide.get_by_role("status")).to_have_text("2 of 3 answered")

    await guide.get_by_label("Which guide").select_option("Every contact")
    await expect(guide.get_by_label("Hello")).to_be_focused()
    await page.reload()
    await ann.connected()
    await expect(guide.get_by_label("What is expected")).to_have_value("the fee back")

    lamps = {"steps": [{**STEPS[2], "choices": ["red", "green", "amber"]}]}
    assert (await workspace.api.patch("/v1/guides/fees", json=lamps)).status_code == 200
    await guide.get_by_label("Lamp").select_option("green")
    await expect(page.get_by_text("The guide has just been changed")).to_be_visible()
    await expect(guide.get_by_label("Lamp")).to_have_value("red")
    await guide.get_by_label("Lamp").select_option("amber")
    await expect(guide.get_by_role("status")).to_have_text("1 of 1 answered")
    await expect(guide.get_by_text("Answered before")).to_be_visible()

    await page.get_by_role("button", name="Pass on").click()
    dialog = page.get_by_role("dialog", name="Pass it on")
    form = dialog.locator("form").filter(has=page.get_by_role("heading", name="Escalate"))
    await expect(form.locator("#escalation-expectation")).to_have_value("What is expected: the fee back")
    await expect(form.locator("#escalation-tried")).to_have_value("Lamp: amber")
    await form.locator("#escalation-next_steps").fill("decide about the fee")
    await form.get_by_label("Why").fill("more than I may give")
    await form.get_by_role("button", name="Escalate").click()
    await expect(guide).to_be_hidden()

    fred = await desk(workspace, "fred")
    await fred.page.locator(f'[data-contact="{contact["id"]}"]').click()
    await expect(fred.shown().get_by_role("heading", name="Found out so far")).to_be_visible()
    await expect(fred.shown()).to_contain_text("the fee back")
    await fred.accept()
    await expect(fred.page.get_by_role("region", name="Guide").get_by_label("Lamp")).to_have_value("amber")
    await assert_accessible(fred.page)
