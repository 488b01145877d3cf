"""HTTP on one connection, bounded before its bytes reach the parser.

The parser joins a header that comes in many pieces again at each piece, and has no bound of its own. So bytes are
counted here first: those of a head, and those between two pieces of a body (chunk sizes, extensions, trailers).
"""

import asyncio
import json
import logging
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from mci_router.connections.bounds import Connections, Refused, address_of
from mci_router.errors import HeadTooLarge, InvalidRequest, Problem, RequestTooSlow, TooManyConnections

FILES = b"/v1/attachments"
FORMS = b"/help/"  # with files beside
LARGEST_HEAD = 65_536  # bytes: request line and headers; proxies in front allow 8 to 32 KiB
MOST_HEADERS = 128  # what the parser of WebSocket handshakes takes, too
LONGEST_LINE = 8_190  # bytes of a handshake's line: what that parser takes
PIECE = 16_384  # bytes parsed at once: a packet of requests must not start hundreds of them
MOST_UNREAD = 1_048_576  # bytes of requests sent ahead that wait for the answers before them
LINGER_S = 1  # how long a refused client is listened to, so that it reads the answer before the connection ends
PATIENCE_S = 0.2  # beyond a time-out: what came in while the process was busy is read first


class BoundedHTTP(HttpToolsProtocol):
    """One connection: requests one after the other, each with a bounded head that comes in time."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._bounds: Connections = app_state["connections"]
        self.logger = _Quiet(self.logger, self._bounds.refused)  # type: ignore[assignment]
        self._address: str | None = None
        self._unread = bytearray()
        self._loose = 0  # bytes since the last of a body, or since the last request
        self._in_body = False
        self._over = False
        self._due: float | None = None
        self._late = False  # whether it was overdue when we looked the last time
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Takes the connection, or refuses it if there are too many."""
        super().connection_made(transport)
        address = address_of(transport.get_extra_info("peername"))
        if full := self._bounds.enter(address):
            self._refuse(TooManyConnections(full), linger=False)
            return
        self._address = address
        self._expect(self._bounds.limits.head_s)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets the connection."""
        self._leave()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parses what came, piece by piece; what comes ahead of the answers before it waits."""
        if self._over:
            return
        if self._due is None and not self._in_body:
            self._expect(self._bounds.limits.head_s)
        if len(data) <= PIECE and not self._unread and not self.pipeline:
            self._take(data)
            return
        self._unread += data
        self._take_unread()

    def _take_unread(self) -> None:
        while self._unread and not self.pipeline and not self._over and not self.transport.is_closing():
            piece = bytes(self._unread[:PIECE])
            del self._unread[:PIECE]
            self._take(piece)
        if len(self._unread) > MOST_UNREAD:
            self._refuse(HeadTooLarge("More requests were sent ahead than are kept: wait for their answers."))
        if self._unread and not self._over:
            self.flow.pause_reading()

    def _take(self, piece: bytes) -> None:
        self._loose += len(piece)
        super().data_received(piece)
        if self._loose > LARGEST_HEAD and not self._over:
            self._refuse(HeadTooLarge())

    def on_message_begin(self) -> None:
        self._expect(self._bounds.limits.head_s)
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Takes a header; a trailer is dropped, since the request is under way."""
        if not self._in_body:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begins the request, unless its head is too large."""
        self._loose, self._in_body = 0, True
        if self._over:
            return
        head = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if head > LARGEST_HEAD or len(self.headers) > MOST_HEADERS:
            self._refuse(HeadTooLarge())
            return
        self._expect(self._body_s())
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._loose = 0
        if not self._over:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Ends the request; the next one's head may come."""
        self._loose, self._in_body, self._due = 0, False, None
        if not self._over:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Goes on with what was sent ahead."""
        super().on_response_complete()
        if self._unread:
            self._take_unread()

    def handle_websocket_upgrade(self) -> None:
        """Hands the connection over to `BoundedWebSocket`, which counts its end."""
        lines = [self.url, *(name + value for name, value in self.headers)]
        if max(map(len, lines)) > LONGEST_LINE - len(b"GET  HTTP/1.1"):
            self._refuse(HeadTooLarge("A line of the WebSocket handshake is longer than 8 KiB."))
        elif self.cycle and not self.cycle.response_complete:
            self._refuse(InvalidRequest("Wait for the answers on this connection before you open a socket on it."))
        elif self.scope["method"] != "GET":
            self._refuse(InvalidRequest("Open a WebSocket by a GET: no other method may ask for an upgrade to one."))
        elif not self._over:
            self._stop_waiting()
            self._over = True
            super().handle_websocket_upgrade()

    def _body_s(self) -> float:
        """Returns for how long the body of the request may take: files are longer than all others."""
        limits, path = self._bounds.limits, self.url.partition(b"?")[0]
        return limits.file_s if path == FILES or path.startswith(FORMS) else limits.body_s

    def _expect(self, seconds: float) -> None:
        """Closes the connection unless what is expected comes within the time."""
        self._due, self._late = self.loop.time() + seconds, False
        if self._timer is not None and self._timer.when() > self._due:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._timer = self.loop.call_later(seconds, self._look)

    def _look(self) -> None:
        """Looks whether what was expected is overdue. One timer serves many requests."""
        self._timer = None
        if self._due is None or self._over or self.transport.is_closing():
            return
        left = self._due - self.loop.time()
        if left > 0 or not self._late:
            self._late = left <= 0
            self._timer = self.loop.call_later(max(left, PATIENCE_S), self._look)
        elif self.flow.read_paused:  # it is us who do not read
            self._expect(self._body_s())
        elif self._in_body or self._loose:
            self._refuse(RequestTooSlow())
        else:
            self._over = True
            self.transport.close()

    def _refuse(self, problem: Problem, *, linger: bool = True) -> None:
        """Answers with the problem, unless another answer is under way, and ends the connection."""
        self._over = True
        self._stop_waiting()
        self._unset_keepalive_if_required()
        self._bounds.refused.warn(f"connections refused: {problem.slug}")
        answering = self.cycle is not None and not self.cycle.response_complete
        if answering:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if (answering and (self.cycle.response_started or self.pipeline)) or self.transport.is_closing():
            self.transport.close()
            return
        self.transport.write(_answer(problem))
        if linger and self.transport.can_write_eof():
            self.transport.write_eof()
            self.loop.call_later(LINGER_S, self.transport.abort)
        else:
            self.transport.close()

    def _stop_waiting(self) -> None:
        self._due = None
        self._unread.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _leave(self) -> None:
        self._stop_waiting()
        if self._address is not None:
            self._bounds.leave(self._address)
            self._address = None


class _Quiet(logging.LoggerAdapter[logging.Logger]):
    """The server's log without a line for each bad request: anybody can send a million."""

    def __init__(self, logger: logging.Logger, refused: Refused) -> None:
        super().__init__(logger)
        self._refused = refused
        self.level = logger.level

    def warning(self, msg: object, *args: object, **kwargs: Any) -> None:
        self._refused.warn(str(msg))


def _answer(problem: Problem) -> bytes:
    body = json.dumps(problem.document()).encode()
    retry = f"retry-after: {problem.retry_after_s}\r\n" if problem.retry_after_s is not None else ""
    head = f"content-type: application/problem+json\r\ncontent-length: {len(body)}\r\n{retry}connection: close\r\n\r\n"
    return STATUS_LINE[problem.status] + head.encode() + body
