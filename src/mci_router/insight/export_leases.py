"""Leases of exports: a key has one export under way, in all processes together, and a workspace a few.

A lease that was not renewed for a while is over: a process that dies keeps nobody from exporting.
"""

import secrets

from sqlalchemy import text

from mci_router.database import Database
from mci_router.errors import ExportRunning

MOST_OF_WORKSPACE = 4
LEASE_S = 120  # longer than a client may take for one piece

_LIVE = f"seen_at > now() - interval '{LEASE_S} seconds'"
BEGIN = text(
    f"""
    INSERT INTO export_leases AS l (key_id, workspace_id, token)
    SELECT :key, :workspace, :token
    WHERE (SELECT count(*) FROM export_leases WHERE workspace_id = :workspace AND key_id <> :key AND {_LIVE}) < :most
    ON CONFLICT (key_id) DO UPDATE SET token = excluded.token, seen_at = now() WHERE NOT l.{_LIVE} RETURNING key_id
    """  # noqa: S608 — a number
)
RENEW = text("UPDATE export_leases SET seen_at = now() WHERE token = :token RETURNING key_id")
END = text("DELETE FROM export_leases WHERE token = :token")


class ExportLeases:
    """Grants leases."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, workspace: str, key: str) -> str:
        """Returns the token of a new lease. Raises ExportRunning, DatabaseUnavailable."""
        token = secrets.token_hex(16)
        known = {"workspace": workspace, "key": key, "token": token, "most": MOST_OF_WORKSPACE}
        async with self._database.transaction() as session:
            if await session.scalar(BEGIN, known) is None:
                raise ExportRunning
        return token

    async def renew(self, token: str) -> None:
        """Keeps a lease. Raises ExportRunning if another export of the key has it meanwhile."""
        async with self._database.transaction() as session:
            if await session.scalar(RENEW, {"token": token}) is None:
                raise ExportRunning

    async def end(self, token: str) -> None:
        """Gives a lease back. Idempotent."""
        async with self._database.transaction() as session:
            await session.execute(END, {"token": token})
