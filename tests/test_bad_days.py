"""Bad days, for real: routers killed, Redis gone, Redis back and empty, PostgreSQL gone.

One ground for all of them, which each leaves to be mended by the next. `make prove-survival` has more of them, at length.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from mci_router.embedded import Servers
from mci_router.routing.engine.connection import connect
from tests.support.forked import Command, run
from tests.support.processes import Router, environment
from tests.support.service import Workspace, eventually
from tests.support.site import Site, running_site
from tests.support.watching import watching
from tests.survival import ground as grounds
from tests.survival.faults.routers import kill_one
from tests.survival.faults.servers import empty_valkey
from tests.survival.ground import Ground, stopped
from tests.survival.scenario import PATIENCE_S, Scenario, play
from tests.survival.stage import NEVER, RECOVERY_S, Size, Stage, untaught

SHORT = Size(rate=8, desks=4, before_s=1, after_s=0.5, rest_s=30, again=10)
POOLS = {"MCI_DATABASE_POOL": "2", "MCI_COMMAND_POOL": "2"}
FRAUD = {"channel": "voice", "text": "fraud on my stolen card", "topic": "card_fraud"}
HASTE = {"MCI_DRAIN_S": "0", "MCI_HEARTBEAT_S": "1", "MCI_RECOVERY_INTERVAL_S": "0.5", "MCI_RECOVERY_AGE_S": "1"}


@pytest.fixture(scope="module")
async def days(servers: Servers) -> AsyncIterator[tuple[Site, Ground]]:
    """A database and a Valkey of their own, and two routers with small pools."""
    async with running_site(servers) as site:
        ground = Ground(site.database_url, site.valkey, site.directory, forked=True)
        try:
            await ground.start_routers(2, **POOLS, **HASTE)
            yield site, ground
        finally:
            await ground.stop_routers()


@asynccontextmanager
async def _at_work(days: tuple[Site, Ground]) -> AsyncIterator[tuple[Site, Ground, Workspace]]:
    """All of it whole, and a workspace at the first router."""
    site, ground = days
    await ground.whole()
    async with site.workspace(_seen(ground.routers[0]), untaught()) as workspace:
        yield site, ground, workspace


def _seen(router: grounds.Router) -> Router:
    """A router as a site's clients know it."""
    assert isinstance(router.process, Command)
    return Router(router.process, router.url, router.log)


async def _known(client: httpx.AsyncClient) -> bool:
    """Whether a router has heard of the client's workspace."""
    return (await client.get("/v1/agents")).status_code == 200


@pytest.mark.timeout(180)
async def test_books_stay_true_when_valkey_is_emptied_and_a_router_killed_under_load(days: tuple[Site, Ground]) -> None:
    """The proof of survival in short: nothing lost, nothing doubled, all accounts agree, and the work goes on."""
    row = await play(days[1], Scenario("short", "Valkey emptied, then a router killed", _empty_then_kill, size=SHORT))
    assert row.found.clean, row
    assert row.recovery.seconds < NEVER, row


async def _empty_then_kill(stage: Stage) -> float:
    emptied = await empty_valkey(stage, away_s=0.5)
    assert (await stage.recovered(emptied, PATIENCE_S, any_offer=False)).seconds < NEVER
    return await kill_one(stage)


async def test_a_router_killed_between_commit_and_enqueue_loses_nothing(days: tuple[Site, Ground]) -> None:
    """Another router queues the contact within ten seconds, with its original age; reports count it once."""
    async with _at_work(days) as (site, ground, workspace):
        doomed = ground.routers[1]
        async with site.client(_seen(doomed), workspace.key) as api:
            await eventually(lambda: _known(api))
            pauses = [connect(server.url, timeout_s=5) for server in site.servers]
            for pause in pauses:
                await pause.client_pause(60_000, all=False)
            posting = asyncio.create_task(
                api.post("/v1/contacts", json={"channel": "chat", "text": "a manager!", "topic": "complaint"})
            )
            contact_id = await eventually(lambda: _committed(workspace))
            doomed.kill()
            with pytest.raises(httpx.TransportError):
                await posting
            for pause in pauses:
                await pause.client_unpause()
                await pause.aclose()

        async def placed() -> bool:
            return bool((await workspace.contact(contact_id))["state"] == "queued")

        await eventually(placed, RECOVERY_S)
        contact = await workspace.contact(contact_id)
        assert contact["enqueued_at"] == contact["accepted_at"]
        async with workspace.desk("ann") as ann:
            assert (await ann.expect("offer.created"))["contact"]["id"] == contact_id
        await _reports_agree(site, workspace, 1)


