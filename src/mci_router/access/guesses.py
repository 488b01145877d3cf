"""Guesses: how many references that are none a key may ask for. A right one costs nothing.

Each request takes a unit of the key's bucket before anything is looked up, so that many at once gain nothing, and gives
it back when the reference was right. While the live state is away nothing is bounded, as with rates.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from mci_router.access.keys import Caller
from mci_router.errors import EngineUnavailable, TooManyGuesses
from mci_router.routing.engine import Engine
from mci_router.routing.engine.rates import Bucket

HOUR_S = 3600


@dataclass(slots=True)
class Guess:
    """A guess, and whether it was right."""

    right: bool = False


@asynccontextmanager
async def guessing(engine: Engine, caller: Caller, per_hour: int) -> AsyncIterator[Guess]:
    """Bounds what is done in its block, which says whether the guess was right. Raises TooManyGuesses."""
    guess = Guess()
    try:
        await _take(engine, caller, per_hour, 1)
    except EngineUnavailable:
        guess.right = True
    try:
        yield guess
    finally:
        if guess.right:
            with suppress(EngineUnavailable):
                await _take(engine, caller, per_hour, -1)


async def _take(engine: Engine, caller: Caller, per_hour: int, units: int) -> None:
    bucket = Bucket(f"references {caller.key_id}", per_hour / HOUR_S, per_hour, units)
    ((granted, left),) = await engine.lease_units(caller.workspace_id, [bucket])
    if granted < units:
        raise TooManyGuesses.after((1 - left) * HOUR_S / per_hour)
