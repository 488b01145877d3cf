"""The pace of frames: who sends faster is read more slowly, and nothing that is sent is lost."""

from mci_router.values import value


@value
class Tempo:
    """Frames that are read at once, and how many a second after that."""

    frames_per_s: float
    burst: int


# A person sends a few; a program that serves many contacts, some dozens. The burst is what a desk sends when it comes
# back after an outage.
OF_A_DESK = Tempo(frames_per_s=100, burst=200)
OF_A_CUSTOMER = Tempo(frames_per_s=5, burst=30)  # a message, that its writer types, that others were read


class Pace:
    """Frames of one desk, or of one customer however many sockets: a burst at once, then so many a second."""

    def __init__(self, now: float, tempo: Tempo = OF_A_DESK) -> None:
        self._tempo = tempo
        self._due = now - tempo.burst / tempo.frames_per_s

    def wait_s(self, now: float) -> float:
        """Counts a frame, and returns the seconds to wait before it is served."""
        each_s = 1 / self._tempo.frames_per_s
        self._due = max(self._due, now - self._tempo.burst * each_s) + each_s
        wait_s = round(self._due - now, 3)
        return wait_s if wait_s > 0 else 0
