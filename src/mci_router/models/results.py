"""Results: what became of contacts that have ended, and whether their customers came back."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace


class ResultCheck(InWorkspace, Base):
    """A contact whose results are to be judged: it has ended, or its customer has come back since.

    `confirmed`: its customer said that the matter is settled; None where it has not just ended.
    """

    __tablename__ = "result_checks"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    contact_id: Mapped[str]
    confirmed: Mapped[bool | None]


class ContactResolution(Base):
    """What became of a contact with one outcome, automation or the community, on the rung `rung` of its ladder.

    `result` is a word of `Resolution`, `served_by` what served it there, as in its decision. A return counts until
    `quiet_until`; `returned_by` is the contact of the return. `untold`: the journal does not say so yet.
    """

    __tablename__ = "contact_resolutions"
    __table_args__ = (
        Index(None, "workspace_id", "ended_at"),
        Index("ix_contact_resolutions_untold", "workspace_id", postgresql_where=text("untold")),
    )

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    contact_id: Mapped[str] = mapped_column(primary_key=True)
    rung: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    ended_at: Mapped[datetime]
    outcome: Mapped[str]
    channel: Mapped[str]
    topic: Mapped[str | None]
    cell: Mapped[str]
    served_by: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    result: Mapped[str]
    confirmed: Mapped[bool]
    quiet_until: Mapped[datetime]
    returned_by: Mapped[str | None]
    untold: Mapped[bool] = mapped_column(server_default=text("false"))


class ContactRepetition(Base):
    """The place of a contact that has ended among those of its customer about the same matter.

    `result` is a word of `Repetition`, `repeated_by` is the next of these that came within seven days. `queue` and
    `agent` are where it ended.
    """

    __tablename__ = "contact_repetitions"
    __table_args__ = (Index(None, "workspace_id", "accepted_at"),)

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    contact_id: Mapped[str] = mapped_column(primary_key=True)
    accepted_at: Mapped[datetime]
    outcome: Mapped[str]
    channel: Mapped[str]
    topic: Mapped[str | None]
    queue: Mapped[str | None]
    agent: Mapped[str | None]
    result: Mapped[str]
    repeated_by: Mapped[str | None]


class ArticleRead(Base):
    """An article that somebody has read without a contact, and what became of it: a word of `Reading`.

    `reader` is a fingerprint that is another one each day; `by` says where it was read.
    """

    __tablename__ = "article_reads"
    __table_args__ = (Index(None, "workspace_id", "at"),)

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    reader: Mapped[str] = mapped_column(primary_key=True)
    article: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    topic: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    result: Mapped[str]
