"""Timers of open contacts: the live state says which are due, and any process does what they are for."""

import logging
from collections.abc import Awaitable

from mci_router.errors import DatabaseUnavailable, EngineUnavailable, Problem
from mci_router.lifecycle.ladder import Ladder
from mci_router.lifecycle.overflow_checks import OverflowChecks
from mci_router.routing.engine import Engine

log = logging.getLogger(__name__)


class Timers:
    """Fires the timers of a workspace."""

    def __init__(self, engine: Engine, ladder: Ladder, overflow: OverflowChecks) -> None:
        self._engine = engine
        self._ladder = ladder
        self._overflow = overflow

    async def fire(self, workspace: str) -> None:
        """Fires all that are due in a workspace. Raises EngineUnavailable, DatabaseUnavailable."""
        due = await self._engine.fire_timers(workspace)
        for contact in due.rungs:
            await _alone(contact, "rung limit", self._ladder.pass_limit(workspace, contact))
        for contact in due.overflows:
            await _alone(contact, "overflow time", self._overflow.check(workspace, contact))


async def _alone(contact: str, timer: str, work: Awaitable[object]) -> None:
    """Does the work for one contact. If it cannot move, the others still do."""
    try:
        await work
    except (EngineUnavailable, DatabaseUnavailable):
        raise
    except Problem as problem:
        log.warning("the %s of %s has passed to no effect: %s", timer, contact, problem.detail)
