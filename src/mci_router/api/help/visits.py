"""A visit: one request to the portal of one workspace, in the language that its pages speak to this visitor."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import Depends, Request

from mci_router.api.help.bounds import Allowance, client_of
from mci_router.api.help.seals import Pass, Seals
from mci_router.api.parts import Parts, Service
from mci_router.errors import NotFound
from mci_router.specs.portal import PortalSpec
from mci_router.specs.snapshot import Snapshot

FALLBACK = "en"


@dataclass(frozen=True)
class Visit:
    """A request to a portal. `root` leads from its page to the portal's first, `chosen`: by a link, not by the browser.

    All links are relative, so that the pages work below any address.
    """

    request: Request
    parts: Parts
    snapshot: Snapshot
    portal: PortalSpec
    language: str
    chosen: bool
    root: str

    @property
    def workspace(self) -> str:
        return self.snapshot.workspace_id

    @property
    def title(self) -> str:
        return self.portal.title or self.snapshot.spec.title

    @cached_property
    def seals(self) -> Seals:
        return seals_of(self.parts)

    @cached_property
    def allowance(self) -> Allowance:
        return Allowance(self.parts, self.seals, self.workspace, client_of(self.request, self.parts))

    @property
    def cookie_name(self) -> str:
        return f"mci_help_{self.snapshot.spec.name}"

    @property
    def cookie(self) -> str:
        return self.request.cookies.get(self.cookie_name, "")

    @property
    def holds(self) -> Pass | None:
        """The pass of the visitor, if there is one that is good still."""
        return self.seals.read_pass(self.cookie, self.workspace)

    def link(self, path: str = "", **query: Any) -> str:
        """Returns the relative address of a page of the portal, in the language that was chosen."""
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
            within = self.request.scope["path"].split("/")[3:4]
            return f"{self.root}{''.join(within)}?{query}"
        return f"?{query}"


def seals_of(parts: Parts) -> Seals:
    secret = parts.settings.token_secret
    return Seals(secret.get_secret_value() if secret else "")


def portal_named(parts: Parts, name: str) -> Snapshot:
    """Returns the workspace of that name, if it has a portal. Raises NotFound, alike for one that has none."""
    for snapshot in parts.snapshots.cached():
        if snapshot.spec.name == name and snapshot.spec.portal:
            return snapshot
    raise NotFound("There is no such page.")


def only_portal(parts: Parts) -> Snapshot:
    """Returns the workspace whose portal is at `/help`: the one that the settings name, else the only one there is.

    Raises NotFound.
    """
    if named := parts.settings.portal_workspace:
        return portal_named(parts, named)
    snapshots = parts.snapshots.cached()
    if len(snapshots) != 1 or not parts.snapshots.complete:
        raise NotFound("There is no such page.")
    return portal_named(parts, snapshots[0].spec.name)


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


async def _visit(workspace: str, request: Request, parts: Service) -> Visit:
    snapshot = portal_named(parts, workspace)
    portal = snapshot.spec.portal
    assert portal is not None  # noqa: S101 — what `portal_named` is for
    language, chosen = language_of(request, portal.languages)
    depth = request.scope["path"].rstrip("/").count("/") - f"/help/{workspace}".count("/")
    visit = Visit(request, parts, snapshot, portal, language, chosen, "../" * max(0, depth - 1))
    request.state.visit = visit  # for the page of what goes wrong
    await visit.allowance.page()
    return visit


Visited = Annotated[Visit, Depends(_visit)]
