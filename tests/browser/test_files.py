"""A photo from a customer's chat to the desk, and a file back: chosen, pasted, shown small, and saved by its link."""

from playwright.async_api import FilePayload, expect

from tests.support.browser import OpenWindow, assert_accessible
from tests.support.desk_page import DeskPage
from tests.support.documents import small
from tests.support.files import picture
from tests.support.shop import OpenShop

PASTE = """field => {
  const transfer = new DataTransfer();
  transfer.items.add(new File(["what you need to know"], "notes.txt", { type: "text/plain" }));
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }));
}"""


async def test_a_photo_goes_to_the_desk_and_a_file_comes_back(shop: OpenShop, window: OpenWindow) -> None:
    """Under the shop's own policy, which allows no picture of the router's; by keyboard, and read out by name."""
    opened = await shop(small())
    desk = DeskPage(await window(), opened.workspace.url)
    await desk.sign_in(await opened.workspace.token("ann"))
    await desk.become_available()
    chat = await opened.visit(await window())
    await chat.open()
    photo = FilePayload(name="Foto ü.png", mimeType="image/png", buffer=picture(400, 300))
    async with chat.page.expect_file_chooser() as chooser:
        await chat.button("Attach files").press("Enter")
    await (await chooser.value).set_files([photo])
    await expect(chat.button("Remove Foto ü.png")).to_be_visible()
    await chat.text.fill("a formal complaint: it came broken")
    await chat.text.press("Enter")
    await chat.taken("it came broken")
    drawn = chat.log.get_by_role("img", name="Preview of Foto ü.png")
    await expect(drawn).to_have_js_property("width", 400)
    await desk.accept()
    link = desk.page.locator(".messages").get_by_role("link", name="Foto ü.png")
    await expect(link.get_by_role("img")).to_have_js_property("naturalWidth", 400)
    async with desk.page.expect_download() as download:
        await link.click()
    saved = await download.value
    assert saved.suggested_filename == "Foto ü.png"
    assert (await saved.path()).read_bytes() == photo["buffer"]
    await desk.page.locator("#compose").evaluate(PASTE)
    await expect(desk.page.get_by_role("button", name="Remove notes.txt")).to_be_visible()
    await assert_accessible(desk.page)
    await desk.page.locator("#compose").press("Control+Enter")
    await expect(desk.page.locator(".messages").get_by_role("link", name="notes.txt")).to_be_visible()
    await expect(chat.log.get_by_role("link", name="notes.txt")).to_be_visible()
    await assert_accessible(chat.page)
