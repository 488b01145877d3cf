"""How long a changed queue takes to reach those who wait: `python -m benchmarks.replanning [--contacts 10000] [--json
FILE]`.

Starts a PostgreSQL and a Valkey of its own, puts contacts in line in one queue, takes away the skill that nobody has,
and measures until all have their new places, in the live state and in the ledger. Then the same change again with as
many agents free as there are contacts for a call. The yardstick, in the same run: the same contacts put in line one by
one, 64 at a time.
"""

import asyncio
import statistics
import time
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from benchmarks.one_run import run
from mci_router.clock import utc_now
from mci_router.configuration import store, workspace_file
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.embedded import Servers
from mci_router.lifecycle.lines.replanning import Replanning
from mci_router.lifecycle.rebuilding import Rebuilding
from mci_router.models import Case, Contact, Customer, Decision
from mci_router.routing.calls import Placement
from mci_router.routing.engine import Engine, prefix
from mci_router.routing.engine.live_settings import EngineTimes
from mci_router.routing.policy.routes import Joined
from mci_router.specs import QueueSpec, WorkspaceFile
from mci_router.vocabulary import Cell, Channel, ContactState, Outcome, Presence

MOST_S = 10  # for 10,000 contacts
USUAL_CALL_MS, LONGEST_CALL_MS = 5, 20
AT_ONCE = 64
AGENTS = 200
SCARCE = [{"skill": "law", "min": 3}]

DOCUMENT: dict[str, Any] = {
    "workspace": {"name": "large", "title": "Large"},
    "skills": [{"name": "law"}],
    "queues": [{"name": "desk", "service_level": {"goal": 0.8, "target_s": 60}, "skills": SCARCE}],
    "agents": [
        {"name": f"agent_{number}", "title": "Agent", "capacity": {"units": 1, "channels": {"chat": 1}}}
        for number in range(AGENTS)
    ],
}

MULTIPLY = text(
    """
    WITH copies AS (
      INSERT INTO contacts SELECT copy.* FROM contacts c, generate_series(1, CAST(:contacts AS int)) AS n,
        jsonb_populate_record(c, jsonb_build_object('id', 'con_' || lpad(to_hex(n), 32, '0'))) AS copy
      RETURNING id)
    INSERT INTO decisions (contact_id, workspace_id, rung, triage, route)
      SELECT copies.id, d.workspace_id, d.rung, d.triage, d.route FROM copies, decisions d
    """
)


async def fill(database: Database, contacts: int) -> str:
    """A workspace with so many waiting contacts in the ledger, none of them live."""
    now = utc_now()
    async with database.transaction() as session:
        workspace, _ = await workspace_file.apply(session, WorkspaceFile.model_validate(DOCUMENT))
        session.add(Customer(id="cus_1", workspace_id=workspace))
        await session.flush()
        session.add(Case(id="cas_1", workspace_id=workspace, customer_id="cus_1", opened_at=now, last_contact_at=now))
        await session.flush()
        one = Contact(
            id=f"con_{0:032x}",
            workspace_id=workspace,
            case_id="cas_1",
            customer_id="cus_1",
            channel=Channel.CHAT,
            text="where is my order?",
            sensitive=False,
            cell=Cell.LOW_VOLUME_HIGH_TOUCH,
            outcome=Outcome.AGENT,
            queue="desk",
            requirement=SCARCE,
            due_at=now,
            state=ContactState.QUEUED,
            accepted_at=now,
            enqueued_at=now,
            journal_id="000000000000001-000000",
        )
        session.add(one)
        await session.flush()
        route = {"joined": Joined(now).data(), "overflow_from": None}
        session.add(Decision(contact_id=one.id, workspace_id=workspace, rung=0, triage={}, route=route))
        await session.flush()
        await session.execute(MULTIPLY, {"contacts": contacts - 1})
    async with database.transaction() as session:
        await session.execute(text("ANALYZE contacts, decisions"))
    return workspace


async def yardstick(engine: Engine, snapshots: Snapshots, like: str, contacts: int) -> float:
    """Seconds to put the same contacts in line, in a live state of their own."""
    workspace, now = "wsp_yardstick", round(time.time() * 1000)
    await engine.configure_queue(workspace, 1, "desk", await engine.queue_settings(like, "desk"))
    await engine.mark_built(workspace, 1)
    began = time.perf_counter()
    for first in range(0, contacts, AT_ONCE):
        await asyncio.gather(
            *(engine.enqueue(workspace, place(number, now)) for number in range(first, min(first + AT_ONCE, contacts)))
        )
    return time.perf_counter() - began