async def test_a_valkey_restarted_empty_is_rebuilt_from_the_ledger(days: tuple[Site, Ground]) -> None:
    """Waiting contacts wait again with their age, conversations stay with their agents, answers keep their rung, and
    reports are exact.
    """
    async with _at_work(days) as (site, _, workspace), workspace.desk("ann") as ann:
        talking = await workspace.post("a formal complaint", topic="complaint")
        offer = await ann.expect("offer.created")
        assignment = (await ann.do("offer.accept", offer_id=offer["offer_id"]))["assignment_id"]
        waiting = await workspace.post("someone stole my card", topic="card_fraud", channel="voice")
        answered = await workspace.post("forgot my password", topic="sign_in", channel="community")
        await eventually(
            lambda: _in_ledger(
                workspace, {talking["id"]: "assigned", waiting["id"]: "queued", answered["id"]: "automating"}
            )
        )

        site.valkey.kill()
        site.valkey.wipe()
        await asyncio.to_thread(site.valkey.start)  # a cluster takes seconds, in which desks answer pings

        async def rebuilt() -> bool:
            states = [(await workspace.contact(c["id"]))["state"] for c in (talking, waiting, answered)]
            return states == ["assigned", "queued", "automating"] and await _live(site, workspace, waiting["id"])

        await eventually(rebuilt, RECOVERY_S)
        async with workspace.desk("fred") as fred:
            offered = await fred.expect("offer.created")
            assert offered["contact"]["id"] == waiting["id"]
        done = await ann.do("assignment.complete", assignment_id=assignment, disposition="solved")
        assert done["state"] == "wrapping_up"
        moved = await workspace.api.post(f"/v1/contacts/{answered['id']}/unresolved")
        assert moved.json()["route"]["rung"] == 1
        await _reports_agree(site, workspace, 3)


async def test_contacts_are_accepted_while_redis_is_away_and_queued_when_it_returns(
    days: tuple[Site, Ground],
) -> None:
    """201 says `accepted`, the same when replayed, and the contact reaches its queue once Redis answers again.

    A screen is told what is old meanwhile, and when the process is about to stop.
    """
    async with _at_work(days) as (site, ground, workspace), watching(workspace) as screen:
        assert (await screen.next())[1]["stale"] == {}
        site.valkey.kill()
        await screen.until(lambda seen: seen["stale"].get("queues") == "engine_unavailable")
        answer = await workspace.api.post(
            "/v1/contacts",
            json=FRAUD,
            headers={"Idempotency-Key": "once"},
        )
        again = await workspace.api.post(
            "/v1/contacts",
            json=FRAUD,
            headers={"Idempotency-Key": "once"},
        )
        assert (answer.status_code, answer.json()["state"]) == (201, "accepted")
        assert again.json() == answer.json()
        ready = await workspace.api.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
        await asyncio.to_thread(site.valkey.start)
        await eventually(lambda: _live(site, workspace, answer.json()["id"]), RECOVERY_S)
        assert (await workspace.contact(answer.json()["id"]))["state"] == "queued"
        await screen.until(lambda seen: "queues" not in seen["stale"])
        stopping = asyncio.create_task(ground.routers[0].stop())
        while (last := await screen.next())[0] != "end":
            pass
        assert last == ("end", {"why": "draining"})
    await stopping


