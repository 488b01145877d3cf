"""The tutorial of a first chat: each of its steps, done in two windows as it is written."""

import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from ruamel.yaml import YAML

from tests.docs.pages import DOCS, ROOT
from tests.support.browser import OpenWindow
from tests.support.desk_page import DeskPage
from tests.support.service import Workspace
from tests.support.shop import ChatPage, running_shop

Make = Callable[..., Awaitable[Workspace]]

TUTORIAL = (DOCS / "tutorials" / "first-chat.md").read_text(encoding="utf-8")
STEPS = re.findall(r"^- (On your page|At the desk), (\w+)(?: (.+?))?\.?$", TUTORIAL, re.M)
ROUTER, PORT = "http://127.0.0.1:8000", "http://127.0.0.1:8080"
(KEY,) = re.findall(r"-X POST http://127\.0\.0\.1:8000(/\S+) -H @\.data/operator\.header .*\n +-d '(.*)' -o", TUTORIAL)
(PAGE,) = re.findall(r"```html\n(.*?)```", TUTORIAL, re.S)

pytestmark = pytest.mark.timeout(180)  # of a busy machine: an example's topics are learnt, and two people talk


async def test_the_tutorial_works_as_it_is_written(make: Make, window: OpenWindow, tmp_path: Path) -> None:
    """With the example's workspace, the page's own HTML, the shop's own server, and an agent like the one of the link."""
    document = YAML(typ="safe").load(ROOT / "examples" / "telecom.yaml")
    assert PORT in document["workspace"]["chat_origins"]
    page = tmp_path / "my-page.html"
    page.write_text(PAGE.replace(ROUTER, "{router}"), encoding="utf-8")
    async with running_shop(make, document, page, key=(KEY[0], json.loads(KEY[1]))) as shop:
        ablest = max(document["agents"], key=lambda agent: (len(agent.get("skills", ())), agent["name"]))
        chat = await shop.visit(await window())
        desk = DeskPage(await window(), shop.workspace.url)
        await desk.sign_in(await shop.workspace.token(ablest["name"]))
        for step in STEPS:
            await _do(chat, desk, *step)
    assert len(STEPS) == len(re.findall(r"^- (?:On|At) ", TUTORIAL, re.M)) > 20


async def _do(chat: ChatPage, desk: DeskPage, where: str, act: str, what: str) -> None:
    """Does a step: `press`, `write`, `read`, `choose` or `reload`, with what is in *italics* and in **bold**."""
    page, text = (chat.page, chat.text) if where == "On your page" else (desk.page, desk.page.locator("#compose"))
    bold, italics = re.findall(r"\*\*(.+?)\*\*", what), re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", what)
    match act:
        case "press":
            await _press(page, bold[0])
        case "write":
            await text.fill(italics[0])
            await (_press(page, bold[0]) if bold else text.press("Enter"))
        case "read":
            await expect(page.get_by_text(italics[0]).last).to_be_visible()
        case "choose":
            await page.get_by_label(bold[1]).select_option(label=bold[0])
        case "reload":
            await page.reload()
        case _:
            raise AssertionError(f"nobody knows how to {act}")


async def _press(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=re.compile(f"^{name}"))
    await button.or_(page.locator("summary").filter(has_text=name)).first.click()
