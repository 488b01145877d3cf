"""Answer bodies about articles: versions, drafts, uses and gaps."""

from typing import Annotated, Any, Literal

from pydantic import Field

from mci_router.api.schemas.common import Answer, Moment
from mci_router.specs.articles import ArticleSpec
from mci_router.vocabulary import AnswerKind


class FieldChange(Answer):
    """A member that a version changed."""

    field: str
    before: Any
    after: Any


class ArticleVersionOut(Answer):
    """A version of an article, and what it changed."""

    version: int
    author: Annotated[
        str | None, Field(description="The key's name, or the command. Null: from before authors were kept.")
    ]
    at: Moment
    restored_from: Annotated[int | None, Field(description="The version that it brought back.")] = None
    changed: Annotated[list[FieldChange], Field(description="Members besides the body; of the first version none.")]
    body_diff: Annotated[str, Field(description="The body's changes, as a unified diff; empty: it is the same.")]


class ArticleVersionPage(Answer):
    """Versions of an article, newest first."""

    items: list[ArticleVersionOut]
    next_before: Annotated[int | None, Field(description="`before` for the next page; null: this is the last.")]


class ArticleVersionSpec(Answer):
    """An article as a version has it."""

    version: int
    author: str | None
    at: Moment
    restored_from: int | None = None
    article: ArticleSpec


class ArticleDraftOut(Answer):
    """What an article is to become once it is published."""

    author: str
    at: Moment
    article: ArticleSpec
    body_diff: Annotated[str, Field(description="From the body in force to the draft's, as a unified diff.")]


class AgentUse(Answer):
    """How agents used an answer; `open` stands in messages that were not sent."""

    inserted: int
    helped: Annotated[int, Field(description="Sent as it is.")]
    edited: Annotated[int, Field(description="Sent, and changed before.")]
    discarded: Annotated[int, Field(description="The message was sent without it.")]
    open: int


class AutomationUseOut(Answer):
    """How automation used it; what is none of these is open, or ended in another way."""

    answered: int
    helped: Annotated[int, Field(description="The customer, or who serves it, said that it is resolved.")]
    silent: Annotated[int, Field(description="Nobody objected until the rung's limit: it may have helped.")]
    unresolved: Annotated[int, Field(description="It did not help: the contact went on to another outcome.")]


class VersionUseOut(AutomationUseOut):
    """How automation used a version of an article."""

    version: Annotated[int | None, Field(description="Null: from before decisions had it.")]


class ArticleUse(Answer):
    """How an article was used."""

    since: Moment
    agents: AgentUse
    automation: Annotated[AutomationUseOut, Field(description="Among the latest 200,000 contacts.")]
    versions: Annotated[list[VersionUseOut], Field(description="The same by version, the newest first.")]


class AnswerUseRow(Answer):
    """How an answer was used, by agents and, if it is an article, by automation."""

    kind: AnswerKind
    name: Annotated[str, Field(description="The name of the article or canned answer, or the id of the post.")]
    agents: AgentUse
    automation: Annotated[
        AutomationUseOut | None, Field(description="All versions, among the latest 200,000 contacts. Null: no article.")
    ] = None


class AnswerUseReport(Answer):
    """How written answers were used, those that agents used most first, then those of automation alone."""

    since: Moment
    items: list[AnswerUseRow]


class TopicGapOut(Answer):
    """A topic whose contacts no article answers, or none well."""

    topic: str
    why: Literal["no_article", "not_helped"]
    contacts: Annotated[int, Field(description="Contacts of the topic, among the latest 200,000.")]
    not_helped: Annotated[int, Field(description="Those whom automation answered, and who went on.")]
    last_at: Moment


class SearchGapOut(Answer):
    """Words that were searched for in vain, in the order of the alphabet."""

    topic: str | None
    words: str
    searches: int
    by_agents: int
    first_at: Moment
    last_at: Moment


class ArticleGaps(Answer):
    """What was asked and found nothing."""

    since: Moment
    topics: list[TopicGapOut]
    searches: Annotated[
        list[SearchGapOut], Field(description="Asked by agents, or by at least three different customers.")
    ]
