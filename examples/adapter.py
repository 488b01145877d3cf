"""A chat adapter: customers write over a WebSocket, and read there what agents answer.

It reads the router's stream; with a secret, the router posts messages to /outbound instead. `docs/tutorials/adapter.md`
runs it: MCI_URL, MCI_KEY and MCI_ADAPTER say to which router, and as whom.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
from fastapi import FastAPI, Request, Response, WebSocket

URL, NAME, KEY = (os.environ.get(n) or sys.exit(f"Set {n} first") for n in ("MCI_URL", "MCI_ADAPTER", "MCI_KEY"))
router = httpx.AsyncClient(base_url=URL, headers={"Authorization": f"Bearer {KEY}"}, timeout=20)
rooms: dict[str, WebSocket] = {}  # the customers who are here
shown: set[str] = set()  # the messages that customers have: each may come to us twice


async def tell(path: str, body: dict[str, Any]) -> None:
    """Tells the router something, until it is there: everything that we say may be said twice."""
    while True:
        with suppress(httpx.HTTPError):
            if (await router.post(path, json=body)).status_code < 500:
                return
        await asyncio.sleep(1)


async def show(message: dict[str, Any]) -> None:
    """Shows the customer a message, once, and says what became of it."""
    room, receipt = rooms.get(message["channel_ref"]), {"state": "delivered"}
    if room is None:
        receipt = {"state": "failed", "error": {"slug": "customer_gone", "retryable": True}}
    elif message["id"] not in shown:
        await room.send_json({"from": message["author"], "text": message["text"]})
        shown.add(message["id"])
    await tell(f"/v1/messages/{message['id']}/delivery", receipt)


async def read() -> None:
    """Reads the stream, unless messages are posted; after a break it goes on behind the last that we have shown."""
    last, event = {}, {}
    while not os.environ.get("MCI_SECRET"):
        with suppress(httpx.HTTPError):
            async with router.stream("GET", f"/v1/adapters/{NAME}/outbound", headers=last) as answer:
                if answer.status_code in (401, 403, 404):  # so would every message be
                    print(f"REFUSED {answer.status_code}: MCI_KEY is no key of {NAME}, or lacks a scope", flush=True)  # noqa: T201
                    os._exit(1)  # the server, too, and without a traceback
                async for line in answer.aiter_lines():
                    event |= [line.split(": ", 1)] if line else []
                    if not line and event.get("event") == "message":
                        await show(json.loads(event["data"]))
                        last = {"Last-Event-ID": event["id"]}
                    event = event if line else {}
        await asyncio.sleep(1)


@asynccontextmanager
async def life(_: FastAPI) -> AsyncIterator[None]:
    reading = asyncio.create_task(read())
    yield
    reading.cancel()


app = FastAPI(lifespan=life)


@app.websocket("/chat/{room}")
async def chat(socket: WebSocket, room: str) -> None:
    await socket.accept()
    rooms[room] = socket
    async for line in socket.iter_text():
        try:
            said = json.loads(line)
            body = {"channel": "chat", "channel_ref": room, "customer": {"external_id": room, "trust": "authenticated"}}
            await tell("/v1/messages", body | {"text": said["text"], "channel_message_id": f"{room}-{said['id']}"})
        except (ValueError, TypeError, KeyError):
            await socket.send_json({"error": 'write {"id": 1, "text": "…"}, each time with another id'})
    rooms.pop(room)


@app.post("/outbound")
async def outbound(request: Request) -> Response:
    from standardwebhooks import Webhook, WebhookVerificationError  # which reading the stream does not need

    try:
        event = Webhook(os.environ.get("MCI_SECRET", "")).verify(await request.body(), dict(request.headers))
    except WebhookVerificationError:
        return Response(status_code=401)
    await show(event["data"])
    return Response(status_code=204)
