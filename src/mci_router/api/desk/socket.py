"""The agent socket, subprotocol `mci.v1`: a desk is offered contacts here and says what it does with them.

Every frame to the desk about a transition carries `seq`, the agent's own sequence number. A desk that comes back with
`?resume=<last seq>` gets exactly the frames it missed; without it, all that is offered and assigned now.
`asyncapi.yaml` describes the frames.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import ValidationError
from starlette.websockets import WebSocketDisconnected, WebSocketState

from mci_router.access.sessions import Session, WhyOver
from mci_router.api.desk.desk import DeskSession
from mci_router.api.desk.pace import Pace
from mci_router.api.parts import Parts
from mci_router.api.problems import answer, describe
from mci_router.api.schemas.frames import FRAME
from mci_router.errors import EngineUnavailable, InvalidFrame, NotAuthenticated, Problem
from mci_router.routing.calls import Status
from mci_router.storable import storable

log = logging.getLogger(__name__)
router = APIRouter()

SUBPROTOCOL = "mci.v1"
TOKEN_SUBPROTOCOL = "bearer."  # browsers cannot set headers on a socket: the token may come as a subprotocol
LARGEST_FRAME = 65_536  # characters

REPLACED = (4409, "another desk has taken this agent over")
CLOSE_OVER = 4401
"""The token is no longer valid; the reason is one of `WhyOver`."""


@router.websocket("/v1/agent-socket")
async def agent_socket(socket: WebSocket) -> None:
    """Serves one desk, from its handshake to its end."""
    parts: Parts = socket.app.state.parts
    try:
        identity, expires_at = parts.tokens.read(_token(socket))
        await parts.sessions.admit(identity)
        resume = _resume(socket)
    except Problem as problem:
        await socket.send_denial_response(answer(problem))
        return
    await socket.accept(SUBPROTOCOL if SUBPROTOCOL in socket.scope["subprotocols"] else None)
    with parts.sessions.opened(identity, expires_at) as session:
        async with _connected(parts, session, socket) as desk:
            await _converse(parts, socket, desk, session, resume)


@contextlib.asynccontextmanager
async def _connected(parts: Parts, session: Session, socket: WebSocket) -> AsyncIterator[DeskSession]:
    identity = session.identity
    entries = await parts.feed.subscribe(identity.workspace_id, identity.agent)
    try:
        yield DeskSession(parts, identity, uuid4().hex, entries, socket.send_json)
    finally:
        parts.feed.unsubscribe(identity.workspace_id, identity.agent, entries)


async def _converse(parts: Parts, socket: WebSocket, desk: DeskSession, session: Session, resume: int | None) -> None:
    """Runs the sides of a conversation until one of them ends it."""
    try:
        await desk.open(resume)
        sides = [
            asyncio.create_task(_listen(socket, desk)),
            asyncio.create_task(_forward(desk)),
            asyncio.create_task(_keep_lease(parts, desk)),
            asyncio.create_task(_watch_token(session)),
        ]
        done, pending = await asyncio.wait(sides, return_when=asyncio.FIRST_COMPLETED)
        for side in pending:
            side.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        failures = [failure for side in done if (failure := side.exception())]
        if failures:
            raise failures[0]
        code, why = next((ending for side in done if (ending := side.result())), (1000, ""))
    except (WebSocketDisconnect, WebSocketDisconnected):
        return
    except Problem as problem:
        code, why = 1013, problem.slug
    except Exception:
        log.exception("the desk of %s failed", desk.identity.agent)
        code, why = 1011, "internal_error"
    if socket.application_state is WebSocketState.CONNECTED and socket.client_state is WebSocketState.CONNECTED:
        with contextlib.suppress(RuntimeError):
            await socket.close(code, why)


async def _listen(socket: WebSocket, desk: DeskSession) -> tuple[int, str] | None:
    """Answers each frame with an ack or an error. A bad frame does not close the socket."""
    pace = Pace(time.monotonic())
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        if wait_s := pace.wait_s(time.monotonic()):
            await asyncio.sleep(wait_s)
        text = message.get("text")
        if text is None or len(text) > LARGEST_FRAME:
            await socket.send_json(_error("", InvalidFrame("Send text frames of 65,536 characters at most.")))
            continue
        try:
            frame = FRAME.validate_json(text)
        except ValidationError as error:
            faults = describe(error.errors(include_url=False, include_input=False))
            problem = InvalidFrame(f"{faults[0]['where'] or 'frame'}: {faults[0]['problem']}", errors=faults)
            await socket.send_json(_error(_id_of(text), problem))
            continue
        try:
            data = await desk.do(frame)
        except Problem as problem:
            await socket.send_json(_error(frame.id, problem))
        else:
            await socket.send_json({"type": "ack", "id": frame.id, "data": data})


async def _forward(desk: DeskSession) -> tuple[int, str] | None:
    """Sends the desk what happens, until another desk takes the agent over."""
    return REPLACED if await desk.forward() else None


async def _keep_lease(parts: Parts, desk: DeskSession) -> tuple[int, str]:
    """Renews the agent's lease while the socket lives; connects the agent again after the live state was rebuilt."""
    while True:
        await asyncio.sleep(parts.settings.heartbeat_s)
        try:
            status = await desk.renew()
        except EngineUnavailable:
            continue
        if status is Status.REPLACED:
            return REPLACED
        if status is Status.UNKNOWN:
            return CLOSE_OVER, WhyOver.AGENT_REMOVED


async def _watch_token(session: Session) -> tuple[int, str]:
    """Waits until the token of the desk is no longer valid."""
    return CLOSE_OVER, await session.over()


def _error(frame_id: str, problem: Problem) -> dict[str, Any]:
    return {"type": "error", "id": frame_id, "data": {"problem": problem.document()}}


def _id_of(text: str) -> str:
    """Returns the id of a frame that is otherwise wrong, so that the desk knows which one it was."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return storable(str(frame.get("id", ""))[:64]) if isinstance(frame, dict) else ""


def _token(socket: WebSocket) -> str:
    scheme, _, token = socket.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token
    for protocol in socket.scope["subprotocols"]:
        if protocol.startswith(TOKEN_SUBPROTOCOL):
            return str(protocol.removeprefix(TOKEN_SUBPROTOCOL))
    raise NotAuthenticated(
        "Send the agent token as `Authorization: Bearer <token>`, or as the subprotocol `bearer.<token>`."
    )


def _resume(socket: WebSocket) -> int | None:
    value = socket.query_params.get("resume")
    if value is None:
        return None
    if not value.isdecimal() or len(value) > 15:
        raise InvalidFrame("`resume` is the `seq` of the last frame received: a whole number.")
    return int(value)
