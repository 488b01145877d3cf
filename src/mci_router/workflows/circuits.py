"""Circuits: a target that fails is left alone for a while. Their state is shared by all processes, in the live state.

Each process remembers the open ones that it has met, so that contacts pass their rung over without asking.
"""

import logging
import time
from collections import defaultdict
from datetime import datetime

from mci_router.clock import utc_now
from mci_router.errors import EngineUnavailable
from mci_router.routing.engine import Engine
from mci_router.specs.workflows import WorkflowSpec

log = logging.getLogger(__name__)

MARGIN_S = 10.0  # beyond a call's time-out, for one that tries an open circuit


class Circuits:
    """The circuits of all workflows, as far as this process needs them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._open: dict[str, dict[str, float]] = defaultdict(dict)

    def open_of(self, workspace: str) -> frozenset[str]:
        """Returns the workflows whose circuits this process knows to be open."""
        known = self._open.get(workspace)
        if not known:
            return frozenset()
        now = time.monotonic()
        return frozenset(name for name, until in known.items() if until > now)

    async def begin(self, workspace: str, spec: WorkflowSpec, call: str) -> bool:
        """Returns whether the target may be called. Without the live state it may."""
        try:
            trial_s = spec.timeout_s + MARGIN_S
            until = await self._engine.begin_call(workspace, spec.name, call, trial_s=trial_s)
        except EngineUnavailable:
            return True
        self._remember(workspace, spec.name, until)
        return until is None

    async def end(self, workspace: str, spec: WorkflowSpec, call: str, *, healthy: bool) -> None:
        """Counts how a call went."""
        circuit = spec.circuit
        try:
            until = await self._engine.end_call(
                workspace, spec.name, call, healthy=healthy, failures=circuit.failures, open_s=circuit.open_s
            )
        except EngineUnavailable:
            return
        if until and spec.name not in self.open_of(workspace):
            log.warning("workflow %s of %s is left alone: its target fails", spec.name, workspace)
        self._remember(workspace, spec.name, until)

    def _remember(self, workspace: str, workflow: str, until: datetime | None) -> None:
        if until is None:
            self._open.get(workspace, {}).pop(workflow, None)
        else:
            self._open[workspace][workflow] = time.monotonic() + (until - utc_now()).total_seconds()
