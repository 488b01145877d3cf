"""Handshakes of sockets: where the token is read from, how one is refused, and what is said to who asks for none."""

import asyncio
import contextlib

from fastapi import WebSocket, WebSocketDisconnect
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive

from mci_router.api.problems import answer
from mci_router.errors import NotAuthenticated, Problem, SocketNeeded

TOKEN_SUBPROTOCOL = "bearer."  # browsers cannot set headers on a socket: the token may come as a subprotocol
LONGEST_END_S = 5
GONE = (WebSocketDisconnect, RuntimeError, OSError)
"""What a socket raises whose client has left; the server says so by a RuntimeError, too."""


def routes_of(path: str, door: ASGIApp) -> list[BaseRoute]:
    """Returns the routes of a socket: its door, and one that tells who asks for none, or whose proxy has lost that."""
    return [WebSocketRoute(path, door), Route(path, _no_socket, methods=["GET"], include_in_schema=False)]


async def deny(socket: WebSocket, receive: Receive, problem: Problem) -> None:
    """Refuses a handshake, and waits for the connection to end: the server takes an earlier return for a fault."""
    with contextlib.suppress(*GONE):
        await socket.send_denial_response(answer(problem))
        ends = 0  # one of our answer, one of the connection
        async with asyncio.timeout(LONGEST_END_S):
            while ends < 2:
                ends += (await receive())["type"] == "websocket.disconnect"


async def accept(socket: WebSocket, subprotocol: str) -> None:
    """Opens the socket, with the subprotocol if the client offers it. Nothing happens if the client has left."""
    with contextlib.suppress(*GONE):
        await socket.accept(subprotocol if subprotocol in socket.scope["subprotocols"] else None)


async def _no_socket(_: Request) -> Response:
    return answer(SocketNeeded(), {"Upgrade": "websocket"})


def token_of(socket: WebSocket, whose: str) -> str:
    """Returns the token, from the header or a subprotocol: never from the URL. Raises NotAuthenticated.

    `whose` is the word of the problem: `agent` or `customer`.
    """
    scheme, _, token = socket.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token
    for protocol in socket.scope["subprotocols"]:
        if protocol.startswith(TOKEN_SUBPROTOCOL):
            return str(protocol.removeprefix(TOKEN_SUBPROTOCOL))
    raise NotAuthenticated(
        f"Send the {whose} token as `Authorization: Bearer <token>`, or as the subprotocol `bearer.<token>`."
    )
