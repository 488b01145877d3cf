"""What all parts of the demo share: the simulated time, and a tally of each contact's stage."""

import asyncio
import time
from collections import Counter
from enum import IntEnum

from mci_router.vocabulary import Outcome


class Clock:
    """A clock of simulated seconds, of which `speed` pass in a real one."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._start = time.monotonic()

    def now(self) -> float:
        """Returns the simulated seconds since the start."""
        return self.real() * self.speed

    def real(self) -> float:
        """Returns the real seconds since the start."""
        return time.monotonic() - self._start

    async def sleep(self, simulated_s: float) -> None:
        await asyncio.sleep(max(0.0, simulated_s) / self.speed)


class Stage(IntEnum):
    """The stage of a contact, in the order in which it can move."""

    AUTOMATION = 1
    COMMUNITY = 2
    WAITING = 3
    WITH_AGENT = 4
    RESOLVED = 5
    COMPLETED = 6
    ABANDONED = 7
    LOST = 8

    @property
    def settled(self) -> bool:
        return self >= Stage.RESOLVED


class DemoTally:
    """Counts as the demo goes.

    Adapters and desks report what they see, in any order: a contact only ever moves forward.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stages: dict[str, Stage] = {}
        self._settled: dict[str, asyncio.Event] = {}
        self._written: dict[str, asyncio.Event] = {}
        self._changed = (0.0, 0.0)
        self.contacts: dict[str, list[Outcome]] = {}
        """The demo's own contacts, each with the outcomes it was given, in order."""
        self.refused: list[str] = []
        """The reasons why contacts were not taken in at all."""
        self.offers: Counter[str] = Counter()
        self.messages: Counter[str] = Counter()
        """The number of messages in conversations, by who wrote them: `agent` or `customer`."""
        self.asked = self.agreed = 0
        """The number of customers asked whether their question may be posted, and of those who agreed."""

    def move(self, contact: str, stage: Stage) -> None:
        """Moves a contact to a stage, if that is a later one."""
        if stage > self._stages.get(contact, 0):
            self._stages[contact] = stage
            self.stir()
        if stage.settled:
            self.settled(contact).set()

    def stir(self) -> None:
        """Notes that something has happened."""
        self._changed = (self._clock.now(), self._clock.real())

    def still_for(self) -> tuple[float, float]:
        """Returns how long nothing has happened: simulated and real seconds."""
        return self._clock.now() - self._changed[0], self._clock.real() - self._changed[1]

    def settled(self, contact: str) -> asyncio.Event:
        """Returns an event that is set once somebody here saw the contact end."""
        return self._settled.setdefault(contact, asyncio.Event())

    def written(self, contact: str) -> asyncio.Event:
        """Returns an event that is set when an agent has written to the contact's customer."""
        return self._written.setdefault(contact, asyncio.Event())

    def stages(self) -> Counter[Stage]:
        """Returns how many of the demo's contacts are at each stage."""
        return Counter(self._stages[contact] for contact in self.contacts if contact in self._stages)

    def helped_by(self, outcome: Outcome) -> int:
        """Returns how many contacts this outcome resolved."""
        return sum(
            tried[-1] is outcome and self._stages.get(contact) is Stage.RESOLVED
            for contact, tried in self.contacts.items()
            if tried
        )
