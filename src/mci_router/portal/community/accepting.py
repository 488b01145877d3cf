"""Accepting: the customer who asked says on the page which reply has helped."""

from mci_router.api.posts import resolved_by_reply
from mci_router.community import board
from mci_router.errors import MayNotWrite
from mci_router.models import Contact
from mci_router.portal.community.passes import MemberPass
from mci_router.portal.community.visits import Visit, admitted


async def accept(visit: Visit, post_id: str, reply_id: str, who: MemberPass) -> None:
    """Accepts a reply to the member's own question, and resolves the contact.

    Raises NotFound, WrongState, and MayNotWrite for somebody who has not asked.
    """
    customer = await admitted(visit.parts, who)
    async with visit.parts.database.transaction() as session:
        post = await board.post(session, visit.workspace, post_id)
        contact = await session.get(Contact, post.contact_id)
    if contact is None or contact.customer_id not in (customer, who.customer):
        raise MayNotWrite("Only the customer who asked accepts an answer.")
    await visit.parts.boards.of(visit.snapshot).accept(visit.snapshot, post_id, reply_id)
    await resolved_by_reply(visit.parts, visit.workspace, post.contact_id)
