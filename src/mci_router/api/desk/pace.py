"""The pace of a desk's frames: one that sends faster is read more slowly, and nothing it sends is lost."""

FRAMES_PER_S = 100  # a person sends a few; a program that serves many contacts, some dozens
BURST = 200  # frames: what a desk sends when it comes back after an outage


class Pace:
    """Frames of one desk: a burst at once, then so many a second."""

    def __init__(self, now: float) -> None:
        self._due = now - BURST / FRAMES_PER_S

    def wait_s(self, now: float) -> float:
        """Counts a frame, and returns the seconds to wait before it is served."""
        self._due = max(self._due, now - BURST / FRAMES_PER_S) + 1 / FRAMES_PER_S
        wait_s = round(self._due - now, 3)
        return wait_s if wait_s > 0 else 0
