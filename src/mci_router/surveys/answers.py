"""Answers: what customers say, one a contact, which they may change until it expires.

The invitation's row is locked: of two clicks at once the second finds what the first has written.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.survey_links import hash_of
from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.errors import InvalidRequest, NotFound, SurveyOver
from mci_router.insight import survey_facts
from mci_router.surveys.inviting import MARK
from mci_router.values import value
from mci_router.vocabulary import Channel, SurveyKind, SurveyState, SurveyWay

LONGEST_COMMENT = 2_000
OF_SURVEYS = "survey"
"""Whose keys of messages those of surveys are: the key is the contact's id. Nobody who sends messages is called so."""

UNTOLD = "EXISTS (SELECT FROM survey_invitations WHERE untold)"
"""Whether something follows from an answer that is not done yet, in SQL."""

_FOUND = """
SELECT i.contact_id, i.workspace_id, i.survey, i.kind, i.language, i.question, i.state, i.sent_at, i.expires_at,
  i.nonce, c.customer_id, c.adapter, c.sensitive, c.channel, a.score, a.comment, a.changes, a.changed_at
FROM survey_invitations i JOIN contacts c ON c.id = i.contact_id
  LEFT JOIN survey_answers a ON a.contact_id = i.contact_id
"""
BY_TOKEN = f"{_FOUND} WHERE i.token = $1 AND i.state <> 'skipped'"
# A survey is found by the key of its message, too: also before it is noted that this was written.
BY_MESSAGE = f"""
SELECT f.*, k.message_id FROM ({_FOUND} WHERE i.workspace_id = $1 AND i.contact_id = ANY($2)) AS f
JOIN message_keys k ON k.workspace_id = f.workspace_id AND k.owner = '{OF_SURVEYS}' AND k.key = f.contact_id
WHERE k.message_id = ANY($3)
"""  # noqa: S608 — names of ours
OF_CONTACT = f"{_FOUND} WHERE i.workspace_id = $1 AND i.contact_id = $2 AND i.state = 'sent'"
LOCK = text(
    "SELECT expires_at FROM survey_invitations WHERE contact_id = :contact AND workspace_id = :workspace FOR UPDATE"
)
# By itself: a statement that waits for the lock would see the answer of before.
BEFORE = text("SELECT score, comment FROM survey_answers WHERE contact_id = :contact")
ANSWER = text(
    """
    INSERT INTO survey_answers AS a (contact_id, workspace_id, score, comment, way, at, changed_at)
    VALUES (:contact, :workspace, :score, COALESCE(:comment, ''), :way, now(), now())
    ON CONFLICT (contact_id) DO UPDATE SET score = excluded.score, comment = COALESCE(:comment, a.comment),
      way = excluded.way, changed_at = excluded.changed_at, changes = a.changes + 1
    """
)
COUNT = text(survey_facts.answered("(SELECT * FROM survey_invitations WHERE contact_id = :contact)"))
FOLLOWS = text("UPDATE survey_invitations SET untold = true WHERE contact_id = :contact")
NEWEST = """
SELECT a.contact_id, a.score, a.comment, a.way, a.at, a.changed_at, a.changes, i.survey, i.kind, i.queue, i.agent,
  i.topic, i.channel, i.cell, i.follow_up, i.sent_at
FROM survey_answers a JOIN survey_invitations i ON i.contact_id = a.contact_id JOIN contacts c ON c.id = a.contact_id
WHERE a.workspace_id = $1 AND ($2::text IS NULL OR i.survey = $2) AND ($3 OR NOT c.sensitive)
  AND ($4::text IS NULL OR a.contact_id < $4)
ORDER BY a.contact_id DESC LIMIT $5
"""


