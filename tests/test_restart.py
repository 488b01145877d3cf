"""A router that starts again understands contacts at once: its models are loaded, and none is fitted that was before."""

from functools import partial
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from mci_router.database import Database
from tests.support.documents import SMALL, small
from tests.support.processes import Router
from tests.support.service import eventually, make_workspace
from tests.support.site import Site

PATIENT_S = 40
FORGOTTEN = {
    "channel": "chat",
    "customer": {"email": "sam@example.com"},
    "text": "I forgot my password, I cannot log in",
}
SIGN_IN = SMALL["topics"][0]
HASH = "SELECT fitted_sha256 FROM triage_models WHERE state = 'live'"
DAMAGED = "UPDATE triage_models SET fitted = substr(fitted, 2) WHERE state = 'live'"


async def test_a_router_that_starts_again_has_its_models(site: Site) -> None:
    """A training that fails is not repeated by the next router; once its topics change, the model goes live; the router
    after that decides its first contact by it, without a worker; and where the file was damaged, it is made again.
    """
    database = Database(site.database_url, pool_size=1, timeout_s=PATIENT_S)
    async with site.router(MCI_TRIAGE_TRAINING_MEMORY_MB="200") as first:
        _, key = await make_workspace(database, small())
        async with site.client(first, key) as api:
            await eventually(partial(_counts, api, by_rules=1, failed_trainings=1), PATIENT_S)
            listed = (await api.get("/v1/triage/models")).json()["items"]
        first.kill()
    assert [model["state"] for model in listed] == ["rejected"]
    assert "it could not be trained" in listed[0]["reason"]
    async with site.router() as second, site.client(second, key) as api:
        assert await _counts(api, by_rules=1, failed_trainings=1)
        assert (await api.get("/v1/triage/models")).json()["items"] == listed
        taught = {"examples": [*SIGN_IN["examples"], "the code for signing in never comes"]}
        assert (await api.patch("/v1/topics/sign_in", json=taught)).status_code == 200
        await eventually(partial(_counts, api, in_force=1), PATIENT_S)
        second.kill()
    kept = await _asked(database, HASH)
    async with site.router() as third, site.client(third, key) as api:
        assert await _counts(api, in_force=1)
        assert (await api.post("/v1/contacts", json=FORGOTTEN)).json()["route"]["answer"]["article"] == "reset"
        assert not _children(third)
        third.kill()
    await _asked(database, DAMAGED)
    async with site.router() as fourth, site.client(fourth, key) as api:
        await eventually(partial(_counts, api, in_force=1), PATIENT_S)
        assert "is refused, and made again from its examples: its file is damaged" in fourth.log.read_text()
        assert (await api.post("/v1/contacts", json=FORGOTTEN)).json()["route"]["answer"]["article"] == "reset"
    assert await _asked(database, HASH) == kept
    await database.close()


async def _counts(api: httpx.AsyncClient, **expected: int) -> bool:
    """Whether `/readyz` counts just these."""
    told = (await api.get("/readyz")).json()
    counts = {**told["models"], "failed_trainings": told["failed_trainings"]}
    return {name: count for name, count in counts.items() if count} == expected


async def _asked(database: Database, statement: str) -> Any:
    async with database.transaction() as session:
        result = await session.execute(text(statement))
        return result.scalar_one() if result.returns_rows else None  # type: ignore[attr-defined]


def _children(router: Router) -> list[str]:
    """The processes that a router has started."""
    tasks = Path(f"/proc/{router.process.pid}/task").iterdir()
    return [child for task in tasks for child in (task / "children").read_text(encoding="ascii").split()]
