"""Chromium for the whole session, windows that are closed again, and figures that are shown at the end."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

from mci_router.settings import Settings
from tests.support.browser import OpenWindow
from tests.support.desk_page import DeskPage, OpenDesk
from tests.support.documents import small
from tests.support.service import Workspace
from tests.support.shop import OpenShop, Shop, running_shop

PATIENCE_MS = 15_000  # on a busy machine; what is awaited comes within milliseconds
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage"]

expect.set_options(timeout=PATIENCE_MS)  # for what is shown as for what is done

_figures: dict[str, str] = {}


@pytest.fixture(scope="session")
def settings(settings: Settings) -> Settings:
    """As everywhere, with the default times for desks: a page that stands still for a moment, for its accessibility is
    looked at or the machine is busy, has not gone.
    """
    defaults = {name: Settings.model_fields[name].default for name in ("heartbeat_s", "lease_s")}
    return settings.model_copy(update=defaults)


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium. Without it the tests fail: `make test-browser` installs it where it may."""
    found = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    assert found, (
        "Chromium is not installed: Debian's package is chromium; CHROMIUM names it where it is called otherwise"
    )
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def window(chromium: Browser) -> AsyncIterator[OpenWindow]:
    """Opens windows of people who share nothing, and closes them. The test fails for an error in a page's scripts, and
    for what a page's own policy had to stop.
    """
    contexts, complaints = [], list[str]()

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            complaints.append(message.text)

    async def opened(**options: Any) -> Page:
        context = await chromium.new_context(**{"locale": "en-GB", "reduced_motion": "reduce", **options})
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", heard)
        return page

    yield opened
    for context in contexts:
        await context.close()
    assert not complaints


@pytest.fixture
async def desk(window: OpenWindow) -> OpenDesk:
    """Opens desks: signs an agent of a workspace in, in a window of its own."""

    async def opened(workspace: Workspace, agent: str, *, available: bool = True, **options: Any) -> DeskPage:
        page = DeskPage(await window(**options), workspace.url)
        await page.sign_in(await workspace.token(agent))
        if available:
            await page.become_available()
        return page

    return opened


@pytest.fixture
async def shop(make: Callable[..., Awaitable[Workspace]]) -> AsyncIterator[OpenShop]:
    """Opens shops that have the chat on their pages, each with a workspace of its own."""
    async with AsyncExitStack() as stack:

        async def opened(document: dict[str, Any] | None = None) -> Shop:
            return await stack.enter_async_context(running_shop(make, document or small()))

        yield opened


@pytest.fixture
def figure() -> Callable[[str, float, str], None]:
    """Keeps a figure, such as a time in ms, to be shown when all tests have run: no test holds it against a clock."""

    def keep(name: str, value: float, unit: str) -> None:
        _figures[name] = f"{value:.0f} {unit}"

    return keep


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Shows the figures."""
    for name, value in _figures.items():
        terminalreporter.write_line(f"{name}: {value}")
