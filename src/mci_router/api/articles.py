"""What articles have besides other resources: versions, a draft beside what is in force, uses, and gaps."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any, NoReturn

from fastapi import Body, HTTPException, Path, Query, Response

from mci_router.access.keys import Caller, Scope
from mci_router.api import configuration
from mci_router.api.article_diffs import body_diff, changed
from mci_router.api.auditing import audited
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.resource_bodies import ResourceOut, body_of, refuse_another_name, shown_of
from mci_router.api.router import Router
from mci_router.api.schemas.articles import (
    AgentUse,
    AnswerUseReport,
    AnswerUseRow,
    ArticleDraftOut,
    ArticleGaps,
    ArticleUse,
    ArticleVersionOut,
    ArticleVersionPage,
    ArticleVersionSpec,
    AutomationUseOut,
    SearchGapOut,
    TopicGapOut,
    VersionUseOut,
)
from mci_router.api.schemas.common import Reference
from mci_router.api.versions import ETAGGED, IfMatch, tag
from mci_router.clock import utc_now
from mci_router.configuration import store
from mci_router.errors import NotFound
from mci_router.knowledge import gaps, uses, versions
from mci_router.knowledge.uses import AutomationUse
from mci_router.knowledge.versions import Author
from mci_router.models import ArticleDraft, ArticleVersion
from mci_router.specs.articles import ArticleSpec
from mci_router.vocabulary import AnswerKind, AnswerUse, ArticleState

router = Router(tags=["articles"], responses=RESPONSES)

KIND = "article"
SHOWN: Any = shown_of(KIND)
DraftIn: Any = body_of(KIND)

Reader = Annotated[Caller, needs(Scope.CONFIGURATION_READ)]
Writer = Annotated[Caller, needs(Scope.CONFIGURATION_WRITE)]
Reporter = Annotated[Caller, needs(Scope.REPORTS_READ)]
Days = Annotated[int, Query(ge=1, le=93, description="How many days back it is counted.")]
Number = Annotated[int, Path(ge=1, le=2_000_000_000)]


@router.get("/v1/articles/gaps", summary="List what was asked and found nothing")
async def get_article_gaps(caller: Reporter, parts: Service, days: Days = 30) -> ArticleGaps:
    """Returns topics whose contacts no article answered, or none well, and words that were searched for in vain.

    Words of single customers are not shown: only what agents, or at least three different customers, searched for.
    """
    snapshot, now = await parts.snapshots.get(caller.workspace_id), utc_now()
    since = _days_ago(days)
    async with parts.heavy.taken(caller.workspace_id), parts.database.transaction() as session:
        asked = await gaps.topics(session, caller.workspace_id, since)
        searched = await gaps.searches(session, caller.workspace_id, since)
    lacking = [
        TopicGapOut(
            topic=one.topic,
            why="not_helped" if snapshot.valid_answers(one.topic, now) else "no_article",
            contacts=one.contacts,
            not_helped=one.not_helped,
            last_at=one.last_at,
        )
        for one in asked
        if one.topic in snapshot.topics and (one.not_helped or not snapshot.valid_answers(one.topic, now))
    ]
    return ArticleGaps(since=since, topics=lacking, searches=[SearchGapOut.model_validate(one) for one in searched])


@router.api_route("/v1/articles/gaps", methods=["PUT", "PATCH", "DELETE"], include_in_schema=False, response_model=None)
async def refuse_article_named_gaps() -> NoReturn:
    """Refuses to make an article of this name, which could never be read."""
    raise HTTPException(405, headers={"Allow": "GET"})


@router.get("/v1/reports/answers", summary="Report how written answers were used", tags=["reports"])
async def get_answer_report(caller: Reporter, parts: Service, days: Days = 30) -> AnswerUseReport:
    """Returns the articles, canned answers and posts that agents inserted, and those articles with which automation
    answered, and what became of them.
    """
    since = _days_ago(days)
    async with parts.heavy.taken(caller.workspace_id), parts.database.transaction() as session:
        found = await uses.counted(session, caller.workspace_id, since)
        automation = await uses.of_automation(session, caller.workspace_id, since)
    inserted = {ref for kind, ref, _ in found if kind is AnswerKind.ARTICLE}
    alone = [(AnswerKind.ARTICLE, name, dict[AnswerUse, int]()) for name in automation if name not in inserted]
    items = [
        AnswerUseRow(
            kind=kind,
            name=ref,
            agents=_agents(counts),
            automation=_automation(automation.get(ref, {})) if kind is AnswerKind.ARTICLE else None,
        )
        for kind, ref, counts in (*found, *alone)
    ]
    return AnswerUseReport(since=since, items=items)


@router.get("/v1/articles/{reference}/use", summary="Read how an article was used")
async def get_article_use(reference: Reference, caller: Reader, parts: Service, days: Days = 30) -> ArticleUse:
    """Returns how often agents sent it as it is, changed it or left it out, and whom it helped without an agent."""
    since = _days_ago(days)
    async with parts.heavy.taken(caller.workspace_id), parts.database.transaction() as session:
        row = await store.resource(session, caller.workspace_id, KIND, reference)
        found = await uses.counted(session, caller.workspace_id, since, AnswerKind.ARTICLE, row.name)
        of_all = await uses.of_automation(session, caller.workspace_id, since, row.name)
    counts, by_version = found[0][2] if found else {}, of_all.get(row.name, {})
    return ArticleUse(
        since=since,
        agents=_agents(counts),
        automation=_automation(by_version),
        versions=[VersionUseOut(version=number, **asdict(use)) for number, use in by_version.items()],
    )


@router.get("/v1/articles/{reference}/versions", summary="List the versions of an article")
async def list_article_versions(
    reference: Reference,
    caller: Reader,
    parts: Service,
    before: Annotated[int | None, Query(ge=1, le=2_000_000_000, description="Older than this version.")] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="Versions a page.")] = 20,
) -> ArticleVersionPage:
    """Lists versions, newest first, each with its author, its time, and what it changed.

    They go with the article: of one that was deleted, the audit trail has the last.
    """
    async with parts.database.reading() as session:
        row = await store.resource(session, caller.workspace_id, KIND, reference)
        found = await versions.versions(session, caller.workspace_id, row.id, before, limit + 1)
    earlier: list[ArticleVersion | None] = [*found[1:], None]
    items = [_version(one, than) for one, than in zip(found, earlier, strict=True)][:limit]
    return ArticleVersionPage(items=items, next_before=items[-1].version if len(found) > limit else None)


@router.get("/v1/articles/{reference}/versions/{version}", summary="Read a version of an article")
async def get_article_version(
    reference: Reference, version: Number, caller: Reader, parts: Service
) -> ArticleVersionSpec:
    """Returns the article as it was."""
    async with parts.database.reading() as session:
        row = await store.resource(session, caller.workspace_id, KIND, reference)
        found = await versions.version(session, caller.workspace_id, row.id, version)
    return ArticleVersionSpec.model_validate(
        {**_stamps(found), "version": found.version, "restored_from": found.restored_from, "article": found.spec}
    )


@router.post(
    "/v1/articles/{reference}/versions/{version}/restore",
    summary="Restore a version of an article",
    response_model=SHOWN,
    responses=ETAGGED,
)
async def restore_article_version(
    reference: Reference,
    version: Number,
    caller: Writer,
    parts: Service,
    response: Response,
    precondition: IfMatch,
) -> ResourceOut:
    """Makes the article as it was: a version of its own, which names the one that it brings back."""
    async with parts.database.transaction() as session:
        row = await store.resource(session, caller.workspace_id, KIND, reference)
        found = await versions.version(session, caller.workspace_id, row.id, version)
    spec = configuration.valid(ArticleSpec, {**found.spec, "name": row.name})
    author = Author(caller.name, restored_from=version)
    await configuration.write(parts, caller, KIND, spec, precondition, response, author)
    return await configuration.read(parts, caller, KIND, SHOWN, row.name, response)


@router.get("/v1/articles/{reference}/draft", summary="Read the draft of an article")
async def get_article_draft(reference: Reference, caller: Reader, parts: Service) -> ArticleDraftOut:
    """Returns what the article is to become once it is published."""
    async with parts.database.reading() as session:
        row = await store.resource(session, caller.workspace_id, KIND, reference)
        draft = await session.get(ArticleDraft, row.id)
    if draft is None:
        raise NotFound(f"The article {row.name!r} has no draft.")
    return _draft(draft, row.spec)


@router.put("/v1/articles/{reference}/draft", summary="Keep a draft of an article", responses=ETAGGED)
async def put_article_draft(
    reference: Reference, body: Annotated[DraftIn, Body()], caller: Writer, parts: Service, response: Response
) -> ArticleDraftOut:
    """Keeps a draft beside the article, which stays as it is until that is published. It replaces the draft before.

    The `ETag` is that of the article in force: send it with `publish`, so that nothing newer is overwritten.
    """
    async with parts.database.transaction() as session:
        row = await store.resource(session, caller.workspace_id, KIND, reference)
        given = body.model_dump(mode="json")
        refuse_another_name(given["name"], row.name)
        spec = configuration.valid(ArticleSpec, {**given, "name": row.name})
        wanted = {"spec": spec.model_dump(mode="json"), "author": caller.name, "at": utc_now()}
        draft = await session.merge(ArticleDraft(article_id=row.id, workspace_id=caller.workspace_id, **wanted))
        await audited(session, caller, "article.draft_kept", row.name)
    tag(response, row.version)
    return _draft(draft, row.spec)


@router.delete("/v1/articles/{reference}/draft", status_code=204, summary="Discard the draft of an article")
async def delete_article_draft(reference: Reference, caller: Writer, parts: Service) -> None:
    """Discards the draft; the article stays as it is. Idempotent."""
    async with parts.database.transaction() as session:
        row = await store.resource(session, caller.workspace_id, KIND, reference)
        if draft := await session.get(ArticleDraft, row.id):
            await session.delete(draft)
            await audited(session, caller, "article.draft_discarded", row.name)


@router.post(
    "/v1/articles/{reference}/publish",
    summary="Publish an article",
    response_model=SHOWN,
    responses=ETAGGED,
)
async def publish_article(
    reference: Reference, caller: Writer, parts: Service, response: Response, precondition: IfMatch
) -> ResourceOut:
    """Puts the article's draft in force; without one, an article that is itself a draft. Idempotent."""
    async with parts.database.transaction() as session:
        row = await store.resource(session, caller.workspace_id, KIND, reference)
        draft = await session.get(ArticleDraft, row.id)
    spec = configuration.valid(ArticleSpec, {**(draft.spec if draft else row.spec), "state": ArticleState.PUBLISHED})
    await configuration.write(parts, caller, KIND, spec, precondition, response)
    if draft:
        async with parts.database.transaction() as session:
            kept = await session.get(ArticleDraft, row.id, with_for_update=True)
            if kept and kept.at == draft.at:  # another one may have been kept since
                await session.delete(kept)
    return await configuration.read(parts, caller, KIND, SHOWN, row.name, response)


