"""A scenario: a fault on a stage, from steady load to rest, and the row of the table that it makes."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.survival import books
from tests.survival.checks import Allowed, Verdict, verdict
from tests.survival.ground import Ground, now
from tests.survival.records import Books
from tests.survival.stage import RECOVERY_S, ROOM, SIZE, UNITS, Recovery, Size, Stage, stage

PATIENCE_S = 60.0
"""How long a recovery is waited for that is over its bar already, so that the table has its figure."""
MOST_S = 300.0
"""Of one scenario, whatever goes wrong."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A fault: `harm` does it, mends it, and returns when it was over, by the client's clock."""

    name: str
    title: str
    harm: Callable[[Stage], Awaitable[float]]
    ground: str = "shared"
    size: Size = SIZE
    ends: bool = True
    """Whether the desks can end all that was accepted; else contacts may wait at rest."""
    lacks: Callable[[], str | None] = lambda: None
    """Why it cannot be done on this machine."""
    look: Callable[[Stage, Books], Awaitable[list[str]]] | None = None
    """What else has to hold at rest."""


@dataclass
class Row:
    """What a scenario came to."""

    name: str
    title: str
    accepted: int = 0
    frames: int = 0
    recovery: Recovery = field(default_factory=Recovery)
    found: Verdict = field(default_factory=Verdict)
    skipped: str = ""
    failed: str = ""
    seconds: float = 0

    @property
    def word(self) -> str:
        """The verdict in a word or two."""
        if self.skipped:
            return "skipped"
        if self.failed:
            return "FAILED"
        if not self.found.clean:
            return "VIOLATED"
        return "ok" if self.recovery.seconds <= RECOVERY_S else "SLOW"


async def play(ground: Ground, scenario: Scenario) -> Row:
    """Plays a scenario on a ground that is whole. Raises nothing but what ends the whole proof."""
    row, began = Row(scenario.name, scenario.title), now()
    try:
        async with asyncio.timeout(MOST_S):
            await ground.whole()
            async with stage(ground, scenario.size) as played:
                await _play(played, scenario, row)
    except Exception as failure:
        ours = [frame for frame in traceback.extract_tb(failure.__traceback__) if "survival" in frame.filename]
        where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(ours))
        row.failed = f"{type(failure).__name__}: {failure} ({where})"
    row.seconds = now() - began
    return row


async def _play(played: Stage, scenario: Scenario, row: Row) -> None:
    await asyncio.sleep(scenario.size.before_s)
    ended = await scenario.harm(played)
    row.recovery = await played.recovered(ended, PATIENCE_S, any_offer=not scenario.ends)
    await asyncio.sleep(scenario.size.after_s)
    await played.rest(ended=scenario.ends)
    read = await books.read(played)
    allowed = Allowed(waiting=not scenario.ends, forgot=played.forgot)
    room = {desk.heard.agent: ROOM for desk in played.desks}
    row.found = verdict(played.adapter.posts, played.heard, read, room, UNITS, allowed)
    row.found.illegal += played.seen
    if played.adapter.without_retry:
        row.found.illegal.append(f"{played.adapter.without_retry} answers of 503 had no Retry-After")
    if scenario.look:
        row.found.illegal += await scenario.look(played, read)
    row.accepted = sum(bool(post.contact) for post in played.adapter.posts)
    row.frames = sum(len(heard.frames) for heard in played.heard)
