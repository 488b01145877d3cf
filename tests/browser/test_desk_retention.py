"""Customers who may leave, at the desk, in a browser: what the agent says with the keyboard is in the report."""

from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import expect

from tests.api.test_retention import leaving
from tests.support.browser import assert_accessible
from tests.support.desk_page import OpenDesk
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]


async def test_the_agent_says_whether_the_customer_stays(make: Make, desk: OpenDesk) -> None:
    """Only for a topic that asks for it; a worth only of who stays."""
    workspace = await make(leaving())
    ann = await desk(workspace, "ann")
    contact = await workspace.post("I want to cancel", topic="complaint", customer={"external_id": "v-1"})
    await ann.page.locator(f'[data-contact="{contact["id"]}"]').click()
    await ann.accept()
    group = ann.page.get_by_role("group", name="The customer may leave")
    await expect(group).to_be_visible()
    await assert_accessible(ann.page)
    await ann.page.locator("#topic").select_option("how_to")
    await expect(group).to_be_hidden()
    await ann.page.locator("#topic").select_option("")
    await expect(group).to_be_visible()
    await expect(group.get_by_label("Worth in EUR")).to_be_disabled()
    await ann.page.locator("#disposition").select_option("solved")
    await group.get_by_label("The customer", exact=True).select_option("yes")
    await group.get_by_label("Offers made").fill("2")
    await group.get_by_label("Offers taken").fill("1")
    await group.get_by_label("Worth in EUR").fill("99.90")
    await group.get_by_label("Worth in EUR").press("Enter")

    async def told() -> list[dict[str, Any]] | None:
        rows: list[dict[str, Any]] = (await workspace.api.get("/v1/reports/retention")).json()["rows"]
        return rows or None

    (row,) = await eventually(told)
    assert (row["agent"], row["offers_made"], row["offers_kept"], row["saved"]) == ("ann", 2, 1, 1)
    assert row["amount"] == "99.90"
