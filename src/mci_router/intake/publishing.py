"""What of a contact may be shown in public, and whether: the one way to the community board.

What is shown is what was judged, as the decision keeps it, without what we know of who wrote it. What came in privately is shown only if
the customer agrees, and a sensitive contact never.
"""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.community.board import TITLE_LENGTH, Draft, make_post
from mci_router.intake.masking import mask_public
from mci_router.models import Contact, Customer, CustomerAddress, Post
from mci_router.routing.policy.routes import Route
from mci_router.triage.reading import subject_lines
from mci_router.vocabulary import Outcome, Visibility


class NotPublic(Exception):
    """A mistake of ours: somebody tried to post what may not be shown. Nothing is."""


def draft_of(judged: str, subject: str | None, known: Iterable[str | None]) -> Draft:
    """The title is the subject, or else the first line; the body is what follows, or all there is."""
    lines, heading = judged.splitlines(), len(subject_lines(subject))
    told = tuple(known)
    title = mask_public(" ".join(lines[:heading] or lines[:1]), *told)
    body = mask_public("\n".join(lines[heading:]) or title, *told)
    return Draft(title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1] + "…", body)


def published(contact: Contact, draft: Draft, *, agreed: bool) -> Post:
    """The post. Raises NotPublic."""
    if contact.sensitive or (contact.visibility is not Visibility.PUBLIC and not agreed):
        raise NotPublic(contact.id)
    return make_post(contact.workspace_id, contact.id, contact.topic, draft)


def post_or_draft(contact: Contact, way: Route, judged: str, known: Iterable[str | None]) -> tuple[Post | None, Draft | None]:
    """What the way to the community begins with: the post, or, where the customer is asked first, the draft."""
    if way.outcome is not Outcome.COMMUNITY:
        return None, None
    draft = draft_of(judged, contact.subject, known)
    return (None, draft) if way.ask else (published(contact, draft, agreed=False), None)


async def known_of(session: AsyncSession, customers: Collection[Customer]) -> dict[str, Sequence[str | None]]:
    """By customer: the name, and every address that somebody could be found by."""
    known: dict[str, list[str | None]] = {customer.id: [customer.name] for customer in customers}
    if known:
        theirs = CustomerAddress.customer_id.in_(known), CustomerAddress.workspace_id.in_({one.workspace_id for one in customers})
        for customer, value in await session.execute(select(CustomerAddress.customer_id, CustomerAddress.value).where(*theirs)):
            known[customer].append(value)
    return dict(known)
