"""A router as its clients see it: an address, a workspace, keys and desks."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
import uvicorn
from redis.exceptions import ResponseError
from sqlalchemy.ext.asyncio import AsyncSession
from websockets.asyncio.client import ClientConnection, connect

from mci_router.access.keys import Scope, make_key
from mci_router.api.parts import Parts
from mci_router.app import create_app
from mci_router.cli.serve import server_options
from mci_router.configuration import workspace_file
from mci_router.database import Database
from mci_router.routing.engine import Engine
from mci_router.routing.engine.connection import prefix
from mci_router.routing.engine.journal import GROUP
from mci_router.settings import Settings
from mci_router.specs import WorkspaceFile
from mci_router.vocabulary import Trust
from tests.support import reading
from tests.support.shelf import take_from_shelf

PATIENCE_S = 30
"""What is awaited comes within milliseconds, but not on a machine that is busy with other things."""

LONGEST_PAUSE_S = 0.2  # of `eventually`, between two looks

KEEP_ALIVE_S = 60
"""A client's connection must not lapse while a model is learnt on a busy machine: the next request would meet its end."""

TLS = httpx.create_ssl_context()
"""For every client, although nothing here speaks TLS: a context of its own would be half of what a client costs."""


@asynccontextmanager
async def running_service(settings: Settings) -> AsyncIterator[tuple[str, Parts]]:
    """The service on a free port of this process, under a real uvicorn; its address and its parts."""
    app = create_app(settings)
    options = {**server_options(settings), "timeout_keep_alive": KEEP_ALIVE_S, "timeout_graceful_shutdown": 2}
    config = uvicorn.Config(app, port=0, lifespan="on", **options)
    server = uvicorn.Server(config)
    server.capture_signals = _no_signals  # type: ignore[method-assign]  # Ctrl-C belongs to pytest
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    reading.watch(app.state.parts.database.engine)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}", app.state.parts
    finally:
        server.should_exit = True
        await task


@contextmanager
def _no_signals() -> Iterator[None]:
    yield


@dataclass
class Workspace:
    """A workspace of its own for one test, with a client that may do everything in it."""

    url: str
    id: str
    name: str
    key: str
    api: httpx.AsyncClient
    database: Database
    engine: Engine | None = None

    async def projected(self) -> None:
        """Waits until the ledger has what the journal tells: it follows within milliseconds, or what a test leaves."""
        if self.engine:
            await eventually(partial(_projected, self.engine, f"{prefix(self.id)}:journal"))

    @asynccontextmanager
    async def ledger(self) -> AsyncIterator[AsyncSession]:
        """A transaction on the ledger, which has followed up to now."""
        await self.projected()
        async with self.database.transaction() as session:
            yield session

    async def post(self, text: str = "hello there", **contact: Any) -> dict[str, Any]:
        """Posts a contact, of a customer whom the channel has authenticated unless the test says otherwise, and returns
        the answer.
        """
        customer = {"trust": "authenticated", **contact.pop("customer", {})}
        response = await self.api.post(
            "/v1/contacts", json={"channel": "chat", "text": text, "customer": customer, **contact}
        )
        assert response.status_code == 201, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def contact(self, contact_id: str) -> dict[str, Any]:
        response = await self.api.get(f"/v1/contacts/{contact_id}")
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def until_state(self, contact_id: str, state: str) -> dict[str, Any]:
        """The contact, once it is in the state, with what the ledger knows of that."""

        async def arrived() -> dict[str, Any] | None:
            contact = await self.contact(contact_id)
            return contact if contact["state"] == state else None

        found: dict[str, Any] = await eventually(arrived)
        await self.projected()
        return await arrived() or found

    async def events(self, contact_id: str) -> list[dict[str, Any]]:
        await self.projected()
        response = await self.api.get(f"/v1/contacts/{contact_id}/events")
        items: list[dict[str, Any]] = response.json()["items"]
        return items

    async def token(self, agent: str) -> str:
        response = await self.api.post(f"/v1/agents/{agent}/token")
        assert response.status_code == 201, response.text
        return str(response.json()["token"])

    @asynccontextmanager
    async def desk(
        self, agent: str, *, available: bool = True, resume: int | None = None, token: str | None = None
    ) -> AsyncIterator["TestDesk"]:
        """A connected desk that has said hello, and is available unless told otherwise."""
        token = token or await self.token(agent)
        url = self.url.replace("http", "ws") + "/v1/agent-socket" + (f"?resume={resume}" if resume is not None else "")
        headers = {"Authorization": f"Bearer {token}"}
        # It reads on while a test does something else: who does not answers no ping, either.
        reads: dict[str, Any] = {"additional_headers": headers, "max_queue": None}
        async with connect(url, subprotocols=["mci.v1"], **reads) as socket:  # type: ignore[list-item]
            desk = TestDesk(agent, socket)
            desk.hello = await desk.expect("hello")
            if available:
                await desk.do("presence.set", state="available")
            yield desk


