"""Standing of the adapters: which take what is written to their customers, and what waits for them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from mci_router.clock import utc_now
from mci_router.conversations import outbound
from mci_router.database import Database
from mci_router.specs.adapters import AdapterSpec
from mci_router.values import value
from mci_router.vocabulary import OutboundWay

LINKS = """
    SELECT adapter, unreachable_since, why, stream_until, stream IS NOT NULL AND stream_until > now() AS read
    FROM adapter_links WHERE workspace_id = $1
"""


@value
class AdapterNow:
    """An adapter at this moment. `unreachable_since` is None for one that has never been reached, too."""

    name: str
    title: str
    by: OutboundWay
    reachable: bool
    unreachable_since: datetime | None
    why: str | None
    waiting: int
    oldest_since: datetime | None

    @property
    def oldest_s(self) -> float:
        """For how many seconds the oldest message that waits has waited; 0 where none does."""
        return max(0.0, (utc_now() - self.oldest_since).total_seconds()) if self.oldest_since else 0.0


async def adapters_now(database: Database, workspace: str, adapters: Iterable[AdapterSpec]) -> list[AdapterNow]:
    """Returns how the adapters stand, by name. Raises DatabaseUnavailable."""
    taking = sorted((one for one in adapters if one.takes_messages), key=lambda one: one.name)
    if not taking:
        return []
    links = {row["adapter"]: row for row in await database.read(LINKS, workspace)}
    waiting = {row["adapter"]: row for row in await database.read(outbound.WAITING, workspace)}
    return [_now(one, links.get(one.name), waiting.get(one.name)) for one in taking]


def _now(adapter: AdapterSpec, link: Any, waiting: Any) -> AdapterNow:
    reachable, since, why = _reached(adapter.outbound.by, link)
    return AdapterNow(
        name=adapter.name,
        title=adapter.title,
        by=adapter.outbound.by,
        reachable=reachable,
        unreachable_since=since,
        why=why,
        waiting=waiting["waiting"] if waiting else 0,
        oldest_since=waiting["oldest"] if waiting else None,
    )


def _reached(by: OutboundWay, link: Any) -> tuple[bool, datetime | None, str | None]:
    """Returns whether an adapter takes messages now, else since when it does not, and why."""
    if by is OutboundWay.WEBHOOK:
        since = link and link["unreachable_since"]
        return since is None, since, link["why"] if since else None
    if link and link["read"]:
        return True, None, None
    return False, link and link["stream_until"], "not_connected"
