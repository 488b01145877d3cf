"""The picture of the README: the chat on a shop's page beside the desk, in the middle of a conversation.

`make picture` keeps it as `docs/conversation.png`; otherwise it is made to see that it can be.
"""

import os
from base64 import b64encode
from pathlib import Path

from playwright.async_api import Page, expect

from tests.docs.pages import DOCS
from tests.support.browser import OpenWindow
from tests.support.desk_page import OpenDesk
from tests.support.documents import small
from tests.support.shop import OpenShop

MOST_BYTES = 200_000
SHOP, DESK = {"width": 424, "height": 730}, {"width": 1130, "height": 730}
BESIDE = """<!doctype html><style>
  body { margin: 0; padding: 20px; display: flex; gap: 20px; background: #dfe4ec; width: max-content; }
  img { display: block; border-radius: 12px; box-shadow: 0 6px 24px rgb(0 0 0 / .2); }
</style>"""


async def test_the_picture_of_the_readme_is_made_from_the_pages(
    shop: OpenShop, window: OpenWindow, desk: OpenDesk, tmp_path: Path
) -> None:
    """A small file, of what the two see at the same time."""
    document = small()
    document["workspace"]["title"] = "Harbour Mobile"
    document["agents"][0] |= {"title": "Ann Keller"}
    *others, _, charged = document["topics"]
    charged |= {"title": "Charged twice", "examples": ["I was charged twice for my order", "a double charge"]}
    document["topics"] = [*others, charged]
    harbour = await shop(document)
    chat = await harbour.visit(await window(viewport=SHOP))
    ann = await desk(harbour.workspace, "ann", viewport=DESK)
    await chat.open()
    await chat.write("I was charged twice for my order, and then my payment failed with E-42.")
    await ann.accept()
    await ann.reply("Good morning, Vera. I see both charges; one moment, please.")
    await chat.write("Thank you! It is the order of this morning.")
    await expect(ann.said("this morning")).to_be_visible()
    await ann.shown().get_by_role("button", name="Note", exact=True).click()
    await ann.reply("The second charge is booked back; E-42 was the bank's limit.")
    await ann.shown().get_by_role("button", name="Private reply", exact=True).click()
    await ann.reply("The second charge is on its way back to you.")
    await expect(chat.said("on its way")).to_be_visible()
    await chat.write("Great. How long does that take?")
    await expect(chat.said("How long")).to_contain_text("Read")
    await ann.shown().get_by_label("Notes").fill("Charged twice; booked back.")
    await ann.page.locator("#compose").press_sequentially("Two to three ")
    await expect(chat.panel.get_by_text("is writing")).to_be_visible()
    picture = await _beside(await window(), [await page.screenshot() for page in (chat.page, ann.page)], tmp_path)
    assert len(picture) < MOST_BYTES
    if os.environ.get("PICTURE"):
        (DOCS / "conversation.png").write_bytes(picture)


async def _beside(page: Page, pictures: list[bytes], folder: Path) -> bytes:
    shown = "".join(f'<img alt="" src="data:image/png;base64,{b64encode(one).decode()}">' for one in pictures)
    (folder / "beside.html").write_text(BESIDE + shown, encoding="utf-8")
    await page.set_viewport_size({"width": SHOP["width"] + DESK["width"] + 60, "height": SHOP["height"] + 40})
    await page.goto((folder / "beside.html").as_uri())
    return await page.screenshot()
