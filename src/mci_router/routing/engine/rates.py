"""Units of rate limits, which processes lease from buckets that all of them share."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from mci_router.routing.engine.connection import Connection


class Bucket(NamedTuple):
    """A bucket to lease from: its name in its workspace, its units a second, its most units, and how many we want;
    fewer than none give units back.
    """

    name: str
    per_s: float
    burst: int
    wanted: int


class RateFunctions(Connection):
    """The function that leases units."""

    async def lease_units(self, workspace: str, buckets: Sequence[Bucket]) -> list[tuple[int, float]]:
        """Returns of each bucket the units that we may spend, perhaps fewer than wanted, and those that are left."""
        wanted = json.dumps([bucket._asdict() for bucket in buckets])
        reply = await self._prepare(workspace, "lease_units", wanted)
        return list(zip(reply["granted"], reply["left"], strict=True))
