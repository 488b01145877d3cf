"""What a good engineer writes by hand in an afternoon: the same pydantic body, one INSERT, one EVALSHA, no more.

It knows no key, customer, case, skill or article, finds no agent, and forgets what it was asked before. `/hop` is the
bare way from a POST to a desk: publish, and send to the socket that has subscribed.

    uvicorn benchmarks.side_by_side.yardstick:app
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import asyncpg
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from pydantic import BaseModel
from redis.asyncio import Redis

from mci_router.api.schemas.contacts import ContactIn

POOL = 10  # as the service has
TABLE = """
CREATE TABLE IF NOT EXISTS yardstick (
  id text PRIMARY KEY, channel text NOT NULL, topic text, text text NOT NULL, priority int NOT NULL,
  customer jsonb NOT NULL, context jsonb NOT NULL, state text NOT NULL, accepted_at timestamptz NOT NULL)
"""
INSERT = "INSERT INTO yardstick VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', $8)"
ENQUEUE = """
redis.call('HSET', KEYS[1], 'queue', ARGV[2], 'state', 'queued', 'age', ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
redis.call('XADD', KEYS[3], '*', 'type', 'contact.queued', 'contact', ARGV[1], 'queue', ARGV[2])
return redis.call('ZCARD', KEYS[2])
"""


class Taken(BaseModel):
    """The answer: what the contact is now."""

    id: str
    state: str
    queue: str
    accepted_at: datetime


async def connected() -> asyncpg.Pool:
    """Returns connections to the database of DATABASE_URL, which is written as for SQLAlchemy."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    options = {name: values[0] for name, values in parse_qs(parts.query).items()}
    host, port = options.get("host") or parts.hostname, int(options.get("port") or parts.port or 5432)
    return await asyncpg.create_pool(
        host=host,
        port=port,
        user=parts.username,
        password=parts.password,
        database=parts.path.strip("/"),
        min_size=POOL,
        max_size=POOL,
    )


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Connects, and passes on to the desks of this process what is published for them."""
    redis = app.state.redis = Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
    app.state.enqueue = await redis.script_load(ENQUEUE)
    app.state.desks = {}
    async with await connected() as pool, redis, redis.pubsub() as published:
        app.state.pool = pool
        await published.psubscribe("yardstick:desk:*")
        passing_on = asyncio.create_task(pass_on(app, published))
        yield
        passing_on.cancel()


app = FastAPI(lifespan=lifespan)


@app.post("/v1/contacts", status_code=201)
async def post_contact(body: ContactIn) -> Taken:
    contact, queue, now = f"con_{uuid4().hex}", body.topic or "chat", datetime.now(UTC)
    customer, context = body.customer.model_dump_json(), body.model_dump_json(include={"context"})
    row = (contact, body.channel, body.topic, body.text, body.priority, customer, context, now)
    await app.state.pool.execute(INSERT, *row)
    keys = (f"yardstick:{contact}", f"yardstick:line:{queue}", "yardstick:journal")
    await app.state.redis.evalsha(app.state.enqueue, 3, *keys, contact, queue, round(now.timestamp() * 1000))
    return Taken(id=contact, state="queued", queue=queue, accepted_at=now)


@app.post("/hop/{desk}", status_code=201)
async def hop(desk: str, body: ContactIn) -> Taken:
    contact, now = f"con_{uuid4().hex}", datetime.now(UTC)
    await app.state.redis.publish(f"yardstick:desk:{desk}", body.model_dump_json())
    return Taken(id=contact, state="offered", queue=desk, accepted_at=now)


@app.websocket("/desks/{desk}")
async def serve_desk(socket: WebSocket, desk: str) -> None:
    await socket.accept()
    app.state.desks[desk] = socket
    try:
        await socket.send_text('{"type": "hello"}')
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        del app.state.desks[desk]


async def pass_on(app: FastAPI, published: object) -> None:
    async for message in published.listen():  # type: ignore[attr-defined]
        if message["type"] == "pmessage" and (socket := app.state.desks.get(message["channel"].rpartition(":")[2])):
            await socket.send_text(message["data"])
