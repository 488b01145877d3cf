"""What the tests in a browser share: windows, a line that is cut, and the rules of accessibility."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any

from playwright.async_api import Page

OpenWindow = Callable[..., Awaitable[Page]]
"""Opens a window of a person of its own; takes options of Playwright's `new_context`, such as `color_scheme`."""

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
"""axe-core as the wheel of `axe-playwright-python` brings it: pinned with a hash like the rest, and no node needed."""

FINDINGS = """async (excluded) => (await axe.run({ exclude: excluded })).violations.map(
  ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html, any }) => html + any.map(({ message }) => " " + message).join()).join("; ")}`
)"""


@asynccontextmanager
async def cut(*pages: Page) -> AsyncIterator[None]:
    """Cuts the line of these windows, sockets too, and restores it."""
    for page in pages:
        await page.context.set_offline(True)
    try:
        yield
    finally:
        for page in pages:
            await page.context.set_offline(False)


async def assert_accessible(page: Page, *, excluded: tuple[str, ...] = ()) -> None:
    """Fails for every rule of axe-core that the page breaks as it is shown now, in open shadow roots too."""
    if not await page.evaluate("typeof window.axe === 'object'"):
        await page.evaluate(AXE)
    findings: list[str] = await page.evaluate(FINDINGS, [[one] for one in excluded])
    assert not findings, "\n".join(findings)


async def focused(page: Page) -> dict[str, Any]:
    """Returns the element that has the focus, also within a shadow root: its tag, id and name for a screen reader."""
    element: dict[str, Any] = await page.evaluate(
        """() => {
          let element = document.activeElement;
          while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
          return { tag: element.localName, id: element.id, text: element.textContent.trim(), label: element.ariaLabel ?? "" };
        }"""
    )
    return element


async def tab_to(page: Page, *, most: int = 40, **wanted: str) -> None:
    """Presses Tab until the element with this tag, id, text or label has the focus."""
    for _ in range(most):
        await page.keyboard.press("Tab")
        element = await focused(page)
        if all(value in element[name] for name, value in wanted.items()):
            return
    raise AssertionError(f"{wanted} cannot be reached by the keyboard")
