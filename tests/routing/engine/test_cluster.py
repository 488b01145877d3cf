"""The live state on a real cluster: each workspace on the primary of its slot, and each primary's troubles its own
workspaces' alone.
"""

import ast
import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from redis.asyncio.connection import SSLConnection
from redis.cluster import PIPELINE_BLOCKED_COMMANDS
from redis.crc import key_slot
from sqlalchemy import text

import mci_router
from mci_router.embedded import Servers
from mci_router.errors import EngineUnavailable
from mci_router.routing.engine import prefix
from mci_router.routing.engine.connection import Cluster, connect
from mci_router.routing.engine.journal import Feed, Journal
from mci_router.routing.engine.shards import each
from mci_router.routing.entries import JournalEntry
from mci_router.volume.classes import VolumeRules
from mci_router.volume.meter import VolumeMeter
from tests import test_main_job
from tests.support.cluster import Primary, ValkeyCluster, running_cluster
from tests.support.live import LiveState, contact_id, live_state
from tests.support.processes import Router
from tests.support.service import eventually
from tests.support.shared import folder_for
from tests.support.site import Site, running_site
from tests.survival.stage import untaught

SOURCE = Path(mci_router.__file__).parent


@pytest.fixture
async def two(cluster: ValkeyCluster) -> AsyncIterator[tuple[LiveState, LiveState]]:
    """Two workspaces that lie on different primaries."""
    async with AsyncExitStack() as stack:
        yield await _on_two_primaries(stack, cluster)


@pytest.fixture(scope="module")
def breakable() -> Iterator[ValkeyCluster]:
    """A cluster for tests to break; each leaves it whole."""
    with folder_for("cluster") as directory, running_cluster(directory) as started:
        yield started


@pytest.fixture(scope="module")
async def routed(servers: Servers, breakable: ValkeyCluster) -> AsyncIterator[tuple[Site, Router]]:
    """A router on the cluster that is broken."""
    async with (
        running_site(servers, breakable) as site,
        site.router(MCI_RECOVERY_INTERVAL_S="0.3", MCI_RECOVERY_AGE_S="1") as started,
    ):
        yield site, started


def test_no_pipeline_has_a_command_that_a_cluster_refuses() -> None:
    """A single server takes it, and so do all tests on one: who runs a cluster would be told that Redis is away."""
    sent = {
        (file.name, node.attr)
        for file in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and "pipeline" in node.value.id
    }
    assert ("supervision.py", "hgetall") in sent
    refused = {command.lower() for command in PIPELINE_BLOCKED_COMMANDS}
    assert {one for one in sent if one[1].replace("_", " ") in refused} == set()


async def test_each_workspace_lives_on_the_primary_of_its_slot_and_nowhere_else(
    cluster: ValkeyCluster, two: tuple[LiveState, LiveState]
) -> None:
    """A whole life of contacts in both at once: every key a function touches, also those it makes up, is of its
    workspace's slot.
    """
    await asyncio.gather(*(_whole_life(live) for live in two))
    for live in two:
        home = cluster.primary_of(live.workspace)
        for primary in cluster.primaries:
            assert bool(_keys(primary, live.workspace)) is (primary is home)
        contacts = [contact_id(number) for number in (1, 2)]
        assert await live.engine.known(live.workspace, contacts) == [True, True]
        assert await live.engine.known(live.workspace, [*contacts, "con_x"]) == [True, True, False]


async def _whole_life(live: LiveState) -> None:
    """Offer, acceptance, completion; an offer that expires; a rung's limit; the journal, an inbox and the figures of a
    line.
    """
    await live.queue(revision=2, offer_timeout_s=10)
    await live.agent("ann")
    assert (await live.enqueue(1)).agent == "ann"
    await live.accept("ann", 1)
    assert (await live.complete("ann", 1)).state == "completed"
    await live.enqueue(2)
    await live.serve(3, limit_s=10)
    live.later(10)
    assert await live.fire() == [contact_id(3)]
    assert await live.state(2) == "queued"
    assert [entry for entry in await live.told("ann") if entry.startswith("offer")] == [
        "offer.created",
        "offer.accepted",
        "offer.created",
        "offer.expired",
    ]
    assert (await live.engine.line_figures(live.workspace, "desk", "desk|chat|1|")).waiting == 1
    assert [
        contact and contact.state
        for contact in await live.engine.contacts(live.workspace, [contact_id(2), contact_id(3)])
    ] == [
        "queued",
        "automating",
    ]


