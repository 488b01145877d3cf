"""Coaching: certificates of agents, reviews of their conversations, and actions that were agreed with them.

All of it goes with the agent's resource.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, Made, word
from mci_router.vocabulary import ActionState


class AgentCertificate(InWorkspace, Made, Base):
    """A certificate of an agent for a skill: holds from `granted_on` until the day before `expires_on`, unless it was
    taken back. `by` is the key that granted it.
    """

    __tablename__ = "agent_certificates"
    __table_args__ = (
        Index(None, "workspace_id", "agent_id", "skill_id"),
        Index(None, "agent_id"),
        Index(None, "skill_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"))
    skill_id: Mapped[str] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"))
    score: Mapped[float]
    granted_on: Mapped[date]
    expires_on: Mapped[date]
    note: Mapped[str] = mapped_column(server_default="")
    by: Mapped[str]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]


class CoachingReview(InWorkspace, Made, Base):
    """A quality form that was filled in for a sampled conversation of an agent's week.

    `answers` have the questions as they were then: a list of `{section, question, title, kind, weight, fatal, steps,
    answer}`. `score` is in [0, 1]; `failed` are the fatal questions answered by no. `corrects` is the review before,
    whose `corrected_by` is this one: one of a conversation and form is not corrected.
    """

    __tablename__ = "coaching_reviews"
    __table_args__ = (
        Index(None, "workspace_id", "agent_id", "week"),
        Index(None, "agent_id"),
        Index(
            "uq_coaching_reviews_current",
            "agent_id",
            "contact_id",
            "form",
            unique=True,
            postgresql_where=text("corrected_by IS NULL"),
        ),
        Index(None, "contact_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"))
    week: Mapped[str]
    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    form: Mapped[str]
    title: Mapped[str]
    version: Mapped[int]
    answers: Mapped[list[dict[str, Any]]]
    score: Mapped[float]
    failed: Mapped[list[str]]
    comment: Mapped[str]
    reviewer: Mapped[str]
    by: Mapped[str]
    corrects: Mapped[str | None]
    corrected_by: Mapped[str | None]


class CoachingAction(InWorkspace, Made, Base):
    """What was agreed with an agent about a week, until when, and what has become of it."""

    __tablename__ = "coaching_actions"
    __table_args__ = (Index(None, "workspace_id", "agent_id", "week"), Index(None, "agent_id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"))
    week: Mapped[str]
    text: Mapped[str]
    due_on: Mapped[date]
    agreed_by: Mapped[list[str]]
    by: Mapped[str]
    state: Mapped[ActionState] = mapped_column(word(ActionState, "action_state"), server_default="open")
    outcome: Mapped[str] = mapped_column(server_default="")
    settled_by: Mapped[str | None]
    settled_at: Mapped[datetime | None]
