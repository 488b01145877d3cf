"""Reports: service levels, contacts, and the metrics."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Query, Response

from mci_router.access.keys import Caller, Scope
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.common import Instant
from mci_router.api.schemas.reports import ContactReport, QueueLevel, ServiceLevelReport
from mci_router.clock import utc_now
from mci_router.configuration.catch_all import catch_all_in
from mci_router.conversations.standing import adapters_now
from mci_router.errors import InvalidRequest
from mci_router.insight import metrics
from mci_router.insight.reports import QueueReport, contacts_by_fate, service_levels
from mci_router.lifecycle.passing_on.escalations import open_pages
from mci_router.specs.adapters import AdapterSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import ContactKind, ContactState, Outcome
from mci_router.webhooks.deliveries import unfinished

router = Router(tags=["reports"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.REPORTS_READ)]
Since = Annotated[Instant | None, Query(description="RFC 3339 with an offset; a day ago unless given.")]
Until = Annotated[Instant | None, Query(description="RFC 3339 with an offset; now unless given.")]
LONGEST = timedelta(days=93)


@router.get("/v1/reports/service-level", summary="Report service levels")
async def get_service_level(
    caller: Reader, parts: Service, since: Since = None, until: Until = None
) -> ServiceLevelReport:
    """Returns service levels of queues, strict and forgiving, with the longest waits beside them.

    A percentage alone would reward neglecting the contacts that are late already.
    """
    since, until = period(since, until)
    return await levels_of(parts, caller.workspace_id, since, until)


async def levels_of(parts: Parts, workspace: str, since: datetime, until: datetime) -> ServiceLevelReport:
    """Returns the service levels of a workspace's queues. Raises DatabaseUnavailable."""
    snapshot = await parts.snapshots.get(workspace)
    async with parts.database.transaction() as session:
        reports = await service_levels(session, workspace, since, until)
    return ServiceLevelReport(since=since, until=until, queues=[_level(snapshot, report) for report in reports])


def _level(snapshot: Snapshot, report: QueueReport) -> QueueLevel:
    queue, tally = snapshot.queues.get(report.queue), report.tally
    return QueueLevel(
        queue=report.queue,
        catch_all=bool(queue and queue.catch_all),
        goal=queue.service_level.goal if queue else None,
        target_s=queue.service_level.target_s if queue else None,
        offered=tally.offered,
        answered=tally.answered,
        answered_in_time=tally.answered_in_time,
        abandoned=tally.abandoned,
        moved_on=report.moved_on,
        waiting=report.waiting,
        waiting_late=report.waiting_late,
        oldest_wait_s=report.oldest_wait_s,
        service_level=tally.service_level(),
        strict_service_level=tally.strict_service_level(),
        abandonment=tally.abandonment(),
        asa_s=report.asa_s,
        p99_wait_s=report.p99_wait_s,
        mean_excess_s=report.mean_excess_s,
        aht_s=report.aht_s,
    )


@router.get("/v1/reports/contacts", summary="Report contacts")
async def get_contacts_report(
    caller: Reader, parts: Service, since: Since = None, until: Until = None
) -> ContactReport:
    """Returns how the contacts of each cell ended, and how many came from machines or were opt-outs."""
    since, until = period(since, until)
    return await contacts_of(parts, caller.workspace_id, since, until)


async def contacts_of(parts: Parts, workspace: str, since: datetime, until: datetime) -> ContactReport:
    """Returns how the contacts of a workspace ended. Raises DatabaseUnavailable."""
    async with parts.database.transaction() as session:
        counts: list[dict[str, Any]] = await contacts_by_fate(session, workspace, since, until)
    customers = [row for row in counts if row["kind"] == ContactKind.CUSTOMER]
    total = sum(row["contacts"] for row in customers)
    automated = sum(
        row["contacts"]
        for row in customers
        if (row["outcome"], row["state"]) == (Outcome.AUTOMATION, ContactState.RESOLVED)
    )
    figures = {"since": since, "until": until, "automated": automated / total if total else None, "counts": counts}
    return ContactReport.model_validate(figures)


@router.get("/metrics", summary="Metrics for Prometheus", response_class=Response, tags=["health"])
async def get_metrics(caller: Annotated[Caller, needs(Scope.METRICS_READ)], parts: Service) -> Response:
    """Returns the workspace's live figures in Prometheus text format. Every process gives the same: scrape one.

    Every sample has the label `workspace`.
    """
    workspace = caller.workspace_id
    snapshot = await parts.snapshots.get(workspace)
    caught = catch_all_in(snapshot.queues)
    async with parts.database.transaction() as session:
        webhooks = await unfinished(session, workspace)
        escalations = await open_pages(session, workspace)
    now = {
        queue.queue.name: metrics.QueueGauges(
            queue.moment.waiting_late, queue.oldest_wait_s or 0, frozenset(queue.alarms)
        )
        for queue in await parts.watch.look(snapshot)
    }
    adapters = await adapters_now(parts.database, workspace, snapshot.of(AdapterSpec).values())
    figures = metrics.LiveCounters(
        workspace=snapshot.spec.name,
        contacts=await parts.engine.counts(workspace, "contacts"),
        offers=await parts.engine.counts(workspace, "offers"),
        presence=await parts.engine.counts(workspace, "presence"),
        queues={queue: await parts.engine.queue_counts(workspace, queue) for queue in snapshot.queues},
        webhooks=webhooks,
        escalations=escalations,
        now=now,
        catch_all=caught.name if caught else None,
        attachments=await parts.uploads.account(workspace),
        adapters={one.name: metrics.AdapterGauges(one.waiting, one.oldest_s, one.reachable) for one in adapters},
    )
    return Response(metrics.render(figures), media_type=metrics.CONTENT_TYPE)


def period(since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    """Returns the period asked for. Raises InvalidRequest."""
    until = until or utc_now()
    since = since or until - timedelta(days=1)
    if not timedelta(0) < until - since <= LONGEST:
        raise InvalidRequest(f"`since` must be before `until`, by {LONGEST.days} days at most.")
    return since, until
