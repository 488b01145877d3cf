"""Workflows in the live state: the circuits of their targets, and their runs in the journal."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mci_router.clock import from_ms
from mci_router.routing.engine.connection import Connection


class WorkflowFunctions(Connection):
    """The functions that ask and count how calls of workflows' targets go, and the one that journals runs."""

    async def begin_call(self, workspace: str, workflow: str, call: str, *, trial_s: float) -> datetime | None:
        """Asks whether a target may be called. Returns until when not; None if it may.

        A target that is tried again gets one call, for `trial_s` seconds at most.
        """
        reply = await self._prepare(workspace, "begin_call", workflow, call, round(trial_s * 1000))
        return from_ms(reply["until"]) if reply["status"] == "open" else None

    async def end_call(
        self, workspace: str, workflow: str, call: str, *, healthy: bool, failures: int, open_s: float
    ) -> datetime | None:
        """Counts how a call went. Returns until when the circuit is open; None if it is closed."""
        how = "healthy" if healthy else "failing"
        reply = await self._prepare(workspace, "end_call", workflow, call, how, failures, round(open_s * 1000))
        return from_ms(reply["open_until"]) if reply.get("open_until") else None

    async def journal_run(self, workspace: str, state: str, run: str, data: Mapping[str, Any], *, command: str) -> None:
        """Journals how far a run has come.

        The same command, sent again within ten minutes, is journalled once.
        """
        await self._call_as(workspace, f"{run}:{command}", "journal_run", state, run, json.dumps(dict(data)))
