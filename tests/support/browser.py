"""What the tests in a browser share: windows, a line that is cut, and the rules of accessibility."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from playwright.async_api import Page, WebSocketRoute

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


@dataclass
class Sleeper:
    """A window whose machine can sleep: its clock stands, and its sockets die without a word."""

    page: Page
    resumed: list[str] = field(default_factory=list)
    """The addresses of its sockets, in the order in which they were opened."""

    async def sleep(self) -> None:
        """Stops its clock; what is sent from then on over the sockets that are open is lost, both ways."""
        await self.page.clock.pause_at(await self.page.evaluate("Date.now() + 1000"))
        await self._hidden(True)
        self.alive.clear()

    async def wake(self, patience_s: float) -> None:
        """Shows the page again, and lets it have that long for an answer."""
        await self._hidden(False)
        await self.page.clock.run_for(int(patience_s * 1_000))
        await self.page.clock.resume()

    def __post_init__(self) -> None:
        self.alive: set[WebSocketRoute] = set()

    async def _hidden(self, hidden: bool) -> None:
        await self.page.evaluate(
            """(hidden) => {
              Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
              document.dispatchEvent(new Event("visibilitychange"));
            }""",
            hidden,
        )


async def sleeper(page: Page, socket: str) -> Sleeper:
    """Lets the machine of a window sleep, before its page is opened; `socket` is part of its socket's address."""
    sleeps = Sleeper(page)

    def opened(route: WebSocketRoute) -> None:
        sleeps.resumed.append(route.url)
        sleeps.alive.add(route)
        server = route.connect_to_server()
        route.on_message(_while_alive(sleeps, route, server.send))
        server.on_message(_while_alive(sleeps, route, route.send))

    await page.clock.install()
    await page.route_web_socket(re.compile(socket), opened)
    return sleeps


def _while_alive(
    sleeps: Sleeper, route: WebSocketRoute, send: Callable[[str | bytes], None]
) -> Callable[[str | bytes], None]:
    def passed(message: str | bytes) -> None:
        if route in sleeps.alive:
            send(message)

    return passed


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
