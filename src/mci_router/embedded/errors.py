"""What keeps a server from running, told in one line."""

import re
from collections.abc import Iterator
from contextlib import contextmanager


class EmbeddedError(Exception):
    """A server cannot run here: one line for the user, with what is wrong and how to mend it."""


@contextmanager
def told(what: str) -> Iterator[None]:
    """Tell the user of a fault of the file system in one line."""
    try:
        yield
    except OSError as error:
        raise EmbeddedError(f"{what}: {error}") from error


def last_words(words: str) -> str:
    """The line of a log that tells why a program ended, without its stamp, and the hint that PostgreSQL may add."""
    lines = words.splitlines()
    telling = [line for line in lines if re.search("FATAL|PANIC|error:", line)] or lines or ["it said nothing"]
    hint = [line for line in lines if "HINT:" in line][-1:]
    return " ".join(re.split(r"(?:FATAL|PANIC|error|HINT):\s+| # ", line)[-1].strip() for line in [telling[-1], *hint])
