"""Surveys: contacts that have ended, customers who are asked how it was, and what they answered."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, false, text
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, word
from mci_router.vocabulary import Cell, Channel, SurveyKind, SurveyState, SurveyWay


class SurveyCandidate(InWorkspace, Base):
    """A contact that has ended in a workspace with surveys, until it is decided whether its customer is asked.

    Written in the transaction in which the ledger hears of the end.
    """

    __tablename__ = "survey_candidates"

    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True)


class SurveyInvitation(InWorkspace, Base):
    """The one survey of a contact: to be sent, sent, or not sent because of `why`.

    `nonce` and a secret of the installation make the token of its page, of which only the hash `token` is kept. `queue`
    up to `cell` are what it is counted by, as they were when it was decided; `agent` is who completed the contact.
    `untold`: its answer has changed, and what follows from that is still to be done. `follow_up` is the task that a low
    score has led to.
    """

    __tablename__ = "survey_invitations"
    __table_args__ = (
        Index("ix_survey_invitations_due", "due_at", postgresql_where=text("state = 'due'")),
        Index("ix_survey_invitations_untold", "workspace_id", "contact_id", postgresql_where=text("untold")),
        Index("ix_survey_invitations_skipped", "due_at", postgresql_where=text("state = 'skipped'")),
        Index("uq_survey_invitations_token", "token", unique=True),
        Index(None, "workspace_id", "contact_id"),
    )

    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True)
    survey: Mapped[str]
    kind: Mapped[SurveyKind] = mapped_column(word(SurveyKind, "survey_kind"))
    language: Mapped[str]
    question: Mapped[str]
    state: Mapped[SurveyState] = mapped_column(word(SurveyState, "survey_state"))
    why: Mapped[str | None]
    due_at: Mapped[datetime]
    expires_s: Mapped[float]
    sent_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    nonce: Mapped[bytes] = mapped_column(LargeBinary)
    token: Mapped[bytes] = mapped_column(LargeBinary)
    queue: Mapped[str] = mapped_column(server_default="")
    agent: Mapped[str] = mapped_column(server_default="")
    topic: Mapped[str] = mapped_column(server_default="")
    channel: Mapped[Channel] = mapped_column(word(Channel, "channel"))
    cell: Mapped[Cell] = mapped_column(word(Cell, "cell"))
    untold: Mapped[bool] = mapped_column(server_default=false())
    follow_up: Mapped[str | None]


class SurveyAnswer(InWorkspace, Base):
    """What a customer answered. `comment` is masked; nothing else has it. `changes` counts the answers before."""

    __tablename__ = "survey_answers"
    __table_args__ = (Index(None, "workspace_id", "contact_id"),)

    contact_id: Mapped[str] = mapped_column(
        ForeignKey("survey_invitations.contact_id", ondelete="CASCADE"), primary_key=True
    )
    score: Mapped[int]
    comment: Mapped[str] = mapped_column(server_default="")
    way: Mapped[SurveyWay] = mapped_column(word(SurveyWay, "survey_way"))
    at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changes: Mapped[int] = mapped_column(server_default="0")


def _count() -> Mapped[int]:
    return mapped_column(BigInteger, server_default="0")


class IntervalSurveys(Base):
    """Surveys that were sent in a quarter-hour of UTC, and what was answered to them until now, score by score."""

    __tablename__ = "interval_surveys"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    survey: Mapped[str] = mapped_column(primary_key=True)
    queue: Mapped[str] = mapped_column(primary_key=True)
    agent: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    cell: Mapped[str] = mapped_column(primary_key=True)
    sent: Mapped[int] = _count()
    answered: Mapped[int] = _count()
    score_0: Mapped[int] = _count()
    score_1: Mapped[int] = _count()
    score_2: Mapped[int] = _count()
    score_3: Mapped[int] = _count()
    score_4: Mapped[int] = _count()
    score_5: Mapped[int] = _count()
    score_6: Mapped[int] = _count()
    score_7: Mapped[int] = _count()
    score_8: Mapped[int] = _count()
    score_9: Mapped[int] = _count()
    score_10: Mapped[int] = _count()
    revision: Mapped[int] = _count()
