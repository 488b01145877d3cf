"""The community in a browser without scripts: by keyboard, on a small screen, in the dark, and accessible."""

import re

import pytest
from playwright.async_api import Page, expect

from mci_router.portal import forms
from tests.browser.test_help_pages import SMALL, _to, assert_fits_and_is_accessible
from tests.community.test_moderation import done, reply
from tests.portal.community.conftest import Make, asked, with_pages
from tests.support.browser import OpenWindow
from tests.support.customers import site_key, site_token
from tests.support.service import Workspace

SHOP = "http://shop.localhost"

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits until a form is old enough."""
    monkeypatch.setattr(forms, "QUICKEST_S", 0)


@pytest.fixture
async def board(make: Make) -> Workspace:
    document = with_pages()
    document["workspace"]["chat_origins"] = [SHOP]
    return await make(document)


async def come_from_the_site(page: Page, workspace: Workspace, post: str) -> None:
    """Has a page of the company's site sign its customer in: it sends a form."""
    token = site_token(await site_key(workspace), "crm-7", name="Sam Quux")
    target = f"{workspace.url}/community/{workspace.name}/sign-in"
    body = (
        f'<form method="post" action="{target}"><input name="token" value="{token}">'
        f'<input name="next" value="posts/{post}"><button>Go to the community</button></form>'
    )
    await page.route(f"{SHOP}/**", lambda route: route.fulfill(body=body, content_type="text/html"))
    await page.goto(f"{SHOP}/community")
    await page.get_by_role("button", name="Go to the community").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_each_page_is_accessible_and_fits_a_small_screen(
    board: Workspace, window: OpenWindow, scheme: str
) -> None:
    """At 320 px, in both colours; also the forms of a member, and one with a mistake."""
    _, post = await asked(board)
    said = await reply(board, f"/v1/posts/{post}", "1. Press 1.\n2. Hold it.")
    await done(board, "POST", f"/v1/posts/{post}/replies/{said['id']}/accept")
    page = await window(java_script_enabled=False, viewport=SMALL, color_scheme=scheme)
    reader = await window(viewport=SMALL, color_scheme=scheme, bypass_csp=True)
    root = f"{board.url}/community/{board.name}/"
    for path in ("", "spaces/voicemail", "spaces/general", f"posts/{post}", "search?q=press", "ask", "nothing"):
        await page.goto(root + path)
        await assert_fits_and_is_accessible(reader, page)
    await come_from_the_site(page, board, post)
    await assert_fits_and_is_accessible(reader, page)
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_text("Signed in as Sam")).to_be_visible()
    await page.locator("summary").first.click()
    await assert_fits_and_is_accessible(reader, page)
    await page.get_by_role("button", name="Reply", exact=True).click()
    await expect(page.locator("#errors")).to_be_visible()
    await assert_fits_and_is_accessible(reader, page)
    await page.get_by_role("link", name="Ask", exact=True).click()
    await page.get_by_label("Your question in one line").fill("Which greeting do callers hear?")
    await page.get_by_label("Question", exact=True).fill("how do I set up my voicemail greeting")
    await page.get_by_role("button", name="Ask a question").click()
    await expect(page.get_by_role("button", name="None of these: ask")).to_be_visible()
    await assert_fits_and_is_accessible(reader, page)


async def test_it_all_works_by_keyboard_without_scripts(board: Workspace, window: OpenWindow) -> None:
    """From the first page to a reply that is there, and to a report of another one."""
    _, post = await asked(board)
    await reply(board, f"/v1/posts/{post}", "Buy the widget")
    page = await window(java_script_enabled=False)
    await page.goto(f"{board.url}/community/{board.name}/")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await _to(page, "link", "how do I set up my voicemail greeting", inside="main")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("link", name="Sign in to reply")).to_have_attribute(
        "href", re.compile(r"^https://shop\.example/community\?next=posts%2Fpst_")
    )
    await come_from_the_site(page, board, post)
    await _to(page, "textbox", "Name that others read")
    await page.keyboard.type("Robin")
    await page.keyboard.press("Enter")
    await _to(page, "textbox", "Your reply")
    await page.keyboard.type("Press and hold 1.")
    await _to(page, "button", "Reply")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("Thank you, your reply is here.")
    await expect(page.get_by_text("Press and hold 1.")).to_be_visible()
    summary = page.locator("li summary").first
    await summary.focus()
    await page.keyboard.press("Enter")
    await _to(page, "button", "Send the report", inside="li")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("Thank you, the moderators look at it.")
    (flag,) = (await done(board, "GET", "/v1/flags?state=open"))["items"]
    assert flag["reason"] == "spam"
