"""Lanes: the webhooks that a process serves at the moment, a lane each, in bounded numbers and by fair share.

A lane whose endpoint keeps it waiting gives way as soon as another webhook finds no room: of the workspace that has
most lanes, the one that has waited longest is cut. Its messages are tried again later, like all that got no answer. So
whatever endpoints do, and however many of them, a webhook waits for its lane a second or two at most.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

MOST_LANES = 256  # a process; each costs a task, and a connection an attempt
MOST_ATTEMPTS = 512  # of all lanes; beyond, each lane has one
OF_WORKSPACE = 64  # attempts: a quarter of the room that is left is one lane's, so that its last webhook has some, too
OF_WEBHOOK = 16  # attempts, each of another contact
PATIENCE_S = 1  # for which an endpoint keeps a lane from others in any case
TURN_S = 1  # for which a lane goes on while others find no room


@dataclass(eq=False, slots=True)
class Lane:
    """One webhook that is served. `waits_since` is when its present attempts began, on the loop's clock."""

    webhook: str
    workspace: str
    began: float
    waits_since: float | None = None
    attempts: set[asyncio.Timeout] = field(default_factory=set)

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """Holds one attempt. Raises TimeoutError if the lane is cut meanwhile."""
        async with asyncio.timeout(None) as cut:
            self.waits_since = self.waits_since or asyncio.get_running_loop().time()
            self.attempts.add(cut)
            try:
                yield
            finally:
                self.attempts.discard(cut)
                if not self.attempts:
                    self.waits_since = None

    def cut(self) -> None:
        """Ends the attempts under way."""
        now = asyncio.get_running_loop().time()
        for attempt in self.attempts:
            attempt.reschedule(now)


class Lanes:
    """The lanes of one process."""

    def __init__(self, most: int = MOST_LANES) -> None:
        self._most = most
        self._lanes: dict[str, Lane] = {}

    @property
    def room(self) -> int:
        """How many more webhooks may be served."""
        return self._most - len(self._lanes)

    def enter(self, webhook: str, workspace: str) -> Lane:
        lane = self._lanes[webhook] = Lane(webhook, workspace, asyncio.get_running_loop().time())
        return lane

    def leave(self, lane: Lane) -> None:
        del self._lanes[lane.webhook]

    def busy(self) -> list[str]:
        """Returns the webhooks that are served."""
        return list(self._lanes)

    def of_workspaces(self) -> Mapping[str, int]:
        """Returns how many lanes each workspace has."""
        return Counter(lane.workspace for lane in self._lanes.values())

    def allowance(self, lane: Lane) -> int:
        """Returns how many attempts the lane may make at once: one at least."""
        others = [other for other in self._lanes.values() if other is not lane]
        left = MOST_ATTEMPTS - sum(len(other.attempts) for other in others)
        theirs = OF_WORKSPACE - sum(len(other.attempts) for other in others if other.workspace == lane.workspace)
        return max(1, min(OF_WEBHOOK, theirs // 4, left // 4))

    def is_over(self, lane: Lane) -> bool:
        """Returns whether the lane has had its turn, and others find no room."""
        return self.room <= 0 and asyncio.get_running_loop().time() - lane.began > TURN_S

    def make_room(self, wanted: int = 1) -> None:
        """Cuts lanes until there is so much room: of the workspace that has most lanes the one that has waited longest.

        None that has only just begun. They end a moment later.
        """
        by_workspace, before = Counter(self.of_workspaces()), asyncio.get_running_loop().time() - PATIENCE_S
        waiting = [lane for lane in self._lanes.values() if lane.waits_since and lane.waits_since < before]
        for _ in range(min(wanted - self.room, len(waiting))):
            longest = max(waiting, key=lambda lane: (by_workspace[lane.workspace], -(lane.waits_since or 0)))
            waiting.remove(longest)
            by_workspace[longest.workspace] -= 1
            longest.cut()
