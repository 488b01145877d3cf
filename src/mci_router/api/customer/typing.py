"""Who types, for the customers of a lobby: heard from the live state, and told to the sockets that it concerns."""

import asyncio
import logging
from collections.abc import Callable

from mci_router.clock import from_ms, moment
from mci_router.errors import EngineUnavailable
from mci_router.routing.engine import Engine
from mci_router.routing.engine.typing import Typist

log = logging.getLogger(__name__)

RETRY_S = 0.5

Tell = Callable[[str, dict[str, object]], None]
"""Tells the customer of a contact, by its id, a frame's data."""


async def hear_typing(engine: Engine, workspace: str, tell: Tell) -> None:
    """Tells customers that an agent types, for as long as it is not cancelled."""
    while True:
        try:
            async with engine.typing(workspace) as typists:
                async for typist in typists:
                    if typist.who == "agent":
                        tell(typist.contact, frame_of(typist))
        except EngineUnavailable:
            await asyncio.sleep(RETRY_S)
        except Exception:
            log.exception("who types in %s is not heard for a moment", workspace)
            await asyncio.sleep(RETRY_S)


def frame_of(typist: Typist) -> dict[str, object]:
    """Returns the data of the frame: nobody's name."""
    return {"contact_id": typist.contact, "until": moment(from_ms(typist.until))}
