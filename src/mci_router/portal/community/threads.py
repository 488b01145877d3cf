"""The page of a post: its replies, and what a member may do there."""

from http import HTTPStatus

from fastapi import Response

from mci_router.community import board, following, members
from mci_router.community.spaces import indexable, space_of
from mci_router.models import Contact, Post
from mci_router.portal.blocks import blocks
from mci_router.portal.community.visits import Visit
from mci_router.portal.forms import Form
from mci_router.portal.rendering import page
from mci_router.storable import storable
from mci_router.vocabulary import FlagReason

REPLY, FLAG, FOLLOW, ACCEPT = "reply", "flag", "follow", "accept"
NOTES = {
    "shown": "community.thanks",
    "held": "community.held",
    "hidden": "community.hidden",
    "flagged": "community.flagged",
    "following": "community.following",
    "left": "community.unfollowed",
    "accepted": "community.accepted",
    "in": "community.signed_in",
    "asked": "community.asked",
}


async def shown_thread(visit: Visit, post_id: str, form: Form, new: str = "", about: str = REPLY) -> Response:
    """Returns the page of a post; `form` is what was sent wrongly, of the form that is `about` something.

    Raises NotFound.
    """
    async with visit.parts.database.transaction() as session:
        post = await board.post(session, visit.workspace, storable(post_id)[:64])
        replies = await board.replies(session, visit.workspace, post.id)
        who = visit.member
        member = await members.found(session, visit.workspace, who.member) if who else None
        follows = await following.follows(session, member, post.id) if member else False
        asker = await session.get(Contact, post.contact_id) if member else None
    space = space_of(visit.snapshot, post.topic)
    open_to_all = post.status != "closed" and not post.locked and not space.locked
    return page(
        visit,
        "thread.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
        private=who is not None,
        listed=indexable(visit.snapshot, space),
        post=post,
        space=space,
        asked=blocks(post.body),
        replies=[(reply, blocks(reply.body)) for reply in replies],
        member=member,
        mine=asker is not None and member is not None and asker.customer_id == member.customer_id,
        follows=follows,
        may_reply=open_to_all,
        reasons=list(FlagReason),
        form=form,
        about=about,
        empty=Form(),
        note=NOTES.get(new, ""),
        tokens={name: visit.form(name, post.id) for name in (REPLY, FLAG, FOLLOW, ACCEPT)},
        leave_token=visit.form("leave", ""),
    )


async def post_of(visit: Visit, post_id: str) -> Post:
    """Returns a post that everybody may read. Raises NotFound."""
    async with visit.parts.database.transaction() as session:
        return await board.post(session, visit.workspace, storable(post_id)[:64])
