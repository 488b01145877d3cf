"""A visit: one request to the community of one workspace, by somebody who may be signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Annotated, Any, ClassVar
from urllib.parse import urlencode

from fastapi import Depends, Request

from mci_router.access.customer_tokens import CustomerIdentity
from mci_router.api.parts import Parts, Service
from mci_router.errors import NotAuthenticated, NotFound
from mci_router.portal.community.passes import MemberPass, opened
from mci_router.portal.visits import PageVisit, depth_below, language_of, only_workspace, workspace_named
from mci_router.specs.community import CommunitySpec
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import Trust


@dataclass(frozen=True)
class Visit(PageVisit):
    """A request to a community."""

    community: CommunitySpec
    named: ClassVar[str] = "community.nav"

    @property
    def nav(self) -> Sequence[tuple[str, str]]:
        """The pages that every page links to."""
        pages = [("community.nav.home", ""), ("community.nav.search", "search")]
        return [*pages, ("community.nav.ask", "ask")] if self.may_ask else pages

    @property
    def may_ask(self) -> bool:
        """Whether the reader is somebody who may ask, or could sign in to."""
        return bool(self.member or self.sign_in())

    @property
    def title(self) -> str:
        """What the pages are headed by."""
        return self.community.title or self.snapshot.spec.title

    @property
    def languages(self) -> Sequence[str]:
        """The languages that the pages speak."""
        return self.community.languages

    @property
    def cookie_name(self) -> str:
        return f"mci_community_{self.snapshot.spec.name}"

    @property
    def page_of_form(self) -> str:
        """The path of the page whose form was sent here: that of the post, where there is one."""
        within = self.request.scope["path"].split("/")[3:5]
        return "/".join(within) if within[:1] == ["posts"] else "ask" if within[:1] == ["ask"] else ""

    @cached_property
    def member(self) -> MemberPass | None:
        """Who is signed in, as far as the cookie says."""
        found = opened(self.seals, self.cookie, self.workspace)
        return found if found and found.member else None

    def sign_in(self, path: str = "") -> str | None:
        """Returns the address at which the company's site signs somebody in, who then comes back to a page."""
        url = self.community.sign_in_url
        if url is None:
            return None
        return f"{url}{'&' if '?' in url else '?'}{urlencode({'next': path})}" if path else url

    async def signed_in(self) -> MemberPass:
        """Returns who is signed in, if nobody has ended that since. Raises NotAuthenticated, DatabaseUnavailable."""
        if self.member is None:
            raise NotAuthenticated("Nobody is signed in.")
        await admitted(self.parts, self.member)
        return self.member

    def form(self, purpose: str, about: str) -> str:
        """Returns the token of a form by which the member does something; empty where nobody is signed in."""
        return self.seals.form(self.workspace, purpose, self.bound(about)) if self.member else ""

    def bound(self, about: str) -> str:
        """Returns what the token of such a form is bound to."""
        return f"{self.member.member if self.member else ''} {about}"


async def admitted(parts: Parts, holder: MemberPass) -> str:
    """Returns the customer whom a pass is of. Raises NotAuthenticated where its key or its sessions have ended."""
    issued = datetime.fromtimestamp(holder.issued_at, UTC)
    identity = CustomerIdentity(holder.workspace, holder.customer, holder.key, Trust.AUTHENTICATED, issued)
    try:
        return (await parts.customer_sessions.admit(identity)).customer
    except NotFound as error:
        raise NotAuthenticated("The customer is not there any more.") from error


def community_named(parts: Parts, name: str) -> Snapshot:
    """Returns the workspace of that name, if it has a community. Raises NotFound, alike for one that has none."""
    return workspace_named(parts, name, _has_community)


def only_community(parts: Parts) -> Snapshot:
    """Returns the workspace whose community is at `/community`. Raises NotFound."""
    return only_workspace(parts, _has_community)


def _has_community(snapshot: Snapshot) -> bool:
    return snapshot.spec.community is not None


async def _visit(workspace: str, request: Request, parts: Service) -> Visit:
    snapshot = community_named(parts, workspace)
    community: Any = snapshot.spec.community
    language, chosen = language_of(request, community.languages)
    visit = Visit(
        request, parts, snapshot, language, chosen, depth_below(request, f"/community/{workspace}"), community
    )
    request.state.visit = visit  # for the page of what goes wrong
    await visit.allowance.page()
    return visit


Visited = Annotated[Visit, Depends(_visit)]
