"""The customer socket, subprotocol `mci.customer.v1`: a customer writes here, and hears what happens to the own cases.

A client that comes back with `?resume=<case:seq,…>` gets exactly the messages that it missed.
`asyncapi-customer.yaml` describes the frames.
"""

import contextlib
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import WebSocket
from starlette.types import Receive, Scope, Send

from mci_router.access.customer_tokens import CustomerIdentity
from mci_router.access.sessions import Session
from mci_router.api.customer.door import admitted, check_origin, entrant, resume_of
from mci_router.api.customer.session import CustomerSession
from mci_router.api.customer.visit import Visit
from mci_router.api.parts import Parts
from mci_router.api.router import Router
from mci_router.api.schemas.customer_frames import FRAME
from mci_router.api.sockets.conversation import Conversation
from mci_router.api.sockets.handshake import accept, deny, routes_of, token_of
from mci_router.api.sockets.pace import Pace
from mci_router.errors import Problem

router = Router()

SUBPROTOCOL = "mci.customer.v1"


class CustomerSocket:
    """The door of the customer socket, as a plain ASGI application, like that of the agents'."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one socket, from its handshake to its end."""
        problem = await _serve(WebSocket(scope, receive, send))
        if problem:
            await deny(WebSocket(scope, receive, send), receive, problem)


router.routes.extend(routes_of("/v1/customer-socket", CustomerSocket()))


class CustomerConversation(Conversation[CustomerSession]):
    """One customer's socket that is accepted, until one side ends it."""

    frames: Any = FRAME

    def __init__(self, parts: Parts, socket: WebSocket, session: Session[CustomerIdentity]) -> None:
        super().__init__(socket, session)
        self._admission = parts.customer_admission
        self._workspace = session.identity.workspace_id

    def _turn(self) -> AbstractAsyncContextManager[None]:
        return self._admission.opening(self._workspace)

    def _pace(self, side: CustomerSession) -> Pace:
        return side.visit.pace

    def _begun(self, side: CustomerSession) -> None:
        self._beside(lambda: self._forward(side.visit))

    async def _forward(self, visit: Visit) -> None:
        await self._close(*await visit.forward())


async def _serve(socket: WebSocket) -> Problem | None:
    """Serves one socket. Returns the problem for which its handshake is to be refused."""
    parts: Parts = socket.app.state.parts
    async with contextlib.AsyncExitStack() as stack:
        try:
            who, resume = await entrant(parts, token_of(socket, "customer")), resume_of(socket)
            workspace = who.identity.workspace_id
            await check_origin(parts, socket, workspace)
            stack.enter_context(parts.customer_admission.socket(who.identity))
            async with parts.customer_admission.handshake(workspace):
                identity = await admitted(parts, who)
                await accept(socket, SUBPROTOCOL)
        except Problem as problem:
            return problem
        session = stack.enter_context(parts.customer_sessions.opened(identity, who.expires_at))
        conversation = CustomerConversation(parts, socket, session)
        await conversation.run(lambda: _session(parts, identity, stack, conversation, resume))
    return None


async def _session(
    parts: Parts,
    identity: CustomerIdentity,
    stack: contextlib.AsyncExitStack,
    conversation: CustomerConversation,
    resume: dict[str, int],
) -> CustomerSession:
    """Returns the session, greeted, which hears of all that concerns its customer from now on."""
    visit = Visit(identity, conversation.send)
    lobby = await parts.lobbies.enter(visit)
    stack.callback(parts.lobbies.leave, visit)
    session = CustomerSession(parts, lobby, visit)
    await session.open(resume)
    return session
