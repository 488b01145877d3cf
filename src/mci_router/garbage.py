"""Garbage: fits Python's collector of cycles to a service that keeps nearly all that it makes when it starts.

By default the collector looks at every object again and again while the package is imported, and later at all of them
every few seconds, for 0.2 s each time, during which nobody is answered. Requests leave few cycles behind: it is enough
to look seldom, and not at what stays for good.
"""

import gc

WHILE_IMPORTING = 1_000_000
"""New objects before the collector looks at them, until `keep_all`: what is imported is no garbage.

It is a bound all the same, for a program that imports a part of the package and never calls that.
"""

YOUNG = 10_000
"""New objects that are still in use before the collector looks at them: more than requests under way have."""

OLDER = 10  # looks at the new objects before those that outlived one are looked at, too; the same for the oldest


def wait_for_imports() -> None:
    """Has the collector wait while the package is imported."""
    gc.set_threshold(WHILE_IMPORTING, OLDER, OLDER)


def keep_all() -> None:
    """Leaves all objects that there are out of future collections, also out of the one with which a process ends, and
    has the collector look seldom at others: call it once what stays for good is made.
    """
    gc.freeze()
    gc.set_threshold(YOUNG, OLDER, OLDER)
