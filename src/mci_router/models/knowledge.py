"""Written answers beside the resources themselves: what is searched, versions, drafts, uses, and what was missing."""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, REAL, BigInteger, ForeignKey, ForeignKeyConstraint, Index, func
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from mci_router.models.base import Base, InWorkspace, word
from mci_router.vocabulary import AnswerKind, AnswerUse, Audience


class KnowledgeEntry(Base):
    """What a search finds: an article, a canned answer, or an answered post, by its name or id (`ref`).

    It is written with what it is made of, in the same transaction. `words` are the stems of title and body, and the
    workspace's id, so that one index serves every workspace by itself. A draft is not among them.
    """

    __tablename__ = "knowledge_entries"
    __table_args__ = (
        Index(None, "words", postgresql_using="gin"),
        Index(None, "title", postgresql_using="gin", postgresql_ops={"title": "gin_trgm_ops"}),
        Index(None, "workspace_id", "topic"),
        Index(None, "post_id"),
    )

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[AnswerKind] = mapped_column(word(AnswerKind, "answer_kind"), primary_key=True)
    ref: Mapped[str] = mapped_column(primary_key=True)
    post_id: Mapped[str | None] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    topic: Mapped[str | None]
    queue: Mapped[str | None]
    language: Mapped[str | None]
    title: Mapped[str]
    body: Mapped[str]
    shortcut: Mapped[str | None]
    audience: Mapped[Audience] = mapped_column(word(Audience, "audience"))
    valid_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    words: Mapped[Any] = mapped_column(TSVECTOR())


class KnowledgeVector(Base):
    """The vector that an encoder (by its hash) gives to an entry, as its row was in version `seen`.

    The index that searches it is made by a router with that encoder, where the ledger has pgvector.
    """

    __tablename__ = "knowledge_vectors"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "kind", "ref"],
            ["knowledge_entries.workspace_id", "knowledge_entries.kind", "knowledge_entries.ref"],
            ondelete="CASCADE",
        ),
        Index(None, "encoder", "made_at"),
    )

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(primary_key=True)
    encoder: Mapped[str] = mapped_column(primary_key=True)
    seen: Mapped[str]
    vector: Mapped[list[float]] = mapped_column(ARRAY(REAL))
    made_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class ArticleVersion(InWorkspace, Base):
    """An article as it was from `at` on. `author` is who changed it; null for versions from before authors were kept.

    `restored_from` is the version that it brings back.
    """

    __tablename__ = "article_versions"

    article_id: Mapped[str] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    spec: Mapped[dict[str, Any]]
    author: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    restored_from: Mapped[int | None]


class ArticleDraft(InWorkspace, Base):
    """What an article is to become once it is published, while it stays as it is."""

    __tablename__ = "article_drafts"

    article_id: Mapped[str] = mapped_column(ForeignKey("resources.id", ondelete="CASCADE"), primary_key=True)
    spec: Mapped[dict[str, Any]]
    author: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class InsertedAnswer(InWorkspace, Base):
    """An answer that an agent inserted into a message, and what became of it."""

    __tablename__ = "inserted_answers"
    __table_args__ = (Index(None, "workspace_id", "kind", "ref", "at"), Index(None, "contact_id"), Index(None, "at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[AnswerKind] = mapped_column(word(AnswerKind, "answer_kind"))
    ref: Mapped[str]
    contact_id: Mapped[str] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    agent: Mapped[str]
    outcome: Mapped[AnswerUse] = mapped_column(word(AnswerUse, "answer_use"))
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class KnowledgeGap(Base):
    """Words that were searched for and found nothing, by the topic of the contact, or `''`.

    `askers` are fingerprints of the first customers who did, as many as it takes to show the words to anybody.
    """

    __tablename__ = "knowledge_gaps"
    __table_args__ = (Index(None, "workspace_id", "last_at"),)

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(primary_key=True)
    searches: Mapped[int] = mapped_column(BigInteger)
    by_agents: Mapped[int] = mapped_column(BigInteger)
    askers: Mapped[list[str]]
    first_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_at: Mapped[datetime] = mapped_column(server_default=func.now())
