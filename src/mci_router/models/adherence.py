"""Adherence: what supervisors excuse, and what is proposed while a day runs."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, Made, word
from mci_router.vocabulary import MoveKind, ProposalState


class AdherenceException(InWorkspace, Made, Base):
    """A time for which an agent is excused: it counts as if the plan had been kept. `by` is who excused, by name."""

    __tablename__ = "adherence_exceptions"
    __table_args__ = (
        Index(None, "workspace_id", "id"),
        Index(None, "workspace_id", "agent", "ends_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    agent: Mapped[str]
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    why: Mapped[str]
    by: Mapped[str]


class IntradayRound(Base):
    """The newest look of a workspace at the rest of its day: `figures` by queue, as they were worked out `at`."""

    __tablename__ = "intraday_rounds"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime]
    figures: Mapped[dict[str, Any]]


class MoveProposal(InWorkspace, Made, Base):
    """A move that is proposed for the rest of a day, with the effect it had when it was tried out (`effect`).

    `queue` or `agent` is what it moves. Nothing acts on it: `decided_by` says who agreed or did not.
    """

    __tablename__ = "move_proposals"
    __table_args__ = (
        Index(None, "workspace_id", "id"),
        Index("ix_move_proposals_open", "workspace_id", "ends_at", postgresql_where=text("state = 'proposed'")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[MoveKind] = mapped_column(word(MoveKind, "move_kind"))
    queue: Mapped[str | None]
    agent: Mapped[str | None]
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    effect: Mapped[dict[str, Any]]
    state: Mapped[ProposalState] = mapped_column(word(ProposalState, "proposal_state"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    decided_why: Mapped[str] = mapped_column(server_default="")
