"""Bounds of addresses that hold a secret, a survey's or a calendar's: what one client may ask for, so that nobody tries
tokens out.
"""

import time
from contextlib import suppress

from fastapi import Request

from mci_router.api.parts import Parts
from mci_router.errors import EngineUnavailable, TooManyTries
from mci_router.portal.bounds import client_of
from mci_router.portal.visits import seals_of
from mci_router.routing.engine.rates import Bucket

HOUR_S = 3_600


async def pay(request: Request, parts: Parts) -> None:
    """Pays for a request to such an address. Raises TooManyTries.

    No workspace pays: who asks may have no survey at all. A client is counted by a digest that is gone with the hour.
    """
    client = client_of(request, parts)
    if not client:
        return
    most = parts.settings.survey_pages_per_min
    bucket = Bucket(f"survey {seals_of(parts).digest('survey', client)}", most / 60, most, 1)
    with suppress(EngineUnavailable):
        hour = int(time.time()) // HOUR_S
        ((granted, left),) = await parts.engine.lease_units(f"surveys/{hour}", [bucket])
        if granted < 1:
            raise TooManyTries.after((1 - left) * 60 / most)
