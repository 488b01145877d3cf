"""How work grows with the text it is about: told by two texts of one kind, so that no machine is too slow to tell."""

import time
from collections.abc import Callable
from typing import Any


def of(unit: str, length: int) -> str:
    """Returns a text of so many characters, all of one piece."""
    return (unit * (length // len(unit) + 1))[:length]


def grows_as_the_text(work: Callable[[str], Any], unit: str, some: int) -> bool:
    """Whether four times the text takes about four times as long, and not sixteen times as what grows as the square.

    Looks into regular expressions too, whose steps the interpreter does not count. The quickest of three tries with
    either text counts: the first fills caches, and the machine has other things to do.

    Args:
        work: What is done with a text.
        unit: What the text is made of.
        some: Characters of the shorter text.
    """
    quickest = min(_seconds(work, of(unit, some)) for _ in range(3))
    return any(_seconds(work, of(unit, 4 * some)) <= 8 * quickest + 0.01 for _ in range(3))


def _seconds(work: Callable[[str], Any], text: str) -> float:
    began = time.thread_time()
    work(text)
    return time.thread_time() - began
