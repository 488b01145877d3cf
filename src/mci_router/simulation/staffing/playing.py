"""Playing a day: the problem's queues and agents in the live state of a server, its customers, and what became of them.

The engine is the one that serves customers, driven inside the server (`routing/engine/virtual/days.lua`).
"""

import json
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from mci_router.insight.service_level import ServiceLevelTally
from mci_router.routing.calls import Placement, RelaxedStep
from mci_router.routing.engine.live_settings import EngineTimes, live_queue, live_workspace
from mci_router.routing.engine.queues import signature
from mci_router.routing.engine.virtual_time import LEASE_S, DayServer
from mci_router.routing.policy.requirements import relaxed, requirement
from mci_router.simulation.floor import SimulationFailed
from mci_router.simulation.staffing import draws
from mci_router.specs.queues import QueueSpec
from mci_router.specs.workspace import WorkspaceSpec
from mci_router.workforce.staffing.figures import DayFigures
from mci_router.workforce.staffing.problem import INTERVAL_S, Group, Plan, Problem

EVENTS_A_CALL = 400  # some 30 ms: the server is asked to stop between them
REOFFER_S, GRACE_S = 30.0, 30.0  # no offer is declined, and no desk falls silent


class Player:
    """Plays days of one problem on one server."""

    def __init__(self, server: DayServer, problem: Problem) -> None:
        self._server, self._problem = server, problem
        self._kinds = draws.kinds(problem)
        self._queues = {queue.name: queue for queue in problem.queues}
        self._contacts: dict[int, list[draws.Contact]] = {}  # by seed: every plan meets the same

    def play(self, plan: Plan, seed: int) -> DayFigures:
        """Returns the figures of the day of a seed. Raises EngineUnavailable, SimulationFailed."""
        began = time.perf_counter()
        workspace = f"wsp_{uuid4().hex}"
        self._server.load(workspace, self._day(plan, seed))
        while (left := self._server.drive(workspace, EVENTS_A_CALL)) > 0:
            pass
        if left < 0:
            raise SimulationFailed("the engine leaves contacts waiting for ever, with every agent idle")
        calls, outcomes = self._server.end(workspace)
        return self._figures(plan, seed, calls, outcomes, time.perf_counter() - began)

    def _day(self, plan: Plan, seed: int) -> dict[str, Any]:
        problem, groups = self._problem, {group.name: group for group in self._problem.groups}
        ranks = [(name, rank) for name in groups for rank in range(1, max(plan[name], default=0) + 1)]
        numbers = {one: number for number, one in enumerate(ranks, 1)}
        agents = [f"{name}_{rank:04d}" for name, rank in ranks]
        setup = _workspace(problem)
        for agent, (name, _) in zip(agents, ranks, strict=True):
            setup.append(["configure_agent", agent, "1", _signature(groups[name], problem.queues), ""])
        setup.append(["mark_built", "1"])
        setup += [["connect", agent, "simulated", str(LEASE_S * 1000)] for agent in agents]
        contacts = self._contacts.setdefault(seed, draws.contacts(problem, seed))
        return {
            "setup": setup,
            "agents": agents,
            "kinds": [_kind(self._queues[queue], channel, self._queues) for queue, channel in self._kinds],
            "contacts": [[at, kind + 1, work, leaves] for at, kind, work, leaves in contacts],
            "changes": draws.of_agents(problem, plan, seed, numbers),
            "until": problem.intervals * INTERVAL_S * 1000,
        }

    def _figures(
        self, plan: Plan, seed: int, calls: int, outcomes: list[tuple[int, int, int]], seconds: float
    ) -> DayFigures:
        problem, end_ms = self._problem, self._problem.intervals * INTERVAL_S * 1000
        of_agent = [
            name for name in (group.name for group in problem.groups) for _ in range(max(plan[name], default=0))
        ]
        counted: dict[str, Counter[str]] = {name: Counter() for name in self._queues}
        late = {name: [0] * problem.intervals for name in self._queues}
        busy = {group.name: [0.0] * problem.intervals for group in problem.groups}
        for (at, kind, work, _), (agent, since, left) in zip(self._contacts[seed], outcomes, strict=True):
            name = self._kinds[kind][0]
            waited_s = ((since if agent else left if left >= 0 else end_ms) - at) / 1000
            what = self._fate(name, waited_s, answered=bool(agent), gone=left >= 0)
            if what is None:
                continue
            counted[name][what] += 1
            if what in {"late", "abandoned_late"}:
                late[name][min(at // (INTERVAL_S * 1000), problem.intervals - 1)] += 1
            if agent:
                busy[of_agent[agent - 1]][min(since // (INTERVAL_S * 1000), problem.intervals - 1)] += work
        return DayFigures(seed, {name: _tally(some) for name, some in counted.items()}, late, busy, seconds, calls)

    def _fate(self, queue: str, waited_s: float, *, answered: bool, gone: bool) -> str | None:
        """Returns how a contact counts. One that still waits when the day ends counts only if it is late already."""
        target_s, short_s = self._queues[queue].service_level.target_s, self._problem.short_abandon_s
        in_time = waited_s <= target_s
        if answered:
            return "in_time" if in_time else "late"
        if not gone:
            return None if in_time else "abandoned_late"
        return "short" if waited_s <= short_s else "abandoned_in_time" if in_time else "abandoned_late"


def _tally(counted: Mapping[str, int]) -> ServiceLevelTally:
    return ServiceLevelTally(
        answered=counted.get("in_time", 0) + counted.get("late", 0),
        answered_in_time=counted.get("in_time", 0),
        abandoned_short=counted.get("short", 0),
        abandoned_in_time=counted.get("abandoned_in_time", 0),
        abandoned_late=counted.get("abandoned_late", 0),
    )


def _workspace(problem: Problem) -> list[list[str]]:
    spec = WorkspaceSpec(
        name="simulated", title="Simulated", line_choice=problem.line_choice, shorter_first=problem.shorter_first
    )
    times = EngineTimes(REOFFER_S, GRACE_S, problem.short_abandon_s)
    settings = live_workspace(spec, problem.queues, [], times) | {"plain": problem.plain}
    setup = [["configure_workspace", "1", json.dumps(settings)]]
    for queue in problem.queues:
        # A contact is one piece of work: no wrap-up beside its handle time. Routers without our rules interrupt none.
        changed = {"wrap_up_s": 0, "gather_s": 0, "inactivity_s": None}
        interruptible = queue.interruptible and not problem.plain
        played = queue.model_copy(update={**changed, "interruptible": interruptible})
        setup.append(["configure_queue", queue.name, "1", json.dumps(live_queue(played))])
    return setup


def _signature(group: Group, queues: list[QueueSpec]) -> str:
    limits = dict(group.queues)
    for queue in queues:
        if queue.most_per_agent is not None:
            limits[queue.name] = min(queue.most_per_agent, limits.get(queue.name, queue.most_per_agent))
    return signature(group.abilities, group.units, group.channels, limits)


def _kind(queue: QueueSpec, channel: str, queues: Mapping[str, QueueSpec]) -> dict[str, Any]:
    steps = relaxed(queue.relaxation, queue, (), queues)
    target_ms = round(queue.service_level.target_s * 1000)
    place = Placement(
        contact="",
        queue=queue.name,
        channel=channel,
        requirement=requirement(queue),
        units=queue.units,
        enqueued_at=0,
        due_at=0,
        priority=0,
        rung=0,
        steps=[RelaxedStep(round(step.after_s * 1000), step.alternatives) for step in steps],
        target_ms=target_ms,
    )
    return {"place": place.arguments(), "target_ms": target_ms, "slower": 0}
