"""The answer that is an export: all rows, in pieces, with one piece in memory.

Each piece is read when the client has taken the one before, and no transaction is open meanwhile. What breaks off has
no end: the client's library says that the answer is not whole.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from enum import StrEnum
from typing import Any

from fastapi.responses import StreamingResponse
from starlette.types import Send

from mci_router.access.keys import Caller
from mci_router.api.parts import Parts
from mci_router.api.report_query import CSV, csv_of
from mci_router.api.schemas.common import Answer
from mci_router.errors import DatabaseUnavailable, InvalidRequest, Problem, TooManyAtOnce, in_the_log
from mci_router.insight.export_leases import ExportLeases
from mci_router.values import value

log = logging.getLogger(__name__)

NDJSON = "application/x-ndjson"
MOST_ROWS = 1_000_000  # a year of a queue by quarter-hours is 35,000
TAKEN_IN_S = 60  # a piece, of some 500 KB: who takes longer is let go
WAIT_S, PATIENCE_S = 0.5, 60  # for a turn among the workspace's other heavy requests
TOTAL = "X-Total-Count"


class ExportFormat(StrEnum):
    """How an export is written."""

    CSV = "csv"
    """Comma-separated values (RFC 4180), with a header line."""
    NDJSON = "ndjson"
    """An object of JSON a line."""

    @property
    def media_type(self) -> str:
        return f"{CSV}; charset=utf-8" if self is ExportFormat.CSV else NDJSON


@value
class Writing:
    """How the rows of a kind are written."""

    kind: type[Answer]
    format: ExportFormat

    def piece(self, rows: Sequence[Answer], *, head: bool) -> bytes:
        """Returns the rows as they are sent, the first ones with what comes before them."""
        if self.format is ExportFormat.CSV:
            return csv_of(rows, self.kind, head=head).encode()
        return "".join(f"{row.model_dump_json()}\n" for row in rows).encode()

    async def pieces(self, pages: AsyncIterator[Sequence[Answer]]) -> AsyncIterator[bytes]:
        """Yields the rows of pages as they are sent. Raises InvalidRequest if they are too many."""
        sent, head = 0, True
        async for rows in pages:
            sent += len(rows)
            if sent > MOST_ROWS:
                raise too_many()
            yield await asyncio.to_thread(self.piece, rows, head=head)
            head = False


class Export(StreamingResponse):
    """An export under way. It holds a lease until it has ended, however it does."""

    def __init__(self, leases: ExportLeases, token: str, pieces: AsyncIterator[bytes], media_type: str, name: str):
        super().__init__(_leased(leases, token, pieces), media_type=media_type)
        self.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        self.headers["X-Accel-Buffering"] = "no"
        self._leases, self._token, self._name = leases, token, name

    async def stream_response(self, send: Send) -> None:
        """Sends the pieces, each when the client has taken the one before."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        try:
            async for piece in self.body_iterator:
                async with asyncio.timeout(TAKEN_IN_S):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            await _end(self._leases, self._token)  # before the client knows the end: it may ask for the next at once
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (Problem, TimeoutError) as why:
            log.warning("the export %s broke off: %s", self._name, in_the_log(why))  # without an end
        finally:
            _give_back(self._leases, self._token)


async def begun(parts: Parts, caller: Caller, pieces: AsyncIterator[bytes], media_type: str, name: str) -> Export:
    """Returns the export, once it has its lease and its first piece, so that what is wrong is said as a problem.

    Raises ExportRunning, and what reading the first piece raises.
    """
    leases = ExportLeases(parts.database)
    token = await leases.begin(caller.workspace_id, caller.key_id)
    try:
        first = await anext(pieces, b"")
    except BaseException:
        _give_back(leases, token)
        raise
    return Export(leases, token, _behind(first, pieces), media_type, name)


async def _behind(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


async def _leased(leases: ExportLeases, token: str, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for piece in pieces:
        await leases.renew(token)
        yield piece


async def in_turn(work: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Returns what the work returns, when there is room for it among other requests. Raises TooManyAtOnce."""
    for _ in range(int(PATIENCE_S / WAIT_S)):
        try:
            return await work()
        except TooManyAtOnce:
            await asyncio.sleep(WAIT_S)
    raise TooManyAtOnce


def too_many() -> InvalidRequest:
    """Returns the problem of an export that is too long."""
    return InvalidRequest(f"The export has more than {MOST_ROWS:,} rows: shorten the period, or ask for coarser rows.")


_ending: set[asyncio.Task[None]] = set()


def _give_back(leases: ExportLeases, token: str) -> None:
    """Gives a lease back, also where the request is being cancelled."""
    task = asyncio.create_task(_end(leases, token))
    _ending.add(task)
    task.add_done_callback(_ending.discard)


async def _end(leases: ExportLeases, token: str) -> None:
    try:
        await leases.end(token)
    except DatabaseUnavailable:
        log.debug("a lease ends by itself")
