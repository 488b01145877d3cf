"""What is said seldom: a line of the log that would come with each request, or at each turn of a loop, for as long as a
server is away.
"""

import time

SAID_EVERY_S = 60


class Seldom:
    """Says of each kind of thing whether it is time to say it: at first, and when it was last said long enough ago."""

    def __init__(self, every_s: float = SAID_EVERY_S) -> None:
        self._every_s = every_s
        self._said_at: dict[str, float] = {}

    def due(self, kind: str = "") -> bool:
        now = time.monotonic()
        if now - self._said_at.get(kind, -self._every_s) < self._every_s:
            return False
        self._said_at = {one: at for one, at in self._said_at.items() if now - at < self._every_s} | {kind: now}
        return True
