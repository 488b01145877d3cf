"""A WebSocket on one connection: bounded in what it makes us keep, and counted until it ends."""

import asyncio
from contextlib import suppress
from socket import IPPROTO_TCP
from struct import Struct
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import CloseCode, Frame

from mci_router.connections.bounds import Connections, address_of

LARGEST_MESSAGE = 262_144  # bytes: the longest frame that a desk may send, whatever its characters
MOST_FRAGMENTS = 256  # of one message; they may be empty, so that bytes alone do not bound them
TCP_INFO = 11  # of Linux
TCP_INFO_SAYS = Struct("=24xI92xQ16xI")  # tcpi_unacked (segments), tcpi_bytes_acked, tcpi_notsent_bytes
MOST_UNSENT = 1_048_576  # bytes that a client has us answer, and does not read


class BoundedWebSocket(WebSocketsSansIOProtocol):
    """A WebSocket that `BoundedHTTP` has handed over."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._bounds: Connections = app_state["connections"]
        self._listens_since = self.loop.time()
        self._taken = 0  # bytes, at the last look

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets the connection."""
        self._bounds.leave(address_of(self.transport.get_extra_info("peername")))
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Takes frames, unless the client lets the answers to them (pongs) pile up."""
        if self.transport.get_write_buffer_size() > MOST_UNSENT:
            self._end("the client reads nothing")
            return
        self._listens_since = self.loop.time()
        super().data_received(data)
        if not self.handshake_initiated:  # the whole head has come at once: what is no handshake now never will be
            self._end("no handshake")

    async def receive(self) -> Any:
        """Returns the next message, and notes when more is read of the client again."""
        paused = self.read_paused
        message = await super().receive()
        if paused and not self.read_paused:
            self._listens_since = self.loop.time()
        return message

    def send_keepalive_ping(self) -> None:
        """Asks the client whether it is there, and notes how much it has taken until then."""
        super().send_keepalive_ping()
        self._taken, _ = self._sent()

    def keepalive_timeout(self) -> None:
        """Ends the connection of a silent client. The pong of one that sends faster than it is read may lie unread; one
        that takes nothing of what it is sent, the ping neither, will not send one.
        """
        taken, lies_here = self._sent()
        if lies_here and taken == self._taken:
            self._end("the client reads nothing")
            return
        self._taken, timeout_s = taken, self.ping_timeout or 0
        left_s = timeout_s if self.read_paused else self._listens_since + timeout_s - self.loop.time()
        if left_s > 0:
            self.pong_timer = self.loop.call_later(left_s, self.keepalive_timeout)
        else:
            super().keepalive_timeout()

    def _sent(self) -> tuple[int, bool]:
        """Returns how many bytes the client's system has taken, and whether some lie here. A system that does not say
        leaves the one at 0, and of the other what it refuses itself.
        """
        with suppress(OSError):
            said = self.transport.get_extra_info("socket").getsockopt(IPPROTO_TCP, TCP_INFO, TCP_INFO_SAYS.size)
            if len(said) == TCP_INFO_SAYS.size:
                unacknowledged, taken, unsent = TCP_INFO_SAYS.unpack(said)
                return taken, unacknowledged + unsent > 0
        return 0, not self.writable.is_set()

    def handle_cont(self, event: Frame) -> None:
        """Takes a fragment of a message, unless there are too many."""
        if len(self.frames) >= MOST_FRAGMENTS:
            self._end("a message in too many fragments")
            return
        super().handle_cont(event)

    def send_receive_event_to_app(self) -> None:
        """Hands a whole message on, unless it is text that is none: the server would log a traceback of each."""
        try:
            if self.curr_msg_data_type == "text":
                b"".join(self.frames).decode()
        except UnicodeDecodeError:
            self._bounds.refused.warn("sockets ended: text that is no UTF-8")
            self.frames = []
            self.conn.send_close(CloseCode.INVALID_DATA)
            self.handle_parser_exception()
        else:
            super().send_receive_event_to_app()

    def _end(self, why: str) -> None:
        self._bounds.refused.warn(f"sockets ended: {why}")
        self.transport.abort()
