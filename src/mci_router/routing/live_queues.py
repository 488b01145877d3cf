"""Queues as the live state has them, parsed once, and what was seen of them at one look. Pure."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from mci_router.values import value
from mci_router.vocabulary import Alarm


@value
class LiveQueue:
    """A queue at one moment.

    `late` of the `waiting` are past their due time; `oldest_at` (ms) is since when the one waits that has waited
    longest. `level` is the rolling service level over `counted` contacts, of which older ones count for less.
    `unstaffed` of the waiting could be served by nobody who is signed in, `unservable` by nobody at all. `line` is the
    open one with most contacts. `alarms` has those that sound, since when (ms). `unindexed`: `late` and `oldest_at`
    leave contacts out that waited before this version came.
    """

    waiting: int = 0
    late: int = 0
    oldest_at: int | None = None
    level: float | None = None
    counted: float = 0
    closed: bool = False
    unstaffed: int = 0
    unservable: int = 0
    line: str | None = None
    alarms: Mapping[Alarm, int] = field(default_factory=dict)
    unindexed: bool = False

    @classmethod
    def of(cls, reply: Mapping[str, Any]) -> "LiveQueue":
        """Returns the queue that a function's reply gives."""
        facts = {name: reply[name] for name in cls.__dataclass_fields__ if name in reply}
        return cls(**facts | {"alarms": {Alarm(alarm): since for alarm, since in facts.get("alarms", {}).items()}})


@value
class LiveQueues:
    """All queues at one moment, `at` (ms): each by its name.

    `staffed` and `idle` count the agents of each signature who are signed in, and who serve nobody.
    """

    at: int
    queues: Mapping[str, LiveQueue]
    staffed: Mapping[str, int]
    idle: Mapping[str, int]

    @classmethod
    def of(cls, reply: Mapping[str, Any]) -> "LiveQueues":
        """Returns the queues that a function's reply gives."""
        return cls(
            at=reply["at"],
            queues={name: LiveQueue.of(queue) for name, queue in reply["queues"].items()},
            staffed=dict(reply["staffed"]),
            idle=dict(reply["idle"]),
        )


@value
class AlarmSeen:
    """Whether a queue gave reason for an alarm at a look, and for how long it must, or must not, in ms.

    `facts` are journalled with it.
    """

    queue: str
    alarm: Alarm
    seen: bool
    enter_ms: int
    leave_ms: int
    facts: Mapping[str, Any]

    def arguments(self) -> dict[str, Any]:
        """Returns what `note_alarms` takes."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}
