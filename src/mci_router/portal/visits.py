"""A visit: one request to the pages of a workspace, in the language that they speak to this visitor."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from fastapi import Request

from mci_router.api.parts import Parts
from mci_router.errors import NotFound
from mci_router.portal.bounds import Allowance, client_of
from mci_router.portal.seals import Seals
from mci_router.specs.snapshot import Snapshot

FALLBACK = "en"


@dataclass(frozen=True)
class PageVisit:
    """A request to the pages of a workspace. `root` leads from its page to the first one, `chosen`: by a link, not by
    the browser.

    All links are relative, so that the pages work below any address.
    """

    named: ClassVar[str] = "nav"
    """The key of the text that names their navigation."""

    request: Request
    parts: Parts
    snapshot: Snapshot
    language: str
    chosen: bool
    root: str

    @property
    def workspace(self) -> str:
        return self.snapshot.workspace_id

    @property
    def nav(self) -> Sequence[tuple[str, str]]:
        """The pages that every page links to: the key of the text, and the path."""
        return ()

    @property
    def title(self) -> str:
        """What the pages are headed by."""
        return self.snapshot.spec.title

    @property
    def languages(self) -> Sequence[str]:
        """The languages that the pages speak."""
        return (FALLBACK,)

    @cached_property
    def seals(self) -> Seals:
        return seals_of(self.parts)

    @cached_property
    def allowance(self) -> Allowance:
        return Allowance(self.parts, self.seals, self.workspace, client_of(self.request, self.parts))

    @property
    def cookie_name(self) -> str:
        return f"mci_page_{self.snapshot.spec.name}"

    @property
    def cookie(self) -> str:
        return self.request.cookies.get(self.cookie_name, "")

    def link(self, path: str = "", **query: Any) -> str:
        """Returns the relative address of a page, in the language that was chosen."""
        said = {name: value for name, value in query.items() if value not in (None, "")}
        if self.chosen:
            said.setdefault("lang", self.language)
        return f"{self.root}{quote(path) or './'}" + (f"?{urlencode(said)}" if said else "")

    def elsewhere(self, language: str) -> str:
        """Returns the relative address of this page in another language, with its other parameters.

        What answers a form cannot be opened again: the page of the form is.
        """
        query = urlencode({**dict(self.request.query_params), "lang": language})
        if self.request.method == "POST":
            return f"{self.root}{self.page_of_form}?{query}"
        return f"?{query}"

    @property
    def page_of_form(self) -> str:
        """The path of the page whose form was sent here."""
        return "".join(self.request.scope["path"].split("/")[3:4])


def seals_of(parts: Parts) -> Seals:
    secret = parts.settings.token_secret
    return Seals(secret.get_secret_value() if secret else "")


def language_of(request: Request, spoken: Sequence[str]) -> tuple[str, bool]:
    """Returns the language for a visitor, and whether a link has chosen it."""
    wanted = request.query_params.get("lang", "")
    if wanted in spoken:
        return wanted, True
    return _accepted(request.headers.get("accept-language", ""), spoken), False


def _accepted(header: str, spoken: Sequence[str]) -> str:
    """Returns the language that a browser asks for most; the first where it asks for none of them."""
    asked: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            asked.append((float(weight or 1), tag.partition("-")[0].lower()))
        except ValueError:
            continue
    found = [language for weight, language in sorted(asked, key=lambda one: -one[0]) if language in spoken and weight]
    return found[0] if found else spoken[0]


def depth_below(request: Request, first: str) -> str:
    """Returns what leads from a page to the first one, whose path is given without a slash at its end."""
    depth: int = request.scope["path"].rstrip("/").count("/") - first.count("/")
    return "../" * max(0, depth - 1)


def workspace_named(parts: Parts, name: str, has_pages: Callable[[Snapshot], bool]) -> Snapshot:
    """Returns the workspace of that name, if it has such pages. Raises NotFound, alike for one that has none."""
    for snapshot in parts.snapshots.cached():
        if snapshot.spec.name == name and has_pages(snapshot):
            return snapshot
    raise NotFound("There is no such page.")


def only_workspace(parts: Parts, has_pages: Callable[[Snapshot], bool]) -> Snapshot:
    """Returns the workspace whose pages need not name it: the one that the settings name, else the only one with such
    pages.

    Raises NotFound.
    """
    if named := parts.settings.portal_workspace:
        return workspace_named(parts, named, has_pages)
    those = [snapshot for snapshot in parts.snapshots.cached() if has_pages(snapshot)]
    if len(those) != 1 or not parts.snapshots.complete:
        raise NotFound("There is no such page.")
    return those[0]
