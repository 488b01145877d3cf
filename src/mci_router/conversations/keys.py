"""Keys by which messages are written once: they are kept for as long as a sender may repeat itself."""

from datetime import timedelta

from mci_router.clock import utc_now
from mci_router.database import Database

KEEP = timedelta(days=90)
FORGET = "DELETE FROM message_keys WHERE received_at < $1"


async def forget(database: Database) -> None:
    """Forgets keys that are older than 90 days; their messages stay. Idempotent. Raises DatabaseUnavailable."""
    await database.read(FORGET, utc_now() - KEEP)
