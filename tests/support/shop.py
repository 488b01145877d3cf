"""A shop with the chat on its pages: `examples/shop.py` itself, on an origin that its workspace allows."""

import asyncio
import importlib.util
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.async_api import Locator, Page, expect

from tests.support.service import Workspace

EXAMPLE = Path(__file__).parents[2] / "examples" / "shop.py"
PAGE = EXAMPLE.with_suffix(".html")
CHAT = Path(__file__).parents[2] / "src" / "mci_router" / "web" / "assets" / "mci-chat.js"

SENT = re.compile("Sent|Read|Gesendet|Gelesen")

OpenShop = Callable[..., Awaitable["Shop"]]
"""Opens the shop of a workspace that is made as a document says."""


@dataclass
class Shop:
    """The shop, and the workspace that serves its customers. Who signs in there is Vera Lang."""

    workspace: Workspace
    url: str
    app: FastAPI

    def add_page(self, path: str, html: str, policy: str) -> None:
        """Adds a page with a policy of its own. The shop serves the chat's file itself, at `/mci-chat.js`."""
        headers = {"Content-Security-Policy": policy}
        self.app.get(path)(lambda: HTMLResponse(html.replace("{router}", self.workspace.url), headers=headers))

    async def visit(self, page: Page, path: str = "/") -> "ChatPage":
        """Opens a page of the shop."""
        await page.goto(self.url + path)
        return ChatPage(page)


@dataclass
class ChatPage:
    """A window with a page that has the chat, as a customer finds their way in it."""

    page: Page
    panel: Locator = field(init=False)

    def __post_init__(self) -> None:
        self.panel = self.page.get_by_role("dialog")

    @property
    def launcher(self) -> Locator:
        return self.page.locator("mci-chat .launcher")

    @property
    def log(self) -> Locator:
        return self.panel.get_by_role("log")

    @property
    def text(self) -> Locator:
        return self.panel.get_by_role("textbox")

    @property
    def strip(self) -> Locator:
        return self.panel.locator(".strip")

    async def open(self) -> None:
        """Opens the chat, and waits until it is connected."""
        await self.launcher.click()
        await expect(self.strip).not_to_contain_text("Connecting")

    async def write(self, text: str) -> None:
        """Writes a message; it is shown at once."""
        await self.text.fill(text)
        await self.text.press("Enter")
        await expect(self.said(text)).to_be_visible()

    async def taken(self, text: str) -> None:
        """Waits until the router has a message of the customer's."""
        await expect(self.said(text)).to_contain_text(SENT)

    def said(self, text: str) -> Locator:
        """Returns the message with this text."""
        return self.log.locator(".message").filter(has_text=text)

    async def texts(self) -> list[str]:
        """Returns the texts of the conversation, in order."""
        return await self.log.locator(".message .said").all_inner_texts()

    def button(self, name: str) -> Locator:
        return self.panel.get_by_role("button", name=name, exact=True)


@asynccontextmanager
async def running_shop(
    make: Callable[..., Awaitable[Workspace]],
    document: dict[str, Any],
    page: Path = PAGE,
    key: tuple[str, dict[str, Any]] = ("/v1/customer-keys", {"name": "shop"}),
) -> AsyncIterator[Shop]:
    """The shop on a free port, with a page, and with a customer key that it asks its workspace for."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        document["workspace"] |= {"chat_origins": [url], "show_agent_names": True}
        workspace = await make(document)
        made = (await workspace.api.post(key[0], json=key[1])).json()
        app: FastAPI = _example().create_app(workspace.url, workspace.name, made["id"], made["secret"], page)
        app.get("/mci-chat.js")(lambda: HTMLResponse(CHAT.read_text(), media_type="text/javascript"))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1))
        task = asyncio.create_task(server._serve([listening]))
        try:
            yield Shop(workspace, url, app)
        finally:
            server.should_exit = True
            await task


def _example() -> Any:
    spec = importlib.util.spec_from_file_location("shop", EXAMPLE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
