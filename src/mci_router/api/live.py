"""The live picture: one stream that says what goes on in a workspace, for a wallboard and other screens."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from typing import Annotated, Any

from fastapi import Query, Request

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import sight
from mci_router.api.live_sections import SECTIONS, SOURCES, pages_seen_by, seen_by
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.live import LivePicture
from mci_router.api.server_sent import EventStream, event, stream
from mci_router.clock import moment, utc_now
from mci_router.errors import DatabaseUnavailable, NotAuthenticated
from mci_router.supervision.readings import Reading, Values

router = Router(tags=["reports"], responses=RESPONSES)

HEARTBEAT_S = 5  # a screen that hears nothing for three of these asks again
LOOK_S = 1  # how soon a stream ends once the process drains
KEY_S = 5  # how long a stream outlives its key
FIRST_S = 3  # for what cannot be read at once, the first picture does not wait longer
LONGEST_S = 3600  # then the screen asks again: of several processes, perhaps another one

SNAPSHOT: dict[int | str, dict[str, Any]] = {
    200: {"model": LivePicture, "description": "Events; the schema is that of the data of `snapshot`."}
}

Picture = dict[str, dict[str, Any]]


@router.get("/v1/live", summary="Watch the workspace", response_class=EventStream, responses=SNAPSHOT)
async def get_live(
    request: Request,
    caller: Annotated[Caller, needs(Scope.METRICS_READ)],
    parts: Service,
    hours: Annotated[int, Query(ge=1, le=168, description="Reports are over so many hours until now.")] = 24,
    for_s: Annotated[
        int, Query(ge=0, le=LONGEST_S, description="How long the stream lasts; 0: the snapshot alone.")
    ] = LONGEST_S,
) -> EventStream:
    """Streams what goes on, as server-sent events whose `data` are JSON.

    `snapshot` is the picture; each `change` has `at` and, of the sections that changed, the entries that differ, null
    for one that is gone. `heartbeat` comes when nothing else did for 5 s. `end` says `why` the stream ends: `draining`,
    `key_revoked` or `time_over`; connect again. Sections of `reports:read`, `incidents:read`, `contacts:read` and
    `workforce:read` are empty without these. Refused with 503 where too many screens watch already.
    """
    parts.readings.refuse_too_many(caller.workspace_id)
    return stream(_Screen(parts, caller, request, hours).events(for_s))


class _Screen:
    """One who watches. It keeps only what it was sent last: a slow one misses steps, and gets the newest state."""

    def __init__(self, parts: Parts, caller: Caller, request: Request, hours: int) -> None:
        self._parts = parts
        self._caller = caller
        self._request = request
        self._hours = hours
        self._changed = asyncio.Event()
        self._readings: dict[str, Reading] = {}
        self._stack = AsyncExitStack()
        self._sent: Picture = {}
        self._sight = tuple(sight(caller, sensitive=sensitive) for sensitive in (False, True))

    async def _open(self) -> None:
        """Joins the readings of what the key may see."""
        workspace = self._caller.workspace_id
        self._stack.enter_context(self._parts.readings.screen(workspace))
        for name, source in SOURCES.items():
            if self._caller.may(source.scope):
                hours = self._hours if source.of_period else 0
                read = partial(source.read, self._parts, workspace, hours)
                joined = self._parts.readings.watched((workspace, name, hours), read, source.every_s, self._changed)
                self._readings[name] = await self._stack.enter_async_context(joined)

    async def events(self, for_s: float) -> AsyncIterator[bytes]:
        """Yields the events until the stream ends."""
        async with self._stack:
            until = time.monotonic() + for_s
            await self._open()
            await self._first_readings()
            self._sent = self._picture()
            zone = (await self._parts.snapshots.get(self._caller.workspace_id)).spec.timezone
            yield event("snapshot", {"at": moment(utc_now()), "timezone": zone, **self._sent})
            async for one in self._following(until):
                yield one

    async def _following(self, until: float) -> AsyncIterator[bytes]:
        said_at = key_at = time.monotonic()
        while True:
            if why := await self._over(until, check_key=time.monotonic() - key_at >= KEY_S):
                yield event("end", {"why": why})
                return
            if time.monotonic() - key_at >= KEY_S:
                key_at = time.monotonic()
            changes = self._changes()
            if changes or time.monotonic() - said_at >= HEARTBEAT_S:
                yield event("change" if changes else "heartbeat", {"at": moment(utc_now()), **changes})
                said_at = time.monotonic()
            await self._wait(min(LOOK_S, max(0, until - time.monotonic())))

    async def _over(self, until: float, *, check_key: bool) -> str | None:
        """Returns why the stream ends now, if it does."""
        if self._request.app.state.draining:
            return "draining"
        if time.monotonic() >= until:
            return "time_over"
        return "key_revoked" if check_key and not await self._key_holds() else None

    async def _key_holds(self) -> bool:
        """Returns whether the key is valid still; while the ledger is away, it is."""
        secret = self._request.headers.get("authorization", "").partition(" ")[2]
        try:
            await self._parts.keys.caller(secret)
        except NotAuthenticated:
            return False
        except DatabaseUnavailable:
            return True
        return True

    async def _wait(self, seconds: float) -> None:
        """Waits until a reading has changed."""
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return
        self._changed.clear()

    async def _first_readings(self) -> None:
        waits = [asyncio.create_task(reading.done_once.wait()) for reading in self._readings.values()]
        if waits:
            _, late = await asyncio.wait(waits, timeout=FIRST_S)
            for one in late:
                one.cancel()

    def _picture(self) -> Picture:
        """Returns what the key sees now, by section."""
        picture: Picture = {section: {} for section in SECTIONS}
        for reading in self._readings.values():
            picture |= reading.view(self._sight, self._cut)
        picture["may"] = dict.fromkeys(sorted(self._caller.scopes), True)
        picture["stale"] = {name: reading.problem for name, reading in self._readings.items() if reading.problem}
        return picture

    def _cut(self, sections: Values) -> Values:
        """Returns the sections of a reading as this key, and any that sees as much, may see them."""
        if "escalations" in sections:
            return {**sections, "escalations": pages_seen_by(self._caller, sections["escalations"])}
        if "agents" not in sections:
            return sections
        agents = {name: seen_by(self._caller, agent) for name, agent in sections["agents"].items()}
        return {**sections, "agents": agents}

    def _changes(self) -> Picture:
        """Returns what differs from what was sent, and takes it as sent."""
        before, self._sent = self._sent, self._picture()
        return {
            section: differing
            for section, values in self._sent.items()
            if values is not before.get(section) and (differing := difference(before.get(section, {}), values))
        }


def difference(before: Values, after: Values) -> dict[str, Any]:
    """Returns the entries of `after` that are not so in `before`, and None for those that are gone."""
    gone: dict[str, Any] = {key: None for key in before if key not in after}
    return gone | {key: value for key, value in after.items() if key not in before or before[key] != value}
