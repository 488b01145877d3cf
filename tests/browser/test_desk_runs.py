"""Runs at the desk, in a browser: an agent has a refund done, a colleague agrees, and the result goes into the answer."""

from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.browser.test_desk_conversation import served
from tests.support.browser import assert_accessible
from tests.support.desk_page import OpenDesk
from tests.support.service import Workspace
from tests.support.target import running_target
from tests.workflows.test_approvals import with_approval

Make = Callable[..., Awaitable[Workspace]]


async def test_a_refund_is_started_approved_and_told_by_keyboard(make: Make, desk: OpenDesk) -> None:
    """The form is made of what the workflow takes; the amount is shown to who decides, and the steps as they come."""
    async with running_target() as target:
        workspace = await with_approval(make, target)
        ann = await desk(workspace, "ann", color_scheme="dark")
        await served(workspace, ann)
        page, runs = ann.page, ann.page.get_by_role("region", name="Have it done")
        await runs.get_by_text("Have it done").click()
        await assert_accessible(page)
        await runs.get_by_label("order number").fill("A1234")
        await runs.get_by_label("Amount").fill("310")
        await page.keyboard.press("Enter")
        await expect(runs.get_by_role("status")).to_have_text("Waits for approval")
        await ann.page.locator("#presence").get_by_role("button", name="Away").click()

        fred = await desk(workspace, "fred")
        await fred.accept()
        asked = fred.page.get_by_role("region", name="Have it done")
        await expect(asked.locator(".amount")).to_have_text("US$310.00")
        await assert_accessible(fred.page)
        await asked.get_by_role("button", name="Approve").press("Enter")
        await expect(asked.get_by_text("Done", exact=True)).to_be_visible()

        await expect(runs.get_by_role("status")).to_have_text("Done")
        await expect(runs.get_by_text("paid")).to_be_visible()
        await runs.get_by_role("button", name="Insert into the answer").press("Enter")
        await expect(page.locator("#compose")).to_have_value("Your money is on its way.")
        await assert_accessible(page)
    assert len(target.called) == 1


EVIL = "<img src=x onerror=alert(1)>"
HOSTILE = {
    "type": "object",
    "properties": {
        "order": {"type": "string", "title": EVIL, "description": EVIL},
        "sure": {"type": "boolean", "enum": [True]},
        "kind": {"enum": [EVIL, 7, None]},
        "amount": {"type": "number"},
        "lines": {"type": "array", "items": {"type": "object"}},
        "odd": True,
    },
    "required": ["order", "amount", "sure"],
}


async def test_what_a_schema_and_an_input_say_is_shown_as_text(make: Make, desk: OpenDesk) -> None:
    """Also what is nested in an input that is to be approved. A truth of which one value is allowed can be given."""
    async with running_target() as target:
        workspace = await with_approval(make, target)
        spec = (await workspace.api.get("/v1/workflows/refund")).json()
        known = {name: spec[name] for name in ("name", "title", "url", "approval")}
        put = await workspace.api.put("/v1/workflows/refund", json={**known, "input_schema": HOSTILE})
        assert put.status_code == 200, put.text
        ann = await desk(workspace, "ann")
        contact = await served(workspace, ann)
        runs = ann.page.get_by_role("region", name="Have it done")
        await runs.get_by_text("Have it done").click()
        await runs.get_by_label(EVIL, exact=True).fill("A1")
        await runs.get_by_label("Sure").select_option("true")
        await runs.get_by_label("Kind").select_option(EVIL)
        await runs.get_by_label("Amount").fill("20")
        await ann.page.keyboard.press("Enter")
        await expect(runs.get_by_role("status")).to_have_text("Done")
        await ann.page.locator("#presence").get_by_role("button", name="Away").click()

        nested = {"order": EVIL, "amount": 310, "sure": True, "lines": [{"to": "mallory", "share": 300}]}
        body = {"workflow": "refund", "input": nested, "contact": contact["id"]}
        assert (await workspace.api.post("/v1/runs", json=body)).status_code == 201
        fred = await desk(workspace, "fred")
        await fred.accept()
        asked = fred.page.get_by_role("region", name="Have it done")
        await expect(asked.locator("dd", has_text="mallory")).to_contain_text('"share":300')
        await expect(asked.locator("dd", has_text=EVIL)).to_be_visible()
        assert await fred.page.locator("img[src=x]").count() == 0
