"""Errors of the servers, in one line each."""

import re
from collections.abc import Iterator
from contextlib import contextmanager


class EmbeddedError(Exception):
    """A server cannot run here: one line for the user, with what is wrong and how to mend it."""


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Turns a fault of the file system into an EmbeddedError of one line."""
    try:
        yield
    except OSError as error:
        raise EmbeddedError(f"{what}: {error}") from error


def last_words(words: str) -> str:
    """Returns the line of a log that says why a program ended, without its stamp, and PostgreSQL's hint."""
    lines = words.splitlines()
    reasons = [line for line in lines if re.search("FATAL|PANIC|error:", line)] or lines or ["it said nothing"]
    hint = [line for line in lines if "HINT:" in line][-1:]
    return " ".join(re.split(r"(?:FATAL|PANIC|error|HINT):\s+| # ", line)[-1].strip() for line in [reasons[-1], *hint])
