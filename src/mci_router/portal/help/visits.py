"""A visit: one request to the portal of one workspace, in the language that its pages speak to this visitor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response

from mci_router.api.parts import Parts, Service
from mci_router.portal.rendering import with_cookie
from mci_router.portal.seals import PASS_S, Pass
from mci_router.portal.visits import PageVisit, depth_below, language_of, only_workspace, workspace_named
from mci_router.specs.portal import PortalSpec
from mci_router.specs.snapshot import Snapshot


@dataclass(frozen=True)
class Visit(PageVisit):
    """A request to a portal."""

    portal: PortalSpec

    @property
    def nav(self) -> Sequence[tuple[str, str]]:
        """The pages that every page links to."""
        return [(f"nav.{path}", path) for path in ("write", "status", "incidents", "hours")]

    @property
    def title(self) -> str:
        """What the pages are headed by."""
        return self.portal.title or self.snapshot.spec.title

    @property
    def languages(self) -> Sequence[str]:
        """The languages that the pages speak."""
        return self.portal.languages

    @property
    def cookie_name(self) -> str:
        return f"mci_help_{self.snapshot.spec.name}"

    @property
    def holds(self) -> Pass | None:
        """The pass of the visitor, if there is one that is good still."""
        return self.seals.read_pass(self.cookie, self.workspace)


def with_pass(response: Response, visit: Visit, holder: Pass | None) -> Response:
    """Adds the pass to what is answered; None takes it back."""
    return with_cookie(response, visit, visit.seals.pass_for(holder) if holder else None, PASS_S)


def portal_named(parts: Parts, name: str) -> Snapshot:
    """Returns the workspace of that name, if it has a portal. Raises NotFound, alike for one that has none."""
    return workspace_named(parts, name, _has_portal)


def only_portal(parts: Parts) -> Snapshot:
    """Returns the workspace whose portal is at `/help`. Raises NotFound."""
    return only_workspace(parts, _has_portal)


def _has_portal(snapshot: Snapshot) -> bool:
    return snapshot.spec.portal is not None


async def _visit(workspace: str, request: Request, parts: Service) -> Visit:
    snapshot = portal_named(parts, workspace)
    portal = snapshot.spec.portal
    assert portal is not None  # noqa: S101 — what `portal_named` is for
    language, chosen = language_of(request, portal.languages)
    root = depth_below(request, f"/help/{workspace}")
    visit = Visit(request, parts, snapshot, language, chosen, root, portal)
    request.state.visit = visit  # for the page of what goes wrong
    await visit.allowance.page()
    return visit


Visited = Annotated[Visit, Depends(_visit)]
