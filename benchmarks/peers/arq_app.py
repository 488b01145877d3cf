"""A contact by arq: the same pydantic body, one job in Valkey. Nothing is durable.

uvicorn benchmarks.peers.arq_app:app
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from arq import create_pool
from arq.connections import RedisSettings
from fastapi import FastAPI

from benchmarks.side_by_side.yardstick import Taken
from mci_router.api.schemas.contacts import ContactIn


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.jobs = await create_pool(
        RedisSettings(unix_socket_path=unquote(urlsplit(os.environ["REDIS_URL"]).path)),
        default_queue_name="arq:contacts",
    )
    yield
    await app.state.jobs.aclose()


app = FastAPI(lifespan=lifespan)


@app.post("/v1/contacts", status_code=201)
async def post_contact(body: ContactIn) -> Taken:
    contact, now = f"con_{uuid4().hex}", datetime.now(UTC)
    await app.state.jobs.enqueue_job("route", contact, body.model_dump(mode="json"))
    return Taken(id=contact, state="queued", queue=body.topic or "chat", accepted_at=now)
