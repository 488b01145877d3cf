"""Rows of memory: what a waiting contact takes of Valkey, and an idle desk of the router."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack

from benchmarks.side_by_side.figures import Row, at_most, plain, spread
from benchmarks.side_by_side.hop import desks_of_ours
from benchmarks.side_by_side.load import closed, request
from benchmarks.side_by_side.processes import resident_bytes
from benchmarks.side_by_side.services import Service, router
from benchmarks.side_by_side.stage import Stage, Tenant, body
from mci_router.routing.engine import prefix
from mci_router.specs import WorkspaceFile

WAITING, DESKS, AT_ONCE = 2_000, 2_000, 25
KIB = 1_024
REST_S = 3  # until what connecting took is given back
WORKSPACE = WorkspaceFile.model_validate(
    {
        "workspace": {"name": "memory", "title": "Memory"},
        "queues": [{"name": "chat", "service_level": {"goal": 0.8, "target_s": 20}, "catch_all": True}],
        "skills": [{"name": "law"}],
        "topics": [{"name": "question", "title": "Question", "touch": "high", "skills": [{"skill": "law"}]}],
        "agents": [
            {"name": f"agent_{number}", "title": "Agent", "capacity": {"units": 6, "channels": {"chat": 3}}}
            for number in range(DESKS)
        ],
    }
)


async def rows(stage: Stage) -> list[Row]:
    tenant = await stage.tenant(WORKSPACE)
    with ExitStack() as stack:
        service = stack.enter_context(router(stage.directory, stage.variables, workers=1))
        await stage.quiet(service)
        desk = await of_a_desk(stage, service, tenant)  # first: what contacts leave of memory would hold the desks
        waiting, journal = await of_a_contact(stage, service, tenant)
    return [
        at_most("Valkey a waiting contact, taken in over HTTP", spread([waiting]), 1_024, 512, unit="B", digits=0),
        plain("its journal, kept for ten minutes", spread([journal]), "B"),
        at_most(f"router an idle desk, {DESKS:,} sockets", spread([desk / KIB]), 60, 30, unit="KiB", digits=1),
    ]


async def of_a_contact(stage: Stage, service: Service, tenant: Tenant) -> tuple[float, float]:
    """Returns the bytes of Valkey for each contact that waits, and beside them those of its journal."""
    await post(service, tenant, range(100))  # what the first contact makes is not counted
    await stage.at_rest(tenant)
    before, journal_before = await used(stage, tenant)
    await post(service, tenant, range(100, 100 + WAITING))
    await stage.at_rest(tenant)
    after, journal_after = await used(stage, tenant)
    journal = journal_after - journal_before
    return (after - before - journal) / WAITING, journal / WAITING


async def used(stage: Stage, tenant: Tenant) -> tuple[int, int]:
    """Returns the bytes that Valkey uses, and those of them that are the tenant's journal."""
    memory = await stage.redis.info("memory")
    journal = await stage.redis.memory_usage(f"{prefix(tenant.id)}:journal", samples=0)
    return int(memory["used_memory"]), int(journal or 0)


async def post(service: Service, tenant: Tenant, numbers: range) -> None:
    burst = await closed(service.port, written(tenant, numbers), count=AT_ONCE, seconds=120)
    if burst.refused:
        raise SystemExit(f"{service.name} refused {len(burst.refused)}: {burst.refused[0][:500]!r}")


def written(tenant: Tenant, numbers: range) -> Iterator[bytes]:
    for number in numbers:
        customer = {"external_id": f"m{number}"}
        sent = body(channel="chat", customer=customer, text="a question", topic="question", language="en")
        yield request("/v1/contacts", sent, tenant.key)


async def of_a_desk(stage: Stage, service: Service, tenant: Tenant) -> float:
    """Returns the bytes of the router's resident memory for each desk that is there and does nothing."""
    (worker,) = service.workers
    before = resident_bytes(worker)
    desks = await desks_of_ours(stage, service, tenant)
    await asyncio.sleep(REST_S)
    after = resident_bytes(worker)
    for desk in desks:
        desk.close()
    return (after - before) / len(desks)