def place(number: int, now: int) -> Placement:
    return Placement(
        contact=f"con_{number:032x}",
        queue="desk",
        channel="chat",
        requirement=SCARCE,
        units=1,
        enqueued_at=now,
        due_at=now,
        priority=0,
        rung=0,
    )


async def calls_ms(engine: Engine) -> Sequence[float]:
    """How long each call of `replan` has kept Valkey, by its own log of slow commands, of those over 0.1 ms."""
    slow = await engine.client.slowlog_get(100_000)
    calls = [entry["duration"] / 1000 for entry in slow if "replan" in str(entry["command"])[:20]]
    await engine.client.slowlog_reset()
    return sorted(calls)


class Bench:
    """A workspace with contacts that wait, and what changes its queue."""

    def __init__(self, database: Database, engine: Engine, snapshots: Snapshots, workspace: str) -> None:
        self.database, self.engine, self.snapshots, self.workspace = database, engine, snapshots, workspace
        self.replanning = Replanning(database, engine, snapshots, again_after_s=0)

    async def settle(self) -> None:
        """Makes every pass that is due, until none is."""
        for _ in range(3):
            await self.replanning.turn(self.workspace)

    async def ask(self, skills: Sequence[dict[str, Any]]) -> float:
        """Asks other skills in the queue. Returns the seconds until all who wait have their new places."""
        queue = QueueSpec.model_validate({**DOCUMENT["queues"][0], "skills": skills})
        async with self.database.transaction() as session:
            await store.put(session, self.workspace, {"queue": [queue]})
        await self.snapshots.changed(self.workspace)
        began = time.perf_counter()
        await self.replanning.turn(self.workspace)
        return time.perf_counter() - began

    async def waiting(self, line: str) -> int:
        return int(await self.engine.client.zcard(f"{prefix(self.workspace)}:line:desk|chat|1|{line}"))

    async def come(self) -> None:
        """All agents are available."""
        for number in range(AGENTS):
            await self.engine.connect(self.workspace, f"agent_{number}", "desk")
            await self.engine.set_presence(self.workspace, f"agent_{number}", Presence.AVAILABLE, "")


async def measure(servers: Servers, contacts: int) -> dict[str, float]:
    """The figures of one run."""
    database = Database(servers.database_url, pool_size=4, timeout_s=60)
    engine = Engine(servers.redis_url, timeout_s=30, lease_s=600)
    snapshots = Snapshots(database, engine, EngineTimes(reoffer_s=30, grace_s=60, short_abandon_s=5))
    try:
        await engine.load()
        workspace = await fill(database, contacts)
        await Rebuilding(database, engine, snapshots).missing(workspace)
        bench = Bench(database, engine, snapshots, workspace)
        await snapshots.changed(workspace)
        await bench.settle()
        plain = await yardstick(engine, snapshots, workspace, contacts)
        await engine.client.config_set("slowlog-max-len", 100_000)
        await engine.client.config_set("slowlog-log-slower-than", 100)
        replanned = await bench.ask([])
        waiting, calls = await bench.waiting(""), await calls_ms(engine)
        if waiting != contacts:
            raise SystemExit(f"{waiting} of {contacts} contacts wait by the new rule")
        await bench.ask(SCARCE)
        await bench.come()
        await calls_ms(engine)
        matched = await bench.ask([])
        if (waiting := await bench.waiting("")) != contacts - AGENTS:
            raise SystemExit(f"{waiting} of {contacts} contacts wait, with {AGENTS} agents")
        with_agents = await calls_ms(engine)
        return {
            "contacts": contacts,
            "replanned_s": round(replanned, 2),
            "contacts_per_s": round(contacts / replanned),
            "yardstick_s": round(plain, 2),
            "ratio": round(replanned / plain, 2),
            "with_agents_s": round(matched, 2),
            "call_median_ms": round(statistics.median(calls), 2),
            "call_p95_ms": round(statistics.quantiles([*calls, *with_agents], n=20)[-1], 2),
            "call_max_ms": round(max(*calls, *with_agents), 2),
        }
    finally:
        await engine.close()
        await database.close()


def verdict(figures: Mapping[str, float], contacts: int) -> str | None:
    """Returns what is beyond the bars, if anything."""
    if max(figures["replanned_s"], figures["with_agents_s"]) > MOST_S * contacts / 10_000:
        return f"slower than {MOST_S} s for 10,000 contacts"
    if figures["call_p95_ms"] > USUAL_CALL_MS or figures["call_max_ms"] > LONGEST_CALL_MS:
        return f"calls longer than {USUAL_CALL_MS} ms as a rule, or than {LONGEST_CALL_MS} ms at all"
    return None


if __name__ == "__main__":
    run(__doc__ or "", measure, verdict, contacts=10_000, durable=True)
