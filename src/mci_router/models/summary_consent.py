"""Summaries about which customers were asked, and what they answered."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, Made, word
from mci_router.vocabulary import SummaryState


class SummaryConsent(InWorkspace, Made, Base):
    """The question whether one summary of a contact may be shown, exactly as it stands in `text`.

    `by` (`agent:…` or `key:…`) proposed it, for a `reason`; with `accept` it becomes the accepted answer. `asked_at` is
    None until the customer was written to. `answered_by` says how the answer came: `message msg_…`, `key:…`, `chat` or
    `portal`. A contact has one question at a time.
    """

    __tablename__ = "summary_consents"
    __table_args__ = (
        Index(None, "contact_id", "id"),
        Index("uq_summary_consents_waiting", "contact_id", unique=True, postgresql_where=text("state = 'waiting'")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    text: Mapped[str]
    accept: Mapped[bool] = mapped_column(default=False, server_default=false())
    by: Mapped[str]
    reason: Mapped[str]
    state: Mapped[SummaryState] = mapped_column(word(SummaryState, "summary_state"), default=SummaryState.WAITING)
    asked_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
