"""Alive and ready: what a load balancer asks, without a key."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import httpx
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.database import Database
from mci_router.learning.readiness import READY_WITHIN_S, Loaded, Readiness, Startup
from mci_router.settings import Settings
from tests.support.documents import small
from tests.support.service import TLS, Workspace, eventually, make_workspace, running_service
from tests.support.site import Site

PATIENT_S = 30


async def test_health_needs_no_key(shared: Workspace, service: tuple[str, Parts]) -> None:
    """Alive says alive; ready names the ledger and the live state, and counts the workspaces by what decides about
    them.
    """
    async with httpx.AsyncClient(base_url=service[0]) as client:
        assert (await client.get("/livez")).json() == {"status": "alive"}
        answer = await client.get("/readyz")
    told = answer.json()
    assert (answer.status_code, told["status"], told["ledger"], told["live_state"]) == (200, "ready", "ok", "ok")
    assert set(told["models"]) == {"in_force", "learning", "by_rules"}
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
    """A service that starts with topics to learn is ready once it has learnt them: the first question is answered by
    its article.
    """
    key = await _made(site)
    async with _started(settings, site, key) as (api, _):
        assert (await api.get("/readyz")).json()["models"] == {"in_force": 1, "learning": 0, "by_rules": 0}
        asked = {
            "channel": "chat",
            "customer": {"email": "sam@example.com"},
            "text": "I forgot my password and cannot log in",
        }
        assert (await api.post("/v1/contacts", json=asked)).json()["route"]["answer"]["article"] == "reset"


async def test_a_workspace_whose_model_is_broken_is_decided_by_rules_and_ready_says_so(
    site: Site, settings: Settings
) -> None:
    """It keeps nobody from the service: this is ready at once, and what a rule knows still goes to the right people."""
    key = await _made(site)
    async with _started(settings, site, key) as (_, parts), parts.database.transaction() as session:
        await session.execute(text("""UPDATE triage_models SET training = '{"examples": "gone"}'"""))
    async with _started(settings, site, key) as (api, _):
        assert (await api.get("/readyz")).json()["models"] == {"in_force": 0, "learning": 0, "by_rules": 1}
        asked = {"channel": "chat", "customer": {"email": "sam@example.com"}, "text": "I will hurt myself tonight"}
        decided = (await api.post("/v1/contacts", json=asked)).json()
        assert (decided["triage"]["sensitive"], decided["route"]["outcome"]) == (True, "agent")


def test_a_start_is_over_once_nobody_learns_and_stays_so() -> None:
    """A workspace that is made later keeps nobody from the service."""
    startup = Startup()
    assert not startup.over([Readiness.IN_FORCE, Readiness.LEARNING])
    assert startup.over([Readiness.IN_FORCE, Readiness.BY_RULES])
    assert startup.over([Readiness.LEARNING])


def test_a_start_is_over_after_twenty_seconds() -> None:
    """However long a model takes: contacts are decided by rules meanwhile."""
    now = 0.0
    startup = Startup(lambda: now)
    assert not startup.over([Readiness.LEARNING])
    now = READY_WITHIN_S + 0.1
    assert startup.over([Readiness.LEARNING])


async def test_a_workspace_without_examples_has_nothing_to_wait_for() -> None:
    """It is in force once it was looked at; with examples and without a model it is decided by rules."""
    loaded = Loaded(looked=asyncio.Event())
    assert loaded.readiness(examples=False) is Readiness.LEARNING
    loaded.looked.set()
    assert loaded.readiness(examples=False) is Readiness.IN_FORCE
    assert loaded.readiness(examples=True) is Readiness.BY_RULES