def _days_ago(days: int) -> datetime:
    return utc_now() - timedelta(days=days)


def _agents(counts: Any) -> AgentUse:
    helped, edited, discarded, waiting = (
        counts.get(use, 0) for use in (AnswerUse.HELPED, AnswerUse.EDITED, AnswerUse.DISCARDED, AnswerUse.INSERTED)
    )
    total = helped + edited + discarded + waiting
    return AgentUse(inserted=total, helped=helped, edited=edited, discarded=discarded, open=waiting)


def _automation(by_version: Mapping[int | None, AutomationUse]) -> AutomationUseOut:
    return AutomationUseOut(**asdict(uses.total(by_version.values())))


def _stamps(row: ArticleVersion | ArticleDraft) -> dict[str, Any]:
    return {"author": row.author, "at": row.at}


def _version(row: ArticleVersion, earlier: ArticleVersion | None) -> ArticleVersionOut:
    before = earlier.spec if earlier else None
    return ArticleVersionOut.model_validate(
        {
            **_stamps(row),
            "version": row.version,
            "restored_from": row.restored_from,
            "changed": changed(before, row.spec),
            "body_diff": body_diff(before, row.spec),
        }
    )


def _draft(draft: ArticleDraft, in_force: dict[str, Any]) -> ArticleDraftOut:
    diff = body_diff(in_force, draft.spec)
    return ArticleDraftOut.model_validate({**_stamps(draft), "article": draft.spec, "body_diff": diff})
