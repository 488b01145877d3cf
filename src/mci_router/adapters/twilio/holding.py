"""Holding: Twilio does not come again by itself, so its request is held while the router is away."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from mci_router.adapters.router import Refused, RouterAway

Answer = TypeVar("Answer")

LONGEST_PAUSE_S = 1.0
IN_FLIGHT = "idempotency_key_in_flight"  # the same request is under way, sent by Twilio before


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
                    if refused.slug != IN_FLIGHT:
                        raise
                    away = RouterAway("the same request is under way")
                await asyncio.sleep(min(away.after_s, LONGEST_PAUSE_S))
    except TimeoutError as error:
        raise away or RouterAway("it did not answer in time") from error