@value
class Invitation:
    """The survey of a contact, as its customer may answer it, and what was answered until now."""

    contact: str
    workspace: str
    survey: str
    kind: SurveyKind
    language: str
    question: str
    state: SurveyState
    nonce: bytes
    customer: str
    adapter: str | None
    channel: Channel
    expires_at: datetime | None
    score: int | None
    comment: str

    @classmethod
    def of(cls, row: Any) -> "Invitation":
        """Returns the invitation that a row describes."""
        as_they_are = ("survey", "language", "question", "nonce", "adapter", "expires_at", "score")
        return cls(
            contact=row["contact_id"],
            workspace=row["workspace_id"],
            kind=SurveyKind(row["kind"]),
            state=SurveyState(row["state"]),
            customer=row["customer_id"],
            channel=Channel(row["channel"]),
            comment=row["comment"] or "",
            **{name: row[name] for name in as_they_are},
        )

    @property
    def over(self) -> bool:
        """Whether it can no longer be answered."""
        return self.expires_at is not None and self.expires_at <= utc_now()


class Answers:
    """Takes answers, and reads them. Every method raises DatabaseUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_token(self, token: str) -> Invitation:
        """Returns the survey of a link. Raises NotFound."""
        rows = await self._database.read(BY_TOKEN, hash_of(token))
        if not rows:
            raise NotFound("There is no such survey.")
        return Invitation.of(rows[0])

    async def of_contact(self, workspace: str, contact: str) -> Invitation:
        """Returns the survey that the customer of a contact was sent. Raises NotFound."""
        rows = await self._database.read(OF_CONTACT, workspace, contact)
        if not rows:
            raise NotFound(f"No survey was sent about the contact {contact!r}.")
        return Invitation.of(rows[0])

    async def of_messages(self, workspace: str, messages: Mapping[str, str]) -> dict[str, Invitation]:
        """Returns by message the surveys that some messages are; `messages` has their contacts by their ids."""
        rows = await self._database.read(BY_MESSAGE, workspace, list(set(messages.values())), list(messages))
        return {row["message_id"]: Invitation.of(row) for row in rows}

    async def answer(self, invitation: Invitation, score: int, comment: str | None, way: SurveyWay) -> bool:
        """Takes an answer, in place of the one before; `comment` is masked, None leaves it as it is. Returns whether
        anything has changed. Idempotent.

        Raises:
            InvalidRequest: the survey's scale has no such score.
            SurveyOver: it has expired.
            NotFound: it is gone.
        """
        if score not in invitation.kind.scale:
            scale = invitation.kind.scale
            problem = f"must be from {scale[0]} to {scale[-1]}, for the survey is of the kind {invitation.kind}"
            raise InvalidRequest(f"body.score: {problem}.", errors=[{"where": "body.score", "problem": problem}])
        async with self._database.transaction() as session:
            return await _answer(session, invitation, score, comment, way)

    async def newest(
        self, workspace: str, *, survey: str | None, sensitive: bool, after: str | None, limit: int
    ) -> Sequence[Any]:
        """Returns answers, those about the newest contacts first: those about contacts older than `after`."""
        return await self._database.read(NEWEST, workspace, survey, sensitive, after, limit)


async def _answer(
    session: AsyncSession, invitation: Invitation, score: int, comment: str | None, way: SurveyWay
) -> bool:
    contact = {"contact": invitation.contact}
    locked = (await session.execute(LOCK, {**contact, "workspace": invitation.workspace})).one_or_none()
    if locked is None:
        raise NotFound("There is no such survey.")
    if locked.expires_at is not None and locked.expires_at <= utc_now():
        raise SurveyOver
    before = (await session.execute(BEFORE, contact)).one_or_none()
    if before and before.score == score and comment in (None, before.comment):
        return False
    await session.execute(MARK, contact)  # who has the link was asked
    said = {**contact, "workspace": invitation.workspace, "score": score, "comment": comment, "way": way}
    await session.execute(ANSWER, said)
    await session.execute(COUNT, {**contact, "score": score, "before": before.score if before else None})
    await session.execute(FOLLOWS, contact)
    return True