async def test_the_journal_of_a_workspace_on_a_cluster_reaches_the_ledger_and_the_desks(
    two: tuple[LiveState, LiveState],
) -> None:
    """Blocking reads, acknowledgements and trimming; each feed tells of its own workspace."""
    for live in two:
        journal, feed = Journal(live.engine, live.workspace, "reader"), Feed(live.engine)
        assert await journal.unprojected() == []  # the group is made
        entries = await feed.subscribe(live.workspace, "ann")
        reading = asyncio.create_task(journal.unprojected())
        await live.agent("ann")
        read = await reading
        assert read[0].type == "agent.connected"
        assert await journal.ahead()
        read += [] if len(read) == 2 else await journal.unprojected()
        await journal.projected(read)
        assert not await journal.ahead()
        async with asyncio.timeout(5):
            told = [await entries.get() for _ in range(3)]
        assert [entry.type for entry in told if isinstance(entry, JournalEntry)] == [
            "agent.connected",
            "agent.presence_changed",
        ]
        await journal.trim()
        await feed.close()


async def test_volume_is_counted_on_each_shard(two: tuple[LiveState, LiveState]) -> None:
    """One meter counts contacts of workspaces of several shards, and reads them and their history back."""
    meter = VolumeMeter(two[0].engine.client)
    for live in two:
        for _ in range(40):
            meter.note(live.workspace, "sign_in")
    await meter.flush()
    for live in two:
        await meter.read(live.workspace, VolumeRules(share=0.8, leave_share=0.9, floor=1))
        assert meter.rates(live.workspace) == {"sign_in": 40}
        assert [(surge.topic, surge.seen) for surge in await meter.surges(live.workspace)] == [("sign_in", 40)]


async def test_a_library_that_one_primary_lacks_is_loaded_there(
    cluster: ValkeyCluster, two: tuple[LiveState, LiveState]
) -> None:
    """As after a failover to a server that never had it: the call loads it and is done."""
    home = cluster.primary_of(two[0].workspace)
    home.ask("FUNCTION", "FLUSH", "SYNC")
    assert (await two[0].enqueue(1)).state == "queued"
    assert "mci_router" in home.ask("FUNCTION", "LIST")


async def test_a_dead_primary_takes_only_its_own_workspaces_away(breakable: ValkeyCluster) -> None:
    """They answer EngineUnavailable at once and come back with it, all there; the others do not notice, neither do
    their desks.
    """
    async with AsyncExitStack() as stack:
        here, there = await _on_two_primaries(stack, breakable)
        feed = Feed(there.engine)
        entries = await feed.subscribe(there.workspace, "ann")
        for live in (here, there):
            await live.agent("ann")
            await live.enqueue(1)
        meter, done = VolumeMeter(here.engine.client), []

        async def serve(live: LiveState) -> None:
            await live.accept("ann", 1)
            meter.note(live.workspace, "sign_in")
            done.append(live)

        home = breakable.primary_of(here.workspace)
        home.kill()
        with pytest.raises(EngineUnavailable):
            await each((here, there), serve)
        assert done == [there]
        meter.note(here.workspace, "sign_in")
        with pytest.raises(EngineUnavailable):
            await meter.flush()
        await meter.read(there.workspace, VolumeRules(share=0.8, leave_share=0.9, floor=1))
        assert meter.rates(there.workspace) == {"sign_in": 1}
        for _ in range(20):
            with pytest.raises(EngineUnavailable):
                await here.contact(1)
            assert await there.state(1) == "assigned"
        with pytest.raises(EngineUnavailable):
            await here.engine.ping()
        async with asyncio.timeout(5):
            while getattr(await entries.get(), "type", None) != "offer.accepted":
                pass
        home.start()
        await eventually(lambda: _answers(here), 15)
        assert await here.holder(1) == ("offered", "ann")
        assert (await here.accept("ann", 1)).state == "assigned"
        await meter.flush()
        await feed.close()


async def test_a_router_starts_while_a_primary_is_dead(breakable: ValkeyCluster) -> None:
    """The library is loaded where it can be, and the workspaces there are served."""
    async with AsyncExitStack() as stack:
        here, there = await _on_two_primaries(stack, breakable)
        breakable.primary_of(here.workspace).kill()
        fresh = type(there.engine)(breakable.url, timeout_s=5, lease_s=15)
        await fresh.load()
        assert await fresh.built(there.workspace)
        with pytest.raises(EngineUnavailable):
            await fresh.built(here.workspace)
        await fresh.close()
        breakable.primary_of(here.workspace).start()
        await eventually(lambda: _answers(here), 15)


