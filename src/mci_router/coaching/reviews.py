"""Reviews: a quality form filled in for a drawn conversation. A correction keeps what it corrects."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.audit import Note
from mci_router.coaching.calendar import Period
from mci_router.coaching.conversations import drawn_ids
from mci_router.coaching.sampling import Fingerprint
from mci_router.coaching.scoring import Answer, AnswersRefused, Scored, scored
from mci_router.configuration import store
from mci_router.database import Database
from mci_router.errors import AlreadyReviewed, InvalidRequest, NotDrawn, NotFound
from mci_router.ids import new_id
from mci_router.models import CoachingReview, Contact
from mci_router.specs.quality import QualityFormSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value

MOST_CORRECTIONS = 50


@value
class Reviewing:
    """A form that somebody has filled in. All texts are masked. `corrects` is the review before, if there is one."""

    agent: str
    week: Period
    contact: str
    form: str
    answers: Mapping[str, Answer]
    comment: str
    reviewer: str
    by: str
    corrects: str | None


class Reviews:
    """Keeps reviews. Every method raises DatabaseUnavailable."""

    def __init__(self, database: Database, fingerprint: Fingerprint) -> None:
        self._database = database
        self._fingerprint = fingerprint

    async def write(self, snapshot: Snapshot, wanted: Reviewing, note: Note, *, sensitive: bool) -> CoachingReview:
        """Keeps a review, and returns it. `sensitive`: whether the caller may see sensitive contacts.

        Raises:
            InvalidRequest: the workspace has no such form, or the answers do not fit it.
            NotDrawn: the conversation is not one that was drawn for the week, or not one that the caller may see.
            AlreadyReviewed: there is a review, and `corrects` does not name it.
        """
        async with self._database.transaction() as session:
            version, form, result = await _filled_in(session, snapshot.workspace_id, wanted)
            agent_id = snapshot.generations[wanted.agent]
            await session.execute(_alone(agent_id, wanted))
            before = await _current(session, snapshot.workspace_id, agent_id, wanted)
            await self._check(session, snapshot, wanted, before, sensitive=sensitive)
            made = _review(snapshot.workspace_id, agent_id, wanted, version, form, result)
            if before:
                before.corrected_by = made.id
                await session.flush()
            session.add(made)
            await session.flush()
            facts = {"review": made.id, "contact": made.contact_id, "form": made.form, "score": made.score}
            await note.record(session, {"score": before.score} if before else None, facts)
            await session.refresh(made)
        return made

    async def _check(
        self,
        session: AsyncSession,
        snapshot: Snapshot,
        wanted: Reviewing,
        before: CoachingReview | None,
        *,
        sensitive: bool,
    ) -> None:
        there = Contact.workspace_id == snapshot.workspace_id, Contact.id == wanted.contact
        hidden = not sensitive and await session.scalar(select(exists().where(*there, Contact.sensitive)))
        drawn = await drawn_ids(session, snapshot, self._fingerprint, wanted.agent, wanted.week)
        if hidden or (wanted.contact not in drawn and before is None):
            raise NotDrawn
        if before is not None and wanted.corrects != before.id:
            raise AlreadyReviewed(review=before.id)
        if before is None and wanted.corrects is not None:
            raise _fault("corrects", "is no review of this conversation by this form")
        if before and await _corrections(session, before) >= MOST_CORRECTIONS:
            raise _fault("corrects", f"was corrected {MOST_CORRECTIONS} times, which are the most")

    async def read(self, workspace: str, review: str, *, sensitive: bool) -> list[CoachingReview]:
        """Returns a review, and behind it the ones that it corrects, the newest first. Raises NotFound."""
        mine = CoachingReview.workspace_id == workspace, CoachingReview.id == review
        async with self._database.transaction() as session:
            found = await session.scalar(_seen(sensitive).where(*mine))
            if found is None:
                raise NotFound(f"There is no review {review!r} in this workspace.")
            earlier = select(CoachingReview).where(*_same(found), CoachingReview.id < found.id)
            return [found, *await session.scalars(earlier.order_by(CoachingReview.id.desc()))]


async def reviews_of(
    session: AsyncSession, workspace: str, agent_id: str, weeks: Sequence[str], *, sensitive: bool
) -> Sequence[CoachingReview]:
    """Returns the reviews in force of an agent's weeks, oldest first."""
    mine = CoachingReview.workspace_id == workspace, CoachingReview.agent_id == agent_id
    in_force = CoachingReview.week.in_(weeks), CoachingReview.corrected_by.is_(None)
    return (await session.scalars(_seen(sensitive).where(*mine, *in_force).order_by(CoachingReview.id))).all()


def _seen(sensitive: bool) -> Select[CoachingReview]:
    """Returns the query for reviews, those of sensitive contacts only where the caller may see these."""
    query = select(CoachingReview)
    about = Contact.id == CoachingReview.contact_id, Contact.workspace_id == CoachingReview.workspace_id
    return query if sensitive else query.where(~exists().where(*about, Contact.sensitive))


async def _filled_in(session: AsyncSession, workspace: str, wanted: Reviewing) -> tuple[int, QualityFormSpec, Scored]:
    """Returns the version of the form, the form, and what the answers to it come to."""
    try:
        row = await store.resource(session, workspace, "quality_form", wanted.form)
    except NotFound:
        raise _fault("form", f"there is no quality form {wanted.form!r}: GET /v1/quality_forms lists them") from None
    form = QualityFormSpec.model_validate(row.spec)
    try:
        return row.version, form, scored(form, wanted.answers)
    except AnswersRefused as refused:
        errors = [{"where": f"body.answers.{name}", "problem": fault} for name, fault in refused.faults.items()]
        raise InvalidRequest(f"body.answers: {refused}.", errors=errors) from refused


def _alone(agent_id: str, wanted: Reviewing) -> Select[Any]:
    """Returns the statement by which two reviews of a conversation are written one after the other."""
    what = f"review {agent_id} {wanted.contact} {wanted.form}"
    return select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0)))


async def _current(session: AsyncSession, workspace: str, agent_id: str, wanted: Reviewing) -> CoachingReview | None:
    return await session.scalar(
        select(CoachingReview).where(
            CoachingReview.workspace_id == workspace,
            CoachingReview.agent_id == agent_id,
            CoachingReview.contact_id == wanted.contact,
            CoachingReview.form == wanted.form,
            CoachingReview.corrected_by.is_(None),
        )
    )


async def _corrections(session: AsyncSession, review: CoachingReview) -> int:
    return await session.scalar(select(func.count()).select_from(CoachingReview).where(*_same(review))) or 0


def _same(review: CoachingReview) -> list[ColumnElement[bool]]:
    """Returns the conditions for reviews of the same conversation by the same form."""
    names = ("workspace_id", "agent_id", "contact_id", "form")
    return [getattr(CoachingReview, name) == getattr(review, name) for name in names]


def _review(
    workspace: str, agent_id: str, wanted: Reviewing, version: int, form: QualityFormSpec, result: Scored
) -> CoachingReview:
    return CoachingReview(
        id=new_id("review"),
        workspace_id=workspace,
        agent_id=agent_id,
        week=wanted.week.name,
        contact_id=wanted.contact,
        form=form.name,
        title=form.title,
        version=version,
        answers=result.answers,
        score=result.score,
        failed=result.failed,
        comment=wanted.comment,
        reviewer=wanted.reviewer,
        by=wanted.by,
        corrects=wanted.corrects,
    )


def _fault(name: str, problem: str) -> InvalidRequest:
    return InvalidRequest(f"body.{name}: {problem}.", errors=[{"where": f"body.{name}", "problem": problem}])
