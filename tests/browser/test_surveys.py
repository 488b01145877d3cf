"""Surveys in a browser: the page without scripts, by keyboard, on a small screen; and the buttons in the chat."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from mci_router.api.parts import Parts
from tests.support.browser import AXE, FINDINGS, OpenWindow, assert_accessible
from tests.support.outbound import WIDGET, adapter
from tests.support.service import Workspace
from tests.support.shop import OpenShop
from tests.support.surveys import CSAT, resolved, settled, surveyed, token_of

SMALL = {"width": 320, "height": 640}
ASKS = {**CSAT, "after": ["agent", "automation"]}

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(autouse=True)
def public(service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service[1].settings, "public_url", service[0])


async def asked(make: Any, parts: Parts, **survey: Any) -> tuple[Workspace, str]:
    """A workspace, and the address of the page of a customer who was asked."""
    workspace = await make(surveyed({**ASKS, **survey}))
    await adapter(workspace, **WIDGET)
    row = await settled(workspace, await resolved(workspace, language="de"))
    return workspace, f"{workspace.url}/s/{token_of(parts, row)}"


TOUCHING = """[...document.querySelectorAll(".options label")].every((label) => {
  const [button, words] = ["input", "span"].map((name) => label.querySelector(name).getBoundingClientRect());
  return button.width < 30 && button.left - label.getBoundingClientRect().left < 30 && words.left - button.right < 20;
})"""
"""Whether each option's words begin beside its button, at the beginning of the line."""


async def assert_fits_and_is_accessible(reader: Page, page: Page) -> None:
    """Nothing sticks out sideways, words stand beside their buttons, and axe-core finds nothing: it is run on the page's
    markup in a window with scripts.
    """
    await reader.set_content(await page.content())
    for name in ("shared.css", "survey.css"):
        answer = await page.context.request.get(re.sub(r"/s/.*", f"/s/files/{name}", page.url))
        await reader.add_style_tag(content=await answer.text())
    await reader.evaluate(AXE)
    findings: list[str] = await reader.evaluate(FINDINGS, [])
    assert not findings, f"{page.url}: " + "\n".join(findings)
    assert await reader.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    assert await reader.evaluate(TOUCHING), page.url


async def test_the_page_works_without_scripts_by_keyboard_on_a_small_screen(
    make: Any, service: tuple[str, Parts], window: OpenWindow
) -> None:
    """The link chooses, the button saves; it is changed; it is accessible in both colours, with ten options, too, and
    where there is nothing to answer.
    """
    workspace, url = await asked(make, service[1])
    nps = (await asked(make, service[1], kind="nps"))[1]
    for scheme in ("light", "dark"):
        page = await window(java_script_enabled=False, viewport=SMALL, color_scheme=scheme)
        reader = await window(viewport=SMALL, color_scheme=scheme, bypass_csp=True)
        for address in (url, nps, f"{workspace.url}/s/nothing"):
            await page.goto(address)
            await assert_fits_and_is_accessible(reader, page)
    await page.goto(f"{url}?score=4")
    await expect(page.get_by_role("group", name="Wie zufrieden sind Sie mit unserer Hilfe?")).to_be_visible()
    await expect(page.get_by_role("radio", checked=True)).to_have_value("4")
    await page.keyboard.press("Tab")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Danke!")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Danke, Ihre Antwort ist gespeichert.")
    await assert_fits_and_is_accessible(reader, page)
    await expect(page.get_by_role("radio", checked=True)).to_have_value("5")
    (answer,) = (await workspace.api.get("/v1/survey-answers")).json()["items"]
    assert (answer["score"], answer["comment"]) == (5, "Danke!")


async def test_the_chat_shows_the_options_as_buttons(shop: OpenShop, window: OpenWindow) -> None:
    """After the conversation is over, on the next page, too; what is pressed is saved, and can be changed."""
    harbour = await shop(surveyed(ASKS))
    chat = await harbour.visit(await window())
    await chat.open()
    await chat.write("I forgot my password and cannot log in")
    await chat.button("That helped").click()
    await expect(chat.said("How satisfied are you")).to_be_visible()
    await expect(chat.panel.get_by_role("group", name="Your answer")).to_be_visible()
    await chat.page.reload()
    await chat.button("2").press("Enter")
    await expect(chat.button("2")).to_have_attribute("aria-pressed", "true")
    await expect(chat.button("2")).to_be_focused()
    await assert_accessible(chat.page)
    await chat.button("5 – very satisfied").click()
    await expect(chat.button("2")).to_have_attribute("aria-pressed", "false")
    await expect(chat.panel.get_by_role("link", name="Add a comment")).to_have_attribute("href", re.compile("/s/"))
    await expect(chat.button("5 – very satisfied")).to_have_attribute("aria-pressed", "true")
    (answer,) = (await harbour.workspace.api.get("/v1/survey-answers")).json()["items"]
    assert (answer["score"], answer["way"]) == (5, "chat")
