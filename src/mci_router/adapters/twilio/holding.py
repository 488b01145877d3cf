"""Holding: Twilio does not come again by itself, so its request is held while the router is away."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from mci_router.adapters.router import Refused, RouterAway

Answer = TypeVar("Answer")

LONGEST_PAUSE_S = 1.0
SOON = ("idempotency_key_in_flight", "attachment_scanning")  # as the router says of what it will take in a moment


async def held(work: Callable[[], Awaitable[Answer]], for_s: float) -> Answer:
    """Returns what comes of asking the router, again and again while it is away. Raises RouterAway after `for_s`."""
    away: RouterAway | None = None
    try:
        async with asyncio.timeout(for_s):
            while True:
                try:
                    return await work()
                except RouterAway as error:
                    away = error
                except Refused as refused:
                    if refused.slug not in SOON:
                        raise
                    away = RouterAway(refused.slug)
                await asyncio.sleep(min(away.after_s, LONGEST_PAUSE_S))
    except TimeoutError as error:
        raise away or RouterAway("it did not answer in time") from error