@dataclass
class TestDesk:
    """An agent's desk: sends frames, and finds the frame it waits for among those that come."""

    __test__ = False
    agent: str
    socket: ClientConnection
    hello: dict[str, Any] = field(default_factory=dict)
    unread: list[dict[str, Any]] = field(default_factory=list)
    last_seq: int = 0
    sent: int = 0

    async def do(self, kind: str, /, **data: Any) -> dict[str, Any]:
        """Sends a frame and returns the ack's or error's data."""
        self.sent += 1
        frame_id = f"f{self.sent}"
        await self.socket.send(json.dumps({"type": kind, "id": frame_id, "data": data}))
        reply = await self._find(lambda frame: frame.get("id") == frame_id)
        data_out: dict[str, Any] = reply["data"]
        return data_out

    async def expect(self, kind: str, /, **data: Any) -> dict[str, Any]:
        """The data of the next frame of a kind (with these members in it)."""
        frame = await self._find(lambda f: f["type"] == kind and data.items() <= f["data"].items())
        found: dict[str, Any] = frame["data"]
        return found

    async def silent(self, kind: str, seconds: float = 0.3) -> bool:
        """Whether no frame of a kind comes for a while."""
        try:
            async with asyncio.timeout(seconds):
                await self.expect(kind)
        except TimeoutError:
            return True
        return False

    async def _find(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        for frame in self.unread:
            if wanted(frame):
                self.unread.remove(frame)
                return frame
        async with asyncio.timeout(PATIENCE_S):
            while True:
                frame = json.loads(await self.socket.recv())
                self.last_seq = max(self.last_seq, frame.get("seq", 0))
                if wanted(frame):
                    return dict(frame)
                self.unread.append(frame)


async def eventually(look: Callable[[], Awaitable[Any]], seconds: float = PATIENCE_S) -> Any:
    """What `look` returns as soon as it is true; fails after a while.

    It looks less often the longer it waits: each look costs the machine what the awaited could have been done with.
    """
    pause_s = 0.02
    async with asyncio.timeout(seconds):
        while not (found := await look()):
            await asyncio.sleep(pause_s)
            pause_s = min(1.5 * pause_s, LONGEST_PAUSE_S)
    return found


async def _projected(engine: Engine, stream: str) -> bool:
    try:
        ours = [group for group in await engine.client.xinfo_groups(stream) if group["name"] == GROUP]
        if any(group["lag"] is None for group in ours):  # Valkey cannot tell, since entries were removed
            newest = (await engine.client.xinfo_stream(stream))["last-generated-id"]
            return any(group["last-delivered-id"] == newest and not group["pending"] for group in ours)
    except ResponseError:  # nothing has happened yet
        return True
    return any(group["lag"] == group["pending"] == 0 for group in ours)


async def make_workspace(database: Database, document: dict[str, Any], *, shelved: bool = False) -> tuple[str, str]:
    """A workspace as the document says; its id and a key that may do everything.

    `shelved`: with its model at once, where this run of the tests has made it.
    """
    async with database.transaction() as session:
        workspace, _ = await workspace_file.apply(session, WorkspaceFile.model_validate(document))
        if shelved:
            await take_from_shelf(session, workspace)
        _, key = await make_key(session, workspace, "test", list(Scope), Trust.VERIFIED)
    return workspace, key
