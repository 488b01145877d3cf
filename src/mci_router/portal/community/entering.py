"""Signing in: the company's own site sends a customer token, and the customer says by which name to write.

The site's page sends a form to `…/sign-in`. That alone signs nobody in: the customer presses a button on the page that
follows, so that no other page can sign somebody in unnoticed.
"""

import re
import secrets
import unicodedata
from typing import Any

from fastapi import Response
from sqlalchemy import select

from mci_router.api.customer import door
from mci_router.api.router import Router
from mci_router.clock import utc_now
from mci_router.community import members
from mci_router.errors import NotAuthenticated
from mci_router.intake.masking import mask
from mci_router.models import Customer, Member
from mci_router.portal.community.passes import ENTERING, ENTERING_S, LONGEST_S, MemberPass, opened, sealed
from mci_router.portal.community.visits import Visit, Visited, admitted
from mci_router.portal.forms import Form, check_length, fields_of, form_of
from mci_router.portal.rendering import PageRoute, leads_to, page, with_cookie
from mci_router.portal.texts import said
from mci_router.triage.reading import without_unseen

router = Router(include_in_schema=False, route_class=PageRoute)

ENTER, LEAVE = "enter", "leave"
LONGEST_NAME = 60
NEXT = re.compile(r"ask|posts/pst_[0-9a-f]{32}|spaces/[a-z0-9][a-z0-9_]{0,63}")
"""Pages to which somebody comes back who has signed in; any other is the first one."""


@router.post("/community/{workspace}/sign-in")
async def sign_in(visit: Visited) -> Response:
    """Reads the token that the company's site sends, and asks by which name the customer writes."""
    await visit.allowance.sign_in()
    fields = await fields_of(visit)
    await door.check_origin(visit.parts, visit.request, visit.workspace)
    who = await door.entrant(visit.parts, fields.get("token", ""))
    if who.identity.workspace_id != visit.workspace:
        raise NotAuthenticated("The customer token is of another workspace.")
    identity = await door.admitted(visit.parts, who)
    expires = min(who.expires_at.timestamp(), utc_now().timestamp() + LONGEST_S)
    issued = identity.issued_at.timestamp()
    holder = MemberPass(visit.workspace, identity.customer, identity.key_id, issued, expires)
    form = Form({"name": await _name(visit, identity.customer), "next": _next(fields.get("next", ""))})
    return _asked(visit, holder, form, secrets.token_urlsafe(16))


@router.post("/community/{workspace}/enter")
async def enter(visit: Visited) -> Response:
    """Signs the customer in, as a member by that name."""
    bound = visit.request.cookies.get(_entering(visit), "")
    async with form_of(visit, ENTER, bound=bound) as form:
        pass
    holder = opened(visit.seals, form.value("pass"), visit.workspace, ENTERING, bound) if bound else None
    if holder is None or form.errors:
        raise NotAuthenticated("The form is too old, or of another page.")
    await admitted(visit.parts, holder)
    check_length(visit, form, name=LONGEST_NAME)
    if not form.value("name") and not form.errors:
        form.errors["name"] = said(visit.language, "community.error.name")
    if _of_the_house(visit, form.value("name")):
        form.errors["name"] = said(visit.language, "community.error.name_of_the_house")
    if form.errors:
        return _asked(visit, holder, form, bound)
    async with visit.parts.database.transaction() as session:
        name = mask(form.value("name")).text
        member = await members.member_of(session, visit.workspace, name, customer=holder.customer)
    facts: dict[str, Any] = {one: getattr(holder, one) for one in ("customer", "key", "issued_at", "expires_at")}
    signed = MemberPass(visit.workspace, **facts, member=member.id, name=member.name)
    response = leads_to(visit, _next(form.value("next")), new="in")
    response.delete_cookie(_entering(visit), path="/")
    return with_cookie(response, visit, sealed(visit.seals, signed), signed.left_s)


@router.post("/community/{workspace}/leave")
async def leave(visit: Visited) -> Response:
    """Takes the pass back: nobody is signed in on this device any more."""
    async with form_of(visit, LEAVE, bound=visit.bound("")) as form:
        pass
    response = leads_to(visit, "")
    return response if form.errors else with_cookie(response, visit, None)


def _asked(visit: Visit, holder: MemberPass, form: Form, bound: str) -> Response:
    """Returns the page that asks for the name. Its form is good in this browser alone."""
    response = page(
        visit,
        "entering.html",
        422 if form.errors else 200,
        private=True,
        form=form,
        token=visit.seals.form(visit.workspace, ENTER, bound),
        holder=sealed(visit.seals, holder, ENTERING, bound),
        most=LONGEST_NAME,
    )
    secure = visit.request.url.scheme == "https"
    kept: dict[str, Any] = {"path": "/", "secure": secure, "httponly": True, "samesite": "strict"}
    response.set_cookie(_entering(visit), bound, max_age=ENTERING_S, **kept)
    return response


async def _name(visit: Visit, customer: str) -> str:
    """Returns the name by which the customer has written before, else the first one of its names."""
    mine = (Member.workspace_id == visit.workspace, Member.customer_id == customer)
    theirs = (Customer.workspace_id == visit.workspace, Customer.id == customer)
    async with visit.parts.database.transaction() as session:
        before = await session.scalar(select(Member.name).where(*mine))
        known = before or await session.scalar(select(Customer.name).where(*theirs))
    return before or (known or "").partition(" ")[0][:LONGEST_NAME]


def _of_the_house(visit: Visit, name: str) -> bool:
    """Returns whether a name is that by which the company itself replies, or its community is called."""
    ours = (visit.title, visit.snapshot.spec.title)
    return _read(name) in {_read(one) for one in ours}


def _read(name: str) -> str:
    """Returns a name as it is read: two that look alike are one."""
    return without_unseen(unicodedata.normalize("NFKC", name)).casefold()


def _next(said_next: str) -> str:
    return said_next if NEXT.fullmatch(said_next) else ""


def _entering(visit: Visit) -> str:
    return f"{visit.cookie_name}_entering"
