"""The live state of one workspace, driven through the real engine in virtual time."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from mci_router.routing.calls import CallResult, Placement, Serving, Status
from mci_router.routing.engine import Engine, prefix
from mci_router.routing.engine.live_settings import EngineTimes, live_queue, live_workspace
from mci_router.specs import QueueSpec, ServiceLevel, WorkspaceSpec
from mci_router.vocabulary import ContactState, Presence

START_MS = 1_760_000_000_000
LEASE_S = 15
REOFFER_DELAY_S = 30
GRACE_S = 60
TIMES = EngineTimes(reoffer_s=REOFFER_DELAY_S, grace_s=GRACE_S, short_abandon_s=5)
SETTINGS = live_workspace(WorkspaceSpec(name="test", title="Test"), [], [], TIMES)


class VirtualEngine(Engine):
    """The engine with a clock of its own; while `command` is set, every call is that command sent again."""

    now = START_MS
    command: str | None = None

    async def _run(self, workspace: str, function: str, *arguments: str | int) -> dict[str, Any]:
        command, _, *rest = arguments
        return await super()._run(workspace, function, self.command or command, str(self.now), *rest)


class LiveState:
    """A workspace with queues and agents, as short as a test can say it. Contacts are numbers, times are seconds."""

    def __init__(self, engine: VirtualEngine, workspace: str) -> None:
        self.engine = engine
        self.workspace = workspace
        self.prefix = prefix(workspace)

    def later(self, seconds: float) -> None:
        self.engine.now += round(seconds * 1000)

    async def queue(
        self, name: str = "desk", *, revision: int = 1, target_s: float = 20, goal: float = 0.8, **more: Any
    ) -> None:
        spec = QueueSpec(name=name, service_level=ServiceLevel(goal=goal, target_s=target_s), **more)
        await self.engine.configure_queue(self.workspace, revision, name, live_queue(spec))

    async def configure(
        self,
        name: str,
        skills: Mapping[str, int] | None = None,
        *,
        units: int = 2,
        channels: Mapping[str, int] | None = None,
        queues: Mapping[str, int] | None = None,
        revision: int = 1,
        endpoint: str | None = None,
    ) -> None:
        await self.engine.configure_agent(
            self.workspace, revision, name, skills or {}, units, channels or {"chat": units}, queues, endpoint
        )

    async def agent(self, name: str, skills: Mapping[str, int] | None = None, **capacity: Any) -> None:
        """An agent who is connected and available."""
        await self.configure(name, skills, **capacity)
        await self.engine.connect(self.workspace, name, f"session of {name}")
        await self.presence(name, Presence.AVAILABLE)

    async def presence(self, name: str, presence: Presence, reason: str = "") -> None:
        assert await self.engine.set_presence(self.workspace, name, presence, reason) is Status.OK

    async def enqueue(
        self,
        number: int,
        *,
        queue: str = "desk",
        channel: str = "chat",
        wants: Mapping[str, int] | None = None,
        units: int = 1,
        waited_s: float = 0,
        priority: int = 0,
        due_in_s: float = 20,
        rung: int = 0,
        urgent: bool = False,
    ) -> CallResult:
        now = self.engine.now
        return await self.engine.enqueue(
            self.workspace,
            Placement(
                contact=contact_id(number),
                queue=queue,
                channel=channel,
                requirement=[{"skill": skill, "min": level} for skill, level in (wants or {}).items()],
                units=units,
                enqueued_at=now - round(waited_s * 1000),
                due_at=now + round(due_in_s * 1000),
                priority=priority,
                rung=rung,
                urgent=urgent,
            ),
        )

    async def serve(self, number: int, *, limit_s: float | None = None, rung: int = 0) -> CallResult:
        limit = None if limit_s is None else self.engine.now + round(limit_s * 1000)
        return await self.engine.serve(
            self.workspace,
            Serving(contact_id(number), "chat", "automation", ContactState.AUTOMATING, rung=rung, limit_at=limit),
        )

    async def accept(self, agent: str, number: int) -> CallResult:
        """The agent accepts whatever offer of the contact is pending."""
        offer = (await self.contact(number))["offer"]
        return await self.engine.accept(self.workspace, agent, offer)

    async def decline(self, agent: str, number: int) -> CallResult:
        offer = (await self.contact(number))["offer"]
        return await self.engine.decline(self.workspace, agent, offer, "busy")

    async def complete(self, agent: str, number: int) -> CallResult:
        assignment = (await self.contact(number))["assignment"]
        return await self.engine.complete(self.workspace, agent, assignment, "solved", "told them")

    async def close(
        self, number: int, state: ContactState = ContactState.ABANDONED, **only_from: ContactState
    ) -> CallResult:
        return await self.engine.close_contact(self.workspace, contact_id(number), state, "hung up", **only_from)

    async def fire(self) -> list[str]:
        """Fires all that is due; the contacts whose rung's limit has passed."""
        fired, rungs = 1, list[str]()
        while fired:
            due = await self.engine.fire_timers(self.workspace)
            fired = due.fired
            rungs += due.rungs
        return rungs

    async def contact(self, number: int) -> dict[str, str]:
        return await self.engine.contact_record(self.workspace, contact_id(number))

    async def state(self, number: int) -> str | None:
        return (await self.contact(number)).get("state")

    async def holder(self, number: int) -> tuple[str | None, str | None]:
        """The contact's state and agent."""
        contact = await self.contact(number)
        return contact.get("state"), contact.get("agent")

    async def used(self, agent: str) -> int:
        return int((await self.engine.agent(self.workspace, agent))["used"])

    async def waiting(self, queue: str = "desk") -> int:
        return (await self.engine.queue_counts(self.workspace, queue)).get("waiting", 0)

    async def journal(self) -> list[dict[str, Any]]:
        entries = await self.engine.client.xrange(f"{self.prefix}:journal")
        return [json.loads(fields["entry"]) for _, fields in entries]

    async def told(self, agent: str) -> list[str]:
        """The types of all entries in an agent's inbox."""
        return [entry.type for entry in await self.engine.inbox(self.workspace, agent, 0)]


def contact_id(number: int) -> str:
    return f"con_{number:032x}"


@asynccontextmanager
async def live_state(redis_url: str) -> AsyncIterator[LiveState]:
    """An empty workspace that is built, with one queue."""
    engine = VirtualEngine(redis_url, timeout_s=5, lease_s=LEASE_S)
    live = LiveState(engine, f"wsp_{uuid4().hex}")
    await engine.load()
    await engine.configure_workspace(live.workspace, 1, SETTINGS)
    await live.queue()
    await engine.mark_built(live.workspace, 1)
    yield live
    keys = [key async for key in engine.client.scan_iter(f"{live.prefix}:*", count=1000)]
    await engine.client.unlink(*keys)
    await engine.close()
