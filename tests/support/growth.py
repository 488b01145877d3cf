"""How work grows with the text it is about: told by two texts of one kind, so that no machine is too slow to tell."""

import time
from collections.abc import Callable
from math import inf
from typing import Any


def of(unit: str, length: int) -> str:
    """Returns a text of so many characters, all of one piece."""
    return (unit * (length // len(unit) + 1))[:length]


def grows_as_the_text(work: Callable[[str], Any], unit: str, some: int) -> bool:
    """Whether four times the text takes about four times as long, and not sixteen times as what grows as the square.

    Looks into regular expressions too, whose steps the interpreter does not count. The quickest of up to
    five tries with either text counts, which take turns: the first fills caches, and the machine is busy for a while.

    Args:
        work: What is done with a text.
        unit: What the text is made of.
        some: Characters of the shorter text.
    """
    shorter = longer = inf
    for _ in range(5):
        shorter = min(shorter, _seconds(work, of(unit, some)))
        longer = min(longer, _seconds(work, of(unit, 4 * some)))
        if longer <= 7 * shorter + 0.01:
            return True
    return False


def _seconds(work: Callable[[str], Any], text: str) -> float:
    began = time.thread_time()
    work(text)
    return time.thread_time() - began
