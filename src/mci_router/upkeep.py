"""The loops that run beside the requests in every process. `app` makes the parts whose work they do.

No process leads: what one process can do for all is shared out by the roster, each workspace and each other piece of
work to one of those that are there.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from mci_router.access import audit
from mci_router.access import customer_sessions as customers_sessions
from mci_router.access import sessions as desk_sessions
from mci_router.access.customer_sessions import CustomerSessions
from mci_router.access.sessions import Sessions
from mci_router.attachments import removal, scanning
from mci_router.attachments.work import Attachments
from mci_router.coaching.lapsing import Lapsing
from mci_router.community import news as board_news
from mci_router.community.news import BoardEvents
from mci_router.configuration import snapshots as configurations
from mci_router.configuration.snapshots import Snapshots
from mci_router.conversations import announcing, outbound, retention
from mci_router.conversations import keys as message_keys
from mci_router.conversations.announcing import Announcer
from mci_router.conversations.posting import Posting
from mci_router.conversations.telling import DELIVERIES, REWRITINGS, Telling
from mci_router.database import Database
from mci_router.incidents import informing, journalling, open_incidents
from mci_router.incidents.work import IncidentWork
from mci_router.insight import person_facts, reads, results
from mci_router.insight.daily import roll_up
from mci_router.insight.daily_report.turns import DailyReports
from mci_router.intake import customer_events
from mci_router.intake.customer_events import CustomerEvents
from mci_router.knowledge import gaps, uses
from mci_router.learning import register
from mci_router.learning.models import LiveModels
from mci_router.lifecycle import backfill
from mci_router.lifecycle.afterwards import returns as returning
from mci_router.lifecycle.afterwards.returns import Returns
from mci_router.lifecycle.afterwards.survey_follow_ups import SurveyFollowUps
from mci_router.lifecycle.afterwards.surveying import Surveying
from mci_router.lifecycle.answers.meaning import Meaning
from mci_router.lifecycle.backfill import SegmentBackfill
from mci_router.lifecycle.lines.replanning import Replanning
from mci_router.lifecycle.passing_on import escalations as escalation_steps
from mci_router.lifecycle.passing_on.escalations import Escalations
from mci_router.lifecycle.publicity import going_back
from mci_router.lifecycle.publicity.modalities import Modalities
from mci_router.lifecycle.recovery import Recovery
from mci_router.lifecycle.runs import approvals as approval_steps
from mci_router.lifecycle.runs.approvals import Approvals
from mci_router.lifecycle.talking.acknowledging import Acknowledging
from mci_router.lifecycle.timers import Timers
from mci_router.loops import Bells, Look, Loop, WorkspaceLoop, repeat, repeat_for
from mci_router.models.partitions import keep_partitions
from mci_router.privacy import erasing
from mci_router.routing.engine.processes import BEAT_S, Roster
from mci_router.routing.engine.projector import Projection
from mci_router.routing.engine.shards import each
from mci_router.settings import Settings
from mci_router.specs.snapshot import Snapshot
from mci_router.supervision import digests as digesting
from mci_router.supervision.alarms import Alarms
from mci_router.supervision.digests import Digests
from mci_router.surveys import answers as survey_answers
from mci_router.surveys import inviting
from mci_router.volume.keeping import Volumes
from mci_router.webhooks import outbox, pausing
from mci_router.webhooks.dispatcher import Dispatcher
from mci_router.webhooks.pausing import PauseEvents
from mci_router.workflows import limits as run_limits
from mci_router.workflows import states as run_states
from mci_router.workflows.runs import Runs
from mci_router.workforce.work import Workforce

FOLLOW_INTERVAL_S = 0.5  # how late a new workspace is served
TRIM_INTERVAL_S = 60
HOURS_INTERVAL_S = 1  # how late a queue opens or closes
REPLAN_INTERVAL_S = 0.2  # how late a changed configuration reaches those who wait
FORGET_INTERVAL_S = 600
BACKFILL_INTERVAL_S = 1  # between batches, so that it takes little from the requests
ROLL_UP_INTERVAL_S = 60  # until then, reports add up the quarter-hours of a day that has changed
PARTITIONS_INTERVAL_S = 3_600  # months are made ahead: an hour is soon enough


def process_loops(
    settings: Settings,
    *,
    roster: Roster,
    database: Database,
    snapshots: Snapshots,
    sessions: Sessions,
    customer_sessions: CustomerSessions,
    models: LiveModels,
    volumes: Volumes,
    incidents: IncidentWork,
    customers: CustomerEvents,
    escalations: Escalations,
    recovery: Recovery,
    segments: SegmentBackfill,
    returns: Returns,
    dispatcher: Dispatcher,
    pauses: PauseEvents,
    announcer: Announcer,
    posting: Posting,
    telling: Telling,
    rewritings: Telling,
    board: BoardEvents,
    acknowledging: Acknowledging,
    attachments: Attachments,
    runs: Runs,
    approvals: Approvals,
    surveying: Surveying,
    survey_follow_ups: SurveyFollowUps,
    meaning: Meaning,
    modalities: Modalities,
    lapsing: Lapsing,
    workforce: Workforce,
    digests: Digests,
    erasures: erasing.Erasures,
) -> list[Loop]:
    """Returns the loops that serve all workspaces together.

    A surge that volume finds is an incident's beginning: here the two rooms meet.
    """

    async def propose(snapshot: Snapshot) -> None:
        for surge in await volumes.surges(snapshot):
            await incidents.propose(snapshot, surge)

    async def add_up(snapshot: Snapshot) -> None:
        await roll_up(database, snapshot.workspace_id, snapshot.spec.zone)

    async def forget_messages(snapshot: Snapshot) -> None:
        await retention.forget(database, snapshot.workspace_id, snapshot.spec.messages_keep_s)

    def kept() -> dict[str, float]:
        return {**months, "messages": retention.shortest(snapshots.cached())}

    def mine(work: str) -> Callable[[], bool]:
        return partial(roster.mine, work)

    def my_workspaces() -> list[Snapshot]:
        return [one for one in snapshots.cached() if roster.mine(one.workspace_id)]

    def of_mine(work: Callable[[Snapshot], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        return lambda: each(my_workspaces(), work)

    soon, often, keys_keep_s = settings.refresh_interval_s, settings.volume_interval_s, settings.idempotency_keep_s
    months = {"events": settings.events_keep_s, "segments": settings.segments_keep_s}
    forgotten, announced = mine("forgetting"), mine("announcing")
    return [
        Loop("refresh", soon, snapshots.refresh, changes=configurations.CHANGES, restless=snapshots.restless),
        Loop("sessions", soon, sessions.check, changes=desk_sessions.CHANGES, restless=sessions.restless),
        Loop("customers' sessions", soon, customer_sessions.check),
        Loop("models", soon, models.refresh, register.PENDING, register.CHANGES, restless=models.restless),
        *recovery.loops(settings.recovery_interval_s, mine("recovery")),
        Loop("backfill of segments", BACKFILL_INTERVAL_S, segments.turn, backfill.PENDING, mine=mine("backfill")),
        Loop("forgetting", FORGET_INTERVAL_S, lambda: recovery.forget_answers(keys_keep_s), mine=forgotten),
        Loop("volume", often, volumes.turn),
        Loop("surges", often, of_mine(propose)),
        Loop("incidents", soon, incidents.refresh, changes=open_incidents.CHANGES, restless=incidents.restless),
        Loop("journalling of incidents", soon, incidents.journal, journalling.PENDING, mine=mine("incidents")),
        Loop("informing", soon, incidents.inform, informing.PENDING, mine=mine("informing")),
        Loop("customer events", soon, customers.turn, customer_events.PENDING, mine=mine("customer events")),
        Loop("erasures", soon, erasures.turn, erasing.PENDING, mine=mine("erasures")),
        Loop("news of the board", soon, board.turn, board_news.PENDING, mine=mine("news of the board")),
        Loop("escalations", soon, escalations.turn, escalation_steps.PENDING, mine=mine("escalations")),
        Loop("results", soon, returns.turn, returning.PENDING, mine=mine("results")),
        Loop("webhooks", settings.webhook_interval_s, dispatcher.turn, outbox.PENDING, mine=mine("webhooks")),
        Loop("pauses of webhooks", soon, pauses.turn, pausing.PENDING, mine=mine("webhooks")),
        Loop("announcing", settings.recovery_interval_s, announcer.turn, announcing.PENDING, mine=announced),
        Loop("posting", settings.outbound_interval_s, posting.turn, outbound.PENDING, mine=mine("posting")),
        Loop("giving up messages", soon, posting.expire, outbound.EXPIRED, mine=mine("posting")),
        Loop("telling of deliveries", soon, telling.turn, DELIVERIES.pending, mine=mine("posting")),
        Loop("telling of edits", soon, rewritings.turn, REWRITINGS.pending, mine=mine("posting")),
        Loop("telling of summaries", soon, modalities.turn, going_back.PENDING, mine=mine("posting")),
        *acknowledging.loops(my_workspaces, forgotten, soon_s=soon, forget_s=FORGET_INTERVAL_S),
        Loop("forgetting outbound messages", FORGET_INTERVAL_S, posting.forget, mine=forgotten),
        Loop("forgetting keys of messages", FORGET_INTERVAL_S, lambda: message_keys.forget(database), mine=forgotten),
        Loop("forgetting uses of answers", FORGET_INTERVAL_S, lambda: uses.forget(database), mine=forgotten),
        Loop("forgetting gaps", FORGET_INTERVAL_S, lambda: gaps.forget(database), mine=forgotten),
        Loop("forgetting reads", FORGET_INTERVAL_S, lambda: reads.forget(database), mine=forgotten),
        Loop("forgetting results", FORGET_INTERVAL_S, lambda: results.forget(database), mine=forgotten),
        Loop("forgetting deliveries", FORGET_INTERVAL_S, dispatcher.forget, mine=forgotten),
        Loop(
            "forgetting the audit trail",
            FORGET_INTERVAL_S,
            lambda: audit.forget(database, settings.audit_keep_s),
            mine=forgotten,
        ),
        Loop(
            "forgetting customers' sessions",
            FORGET_INTERVAL_S,
            lambda: customers_sessions.forget(database),
            mine=forgotten,
        ),
        Loop("surveys", soon, surveying.turn, inviting.PENDING, mine=mine("surveys")),
        Loop("answers to surveys", soon, survey_follow_ups.turn, survey_answers.UNTOLD, mine=mine("surveys")),
        Loop("forgetting surveys", FORGET_INTERVAL_S, surveying.forget, mine=forgotten),
        Loop("scanning files", soon, attachments.scanning.turn, scanning.PENDING, mine=mine("scanning")),
        Loop("removing files", soon, attachments.removal.turn, removal.PENDING, mine=forgotten),
        Loop("finding orphans of files", FORGET_INTERVAL_S, attachments.removal.sweep, mine=forgotten),
        Loop("asking for approval", soon, approvals.turn, approval_steps.PENDING, mine=mine("runs")),
        Loop("runs of workflows", soon, runs.turn, run_states.PENDING, mine=mine("runs")),
        Loop("forgetting counts of runs", FORGET_INTERVAL_S, lambda: run_limits.forget(database), mine=forgotten),
        Loop(
            "wishes for a person", soon, lambda: person_facts.count(database), person_facts.PENDING, mine=mine("wishes")
        ),
        Loop("certificates", soon, of_mine(lapsing.turn)),
        Loop("daily roll-up", ROLL_UP_INTERVAL_S, of_mine(add_up)),
        *workforce.loops(of_mine, mine, soon_s=soon, forget_s=FORGET_INTERVAL_S),
        DailyReports(settings, database).loop(of_mine),
        Loop("digests", digesting.INTERVAL_S, of_mine(digests.turn)),
        Loop("partitions", PARTITIONS_INTERVAL_S, lambda: keep_partitions(database, kept())),
        Loop("forgetting messages", PARTITIONS_INTERVAL_S, of_mine(forget_messages)),
        *meaning.loops(interval_s=settings.vectors_interval_s, soon_s=soon, forget_s=FORGET_INTERVAL_S, mine=mine),
    ]


def workspace_loops(
    settings: Settings,
    snapshots: Snapshots,
    *,
    projection: Projection,
    timers: Timers,
    replanning: Replanning,
    alarms: Alarms,
) -> list[WorkspaceLoop]:
    """Returns the loops that serve each workspace by itself."""
    return [
        WorkspaceLoop("projector", 0, projection.turn),
        WorkspaceLoop("timers", settings.timer_interval_s, timers.fire, bells=True),
        WorkspaceLoop("trim", TRIM_INTERVAL_S, projection.trim),
        WorkspaceLoop("replanning", REPLAN_INTERVAL_S, replanning.turn),
        WorkspaceLoop("hours", HOURS_INTERVAL_S, snapshots.keep_hours),
        WorkspaceLoop("alarms", settings.alarm_interval_s, alarms.turn, bells=True),
    ]


class Upkeep:
    """The loops of one process."""

    def __init__(
        self,
        database: Database,
        snapshots: Snapshots,
        roster: Roster,
        bells: Bells,
        loops: Sequence[Loop],
        of_each: Sequence[WorkspaceLoop],
    ) -> None:
        self._snapshots = snapshots
        self._roster = roster
        self._bells = bells
        self._look = Look(database, loops)
        beat = Loop("the roster of processes", BEAT_S, roster.beat)
        self._loops = [beat, *loops, Loop("the loops of workspaces", FOLLOW_INTERVAL_S, self._follow), self._look.loop]
        self._of_each = of_each
        self._tasks: list[asyncio.Task[None]] = []
        self._of_workspaces: dict[str, dict[str, asyncio.Task[None]]] = {}

    def start(self) -> None:
        """Starts the loops; those of a workspace follow when it is seen."""
        self._tasks = [
            asyncio.create_task(repeat(loop, self._look.found.get(loop.name)), name=loop.name) for loop in self._loops
        ]

    async def stop(self) -> None:
        """Ends all loops. Unfinished work is cancelled, and another process does it."""
        await _ended(self._tasks)  # first: one of them starts others
        await self._roster.leave()
        await _ended([task for tasks in self._of_workspaces.values() for task in tasks.values()])

    async def _follow(self) -> None:
        """Starts the loops of workspaces that are this process's, and ends those of workspaces that are gone.

        The loops of a workspace that is another's now end by themselves, after their turn.
        """
        known = {snapshot.workspace_id for snapshot in self._snapshots.cached()}
        for workspace in filter(self._roster.mine, known):
            tasks = self._of_workspaces.setdefault(workspace, {})
            for loop in self._of_each:
                if loop.name not in tasks or tasks[loop.name].done():
                    tasks[loop.name] = self._started(loop, workspace)
        for workspace in set(self._of_workspaces) - known:
            for task in self._of_workspaces.pop(workspace).values():
                task.cancel()

    def _started(self, loop: WorkspaceLoop, workspace: str) -> asyncio.Task[None]:
        work = repeat_for(workspace, loop, self._bells, lambda: self._roster.mine(workspace))
        return asyncio.create_task(work, name=f"{loop.name} of {workspace}")


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
