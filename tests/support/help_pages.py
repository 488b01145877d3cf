"""A visitor of the help portal: opens pages, fills forms in and sends them, as a browser without scripts does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx

from tests.support.service import PATIENCE_S, TLS, Workspace


class Parsed(HTMLParser):
    """The forms of a page with their fields, its links, headings and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self.links: list[str] = []
        self.headings: list[str] = []
        self.lang = ""
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._form = self._area = ""
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        had = {name: value or "" for name, value in attrs}
        self.tags.append((tag, had))
        match tag:
            case "html":
                self.lang = had.get("lang", "")
            case "form":
                self._form = had["action"].partition("?")[0]
                self.forms[self._form] = {}
            case "input" | "textarea" | "select" if self._form and had.get("type") != "file":
                self.forms[self._form][had["name"]] = had.get("value", "")
                self._area = had["name"] if tag == "textarea" else ""
            case "option" if "selected" in had:
                self.forms[self._form][list(self.forms[self._form])[-1]] = had["value"]
            case "a":
                self.links.append(had["href"])
            case "h1" | "h2" | "h3":
                self.headings.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = ""
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area and self._form:
            self.forms[self._form][self._area] += data.removeprefix("\n")
        self.text += " " + " ".join(data.split())


@dataclass
class Visitor:
    """A browser with its own cookies, at its own address, on the portal of one workspace."""

    client: httpx.AsyncClient
    root: str
    answer: httpx.Response = field(init=False)

    @property
    def page(self) -> Parsed:
        return Parsed(self.answer.text)

    async def open(self, path: str = "", **headers: str) -> Parsed:
        """Opens a page of the portal, and follows where it leads."""
        self.answer = await self.client.get(f"{self.root}/{path}", headers=headers)
        return self.page

    async def send(self, action: str, status: int = 200, /, **fields: str) -> Parsed:
        """Fills in the form with this action on the page that is open, and sends it as it is; follows where it leads."""
        filled = {**self.page.forms[action], **fields}
        return await self.post(str(self.answer.url.join(action)), filled, status)

    async def post(self, url: str, filled: dict[str, Any], status: int = 200) -> Parsed:
        self.answer = await self.client.post(url, data=filled)
        assert self.answer.status_code == status, " ".join(self.page.text.split())
        return self.page

    @property
    def reference(self) -> str:
        """The reference number of the case that is shown."""
        return self.answer.text.partition('class="number"')[2].partition("<strong>")[2].partition("</strong>")[0]


@asynccontextmanager
async def visitor(workspace: Workspace, address: str, pages: str = "help", **headers: str) -> AsyncIterator[Visitor]:
    """A visitor at an address of documentation's ranges, such as 203.0.113.9; a proxy on this machine forwards it."""
    said = {"X-Forwarded-For": address, "Accept-Language": "en", **headers}
    async with httpx.AsyncClient(
        base_url=workspace.url, headers=said, timeout=PATIENCE_S, verify=TLS, follow_redirects=True
    ) as client:
        yield Visitor(client, f"/{pages}/{workspace.name}")
