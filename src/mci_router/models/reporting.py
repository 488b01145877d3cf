"""What leaves as reports: exports that run, logins that read the schema `reporting`, mails of the daily report."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, false, func
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, word
from mci_router.vocabulary import ReportMailState


class ExportLease(InWorkspace, Base):
    """The export that a key has under way; `token` is that export's. It is free again once it was not seen for long."""

    __tablename__ = "export_leases"

    key_id: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[str]
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ReportingRole(InWorkspace, Base):
    """A login of PostgreSQL that sees this workspace in the schema `reporting`, for `timeout_s` a statement at most; of
    single contacts the sensitive ones only if it says so.
    """

    __tablename__ = "reporting_roles"

    role: Mapped[str] = mapped_column(primary_key=True)
    sensitive: Mapped[bool] = mapped_column(server_default=false())
    timeout_s: Mapped[float]


class ReportMail(Base):
    """The report of a day to a recipient: claimed by a router that sends it, at `at`, or sent then."""

    __tablename__ = "report_mails"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[ReportMailState] = mapped_column(word(ReportMailState, "report_mail_state"))
    attempts: Mapped[int] = mapped_column(server_default="1")
    why: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
