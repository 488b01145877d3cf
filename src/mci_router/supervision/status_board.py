"""The status board: what status pages say, made once for all who read them within some seconds.

However many strangers ask, a process reads the ledger and the live state of a workspace every `FRESH_S` at most.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

FRESH_S = 10.0
MOST = 2_000
"""Pages that are kept, by workspace and language: of more the oldest go."""


@dataclass
class _Kept:
    made: Any = None
    at: float = 0.0
    making: asyncio.Lock = field(default_factory=asyncio.Lock)


class StatusBoard:
    """What was made last, by whose page it is, its language, and the revision of the configuration."""

    def __init__(self, fresh_s: float = FRESH_S) -> None:
        self.fresh_s = fresh_s
        self._kept: dict[tuple[str, str, int], _Kept] = {}

    async def of(self, workspace: str, language: str, revision: int, make: Callable[[], Awaitable[Any]]) -> Any:
        """Returns what the page says, made by `make` unless that was done just now; those who ask meanwhile wait for
        it. Raises what `make` raises.
        """
        kept = self._kept.setdefault((workspace, language, revision), _Kept())
        async with kept.making:
            if kept.made is None or time.monotonic() - kept.at >= self.fresh_s:
                kept.made, kept.at = await make(), time.monotonic()
                while len(self._kept) > MOST:
                    del self._kept[next(iter(self._kept))]
            return kept.made
