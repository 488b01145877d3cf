"""How far a process is with the models of its workspaces, and whether its start is over.

A router takes contacts at once, and is ready once it understands them: a load balancer would otherwise send it
customers whose texts it cannot read yet.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from mci_router.classifier.topics import TopicClassifier
from mci_router.learning.register import Use

# after a start; a workspace whose model is not made by then is decided by rules, and nobody waits for it
READY_WITHIN_S = 20


class Readiness(StrEnum):
    """What decides about a workspace's contacts in this process."""

    IN_FORCE = "in_force"  # its live model; or it has nothing to learn from
    LOADING = "loading"  # nothing yet: its model is being taken over from the ledger
    LEARNING = "learning"  # rules, until the first model is made
    REFITTING = "refitting"  # rules, until its model, whose file was absent or damaged, is made again
    BY_RULES = "by_rules"  # rules, since its model was refused or is broken


NOT_YET = {Readiness.LOADING, Readiness.LEARNING, Readiness.REFITTING}


@dataclass(slots=True)
class Loaded:
    """What this process has of one workspace. Versions are the register's."""

    live: TopicClassifier | None = None
    live_version: str | None = None
    shadow: TopicClassifier | None = None
    shadow_version: str | None = None
    revision: int | None = None  # of the configuration that was last looked at
    news: bool = False  # corrections that were not
    not_before: float = 0  # when they will be, on the loop's clock
    asked: float | None = None  # when a contact first asked, on the loop's clock
    broken: bool = False  # whether the last try to bring it up to date failed
    seen: bool = False  # whether what is in the ledger was looked at
    refitting: bool = False  # whether the file of the live model has to be made again
    training: bool = False  # whether some process trains the model asked for
    failed: bool = False  # whether the model asked for could not be trained
    work: "asyncio.Task[None] | None" = None
    looked: asyncio.Event = field(default_factory=asyncio.Event)  # set once what was there has been loaded

    def holds(self, use: Use) -> bool:
        return (self.live_version, self.shadow_version) == (use.live, use.shadow)

    def readiness(self, *, examples: bool) -> Readiness:
        """Returns how far the workspace is, whose topics have examples or have none."""
        if self.live:
            return Readiness.IN_FORCE
        if self.refitting and not self.broken:
            return Readiness.REFITTING
        if not self.looked.is_set() and not self.broken:
            return Readiness.LEARNING if self.seen else Readiness.LOADING
        return Readiness.BY_RULES if examples else Readiness.IN_FORCE


class Startup:
    """The start of a process: over once each workspace's model is in force.

    A model that has to be made first, or made again, is waited for until `READY_WITHIN_S`; one that only has to be
    loaded, however long it takes.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._latest = clock() + READY_WITHIN_S
        self._over = False

    def over(self, workspaces: Iterable[Readiness]) -> bool:
        """Returns whether the start is over.

        It stays so: a workspace that is made later keeps nobody from the service.
        """
        late, waited_for = self._clock() > self._latest, set(workspaces) & NOT_YET
        self._over = self._over or not waited_for or (late and Readiness.LOADING not in waited_for)
        return self._over


def counted(workspaces: Iterable[Readiness]) -> dict[str, int]:
    """Returns how many workspaces are how far, by the words of `Readiness`."""
    counts = Counter(workspaces)
    return {str(one): counts[one] for one in Readiness}
