"""The last guard against loops: of what no person wrote an address gets so much an hour, whatever anybody's marks say.

Two programs that answer each other stop here, also where neither knows the other for one.
"""

from collections import OrderedDict, deque
from collections.abc import Callable
from time import monotonic

HOUR_S = 3_600
MOST_ADDRESSES = 10_000  # those that got something longest ago are forgotten


class Automatic:
    """Counts what goes to each address, over the hour before."""

    def __init__(self, per_hour: int, clock: Callable[[], float] = monotonic) -> None:
        self._per_hour = per_hour
        self._clock = clock
        self._at: OrderedDict[str, deque[float]] = OrderedDict()

    def lets(self, address: str) -> bool:
        """Returns whether one more may go to an address, and counts it if so."""
        now, sent = self._clock(), self._at.setdefault(address, deque())
        self._at.move_to_end(address)
        while sent and sent[0] <= now - HOUR_S:
            sent.popleft()
        if lets := len(sent) < self._per_hour:
            sent.append(now)
        while len(self._at) > MOST_ADDRESSES:
            self._at.popitem(last=False)
        return lets
