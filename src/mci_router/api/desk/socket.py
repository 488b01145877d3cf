"""The agent socket, subprotocol `mci.v1`: a desk is offered contacts here and says what it does with them.

Every frame to the desk about a transition carries `seq`, the agent's own sequence number. A desk that comes back with
`?resume=<last seq>` gets exactly the frames it missed; without it, all that is offered and assigned now.
`asyncapi.yaml` describes the frames.
"""

import asyncio
import contextlib
from uuid import uuid4

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send

from mci_router.access.tokens import AgentIdentity
from mci_router.api.desk.conversation import Conversation
from mci_router.api.desk.desk import DeskSession
from mci_router.api.parts import Parts
from mci_router.api.problems import answer
from mci_router.errors import InvalidFrame, NotAuthenticated, Problem

router = APIRouter()

SUBPROTOCOL = "mci.v1"
TOKEN_SUBPROTOCOL = "bearer."  # browsers cannot set headers on a socket: the token may come as a subprotocol
LONGEST_END_S = 5
GONE = (WebSocketDisconnect, RuntimeError, OSError)
"""What a socket raises whose client has left; the server says so by a RuntimeError, too."""


class AgentSocket:
    """The door of the agent socket, as a plain ASGI application: what FastAPI keeps for each request would be kept for
    as long as a desk is open.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one desk, from its handshake to its end."""
        problem = await _serve(WebSocket(scope, receive, send))
        if problem:
            await _deny(WebSocket(scope, receive, send), receive, problem)


router.routes.append(WebSocketRoute("/v1/agent-socket", AgentSocket()))


async def _deny(socket: WebSocket, receive: Receive, problem: Problem) -> None:
    """Refuses a handshake, and waits for the connection to end: the server takes an earlier return for a fault."""
    with contextlib.suppress(*GONE):
        await socket.send_denial_response(answer(problem))
        ends = 0  # one of our answer, one of the connection
        async with asyncio.timeout(LONGEST_END_S):
            while ends < 2:
                ends += (await receive())["type"] == "websocket.disconnect"


async def _serve(socket: WebSocket) -> Problem | None:
    """Serves one desk. Returns the problem for which its handshake is to be refused."""
    parts: Parts = socket.app.state.parts
    async with contextlib.AsyncExitStack() as stack:
        try:
            identity, expires_at = parts.tokens.read(_token(socket))
            resume = _resume(socket)
            stack.enter_context(parts.admission.socket(identity))
            async with parts.admission.handshake(identity.workspace_id):
                await parts.sessions.admit(identity)
                with contextlib.suppress(*GONE):
                    await socket.accept(SUBPROTOCOL if SUBPROTOCOL in socket.scope["subprotocols"] else None)
        except Problem as problem:
            return problem
        session = stack.enter_context(parts.sessions.opened(identity, expires_at))
        conversation = Conversation(parts, socket, session)
        await conversation.run(lambda: _desk(parts, identity, stack, conversation), resume)
    return None


async def _desk(
    parts: Parts, identity: AgentIdentity, stack: contextlib.AsyncExitStack, conversation: Conversation
) -> DeskSession:
    """Returns the desk, which hears of all that concerns its agent from now on."""
    entries = await parts.feed.subscribe(identity.workspace_id, identity.agent)
    stack.callback(parts.feed.unsubscribe, identity.workspace_id, identity.agent, entries)
    desk = DeskSession(parts, identity, uuid4().hex, entries, conversation.send)
    await parts.typing.listen(identity.workspace_id, identity.agent, desk.hear)
    stack.callback(parts.typing.leave, identity.workspace_id, identity.agent, desk.hear)
    return desk


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
