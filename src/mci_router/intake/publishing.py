"""Publishing: the draft of a post, that is what of a contact would be shown in public.

What is shown is what was judged, as the decision keeps it, without what we know of its author.
"""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.community.board import TITLE_LENGTH
from mci_router.intake.masking import mask_public
from mci_router.models import Customer, CustomerAddress
from mci_router.routing.policy.routes import Draft
from mci_router.triage.reading import subject_lines


def draft_of(judged: str, subject: str | None, known: Iterable[str | None]) -> Draft:
    """Returns a draft: its title is the subject, or else the first line; its body is what follows, or all there is."""
    lines, heading = judged.splitlines(), len(subject_lines(subject))
    facts = tuple(known)
    title = mask_public(" ".join(lines[:heading] or lines[:1]), *facts)
    body = mask_public("\n".join(lines[heading:]) or title, *facts)
    return Draft(title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1] + "…", body)


async def known_of(session: AsyncSession, customers: Collection[Customer]) -> dict[str, Sequence[str | None]]:
    """Returns by customer the name, and every address by which somebody could be found."""
    known: dict[str, list[str | None]] = {customer.id: [customer.name] for customer in customers}
    if known:
        theirs = (
            CustomerAddress.customer_id.in_(known),
            CustomerAddress.workspace_id.in_({one.workspace_id for one in customers}),
        )
        for customer, value in await session.execute(
            select(CustomerAddress.customer_id, CustomerAddress.value).where(*theirs)
        ):
            known[customer].append(value)
    return dict(known)