async def test_the_main_job_is_done_on_a_cluster(routed: tuple[Site, Router]) -> None:
    """As on one server: over real HTTP and a real socket, from a process of its own."""
    site, started = routed
    async with site.workspace(started) as workspace:
        await test_main_job.test_a_sign_in_question_a_how_to_and_a_fraud_report_each_reach_their_best_resource(
            workspace
        )


async def test_a_router_serves_the_workspaces_of_the_primaries_that_live(
    routed: tuple[Site, Router], breakable: ValkeyCluster
) -> None:
    """The others' contacts are accepted and wait for their primary; recovery passes them over, and finds them when it
    is back.
    """
    async with AsyncExitStack() as stack:
        site, started = routed
        here = there = await stack.enter_async_context(site.workspace(started, untaught()))
        while breakable.primary_of(there.id) is breakable.primary_of(here.id):
            there = await stack.enter_async_context(site.workspace(started, untaught()))
        for workspace in (here, there):
            await workspace.until_state(
                (await workspace.post("stolen", topic="card_fraud", channel="voice"))["id"], "queued"
            )
        breakable.primary_of(here.id).kill()
        kept = await here.post("a manager, please", topic="complaint")
        assert kept["state"] == "accepted"
        assert (await there.api.get("/readyz")).json()["status"] == "degraded"
        async with (
            there.database.transaction() as session
        ):  # as if a router had died before it dispatched what it had committed
            copied = "INSERT INTO contacts SELECT copy.* FROM contacts c, jsonb_populate_record(c, CAST(:changes AS jsonb)) AS copy"
            changes = json.dumps({"id": contact_id(1), "state": "accepted", "channel": "chat"})
            await session.execute(
                text(f"{copied} WHERE c.workspace_id = :workspace"), {"changes": changes, "workspace": there.id}
            )
        await there.until_state(contact_id(1), "queued")
        async with there.desk("fred") as fred:
            await fred.expect("offer.created")
        breakable.primary_of(here.id).start()
        await here.until_state(kept["id"], "queued")
        async with here.desk("ann") as ann:
            await ann.expect("offer.created")


async def test_a_workspace_whose_slot_moves_is_followed(breakable: ValkeyCluster) -> None:
    """Contacts, offers and the journal go on at the other primary; nobody is told to."""
    async with AsyncExitStack() as stack:
        here, there = await _on_two_primaries(stack, breakable)
        await here.agent("ann")
        await here.enqueue(1)
        source, target = breakable.primary_of(here.workspace), breakable.primary_of(there.workspace)
        slot = key_slot(here.prefix.encode())
        source.ask("CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", slot, slot, "NODE", target.ask("CLUSTER", "MYID"))

        async def moved() -> bool:
            return not _keys(source, here.workspace) and bool(_keys(target, here.workspace))

        await eventually(moved, 15)
        assert (await here.accept("ann", 1)).state == "assigned"
        assert (await here.journal())[-1]["type"] == "offer.accepted"


def test_the_address_of_a_cluster_names_several_nodes() -> None:
    """`redis+cluster://user:password@host,host:port`: whichever answers tells of the others; with TLS as
    `rediss+cluster`.
    """
    client = connect("rediss+cluster://router:p%40ss@one.example,two.example:7001/0?client_name=mci", timeout_s=2)
    assert isinstance(client, Cluster)
    assert sorted(client.nodes_manager.startup_nodes) == ["one.example:6379", "two.example:7001"]
    options = client.get_connection_kwargs()
    assert {name: options[name] for name in ("username", "password", "client_name", "decode_responses")} == {
        "username": "router",
        "password": "p@ss",
        "client_name": "mci",
        "decode_responses": True,
    }
    assert issubclass(options["connection_class"] or object, SSLConnection)
    assert not isinstance(connect("redis://one.example:6379/0", timeout_s=2), Cluster)


async def _on_two_primaries(stack: AsyncExitStack, cluster: ValkeyCluster) -> tuple[LiveState, LiveState]:
    first = await stack.enter_async_context(live_state(cluster.url))
    while True:
        other = await stack.enter_async_context(live_state(cluster.url))
        if cluster.primary_of(other.workspace) is not cluster.primary_of(first.workspace):
            return first, other


def _keys(primary: Primary, workspace: str) -> list[str]:
    return primary.keys(f"{prefix(workspace)}:*")


async def _answers(live: LiveState) -> bool:
    try:
        return await live.engine.built(live.workspace)
    except EngineUnavailable:
        return False
