"""Runs of workflows, the secrets that sign their calls, and how many were begun on a day."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Numeric, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, Made, word
from mci_router.vocabulary import ApprovalState, RunState


class WorkflowRun(InWorkspace, Made, Base):
    """One run of a workflow. Its id is the key of idempotency of every call of it.

    `contact_id` is the contact that it is about, `rung` the rung on which it serves that; None where somebody has
    started it, `started_by` says who. `input` is masked, `input_hash` what an approval is bound to, `approved_hash`
    what was approved. `asking` is the field that the customer is asked for, for the `tries`-th time, `said` how
    often the customer was written to. `attempts` counts calls, each committed before it is sent; `accepted_at` is
    when the target said that its result follows. `due_at` is when the next thing has to be done for it: a call, or
    what follows from its end, or from silence. `why` is a word for how it ended, `message` what the target has the
    customer told, `steps` what it did: `[{name, status, message, result}]`; `said_hash` tells one result from
    another. `followed`: what follows from its end is done. `untold` are states that are not journalled yet.
    """

    __tablename__ = "workflow_runs"
    __table_args__ = (
        Index(None, "workspace_id", "id"),
        Index(None, "contact_id"),
        Index(None, "customer_id"),
        Index("ix_workflow_runs_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_workflow_runs_untold", "workspace_id", postgresql_where=text("untold <> '{}'")),
        Index(
            "uq_workflow_runs_request",
            "workspace_id",
            "request_key",
            unique=True,
            postgresql_where=text("request_key IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    workflow: Mapped[str]
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    customer_id: Mapped[str | None]
    rung: Mapped[int | None]
    started_by: Mapped[str]
    request_key: Mapped[str | None]
    request_hash: Mapped[str | None]
    state: Mapped[RunState] = mapped_column(word(RunState, "run_state"))
    input: Mapped[dict[str, Any]]
    input_hash: Mapped[str]
    amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    currency: Mapped[str | None]
    asking: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0)
    said: Mapped[int] = mapped_column(default=0)
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None]
    approved_hash: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    began_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    why: Mapped[str | None]
    message: Mapped[str | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    steps: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    said_hash: Mapped[str | None]
    followed: Mapped[bool] = mapped_column(default=False)
    untold: Mapped[list[str]] = mapped_column(default=list)
    ended_at: Mapped[datetime | None]


class RunApproval(InWorkspace, Made, Base):
    """What a person is asked about a run: the task `contact_id` is where, `about_id` the customer's contact.

    `input_hash` is what is to be approved. `by` is who decided, `key:…` or `agent:…`, `reason` why.
    """

    __tablename__ = "run_approvals"
    __table_args__ = (
        Index(None, "workspace_id"),
        Index(None, "contact_id"),
        Index("ix_run_approvals_unasked", "run_id", postgresql_where=text("state = 'waiting' AND contact_id IS NULL")),
    )

    run_id: Mapped[str] = mapped_column(ForeignKey("workflow_runs.id", ondelete="CASCADE"), primary_key=True)
    contact_id: Mapped[str | None]
    about_id: Mapped[str | None]
    input_hash: Mapped[str]
    state: Mapped[ApprovalState] = mapped_column(word(ApprovalState, "approval_state"))
    by: Mapped[str | None]
    reason: Mapped[str | None]
    decided_at: Mapped[datetime | None]


class WorkflowLink(Base):
    """The secrets that sign a workflow's calls; only the answer that makes one shows it."""

    __tablename__ = "workflow_links"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    workflow: Mapped[str] = mapped_column(primary_key=True)
    secret: Mapped[str]
    previous_secret: Mapped[str | None]
    previous_secret_until: Mapped[datetime | None]


class WorkflowCount(Base):
    """How many runs of a workflow were begun on a day: of one customer, or, with the customer '', of all."""

    __tablename__ = "workflow_counts"
    __table_args__ = (
        Index(None, "day"),
        Index("ix_workflow_counts_customer_id", "customer_id", postgresql_where=text("customer_id <> ''")),
    )

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    workflow: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    runs: Mapped[int]
