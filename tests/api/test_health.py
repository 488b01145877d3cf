"""Alive and ready: what a load balancer asks, without a key."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
from ruamel.yaml import YAML
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.database import Database
from mci_router.learning.readiness import READY_WITHIN_S, Loaded, Readiness, Startup
from tests.support.documents import small
from tests.support.processes import Router
from tests.support.service import Workspace, make_workspace
from tests.support.site import Site

EXAMPLE = Path(__file__).parents[2] / "examples" / "telecom.yaml"
FEW_TOPICS = 6  # to learn: a busy machine needs seconds for them, and less than the time that a start has


async def test_health_needs_no_key(shared: Workspace, service: tuple[str, Parts]) -> None:
    """Alive says alive; ready names the ledger and the live state, and counts the workspaces by what decides about them."""
    async with httpx.AsyncClient(base_url=service[0]) as client:
        assert (await client.get("/livez")).json() == {"status": "alive"}
        answer = await client.get("/readyz")
    told = answer.json()
    assert (answer.status_code, told["status"], told["ledger"], told["live_state"]) == (200, "ready", "ok", "ok")
    assert set(told["models"]) == {"in_force", "learning", "by_rules"}
    assert told["models"]["in_force"] >= 1


async def test_who_waits_for_ready_is_understood(site: Site) -> None:
    """A router that starts with topics to learn is ready once it has learnt them: the first question is answered by its article."""
    document = YAML(typ="safe").load(EXAMPLE.read_text())
    for topic in document["topics"][FEW_TOPICS:]:
        topic["examples"] = []
    database = Database(site.database_url, pool_size=1, timeout_s=10)
    _, key = await make_workspace(database, document)
    await database.close()
    async with site.router() as started, site.client(started, key) as api:
        assert (await api.get("/readyz")).json()["models"] == {"in_force": 1, "learning": 0, "by_rules": 0}
        asked = {"channel": "chat", "customer": {"email": "sam@example.com"}, "text": "I forgot my password and cannot sign in"}
        decided = (await api.post("/v1/contacts", json=asked)).json()
        assert (decided["triage"]["topic"], decided["route"]["outcome"]) == ("cannot_sign_in", "automation")


async def test_a_workspace_whose_model_is_broken_is_decided_by_rules_and_ready_says_so(site: Site) -> None:
    """It keeps nobody from the service: the router is ready, and what a rule knows still goes to the right people."""
    async with site.router() as started, site.workspace(started, small()) as workspace:
        async with workspace.database.transaction() as session:
            await session.execute(text("""UPDATE triage_models SET training = '{"examples": "gone"}'"""))
        started.kill()
        async with site.router() as again, site.client(again, workspace.key) as api:
            assert (await _ready(again))["models"] == {"in_force": 0, "learning": 0, "by_rules": 1}
            asked = {"channel": "chat", "customer": {"email": "sam@example.com"}, "text": "I will hurt myself tonight"}
            decided = (await api.post("/v1/contacts", json=asked)).json()
            assert (decided["triage"]["sensitive"], decided["route"]["outcome"]) == (True, "agent")


async def _ready(started: Router) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=started.url) as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


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
