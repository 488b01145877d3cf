"""An agent's day at the desk, in a browser."""

import pytest
from playwright.async_api import expect

from tests.support.browser import OpenWindow, assert_accessible, cut, tab_to
from tests.support.desk_page import DeskPage, OpenDesk
from tests.support.service import Workspace

COMPLAINT = {"topic": "complaint", "customer": {"name": "Vera Lang", "external_id": "v-1"}}


async def test_a_contact_is_served_by_keyboard_alone(workspace: Workspace, window: OpenWindow) -> None:
    """From sign-in to wrap-up, by Tab, Enter, Space and what is typed."""
    page = await window()
    await page.goto(f"{workspace.url}/desk")
    await expect(page.get_by_label("Agent token")).to_be_focused()
    await page.keyboard.insert_text(await workspace.token("ann"))
    await page.keyboard.press("Enter")
    await DeskPage(page, workspace.url).connected()
    await expect(page.get_by_role("button", name="Available", exact=True)).to_be_focused()
    await page.keyboard.press("Space")

    contact = await workspace.post("the bill is wrong again", **COMPLAINT)
    await expect(page.get_by_role("button", name="Accept")).to_be_visible()
    await tab_to(page, tag="button", text="Accept")
    await page.keyboard.press("Enter")
    await workspace.until_state(contact["id"], "assigned")

    await tab_to(page, id="disposition")
    await page.keyboard.type("solved")
    await tab_to(page, tag="button", text="Complete")
    await page.keyboard.press("Enter")
    await workspace.until_state(contact["id"], "wrapping_up")

    await expect(page.get_by_role("button", name="Wrap-up done")).to_be_visible()
    await tab_to(page, tag="button", text="Wrap-up done")
    await page.keyboard.press("Enter")
    await workspace.until_state(contact["id"], "completed")
    await expect(page.get_by_text("Nothing under way.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_state_of_the_desk_is_accessible(workspace: Workspace, desk: OpenDesk, scheme: str) -> None:
    """Idle, an offer, an assignment, an error, a lost line: none breaks a rule of axe-core, in both schemes."""
    ann = await desk(workspace, "ann", color_scheme=scheme)
    await assert_accessible(ann.page)

    contact = await workspace.post("the bill is wrong again", **COMPLAINT)
    await expect(ann.shown().get_by_role("button", name="Accept")).to_be_visible()
    await assert_accessible(ann.page)

    await ann.accept()
    await assert_accessible(ann.page)

    async with cut(ann.page):
        await expect(ann.page.locator("#desk-banner")).to_contain_text("connection to the router is lost")
        await ann.shown().get_by_role("button", name="Put on hold").click()
        await expect(ann.page.get_by_role("log", name="Notices")).to_contain_text("Not connected")
        await assert_accessible(ann.page)
    await ann.connected()
    await ann.complete()
    await workspace.until_state(contact["id"], "wrapping_up")


async def test_a_refused_token_is_said_accessibly(workspace: Workspace, window: OpenWindow) -> None:
    page = await window()
    await page.goto(f"{workspace.url}/desk")
    await assert_accessible(page)
    await page.get_by_label("Agent token").fill("no token")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("not an agent token")
    await assert_accessible(page)


async def test_what_is_typed_and_what_is_served_outlive_a_lost_line(workspace: Workspace, desk: OpenDesk) -> None:
    """The desk says that the line is lost, comes back by itself, and has the contact and the notes as they were."""
    ann = await desk(workspace, "ann")
    await workspace.post("the bill is wrong again", **COMPLAINT)
    await ann.accept()
    notes = ann.shown().get_by_label("Notes")
    await notes.fill("half a sent")
    async with cut(ann.page):
        await expect(ann.page.locator("#connection")).to_have_text("Reconnecting…")
        await notes.press_sequentially("ence")
    await ann.connected()
    await expect(notes).to_have_value("half a sentence")
    await expect(ann.page.get_by_role("navigation").get_by_text("Vera Lang")).to_be_visible()


async def test_a_line_that_breaks_takes_nothing_from_under_the_agents_hands(
    workspace: Workspace, desk: OpenDesk
) -> None:
    """A dialog that is open stays open, with what is typed, the focus in its field; what came meanwhile is there."""
    ann = await desk(workspace, "ann")
    contact = await workspace.post("my bill is wrong", topic="complaint")
    await ann.accept()
    await ann.shown().get_by_role("button", name="Pass on").click()
    why = ann.page.locator("#transfer-reason")
    await why.fill("she asks for a")
    async with cut(ann.page):
        await workspace.api.post(f"/v1/contacts/{contact['id']}/messages", json={"kind": "note", "text": "look here"})
    await ann.connected()
    await expect(ann.said("look here")).to_be_attached()
    await expect(why).to_be_focused()
    await ann.page.keyboard.type(" manager")
    await expect(why).to_have_value("she asks for a manager")
