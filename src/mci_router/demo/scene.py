"""What everyone in the demo shares: the simulated time, and a tally of where each contact stands."""

import asyncio
import time
from collections import Counter
from enum import IntEnum

from mci_router.vocabulary import Outcome


class Clock:
    """Simulated seconds, of which `speed` pass in a real one."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._start = time.monotonic()

    def now(self) -> float:
        """Simulated seconds since the start."""
        return self.real() * self.speed

    def real(self) -> float:
        """Real seconds since the start."""
        return time.monotonic() - self._start

    async def sleep(self, simulated_s: float) -> None:
        await asyncio.sleep(max(0.0, simulated_s) / self.speed)


class Place(IntEnum):
    """Where a contact stands, in the order in which it can move."""

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
        return self >= Place.RESOLVED


class Tally:
    """Counts as the demo goes.

    Adapters and desks report what they see, in any order: a contact only ever moves forward.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._places: dict[str, Place] = {}
        self._settled: dict[str, asyncio.Event] = {}
        self._changed = (0.0, 0.0)
        self.contacts: dict[str, list[Outcome]] = {}
        """The demo's own contacts, each with the outcomes it was given, in order."""
        self.refused: list[str] = []
        """Why contacts were not taken in at all."""
        self.offers: Counter[str] = Counter()
        self.asked = self.agreed = 0
        """How many customers were asked whether their question may be posted, and how many agreed."""

    def place(self, contact: str, place: Place) -> None:
        if place > self._places.get(contact, 0):
            self._places[contact] = place
            self.stir()
        if place.settled:
            self.settled(contact).set()

    def stir(self) -> None:
        """Something happened."""
        self._changed = (self._clock.now(), self._clock.real())

    def still_for(self) -> tuple[float, float]:
        """How long nothing has happened: simulated and real seconds."""
        return self._clock.now() - self._changed[0], self._clock.real() - self._changed[1]

    def settled(self, contact: str) -> asyncio.Event:
        """Set once somebody here saw the contact end."""
        return self._settled.setdefault(contact, asyncio.Event())

    def places(self) -> Counter[Place]:
        """How many of the demo's contacts stand where."""
        return Counter(self._places[contact] for contact in self.contacts if contact in self._places)

    def helped_by(self, outcome: Outcome) -> int:
        """Contacts that this outcome resolved."""
        return sum(
            tried[-1] is outcome and self._places.get(contact) is Place.RESOLVED
            for contact, tried in self.contacts.items()
            if tried
        )
