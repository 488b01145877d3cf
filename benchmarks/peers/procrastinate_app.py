"""A contact by procrastinate: the same pydantic body, one INSERT, one job in PostgreSQL.

uvicorn benchmarks.peers.procrastinate_app:app
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import procrastinate
from fastapi import FastAPI

from benchmarks.side_by_side.yardstick import INSERT, Taken, connected
from mci_router.api.schemas.contacts import ContactIn

URL = urlsplit(os.environ["DATABASE_URL"])
HOST = parse_qs(URL.query).get("host", [URL.hostname or ""])[0]
LEDGER = {"host": HOST, "user": URL.username, "dbname": URL.path.strip("/")}
jobs = procrastinate.App(connector=procrastinate.PsycopgConnector(kwargs=LEDGER, min_size=10, max_size=10))


@jobs.task(queue="contacts")  # type: ignore[untyped-decorator]
async def route(contact: str, topic: str | None) -> None:
    """Would route it."""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with await connected() as app.state.pool, jobs.open_async():
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/v1/contacts", status_code=201)
async def post_contact(body: ContactIn) -> Taken:
    contact, now = f"con_{uuid4().hex}", datetime.now(UTC)
    customer, context = body.customer.model_dump_json(), body.model_dump_json(include={"context"})
    row = (contact, body.channel, body.topic, body.text, body.priority, customer, context, now)
    await app.state.pool.execute(INSERT, *row)
    await route.defer_async(contact=contact, topic=body.topic)
    return Taken(id=contact, state="queued", queue=body.topic or "chat", accepted_at=now)


def make_schema() -> None:
    """Makes procrastinate's tables."""
    with procrastinate.App(connector=procrastinate.SyncPsycopgConnector(kwargs=LEDGER)).open() as opened:
        opened.schema_manager.apply_schema()
