"""How long a live state takes to be made from the ledger: `python -m benchmarks.rebuild [--contacts 100000] [--json
FILE]`.

Starts a PostgreSQL and a Valkey of its own, puts waiting contacts in the ledger, and rebuilds twice: as when Redis is
found empty, and again over the live state that is there. The yardstick, in the same run: the same contacts written by
plain pipelined HSET and ZADD.
"""

import statistics
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from benchmarks.one_run import run
from mci_router.configuration import workspace_file
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.embedded import Servers
from mci_router.lifecycle.rebuilding import Rebuilding
from mci_router.models import Case, Contact, Customer
from mci_router.routing.engine import Engine, prefix
from mci_router.routing.engine.live_settings import EngineTimes
from mci_router.specs import WorkspaceFile
from mci_router.vocabulary import Cell, Channel, ContactState, Outcome

QUEUES = 10
MOST_S = 30  # for 100,000 contacts
LONG_CALL_MS = 20  # one call must not keep other workspaces of the shard waiting
PIPELINED = 1_000
FIRST = datetime(2026, 1, 1, tzinfo=UTC)

DOCUMENT: dict[str, Any] = {
    "workspace": {"name": "large", "title": "Large"},
    "skills": [{"name": "billing"}],
    "queues": [
        {"name": f"queue_{number}", "position": number + 1, "service_level": {"goal": 0.8, "target_s": 60}}
        for number in range(QUEUES)
    ],
    "agents": [{"name": "ann", "title": "Ann", "capacity": {"units": 6, "channels": {"chat": 3}}}],
}

MULTIPLY = text(
    """
    INSERT INTO contacts SELECT copy.* FROM contacts c, generate_series(1, CAST(:contacts AS int)) AS n,
      jsonb_populate_record(c, jsonb_build_object('id', 'con_' || lpad(to_hex(n), 32, '0'), 'queue', 'queue_' || n % CAST(:queues AS int),
        'enqueued_at', c.enqueued_at + n * interval '1 second')) AS copy
    """
)


async def fill(database: Database, contacts: int) -> str:
    """A workspace with so many waiting contacts in the ledger, none of them live."""
    async with database.transaction() as session:
        workspace, _ = await workspace_file.apply(session, WorkspaceFile.model_validate(DOCUMENT))
        session.add(Customer(id="cus_1", workspace_id=workspace))
        await session.flush()
        session.add(
            Case(id="cas_1", workspace_id=workspace, customer_id="cus_1", opened_at=FIRST, last_contact_at=FIRST)
        )
        await session.flush()
        session.add(one_contact(workspace))
        await session.flush()
        await session.execute(MULTIPLY, {"contacts": contacts - 1, "queues": QUEUES})
    async with database.transaction() as session:
        await session.execute(text("ANALYZE contacts"))
    return workspace


def one_contact(workspace: str) -> Contact:
    """The contact of which the others are copies."""
    return Contact(
        id=f"con_{0:032x}",
        workspace_id=workspace,
        case_id="cas_1",
        customer_id="cus_1",
        channel=Channel.CHAT,
        text="where is my order?",
        sensitive=False,
        cell=Cell.LOW_VOLUME_HIGH_TOUCH,
        outcome=Outcome.AGENT,
        queue="queue_0",
        requirement=[{"skill": "billing", "min": 1}],
        due_at=FIRST,
        state=ContactState.QUEUED,
        accepted_at=FIRST,
        enqueued_at=FIRST,
        journal_id="000000000000001-000000",
    )


async def yardstick(engine: Engine, contacts: int) -> float:
    """Seconds to write the same contacts without the function: a hash each, and a place in a sorted set."""
    began, start = time.perf_counter(), prefix("yardstick")
    for first in range(0, contacts, PIPELINED):
        async with engine.client.pipeline(transaction=False) as pipeline:
            for number in range(first, min(first + PIPELINED, contacts)):
                contact, age = f"con_{number:032x}", round((FIRST + timedelta(seconds=number)).timestamp() * 1000)
                queue = f"queue_{number % QUEUES}"
                record = {
                    "queue": queue,
                    "channel": "chat",
                    "outcome": "agent",
                    "state": "queued",
                    "line": f"{queue}|chat|1|billing:1",
                }
                numbers = {"rung": 0, "units": 1, "age": age, "enqueued_at": age, "due_at": age, "step": 0}
                pipeline.hset(f"{start}:contact:{contact}", mapping=record | numbers)
                pipeline.zadd(f"{start}:line:{queue}|chat|1|billing:1", {contact: age})
            await pipeline.execute()
    return time.perf_counter() - began


async def call_ms(engine: Engine) -> tuple[float, float]:
    """How long one call of a function keeps Valkey, by its own log of slow commands: the median and the 95th
    percentile.
    """
    slow = await engine.client.slowlog_get(10_000)
    calls = [entry["duration"] / 1000 for entry in slow if "FCALL" in str(entry["command"])[:10]]
    return statistics.median(calls), statistics.quantiles(calls, n=20)[-1]


async def measure(servers: Servers, contacts: int) -> dict[str, float]:
    """The figures of one run."""
    database = Database(servers.database_url, pool_size=4, timeout_s=60)
    engine = Engine(servers.redis_url, timeout_s=30, lease_s=15)
    snapshots = Snapshots(database, engine, EngineTimes(reoffer_s=30, grace_s=60, short_abandon_s=5))
    rebuilding = Rebuilding(database, engine, snapshots)
    try:
        await engine.load()
        workspace = await fill(database, contacts)
        plain = await yardstick(engine, contacts)
        await engine.client.config_set("slowlog-max-len", 10_000)
        await engine.client.config_set("slowlog-log-slower-than", 500)
        began = time.perf_counter()
        await rebuilding.missing(workspace)
        found_empty = time.perf_counter() - began
        median_ms, p95_ms = await call_ms(engine)
        began = time.perf_counter()
        rebuilt = await rebuilding.again(workspace)
        over = time.perf_counter() - began
        waiting = [
            await engine.client.zcard(f"{prefix(workspace)}:line:queue_{n}|chat|1|billing:1") for n in range(QUEUES)
        ]
        if sum(waiting) != contacts or rebuilt.contacts != contacts:
            raise SystemExit(f"{sum(waiting)} of {contacts} contacts wait")
        return {
            "contacts": contacts,
            "rebuild_s": round(found_empty, 2),
            "contacts_per_s": round(contacts / found_empty),
            "rebuild_anew_s": round(over, 2),
            "yardstick_s": round(plain, 2),
            "ratio": round(found_empty / plain, 2),
            "call_median_ms": round(median_ms, 1),
            "call_p95_ms": round(p95_ms, 1),
        }
    finally:
        await engine.close()
        await database.close()


def verdict(figures: Mapping[str, float], contacts: int) -> str | None:
    """Returns what is beyond the bars, if anything."""
    if figures["rebuild_s"] > MOST_S * contacts / 100_000 or figures["call_p95_ms"] > LONG_CALL_MS:
        return f"slower than {MOST_S} s for 100,000 contacts, or calls longer than {LONG_CALL_MS} ms"
    return None


if __name__ == "__main__":
    run(__doc__ or "", measure, verdict, contacts=100_000, durable=False)
