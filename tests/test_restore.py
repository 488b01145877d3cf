"""A backup that is restored: of the ledger alone, as `docs/how-to/operate.md` says, with an empty Valkey beside it."""

import asyncio
import subprocess
from functools import partial

import httpx
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from mci_router.embedded.programs import postgres_program
from tests.support.service import Workspace, eventually
from tests.support.site import Site
from tests.survival.stage import untaught


async def test_a_restored_ledger_is_all_that_a_router_needs(site: Site) -> None:
    """Who waited waits again and is offered; what came after the backup is gone, and its adapter brings it again with
    the same key; who was answered stays so.
    """
    dump = site.directory / "ledger.dump"
    async with site.router() as first, site.workspace(first, untaught()) as workspace:
        settled = await _posted(workspace.api, "settled")
        await workspace.api.post(f"/v1/contacts/{settled}/cancel")
        waiting = await _posted(workspace.api, "waiting")
        await eventually(partial(_ledger_has, workspace, settled, "cancelled"))
        await asyncio.to_thread(_run, "pg_dump", "--format=custom", f"--file={dump}", _dbname(site))
        late = await _posted(workspace.api, "late")
        key = workspace.key
        first.kill()
    await _empty(site)
    await asyncio.to_thread(_run, "pg_restore", "--no-owner", "--exit-on-error", _dbname(site), str(dump))
    async with site.router() as second, site.client(second, key) as api:
        assert (await api.get(f"/v1/contacts/{waiting}")).json()["state"] == "queued"
        assert (await api.get(f"/v1/contacts/{settled}")).json()["state"] == "cancelled"
        assert (await api.get(f"/v1/contacts/{late}")).status_code == 404
        assert await _posted(api, "waiting") == waiting
        assert await _posted(api, "late") != late
        line = (await api.get("/v1/queues/desk/waiting")).json()["items"]
        second.kill()
    assert [one["id"] for one in line][:1] == [waiting]
    assert len(line) == 2


async def _posted(api: httpx.AsyncClient, name: str) -> str:
    body = {"channel": "chat", "text": "help", "topic": "complaint", "customer": {"email": f"{name}@example.com"}}
    answer = await api.post("/v1/contacts", json=body, headers={"Idempotency-Key": name})
    assert answer.status_code == 201, answer.text
    contact: str = answer.json()["id"]
    return contact


async def _ledger_has(workspace: Workspace, contact: str, state: str) -> bool:
    """Whether the ledger, which follows the live state within a moment, has the contact in this state."""
    async with workspace.ledger() as session:
        found = await session.execute(text("SELECT state FROM contacts WHERE id = :id"), {"id": contact})
        return bool(found.scalar_one() == state)


async def _empty(site: Site) -> None:
    """Leaves an empty database and an empty Valkey."""
    site.valkey.stop()
    site.valkey.wipe()
    await asyncio.to_thread(site.valkey.start)
    name = make_url(site.database_url).database
    admin = create_async_engine(make_url(site.database_url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        await connection.execute(text(f"CREATE DATABASE {name}"))
    await admin.dispose()


def _dbname(site: Site) -> str:
    """Returns the option that names the ledger to PostgreSQL's programs."""
    url = make_url(site.database_url)
    return f"--dbname=host={url.query['host']} port={url.query['port']} user={url.username} dbname={url.database}"


def _run(program: str, *options: str) -> None:
    subprocess.run([postgres_program(program), *options], check=True, capture_output=True)
