"""The cache that keeps every workspace's snapshot current, and the live state configured by it."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import select

from mci_router.clock import utc_now
from mci_router.configuration.catch_all import with_catch_all
from mci_router.configuration.certificates import held
from mci_router.configuration.store import resources, specs_of
from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable, EngineUnavailable, WorkspaceGone, in_the_log
from mci_router.models.workspace import Workspace
from mci_router.routing.engine import Engine
from mci_router.routing.engine.live_settings import EngineTimes, live_queue, live_workspace, queue_limits
from mci_router.routing.engine.opening import update_open_queues
from mci_router.routing.policy.hours import next_change, with_calendars
from mci_router.seldom import Seldom
from mci_router.settings import Settings
from mci_router.specs.ladders import DEFAULT_LADDERS
from mci_router.specs.queues import QueueSpec
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.workspace import WorkspaceSpec

log = logging.getLogger(__name__)

HOURS_LOOK_S = 10.0  # how late a queue opens or closes at most, were its hours to change unseen
BUILD_WAIT_S = 2  # a large live state that is being built is configured later; nobody waits for that


CHANGES = "SELECT md5(string_agg(id || ' ' || revision, ',' ORDER BY id)) FROM workspaces"
"""Is another value when a configuration has changed."""


def engine_times(settings: Settings) -> EngineTimes:
    """Returns the times that apply to every workspace of a service."""
    return EngineTimes(
        reoffer_s=settings.reoffer_delay_s, grace_s=settings.grace_s, short_abandon_s=settings.short_abandon_s
    )


class Snapshots:
    """The current snapshot of every workspace.

    A change is seen at once here, and within the refresh interval elsewhere.
    """

    def __init__(self, database: Database, engine: Engine, times: EngineTimes) -> None:
        self._database = database
        self._engine = engine
        self._times = times
        self._cached: dict[str, Snapshot] = {}
        self._loading: dict[str, asyncio.Lock] = {}
        self._unsent = Seldom()
        self._sent: dict[str, int] = {}  # the revision that we have sent to the live state
        self.complete = False
        """Whether every workspace of the ledger has been looked at since the start."""

    def cached(self) -> list[Snapshot]:
        return list(self._cached.values())

    async def get(self, workspace: str) -> Snapshot:
        """Returns the snapshot of a workspace. Raises WorkspaceGone."""
        return self._cached.get(workspace) or await self.reload(workspace)

    def in_force(self, snapshot: Snapshot) -> bool:
        """Returns whether the live state has this configuration from this process."""
        return self._sent.get(snapshot.workspace_id) == snapshot.revision

    async def built_with(self, snapshot: Snapshot) -> None:
        """Notes that this process has just built a live state, which has this configuration: it need not be sent.

        Unless another one was loaded meanwhile: that may have been sent already.
        """
        with suppress(EngineUnavailable):  # then it is sent
            await _forget_removed(self._engine, snapshot)
            if self._cached.get(snapshot.workspace_id) is snapshot:
                self._sent[snapshot.workspace_id] = snapshot.revision

    def restless(self) -> bool:
        """Returns whether there is something to load or to send, whatever the ledger says."""
        return not self.complete or any(not self.in_force(snapshot) for snapshot in self._cached.values())

    async def reload(self, workspace: str) -> Snapshot:
        """Reads the configuration, and returns once the live state has it."""
        snapshot = await self._load(workspace)
        await self.sync()
        return snapshot

    async def changed(self, workspace: str) -> None:
        """Reloads after a change here, and returns once the live state has it, also if that is just being built."""
        snapshot = await self.reload(workspace)
        if self._sent.get(workspace) != snapshot.revision:
            with suppress(TimeoutError, EngineUnavailable):
                async with asyncio.timeout(BUILD_WAIT_S):
                    await self._engine.ensure_built(workspace)
            await self.sync()

    async def _load(self, workspace: str) -> Snapshot:
        async with self._loading.setdefault(workspace, asyncio.Lock()):
            async with self._database.reading() as session:
                row = await session.get(Workspace, workspace)
                if row is None:
                    raise WorkspaceGone("There is no such workspace.")
                rows = await resources(session, workspace)
                specs: dict[str, Any] = specs_of(rows)
                spec = WorkspaceSpec.model_validate(row.spec)
                agents, skills = specs.get("agent", {}), specs.get("skill", {})
                certificates = await held(session, workspace, spec.timezone, skills)
            before = self._cached.get(workspace)
            if before and before.revision == row.revision:
                return before
            snapshot = Snapshot(
                workspace_id=workspace,
                revision=row.revision,
                spec=spec,
                skills=skills,
                queues={
                    name: _with_calendars(queue, spec) for name, queue in with_catch_all(specs.get("queue", {})).items()
                },
                topics=specs.get("topic", {}),
                articles=specs.get("article", {}),
                agents=certificates.by(agents, skills),
                ladders={
                    **DEFAULT_LADDERS,
                    **{policy.name: policy.ladder for policy in specs.get("policy", {}).values()},
                },
                escalations=specs.get("escalation", {}),
                rules=specs.get("rule", {}),
                generations={row.name: row.id for row in rows if row.kind == "agent"},
                resources=specs,
                guide_versions={row.name: (row.id, row.version) for row in rows if row.kind == "guide"},
                article_versions={row.name: row.version for row in rows if row.kind == "article"},
                certificates=certificates.certificates,
                day=certificates.day,
            )
            self._cached[workspace] = snapshot
            return snapshot

    async def refresh(self) -> None:
        """Reloads what other processes have changed, and sends the live state what it does not have yet."""
        async with self._database.reading() as session:
            revisions = (await session.execute(select(Workspace.id, Workspace.revision))).all()
        for gone in set(self._cached) - {workspace for workspace, _ in revisions}:
            del self._cached[gone]
            self._sent.pop(gone, None)
        for workspace, revision in revisions:
            before = self._cached.get(workspace)
            if before is None or before.revision != revision:
                await self._reload_alone(workspace)
        self.complete = True
        await self.sync()

    async def _reload_alone(self, workspace: str) -> None:
        """Reloads one workspace. If it cannot be loaded, the others still are."""
        try:
            await self.reload(workspace)
        except (DatabaseUnavailable, EngineUnavailable):
            raise
        except Exception:
            log.exception("the configuration of %s cannot be loaded; the one before stays in force", workspace)

    async def sync(self) -> None:
        """Sends agents and queues to the live state. Put off while Redis, or the shard of a workspace, is away."""
        for workspace, snapshot in list(self._cached.items()):
            if self._sent.get(workspace) == snapshot.revision:
                continue
            try:
                if not await self._engine.built(workspace):
                    continue  # the process that builds it reads the configuration, too
                await self.configure(snapshot)
                await _forget_removed(self._engine, snapshot)
            except EngineUnavailable as away:
                if self._unsent.due(workspace):
                    log.warning(
                        "the live state of %s does not have its new configuration yet: %s", workspace, in_the_log(away)
                    )
                continue
            self._sent[workspace] = snapshot.revision

    async def keep_hours(self, workspace: str) -> float:
        """Opens and closes queues in the live state by their hours. Returns for how many seconds it need not again.

        Raises WorkspaceGone, EngineUnavailable.
        """
        now, queues = utc_now(), (await self.get(workspace)).queues.values()
        if not any(queue.hours for queue in queues):
            return HOURS_LOOK_S
        await update_open_queues(self._engine, workspace, queues, now)
        changes = [change for queue in queues if (change := next_change(now, queue.hours))]
        return min(HOURS_LOOK_S, *((change - now).total_seconds() for change in changes))

    async def configure(self, snapshot: Snapshot) -> None:
        """Sends the live state the workspace, every queue, which of them are closed, and every agent. Idempotent."""
        engine, workspace, revision = self._engine, snapshot.workspace_id, snapshot.revision
        settings = live_workspace(snapshot.spec, snapshot.queues.values(), snapshot.topics.values(), self._times)
        await engine.configure_workspace(workspace, revision, settings)
        for queue in snapshot.queues.values():
            await engine.configure_queue(workspace, revision, queue.name, live_queue(queue))
        await update_open_queues(engine, workspace, snapshot.queues.values(), utc_now())
        for agent in snapshot.agents.values():
            capacity, limits = agent.capacity, queue_limits(agent, snapshot.queues.values())
            await engine.configure_agent(
                workspace,
                revision,
                agent.name,
                agent.abilities,
                capacity.units,
                dict(capacity.of_channels),
                limits,
                agent.endpoint,
            )


def _with_calendars(queue: QueueSpec, spec: WorkspaceSpec) -> QueueSpec:
    """Returns the queue with the shared holidays of the workspace added to its own."""
    hours = with_calendars(queue.hours, spec.holiday_calendars)
    return queue if hours is queue.hours else queue.model_copy(update={"hours": hours})


async def _forget_removed(engine: Engine, snapshot: Snapshot) -> None:
    agents, queues = await engine.configured(snapshot.workspace_id)
    for agent in agents - set(snapshot.agents):
        if not _newer(await engine.agent(snapshot.workspace_id, agent), snapshot):
            await engine.remove_agent(snapshot.workspace_id, agent)
    for queue in queues - set(snapshot.queues):
        if not _newer(await engine.queue_settings(snapshot.workspace_id, queue), snapshot):
            await engine.remove_queue(snapshot.workspace_id, queue)


def _newer(live: Mapping[str, Any], snapshot: Snapshot) -> bool:
    """Returns whether another process has sent this to the live state with a newer configuration than ours."""
    return int(live.get("revision", 0)) > snapshot.revision
