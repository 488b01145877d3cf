"""Patterns: regular expressions that are compiled when they are first used.

There are some hundred, nearly all for texts that seldom come. To compile all of them when the package is imported would
be an eighth of what a process needs to start.
"""

import re
from typing import Any, cast


class _Uncompiled:
    """Stands for a pattern, and becomes as good as it at the first use."""

    def __init__(self, expression: str, flags: int) -> None:
        self._arguments = expression, flags

    def __getattr__(self, name: str) -> Any:
        """Returns what the compiled pattern has of this name, and keeps it here: the next time it is found at once."""
        found = getattr(re.compile(*self._arguments), name)
        self.__dict__[name] = found
        return found


def lazy_pattern(expression: str, flags: int = 0) -> re.Pattern[str]:
    """Returns the pattern of a regular expression. A mistake in it shows when it is first used."""
    return cast("re.Pattern[str]", _Uncompiled(expression, flags))
