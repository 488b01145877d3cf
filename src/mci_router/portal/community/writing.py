"""What members do on a post's page: reply, flag, follow, and accept the answer to their own question."""

from collections.abc import Awaitable, Callable

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.api.router import Router
from mci_router.community import flags, following, members
from mci_router.errors import MayNotWrite, NotAuthenticated, Problem, TooManyReplies, TooManyResources, WrongState
from mci_router.intake.masking import mask
from mci_router.lifecycle.publicity.replies import Writer
from mci_router.models import Member
from mci_router.portal.community.accepting import accept
from mci_router.portal.community.passes import MemberPass
from mci_router.portal.community.threads import ACCEPT, FLAG, FOLLOW, REPLY, post_of, shown_thread
from mci_router.portal.community.visits import Visit, Visited
from mci_router.portal.forms import Form, check_length, check_person, form_of
from mci_router.portal.rendering import PageRoute, leads_to
from mci_router.portal.texts import said
from mci_router.vocabulary import FlagReason, HiddenWhy

router = Router(include_in_schema=False, route_class=PageRoute)

LONGEST, LONGEST_NOTE = 20_000, 500
REFUSED: dict[type[Problem], str] = {
    MayNotWrite: "community.error.may_not",
    TooManyReplies: "community.error.too_many",
    WrongState: "community.error.closed",
    NotAuthenticated: "community.error.signed_out",
    TooManyResources: "community.error.followed_enough",
}
"""What may hinder a member, and the text that says so."""

Act = Callable[[MemberPass, Form], Awaitable[str]]
"""Does what a form says, and returns the word for what became of it."""

Following = Callable[[AsyncSession, Member, str], Awaitable[None]]


@router.post("/community/{workspace}/posts/{post_id}/replies")
async def reply(post_id: str, visit: Visited) -> Response:
    """Adds a reply, judged and masked as every reply is."""

    async def add(who: MemberPass, form: Form) -> str:
        writer = Writer(who.name, who.member, key=f"form:{form.token.name if form.token else ''}")
        made = await visit.parts.replies.add(visit.workspace, post_id, writer, form.value("text"))
        if made.hidden:
            return "held" if made.hidden_why is HiddenWhy.HELD else "hidden"
        return "shown"

    def check(form: Form) -> None:
        check_length(visit, form, text=LONGEST)
        if not form.value("text") and "text" not in form.errors:
            form.errors["text"] = said(visit.language, "community.error.text")
        check_person(visit, form)

    return await _done(visit, post_id, REPLY, check, add)


@router.post("/community/{workspace}/posts/{post_id}/flags")
async def flag(post_id: str, visit: Visited) -> Response:
    """Flags the post, or a reply to it."""

    async def add(who: MemberPass, form: Form) -> str:
        note = mask(form.value("note")).text if form.value("note") else None
        complaint = flags.Complaint(post_id, form.value("reply") or None, FlagReason(form.value("reason")), note)
        async with visit.parts.database.transaction() as session:
            member = await members.member(session, visit.workspace, who.member, lock=True)
            await flags.flag(session, member, complaint, visit.community.flags_to_hide)
        return "flagged"

    def check(form: Form) -> None:
        check_length(visit, form, note=LONGEST_NOTE, reply=64)
        if form.value("reason") not in list(FlagReason):
            form.errors["reason"] = said(visit.language, "community.error.reason")

    return await _done(visit, post_id, FLAG, check, add)


@router.post("/community/{workspace}/posts/{post_id}/follow")
async def follow(post_id: str, visit: Visited) -> Response:
    """Has the member hear of what is written to the post."""
    return await _follow(visit, post_id, following.follow, "following")


@router.post("/community/{workspace}/posts/{post_id}/unfollow")
async def unfollow(post_id: str, visit: Visited) -> Response:
    """Has the member hear of the post no longer."""
    return await _follow(visit, post_id, following.unfollow, "left")


@router.post("/community/{workspace}/posts/{post_id}/accept")
async def accept_answer(post_id: str, visit: Visited) -> Response:
    """Accepts a reply, for the customer who asked."""

    async def take(who: MemberPass, form: Form) -> str:
        await accept(visit, post_id, form.value("reply")[:64], who)
        return "accepted"

    return await _done(visit, post_id, ACCEPT, lambda form: None, take)


async def _follow(visit: Visit, post_id: str, act: Following, word: str) -> Response:
    async def do(who: MemberPass, form: Form) -> str:
        async with visit.parts.database.transaction() as session:
            await act(session, await members.member(session, visit.workspace, who.member), post_id)
        return word

    return await _done(visit, post_id, FOLLOW, lambda form: None, do)


async def _done(visit: Visit, post_id: str, purpose: str, check: Callable[[Form], None], act: Act) -> Response:
    """Does what a member's form says, once, and leads back to the post; what is wrong with it stands there."""
    post = await post_of(visit, post_id)
    async with form_of(visit, purpose, bound=visit.bound(post.id)) as form:
        pass
    if visit.member is None:
        form.errors[""] = said(visit.language, REFUSED[NotAuthenticated])
    check(form)
    if form.errors:
        return await shown_thread(visit, post.id, form, about=purpose)
    await visit.allowance.post()
    try:
        word = await act(await visit.signed_in(), form)
    except tuple(REFUSED) as problem:
        form.errors[""] = said(visit.language, REFUSED[type(problem)])
        return await shown_thread(visit, post.id, form, about=purpose)
    # A sensitive reply takes the post away from everybody: the first page is there in any case.
    return leads_to(visit, "" if word == "hidden" else f"posts/{post.id}", new=word)
