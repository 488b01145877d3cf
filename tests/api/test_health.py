"""Alive and ready: what a load balancer asks, without a key."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import httpx
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.database import Database
from mci_router.learning.readiness import READY_WITHIN_S, Loaded, Readiness, Startup
from mci_router.settings import Settings
from tests.support.documents import small
from tests.support.service import PATIENCE_S, TLS, Workspace, eventually, make_workspace, running_service
from tests.support.site import Site

PATIENT_S = 30
CONTACT = {"channel": "chat", "customer": {"email": "sam@example.com"}}


async def test_health_needs_no_key(shared: Workspace, service: tuple[str, Parts]) -> None:
    """Alive says alive; ready names the ledger and the live state, and counts the workspaces by what decides about
    them.
    """
    async with httpx.AsyncClient(base_url=service[0], timeout=PATIENCE_S, verify=TLS) as client:

        async def ready() -> Any:
            answer = await client.get("/readyz")  # says 503 while another test's workspace learns, just after a start
            return answer.json() if answer.status_code == 200 else None

        assert (await client.get("/livez")).json() == {"status": "alive"}
        told = await eventually(ready)
    assert (told["status"], told["ledger"], told["live_state"]) == ("ready", "ok", "ok")
    assert set(told["models"]) == set(Readiness)
    assert told["failed_trainings"] >= 0
    assert told["models"]["in_force"] >= 1


@asynccontextmanager
async def _started(settings: Settings, site: Site, key: str) -> AsyncIterator[tuple[httpx.AsyncClient, Parts]]:
    """A service that starts with what is in the site's ledger, once it says that it is ready."""
    servers = {"database_url": site.database_url, "redis_url": site.valkey.url}
    async with running_service(settings.model_copy(update=servers)) as (url, parts):
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=PATIENT_S, verify=TLS) as api:
            await eventually(partial(_ready, api), PATIENT_S)
            yield api, parts


async def _ready(api: httpx.AsyncClient) -> bool:
    answer = await api.get("/readyz")
    assert answer.status_code == 200 or (answer.status_code, answer.json()["status"]) == (503, "learning")
    return answer.status_code == 200


async def _made(site: Site) -> str:
    """Makes a workspace while no service runs; returns its key."""
    database = Database(site.database_url, pool_size=1, timeout_s=PATIENT_S)
    _, key = await make_workspace(database, small())
    await database.close()
    return key


async def test_who_waits_for_ready_is_understood(site: Site, settings: Settings) -> None:
    """A service that starts is ready with its model in force: the first question is answered by its article. Where the
    model is damaged, and so is what it would be made again from, the workspace is decided by rules and ready says so:
    what a rule knows still goes to the right people.
    """
    key = await _made(site)
    async with _started(settings, site, key) as (api, _):
        await eventually(partial(_counts, api, "in_force"), PATIENT_S)
    async with _started(settings, site, key) as (api, parts):
        assert await _counts(api, "in_force")
        decided = (
            await api.post("/v1/contacts", json={**CONTACT, "text": "I forgot my password, I cannot log in"})
        ).json()
        assert decided["route"]["answer"]["article"] == "reset"
        async with parts.database.transaction() as session:
            await session.execute(text("""UPDATE triage_models SET fitted = 'x', training = '{"examples": "gone"}'"""))
    async with _started(settings, site, key) as (api, _):
        await eventually(partial(_counts, api, "by_rules"), PATIENT_S)
        decided = (await api.post("/v1/contacts", json={**CONTACT, "text": "I will hurt myself tonight"})).json()
        assert (decided["triage"]["sensitive"], decided["route"]["outcome"]) == (True, "agent")


async def _counts(api: httpx.AsyncClient, readiness: str) -> bool:
    return bool((await api.get("/readyz")).json()["models"][readiness] == 1)


def test_a_start_is_over_once_nobody_learns_and_stays_so() -> None:
    """A workspace that is made later keeps nobody from the service."""
    startup = Startup()
    assert not startup.over([Readiness.IN_FORCE, Readiness.LEARNING])
    assert startup.over([Readiness.IN_FORCE, Readiness.BY_RULES])
    assert startup.over([Readiness.LEARNING])


def test_a_start_is_over_after_twenty_seconds() -> None:
    """However long a model takes that has to be made: contacts are decided by rules meanwhile. One that is there is
    loaded first.
    """
    now = 0.0
    startup = Startup(lambda: now)
    assert not startup.over([Readiness.LEARNING, Readiness.REFITTING])
    now = READY_WITHIN_S + 0.1
    assert not startup.over([Readiness.LOADING])
    assert startup.over([Readiness.LEARNING, Readiness.REFITTING])


async def test_a_workspace_without_examples_has_nothing_to_wait_for() -> None:
    """It is in force once it was looked at; with examples and without a model it is decided by rules."""
    loaded = Loaded(looked=asyncio.Event())
    assert loaded.readiness(examples=False) is Readiness.LOADING
    loaded.seen = True
    assert loaded.readiness(examples=False) is Readiness.LEARNING
    loaded.looked.set()
    assert loaded.readiness(examples=False) is Readiness.IN_FORCE
    assert loaded.readiness(examples=True) is Readiness.BY_RULES
