"""Whether the ledger has this version's tables: one that was restored, or is not migrated yet, lacks some.

A process does not begin to serve with older ones; but one that is away at a start is waited for.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg

from mci_router.errors import DatabaseUnavailable, ServerRefuses
from mci_router.migrated import newest

REVISION = "SELECT max(version_num) FROM alembic_version"
MISSING_TABLE = "42P01"  # the SQLSTATE


class Schema:
    """The schema of a ledger, which `read` asks."""

    def __init__(self, read: Callable[[str, Sequence[object]], Awaitable[Sequence[Any]]]) -> None:
        self._read = read

    async def check(self) -> None:
        """Checks that the tables are this version's, or a later one's. Raises DatabaseUnavailable."""
        try:
            ((found,),) = await self._read(REVISION, ())
        except asyncpg.UndefinedTableError:
            found = None
        if str(found or "") < newest():
            words = f"its tables are those of migration {found}, and not of {newest()}: run `mci-router migrate`"
            raise DatabaseUnavailable from ServerRefuses(MISSING_TABLE, words)
