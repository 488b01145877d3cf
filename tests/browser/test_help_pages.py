"""The help portal in a browser without scripts: by keyboard, on a small screen, in the dark, and accessible."""

import re

import pytest
from playwright.async_api import Page, expect

from mci_router.portal import forms
from tests.portal.help.conftest import Make, with_portal
from tests.support.browser import AXE, FINDINGS, OpenWindow
from tests.support.incidents import incident
from tests.support.service import Workspace

SMALL = {"width": 320, "height": 640}

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits until a form is old enough."""
    monkeypatch.setattr(forms, "QUICKEST_S", 0)


@pytest.fixture
async def portal(make: Make) -> Workspace:
    document = with_portal(channels=["voice", "chat"])
    workspace = await make(document)
    await incident(workspace, title="Nobody can sign in")
    return workspace


async def assert_fits_and_is_accessible(reader: Page, page: Page) -> None:
    """Nothing sticks out sideways. The rules of axe-core are run on the page's own markup and styles in a window with
    scripts, for in one without none runs.
    """
    await reader.set_content(await page.content())
    for name in ("shared.css", "portal.css"):
        root = re.match(r".*/(?:help|community)/\w+", page.url)
        assert root
        answer = await page.context.request.get(f"{root[0]}/files/{name}")
        await reader.add_style_tag(content=await answer.text())
    await reader.evaluate(AXE)
    findings: list[str] = await reader.evaluate(FINDINGS, [])
    assert not findings, f"{page.url}: " + "\n".join(findings)
    assert await reader.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_each_page_is_accessible_and_fits_a_small_screen(
    portal: Workspace, window: OpenWindow, scheme: str
) -> None:
    """At 320 px, in both colours; also a form with mistakes, and a case."""
    page = await window(java_script_enabled=False, viewport=SMALL, color_scheme=scheme)
    reader = await window(viewport=SMALL, color_scheme=scheme, bypass_csp=True)
    root = f"{portal.url}/help/{portal.name}/"
    for path in ("", "search?q=password", "articles/reset", "incidents", "hours", "status", "nothing"):
        await page.goto(root + path)
        await assert_fits_and_is_accessible(reader, page)
    await page.goto(root + "write")
    await page.get_by_role("button", name="Send").click()
    await assert_fits_and_is_accessible(reader, page)
    await page.get_by_label("E-mail").fill("sam@example.com")
    await page.get_by_label("Your message").fill("I forgot my password")
    await page.get_by_role("button", name="Send").click()
    await page.get_by_text("You forgot your password").click()
    await assert_fits_and_is_accessible(reader, page)
    await page.get_by_role("button", name="This does not answer it: send").click()
    await expect(page.get_by_role("heading", name="Your case")).to_be_visible()
    await assert_fits_and_is_accessible(reader, page)


async def test_it_all_works_by_keyboard_without_scripts(portal: Workspace, window: OpenWindow) -> None:
    """From the first page to the case, and back to it by its number on another device."""
    page = await window(java_script_enabled=False)
    await page.goto(f"{portal.url}/help/{portal.name}/")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    await _to(page, "searchbox", "What is it about?")
    await page.keyboard.type("no such words at all")
    await page.keyboard.press("Enter")
    await _to(page, "link", "Write to us", inside="main")
    await page.keyboard.press("Enter")
    await _to(page, "button", "Send")
    await page.keyboard.press("Enter")
    await expect(page.locator("#errors")).to_be_focused()
    await _to(page, "textbox", "E-mail")
    await page.keyboard.type("sam@example.com")
    await _to(page, "textbox", "Your message")
    await page.keyboard.type("I want to complain about your service")
    await _to(page, "button", "Send")
    await page.keyboard.press("Enter")
    number = await page.locator(".number").inner_text()
    other = await window(java_script_enabled=False)
    await other.goto(f"{portal.url}/help/{portal.name}/status?lang=de")
    await _to(other, "textbox", "Vorgangsnummer")
    await other.keyboard.type(number.lower())
    await _to(other, "textbox", "E-Mail oder Telefon")
    await other.keyboard.type("sam@example.com")
    await other.keyboard.press("Enter")
    await expect(other.locator(".number")).to_have_text(number)
    await expect(other.get_by_role("heading", name="Wie weit wir sind")).to_be_visible()


async def _to(page: Page, role: str, name: str, inside: str = "body", most: int = 40) -> None:
    """Presses Tab until what has this role and name has the focus: a page without scripts is asked from outside."""
    wanted = page.locator(inside).get_by_role(role, name=name).first  # type: ignore[arg-type]
    for _ in range(most):
        await page.keyboard.press("Tab")
        if await wanted.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError(f"{role} {name} cannot be reached by the keyboard")
