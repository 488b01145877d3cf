"""Reviews: quality forms that are filled in for drawn conversations."""

from mci_router.access.sight import sees_sensitive
from mci_router.api.auditing import noted
from mci_router.api.coaching import shown
from mci_router.api.coaching.asked import Reader, Writer, masked_by, named, snapshot_with
from mci_router.api.parts import Service
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.coaching import ReviewIn, ReviewOut, ReviewWithEarlier
from mci_router.api.schemas.common import Reference
from mci_router.coaching import calendar
from mci_router.coaching.reviews import Reviewing

router = Router(prefix="/v1/coaching/reviews", tags=["coaching"], responses=RESPONSES)


@router.post("", status_code=201, summary="Fill in a quality form for a drawn conversation")
async def post_review(body: ReviewIn, caller: Writer, parts: Service) -> ReviewOut:
    """Keeps the answers, masked, with the score that they come to and the form as it is now.

    A correction names the review that it corrects, which is kept.
    """
    week = named(calendar.week, body.week, "body.week")
    snapshot = await snapshot_with(parts, caller, body.agent)
    said = masked_by(snapshot)
    wanted = Reviewing(
        agent=body.agent,
        week=week,
        contact=body.contact_id,
        form=body.form,
        answers={name: said(one) if isinstance(one, str) else one for name, one in body.answers.items()},
        comment=said(body.comment),
        reviewer=said(body.reviewer or caller.name),
        by=caller.name,
        corrects=body.corrects,
    )
    note = noted(caller, "review.corrected" if body.corrects else "review.written", body.agent, None)
    made = await parts.coaching.reviews.write(snapshot, wanted, note, sensitive=sees_sensitive(caller))
    return shown.review(made, body.agent)


@router.get("/{reference}", summary="Read a review, and the ones that it corrects")
async def get_review(reference: Reference, caller: Reader, parts: Service) -> ReviewWithEarlier:
    """Returns a review by its id, with the questions as they were."""
    snapshot, sensitive = await parts.snapshots.get(caller.workspace_id), sees_sensitive(caller)
    found, *earlier = await parts.coaching.reviews.read(caller.workspace_id, reference, sensitive=sensitive)
    agent = next((name for name, one in snapshot.generations.items() if one == found.agent_id), "")
    before = [shown.review(one, agent) for one in earlier]
    return ReviewWithEarlier(**shown.review(found, agent).model_dump(), earlier=before)
