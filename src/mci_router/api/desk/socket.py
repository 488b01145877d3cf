"""The agent socket, subprotocol `mci.v1`: a desk is offered contacts here and says what it does with them.

Every frame to the desk about a transition carries `seq`, the agent's own sequence number. A desk that comes back with
`?resume=<last seq>` gets exactly the frames it missed; without it, all that is offered and assigned now.
`asyncapi.yaml` describes the frames.
"""

import contextlib
from uuid import uuid4

from fastapi import WebSocket
from starlette.types import Receive, Scope, Send

from mci_router.access.tokens import AgentIdentity
from mci_router.api.desk.conversation import DeskConversation
from mci_router.api.desk.desk import DeskSession
from mci_router.api.parts import Parts
from mci_router.api.router import Router
from mci_router.api.sockets.handshake import accept, deny, routes_of, token_of
from mci_router.errors import InvalidFrame, Problem

router = Router()

SUBPROTOCOL = "mci.v1"


class AgentSocket:
    """The door of the agent socket, as a plain ASGI application: what FastAPI keeps for each request would be kept for
    as long as a desk is open.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one desk, from its handshake to its end."""
        problem = await _serve(WebSocket(scope, receive, send))
        if problem:
            await deny(WebSocket(scope, receive, send), receive, problem)


router.routes.extend(routes_of("/v1/agent-socket", AgentSocket()))


async def _serve(socket: WebSocket) -> Problem | None:
    """Serves one desk. Returns the problem for which its handshake is to be refused."""
    parts: Parts = socket.app.state.parts
    async with contextlib.AsyncExitStack() as stack:
        try:
            identity, expires_at = parts.tokens.read(token_of(socket, "agent"))
            resume = _resume(socket)
            stack.enter_context(parts.admission.socket(identity))
            async with parts.admission.handshake(identity.workspace_id):
                await parts.sessions.admit(identity)
                await accept(socket, SUBPROTOCOL)
        except Problem as problem:
            return problem
        session = stack.enter_context(parts.sessions.opened(identity, expires_at))
        conversation = DeskConversation(parts, socket, session)
        await conversation.run(lambda: _desk(parts, identity, stack, conversation, resume))
    return None


async def _desk(
    parts: Parts,
    identity: AgentIdentity,
    stack: contextlib.AsyncExitStack,
    conversation: DeskConversation,
    resume: int | None,
) -> DeskSession:
    """Returns the desk, open, which hears of all that concerns its agent from now on."""
    entries = await parts.feed.subscribe(identity.workspace_id, identity.agent)
    stack.callback(parts.feed.unsubscribe, identity.workspace_id, identity.agent, entries)
    desk = DeskSession(parts, identity, uuid4().hex, entries, conversation.send)
    await parts.typing.listen(identity.workspace_id, identity.agent, desk.hear)
    stack.callback(parts.typing.leave, identity.workspace_id, identity.agent, desk.hear)
    await desk.open(resume)
    return desk


def _resume(socket: WebSocket) -> int | None:
    value = socket.query_params.get("resume")
    if value is None:
        return None
    if not value.isdecimal() or len(value) > 15:
        raise InvalidFrame("`resume` is the `seq` of the last frame received: a whole number.")
    return int(value)
