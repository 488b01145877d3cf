"""The engine in virtual time, for the simulator: the same typed methods and the same Lua functions, with the
simulator's time.

It calls over one blocking connection, which is several times faster than the service's own. Nobody has to wait for it:
a simulation does one thing at a time. Each call also brings what it journalled and the next timer, in the same round
trip.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from mci_router.errors import EngineUnavailable
from mci_router.routing.engine import Engine, prefix
from mci_router.routing.engine.library import library, library_of_days
from mci_router.values import value

START_MS = 1_760_000_000_000  # ms since the epoch at which every simulated day begins
LEASE_S = 10 * 366 * 86_400  # ten years: desks do not fall silent in a simulation
TIMEOUT_S = 10  # a transition takes microseconds


@value
class Timer:
    """A timer of the live state: when it is due (ms since the start of the day), and what it is."""

    due_ms: int
    name: str


class VirtualEngine(Engine):
    """One workspace's live state with a clock of its own.

    `now_ms` is ms since the start of the day, and stands still during a call. Raises EngineUnavailable, as the engine
    does.
    """

    def __init__(self, url: str, workspace: str) -> None:
        with _reachable(url):
            super().__init__(url, timeout_s=TIMEOUT_S, lease_s=LEASE_S)
            # redis-py's types allow for bytes everywhere; this client decodes.
            self._blocking = _blocking(url)
        self.now_ms = 0
        self.calls = 0
        self.next_timer: Timer | None = None
        self._url = url
        self._prefix = prefix(workspace)
        self._unread: list[dict[str, Any]] = []
        self._last_entry = "0-0"

    def journalled(self) -> Iterator[dict[str, Any]]:
        """Yields the journal entries not yet read, oldest first, with those that come while they are read."""
        while self._unread:
            yield self._unread.pop(0)

    async def load(self) -> None:
        with _reachable(self._url):
            self._blocking.function_load(library(), replace=True)

    def leave(self) -> None:
        """Removes everything the workspace left on the server, and closes the connection."""
        with _reachable(self._url):
            _clear(self._blocking, self._prefix)
        self._blocking.close()

    async def _run(self, workspace: str, function: str, *arguments: str | int) -> dict[str, Any]:
        command, _, *rest = arguments
        pipeline = self._blocking.pipeline(transaction=False)
        pipeline.fcall(function, 1, prefix(workspace), command, START_MS + self.now_ms, *rest)
        pipeline.xrange(f"{self._prefix}:journal", f"({self._last_entry}")
        pipeline.zrange(f"{self._prefix}:timers", 0, 0, withscores=True)
        with _reachable(self._url):
            reply, entries, timers = pipeline.execute()
        self.calls += 1
        self._read(entries)
        self.next_timer = Timer(int(timers[0][1]) - START_MS, timers[0][0]) if timers else None
        result: dict[str, Any] = json.loads(reply)
        return result

    def _read(self, entries: list[tuple[str, dict[str, str]]]) -> None:
        for entry_id, fields in entries:
            self._last_entry = entry_id
            self._unread.append(json.loads(fields["entry"]))


class DayServer:
    """A server that drives whole days by itself: many events a call. Nothing else may use it.

    Every method raises EngineUnavailable for a server that cannot be reached.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        with _reachable(url):
            self._client = _blocking(url)
            self._client.function_load(library_of_days(), replace=True)

    def load(self, workspace: str, day: Mapping[str, Any]) -> None:
        """Makes a day ready, as `load_day` in `virtual/days.lua` takes it."""
        with _reachable(self._url):
            self._client.fcall("load_day", 1, prefix(workspace), json.dumps(day))

    def drive(self, workspace: str, events: int) -> int:
        """Lets so many events happen. Returns how many contacts are open; -1 if they would wait for ever."""
        with _reachable(self._url):
            return int(self._client.fcall("drive_day", 1, prefix(workspace), events))

    def end(self, workspace: str) -> tuple[int, list[tuple[int, int, int]]]:
        """Returns how many functions were called, and of each contact its agent (from 1; 0 for none), when it was
        answered (-1: never) and when it left, in ms. Removes the day from the server.
        """
        with _reachable(self._url):
            calls, outcomes = json.loads(self._client.fcall("end_day", 1, prefix(workspace)))
            _clear(self._client, prefix(workspace))
        return calls, outcomes

    def close(self) -> None:
        self._client.close()


def _blocking(url: str) -> Any:
    # redis-py's types allow for bytes everywhere; this client decodes.
    return Redis.from_url(
        url,
        decode_responses=True,
        single_connection_client=True,
        socket_timeout=TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
    )


def _clear(client: Any, beginning: str) -> None:
    keys = list(client.scan_iter(f"{beginning}:*", count=1000))
    for start in range(0, len(keys), 1000):
        client.unlink(*keys[start : start + 1000])


@contextmanager
def _reachable(url: str) -> Iterator[None]:
    """Raises EngineUnavailable for a server that cannot be used."""
    try:
        yield
    except ValueError as error:
        raise EngineUnavailable(f"{url} is not the address of a server: {error}") from error
    except (RedisConnectionError, RedisTimeoutError, OSError) as error:
        raise EngineUnavailable(f"the server {url} cannot be reached: {error}") from error
