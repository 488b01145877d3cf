"""Asking: a member's question. Answered ones like it are shown first; then it is taken in as every contact is."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Response

from mci_router.access.keys import Caller
from mci_router.api.contact_intake import taken_in
from mci_router.api.router import Router
from mci_router.api.schemas.contacts import ContactIn
from mci_router.api.schemas.customers import CustomerIn
from mci_router.community import following, members
from mci_router.community.levels import held
from mci_router.community.spaces import space_of, spaces_of
from mci_router.errors import (
    IdempotencyKeyInFlight,
    IdempotencyKeyReused,
    MayNotWrite,
    NotAuthenticated,
    Problem,
    TooManyReplies,
    WrongState,
)
from mci_router.portal.blocks import blocks
from mci_router.portal.community.passes import MemberPass
from mci_router.portal.community.visits import Visit, Visited
from mci_router.portal.forms import Form, check_length, check_person, form_of
from mci_router.portal.found import SEEN, Shown
from mci_router.portal.rendering import PageRoute, leads_to, page
from mci_router.portal.texts import said
from mci_router.storable import storable
from mci_router.vocabulary import Channel, Trust, Visibility

router = Router(include_in_schema=False, route_class=PageRoute)

ASK, NOT_HELPED = "ask", "not helped"
NOT_HELPED_WHY = "the customer says that it did not help"
LONGEST = {"subject": 200, "text": 20_000}
SHOWN = 5  # answered questions before one is asked
REFUSED: dict[type[Problem], str] = {
    MayNotWrite: "community.error.may_not",
    TooManyReplies: "community.error.too_many",
    NotAuthenticated: "community.error.signed_out",
    IdempotencyKeyReused: "error.form",
    IdempotencyKeyInFlight: "error.form",
}
"""What may hinder a question, and the text that says so."""


@router.api_route("/community/{workspace}/ask", methods=["GET", "HEAD"])
async def form(visit: Visited) -> Response:
    """Serves the empty form."""
    return _form(visit, Form())


@router.post("/community/{workspace}/ask")
async def ask(visit: Visited) -> Response:
    """Shows answered questions like it, once; then takes the question in, and leads to what became of it."""
    async with form_of(visit, ASK, bound=visit.bound(ASK)) as form:
        pass
    if visit.member is None:
        form.errors[""] = said(visit.language, REFUSED[NotAuthenticated])
    _check(visit, form)
    if form.errors or form.token is None:
        return _form(visit, form)
    if not form.value(SEEN) and (found := await _answered(visit, form)):
        return _form(visit, form, found)
    await visit.allowance.post()
    try:
        answer = await _taken(visit, await visit.signed_in(), form, form.token.name)
    except tuple(REFUSED) as problem:
        form.errors[""] = said(visit.language, REFUSED[type(problem)])
        return _form(visit, form)
    return await _became(visit, answer)


@router.post("/community/{workspace}/ask/{contact_id}/unresolved")
async def not_helped(contact_id: str, visit: Visited) -> Response:
    """Goes on with a question whose answer did not help its customer: to the others, or to a person."""
    contact = storable(contact_id)[:64]
    async with form_of(visit, NOT_HELPED, bound=visit.bound(contact)) as form:
        pass
    if form.errors:
        return _form(visit, Form(errors=form.errors))
    try:
        await visit.signed_in()
        answer = await visit.parts.ladder.advance(visit.workspace, contact, NOT_HELPED_WHY, not_helped=True)
    except WrongState:  # pressed twice: what became of it is where it became
        return leads_to(visit, "")
    except NotAuthenticated:
        return _form(visit, Form(errors={"": said(visit.language, REFUSED[NotAuthenticated])}))
    return await _became(visit, answer)


def _check(visit: Visit, form: Form) -> None:
    check_length(visit, form, **LONGEST)
    for name in LONGEST:
        if not form.value(name) and name not in form.errors:
            form.errors[name] = said(visit.language, f"community.error.{name}_of_question")
    if form.value("topic") and form.value("topic") not in visit.snapshot.topics:
        form.errors["topic"] = said(visit.language, "error.topic")
    check_person(visit, form)


async def _answered(visit: Visit, form: Form) -> Sequence[Shown]:
    """Returns answered questions that fit what somebody is about to ask."""
    board = visit.parts.boards.of(visit.snapshot)
    asked = f"{form.value('subject')}\n{form.value('text')}"
    found = await board.similar(visit.snapshot, asked, [visit.language], SHOWN)
    return [Shown(one.title, f"posts/{one.thread}", blocks(one.body)) for one in found]


async def _taken(visit: Visit, who: MemberPass, form: Form, name: str) -> dict[str, Any]:
    """Takes the question in, once for each form. Raises those of `REFUSED`."""
    await _may_ask(visit, who, form)
    caller = Caller(visit.workspace, f"community {visit.workspace}", frozenset(), Trust.AUTHENTICATED, "community")
    body = ContactIn(
        channel=Channel.COMMUNITY,
        customer=CustomerIn(id=who.customer),
        subject=form.value("subject"),
        text=form.value("text"),
        topic=form.value("topic") or None,
        visibility=Visibility.PUBLIC,
        channel_ref=f"community-{name}",
        context={"page_language": visit.language},
    )
    return dict(await taken_in(visit.parts, caller, body, f"community:{name}"))


async def _may_ask(visit: Visit, who: MemberPass, form: Form) -> None:
    """Raises MayNotWrite, TooManyReplies."""
    space = space_of(visit.snapshot, form.value("topic") or None)
    async with visit.parts.database.transaction() as session:
        member = await members.member(session, visit.workspace, who.member)
        level = await members.may_write(session, member, space.write)
    if space.locked or held(level, f"{form.value('subject')}\n{form.value('text')}"):
        raise MayNotWrite("Only moderators write there, or the question has a link.", level=level)


async def _became(visit: Visit, answer: Mapping[str, Any]) -> Response:
    """Leads to the post, which its customer follows; or says that the question is answered, or goes on in private."""
    if (post := answer["route"].get("post")) and visit.member:
        async with visit.parts.database.transaction() as session:
            who = await members.member(session, visit.workspace, visit.member.member)
            await following.follow(session, who, post["id"])
        return leads_to(visit, f"posts/{post['id']}", new="asked")
    route, contact = answer["route"], answer["id"]
    given, spoken = route.get("answer"), route.get("emergency") or route.get("message")
    shown: dict[str, Any] = {
        "title": given["title"] if given else None,
        "answer": blocks(given["body"] if given else spoken or ""),
        "notice": route.get("notice"),
        "contact": contact,
        "token": visit.form(NOT_HELPED, contact),
    }
    return page(visit, "asked.html", private=True, **shown)


def _form(visit: Visit, form: Form, found: Sequence[Shown] = ()) -> Response:
    """Returns the form, with what was entered, what is wrong with it, and answered questions like it."""
    spaces = [one for one in spaces_of(visit.snapshot).values() if not one.locked]
    topics = [
        (name, f"{space.title}: {visit.snapshot.topics[name].title}")
        for space in spaces
        for name in space.topics
        if name in visit.snapshot.topics
    ]
    token = visit.form(ASK, ASK)
    if form.token and not form.used:
        token = form.value("token")  # how long the form was looked at still counts
    shown: dict[str, Any] = {"form": form, "topics": topics, "token": token, "found": found, "here": ASK}
    return page(visit, "ask.html", 422 if form.errors else 200, private=True, **shown)
