"""The round trip at the desk, in a browser: back in public with a summary, and one answer for many."""

from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.browser.test_desk_conversation import served, write
from tests.support.browser import assert_accessible
from tests.support.desk_page import OpenDesk
from tests.support.documents import small
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]


async def test_an_answer_goes_back_to_the_public_and_to_others(make: Make, desk: OpenDesk) -> None:
    """What would reveal something is selected, by keyboard, until nothing does; then the thread has it. The same answer
    is news for an incident's subscribers.
    """
    document = small()
    document["agents"][0] |= {"may_inform": True}
    document["agents"][0]["capacity"]["channels"]["social"] = 3
    workspace = await make(document)
    incident = {"title": "No sign-in", "topics": ["sign_in"], "status": {"en": "We look into it."}, "declare": True}
    made = (await workspace.api.post("/v1/incidents", json=incident)).json()
    ann = await desk(workspace, "ann")
    contact = await served(workspace, ann, channel="social", visibility="public")
    page = ann.page
    await page.get_by_role("button", name="Private chat", exact=True).click()
    modes = page.get_by_role("group", name="What you write")
    await expect(modes.get_by_role("button", name="Public reply")).to_have_count(0)
    await write(ann, "Private reply", "Restart the old lighthouse box twice, please")

    await page.get_by_role("button", name="Answer in public…").press("Enter")
    dialog = page.get_by_role("dialog", name="Back to the public, with a summary")
    field = dialog.get_by_label("What everybody may read")
    await expect(field).to_be_focused()
    await assert_accessible(page)
    await field.fill("😀 It was 4711 22, so: restart the old lighthouse box twice, please")
    await dialog.get_by_role("button", name="Show it in the thread").press("Enter")
    places = dialog.get_by_role("alert").get_by_role("button")
    await expect(places).to_have_text(
        ["Number: 4711 22", "Said in private: restart the old lighthouse box twice, please"]
    )
    await expect(field).to_be_focused()
    selected = (
        "document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)"
    )
    assert await page.evaluate(selected) == "4711 22"
    await assert_accessible(page)
    await field.fill("Switch it off and on.")
    await page.keyboard.press("Tab")
    await dialog.get_by_role("button", name="Show it in the thread").press("Enter")
    await expect(page.get_by_text("The customer is asked whether it may be shown.")).to_be_visible()
    await expect(page.get_by_text("Summary: waiting for the customer")).to_be_visible()
    await assert_accessible(page)
    assert (await workspace.contact(contact["id"]))["modality"] == "one_to_one"
    url = f"/v1/contacts/{contact['id']}/summary"
    question = (await workspace.api.get(url)).json()["asked"]["id"]
    assert (await workspace.api.post(url, json={"summary_id": question, "agree": True})).status_code == 200
    await expect(page.get_by_text("Summary: the customer agreed")).to_be_visible()
    await expect(ann.said("Switch it off and on.").last).to_contain_text("Public: everybody can read it")
    assert (await workspace.contact(contact["id"]))["modality"] == "many_to_many"

    message = ann.said("Restart the old lighthouse").first
    await message.get_by_role("button", name="Others ask the same…").press("Enter")
    form = page.locator("form.changing")
    await form.get_by_label("What becomes of it").select_option(label="News for subscribers of: No sign-in")
    await form.get_by_label("What everybody may read of it").fill("Restart the box.")
    await assert_accessible(page)
    await form.get_by_role("button", name="Share").press("Enter")
    await expect(page.get_by_text("The subscribers are told.")).to_be_visible()
    assert (await workspace.api.get(f"/v1/incidents/{made['id']}")).json()["status"] == {"en": "Restart the box."}
