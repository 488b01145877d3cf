"""A visit: one request to the status page of one workspace."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from mci_router.api.parts import Parts, Service
from mci_router.portal.visits import PageVisit, depth_below, language_of, only_workspace, workspace_named
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.status_page import StatusPageSpec


@dataclass(frozen=True)
class Visit(PageVisit):
    """A request to a status page."""

    page: StatusPageSpec

    @property
    def title(self) -> str:
        """What the page is headed by."""
        return self.page.title or self.snapshot.spec.title

    @property
    def languages(self) -> Sequence[str]:
        """The languages that the page speaks."""
        return self.page.languages


def only_status_page(parts: Parts) -> Snapshot:
    """Returns the workspace whose status page is at `/status`. Raises NotFound."""
    return only_workspace(parts, _has_page)


def _has_page(snapshot: Snapshot) -> bool:
    return snapshot.spec.status_page is not None


async def _visit(workspace: str, request: Request, parts: Service) -> Visit:
    snapshot = workspace_named(parts, workspace, _has_page)
    page = snapshot.spec.status_page
    assert page is not None  # noqa: S101 — what `_has_page` is for
    language, chosen = language_of(request, page.languages)
    root = depth_below(request, f"/status/{workspace}")
    visit = Visit(request, parts, snapshot, language, chosen, root, page)
    request.state.visit = visit  # for the page of what goes wrong
    await visit.allowance.page()
    return visit


Visited = Annotated[Visit, Depends(_visit)]