async def test_a_redis_that_stalls_keeps_no_connection_from_intake(days: tuple[Site, Ground]) -> None:
    """Commands hold a row while they wait for it; contacts are still committed, for they have connections of their own."""
    async with _at_work(days) as (site, ground, workspace):
        contacts = [await workspace.post("my card", topic="card_fraud") for _ in range(4)]
        with stopped([server.pid for server in ground.valkeys if server.pid]):
            ends = [
                asyncio.create_task(workspace.api.post(f"/v1/contacts/{contact['id']}/cancel")) for contact in contacts
            ]
            await eventually(lambda: _holding(workspace, 2))
            answer = await workspace.api.post("/v1/contacts", json=FRAUD)
            assert (answer.status_code, answer.json()["state"]) == (201, "accepted")
            assert {end.result().status_code for end in (await asyncio.wait(ends))[0]} == {503}
        await eventually(lambda: _live(site, workspace, answer.json()["id"]), RECOVERY_S)


async def _holding(workspace: Workspace, commands: int) -> bool:
    """Whether so many transactions wait for something else than the ledger."""
    async with workspace.database.transaction() as session:
        query = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'"
        )
        return int(await session.scalar(query) or 0) >= commands


async def test_without_postgresql_nothing_is_accepted_and_the_answer_says_when_to_retry(
    days: tuple[Site, Ground],
) -> None:
    """503 with Retry-After and a stable type; afterwards the same request is accepted."""
    async with _at_work(days) as (site, _, workspace):
        async with _connections_refused(site.database_url):
            refused = await workspace.api.post("/v1/contacts", json={"channel": "chat", "text": "anyone there?"})
            assert (refused.status_code, refused.json()["type"]) == (503, "/problems/database_unavailable")
            assert refused.headers["Retry-After"]
            assert (await workspace.api.get("/readyz")).status_code == 503
        await eventually(lambda: _accepted(workspace), RECOVERY_S)


@asynccontextmanager
async def _connections_refused(database_url: str) -> AsyncIterator[None]:
    """Throws everyone out of a database and lets nobody in."""
    name = database_url.partition("?")[0].rpartition("/")[2]
    admin = create_async_engine(database_url.replace(f"/{name}?", "/postgres?"), isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(text(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false"))
        await connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": name}
        )
        try:
            yield
        finally:
            await connection.execute(text(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true"))
    await admin.dispose()


async def _reports_agree(site: Site, workspace: Workspace, contacts: int) -> None:
    """Each contact has arrived once, and what reports add up is what segments and contacts say."""

    async def arrived() -> bool:
        rows = (await workspace.api.get("/v1/reports/arrivals")).json()["rows"]
        return sum(int(row["contacts"]) for row in rows) == contacts

    await eventually(arrived, RECOVERY_S)
    code, said = await run("verify-reports", variables=environment(site.database_url, ""))
    assert (code, "none differ" in said) == (0, True), said


async def _accepted(workspace: Workspace) -> bool:
    return (
        await workspace.api.post("/v1/contacts", json={"channel": "chat", "text": "anyone there?"})
    ).status_code == 201


async def _committed(workspace: Workspace) -> str | None:
    async with workspace.database.transaction() as session:
        found: str | None = await session.scalar(
            text("SELECT id FROM contacts WHERE workspace_id = :workspace AND text = 'a manager!'"),
            {"workspace": workspace.id},
        )
    return found


async def _in_ledger(workspace: Workspace, states: dict[str, str]) -> bool:
    async with workspace.database.transaction() as session:
        rows = await session.execute(text("SELECT id, state FROM contacts WHERE id = ANY(:ids)"), {"ids": list(states)})
    return {row.id: row.state for row in rows} == states


async def _live(site: Site, workspace: Workspace, contact_id: str) -> bool:
    client = connect(site.valkey.url, timeout_s=5)
    try:
        return bool(await client.exists(f"mci:{{{workspace.id}}}:contact:{contact_id}"))
    finally:
        await client.aclose()
