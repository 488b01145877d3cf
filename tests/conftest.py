"""Real servers for the whole session, a service on them, and a workspace of its own for each test that asks."""

from asyncio import AbstractEventLoop
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, suppress
from dataclasses import replace
from threading import Thread
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as drawing
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from mci_router import upkeep
from mci_router.api.parts import Parts
from mci_router.embedded import Servers, running
from mci_router.learning import models
from mci_router.settings import Settings
from mci_router.workforce.intraday import trying
from tests.support.alike import Alike
from tests.support.cluster import ON_CLUSTER, ValkeyCluster, running_cluster
from tests.support.contract import conforms, openapi_document
from tests.support.documents import small
from tests.support.hanging import Loop
from tests.support.hanging import pytest_timeout_set_timer as pytest_timeout_set_timer
from tests.support.ledgers import ledger, migrated_data
from tests.support.service import PATIENCE_S, Workspace, running_service
from tests.support.shared import folder_for, shared_folder
from tests.support.shelf import ShelvedWorkshop
from tests.support.site import Site, running_site
from tests.support.wire import Wire

collect_ignore = ["browser", "mail"]  # need Chromium and Dovecot: `make test-browser` and `make test-mail` name them

# How fast a machine is, is no fault of what it draws or tries.
drawing.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
drawing.load_profile("suite")

# The service plays the rest of the day of every workspace that has a forecast on the engine: nobody reads that but the
# tests that are about it.
trying.MOST_PLAYED = 500

# Nearly every test makes a workspace, and waits for its loops to begin.
upkeep.FOLLOW_INTERVAL_S = 0.1

# What one worker's service has learnt, those of the others need not learn.
models.Workshop = ShelvedWorkshop  # type: ignore[attr-defined]

ALL_KEYS = 10_000  # of all workspaces, in one round trip
SECRET = "a secret for tests only, long enough to sign"


def pytest_configure(config: pytest.Config) -> None:
    """Gives the run a folder that its workers share: they inherit it from the process that starts them."""
    if not hasattr(config, "workerinput"):
        run = ExitStack()
        run.enter_context(shared_folder())
        if config.getoption("numprocesses", 0):
            made = Thread(target=_made_meanwhile)
            made.start()
            run.callback(made.join)
        config.add_cleanup(run.close)


def _made_meanwhile() -> None:
    """Makes what each worker waits for as soon as it has collected the tests. Where it fails, a worker meets the reason."""
    with suppress(Exception):
        openapi_document()
        ledger()


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], AbstractEventLoop]]:
    """Has tests run on the loop that the service runs on: on Python's own they would take a third more."""
    return {"uvloop": Loop}


def pytest_collection_finish(session: pytest.Session) -> None:
    """Writes the document that answers are held against: the first test would stand still for it, and its desks fall
    away.
    """
    if any("service" in getattr(item, "fixturenames", ()) for item in session.items):
        openapi_document()


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> Iterator[Servers]:
    with folder_for("servers") as directory:
        migrated_data(directory)
        with running(directory, durable=False) as started:
            yield replace(started, redis_url=request.getfixturevalue("cluster").url) if ON_CLUSTER else started


@pytest.fixture(scope="session")
def cluster() -> Iterator[ValkeyCluster]:
    """A Valkey cluster of three primaries, which lives as long as the session: tests that break one start their own."""
    with folder_for("cluster") as directory, running_cluster(directory) as started:
        yield started


@pytest.fixture(scope="session", params=["cluster"] if ON_CLUSTER else ["server", "cluster"])
def redis_url(request: pytest.FixtureRequest) -> str:
    """For tests that run twice: on one server, and on a cluster."""
    url: str = (
        request.getfixturevalue("cluster").url
        if request.param == "cluster"
        else request.getfixturevalue("servers").redis_url
    )
    return url


@pytest.fixture(scope="session")
def settings(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        _env_file=None,
        database_url=servers.database_url,
        redis_url=servers.redis_url,
        token_secret=SecretStr(SECRET),
        heartbeat_s=0.3,
        lease_s=2.5,  # enough for a router to stop on a busy machine
        timer_interval_s=0.05,
        projector_gather_s=0.01,
        recovery_interval_s=0.5,
        recovery_age_s=1,
        refresh_interval_s=0.3,
        alarm_interval_s=2,  # who tests alarms looks by themselves: each look is of every workspace
        volume_interval_s=0.5,
        triage_retrain_interval_s=0.3,
        reoffer_delay_s=1,
        grace_s=2,
        short_abandon_s=2,  # to leave at once takes longer on a busy machine than elsewhere
        webhook_private_targets=True,  # the tests' receivers listen on loopback
        webhook_timeout_s=1,
        webhook_retry_delays_s=(0.1, 0.2, 0.3),
        webhook_interval_s=0.2,
        workflow_answer_s=5,
        outbound_retry_delays_s=(0.1, 0.2),
        outbound_pause_longest_s=0.3,
        outbound_interval_s=0.2,
        attachments_url=tmp_path_factory.mktemp("attachments").as_uri(),
        wrong_references_per_hour=20,
        community_search_s=1,  # a search is in time on a busy machine, too
    )


@pytest.fixture(scope="session")
async def service(settings: Settings) -> AsyncIterator[tuple[str, Parts]]:
    async with running_service(settings) as started:
        yield started


@pytest.fixture(scope="session")
def alike(service: tuple[str, Parts]) -> Alike:
    return Alike(service[1])


@pytest.fixture
async def make(service: tuple[str, Parts], alike: Alike) -> AsyncIterator[Callable[..., Awaitable[Workspace]]]:
    """Makes workspaces, and leaves nothing of them behind."""
    url, parts = service
    async with AsyncExitStack() as stack:

        async def build(document: dict[str, Any] | None = None) -> Workspace:
            document = document or small()
            workspace_id, key = await alike.workspace(document)
            stack.push_async_callback(_remove, parts, workspace_id)
            await parts.engine.ensure_built(workspace_id)  # else what comes first may be part of what it is made from
            api = httpx.AsyncClient(
                base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=PATIENCE_S, transport=Wire()
            )
            api.event_hooks = {"response": [conforms]}
            await stack.enter_async_context(api)
            return Workspace(url, workspace_id, document["workspace"]["name"], key, api, parts.database, parts.engine)

        yield build


@pytest.fixture
async def workspace(make: Callable[..., Awaitable[Workspace]]) -> Workspace:
    """A small workspace of its own."""
    return await make()


@pytest.fixture
async def site(servers: Servers) -> AsyncIterator[Site]:
    """A database and a Valkey of its own, and router processes."""
    async with running_site(servers) as started:
        yield started


async def _remove(parts: Parts, workspace_id: str) -> None:
    for last in (*[False] * 9, True):
        try:
            async with parts.database.transaction() as session:
                await session.execute(text("DELETE FROM workspaces WHERE id = :id"), {"id": workspace_id})
            break
        except DBAPIError as error:  # the loops still write for it
            if last or "deadlock" not in str(error.orig):
                raise
    await parts.snapshots.refresh()
    keys = [key async for key in parts.engine.client.scan_iter(f"mci:{{{workspace_id}}}:*", count=ALL_KEYS)]
    if keys:
        await parts.engine.client.unlink(*keys)
