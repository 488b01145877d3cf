"""Playing the rest of a day on the engine: the same drawn contacts as a trial, the engine's own rules.

Contacts that wait already, and those that are held back, come into their line when the rest begins, or when they are no
longer held; what they have waited until then counts, and shortens the target that the engine holds them to.
"""

import json
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any
from uuid import uuid4

from mci_router.routing.calls import Placement
from mci_router.routing.engine.live_settings import EngineTimes, live_queue, live_workspace
from mci_router.routing.engine.queues import signature
from mci_router.routing.engine.virtual_time import LEASE_S, DayServer
from mci_router.routing.policy.requirements import requirement
from mci_router.simulation.floor import SimulationFailed
from mci_router.specs.queues import QueueSpec
from mci_router.specs.workspace import WorkspaceSpec
from mci_router.workforce.intraday.rest import Rest, RestAgent, RestQueue
from mci_router.workforce.intraday.task import Task
from mci_router.workforce.intraday.trial import SHORT_S, DrawnContact, Result, drawn

EVENTS_A_CALL = 400
TIMES = EngineTimes(30.0, 30.0, SHORT_S)
PLAIN = {"wrap_up_s": 0, "gather_s": 0, "inactivity_s": None}
"""A contact is one piece of work, handle time and wrap-up in one."""
STEP_OF_TARGETS = 0.1  # of a target: those in line are held to what is left of it, in steps


class RestPlayer:
    """Plays days of one task on one server: a trial, whose rules are the engine's."""

    def __init__(self, server: DayServer, task: Task) -> None:
        self._server, self._task = server, task
        self._specs = {queue.name: queue for queue in task.queues}

    def __call__(self, rest: Rest, seed: int) -> Mapping[str, Result]:
        """Returns what becomes of the contacts of each queue. Raises EngineUnavailable, SimulationFailed."""
        workspace = f"wsp_{uuid4().hex}"
        contacts = [(queue, one) for queue in rest.queues for one in drawn(queue, seed)]
        self._server.load(workspace, self._day(rest, seed, contacts))
        while (left := self._server.drive(workspace, EVENTS_A_CALL)) > 0:
            pass
        if left < 0:
            raise SimulationFailed("the engine leaves contacts waiting for ever, with every agent idle")
        _, outcomes = self._server.end(workspace)
        found = {queue.name: Result() for queue in rest.queues}
        for (queue, one), outcome in zip(contacts, outcomes, strict=True):
            _count(found[queue.name], queue, one, outcome, rest.until_s)
        return found

    def _day(self, rest: Rest, seed: int, contacts: list[tuple[RestQueue, DrawnContact]]) -> dict[str, Any]:
        agents = [agent.name for agent in rest.agents]
        kinds: dict[tuple[str, float], int] = {}
        come = [self._comes(rest, queue, one, kinds) for queue, one in contacts]
        changes = [change for number, one in enumerate(rest.agents, 1) for change in _changes(rest, one, number, seed)]
        return {
            "setup": self._setup(agents),
            "agents": agents,
            "kinds": [self._kind(self._specs[name], target_s) for name, target_s in kinds],
            "contacts": come,
            "changes": sorted(changes, key=lambda change: change[0]),
            "until": round(rest.until_s * 1000),
        }

    def _comes(
        self, rest: Rest, queue: RestQueue, one: DrawnContact, kinds: dict[tuple[str, float], int]
    ) -> list[int | float | None]:
        enters_s = max(0.0, one.came_s, rest.held.get(queue.name, 0.0))
        steps = round((1 - (enters_s - one.came_s) / queue.target_s) / STEP_OF_TARGETS)
        target_s = queue.target_s * max(1, steps) * STEP_OF_TARGETS
        kind = kinds.setdefault((queue.name, target_s), len(kinds) + 1)
        leaves = None if queue.patience_s is None else round(max(one.leaves_s, enters_s) * 1000)
        return [round(enters_s * 1000), kind, round(one.handle_s, 3), leaves]

    def _setup(self, agents: list[str]) -> list[list[str]]:
        task = self._task
        spec = WorkspaceSpec(
            name="simulated", title="Simulated", line_choice=task.line_choice, shorter_first=task.shorter_first
        )
        setup = [["configure_workspace", "1", json.dumps(live_workspace(spec, task.queues, [], TIMES))]]
        for queue in task.queues:
            plain = queue.model_copy(update=PLAIN)
            setup.append(["configure_queue", queue.name, "1", json.dumps(live_queue(plain))])
        for agent in agents:
            able = task.agents[agent]
            able_to = signature(able.abilities, able.units, able.channels, able.queues)
            setup.append(["configure_agent", agent, "1", able_to, ""])
        return [*setup, ["mark_built", "1"], *(["connect", one, "simulated", str(LEASE_S * 1000)] for one in agents)]

    def _kind(self, queue: QueueSpec, target_s: float) -> dict[str, Any]:
        place = Placement(
            contact="",
            queue=queue.name,
            channel=self._task.channels[queue.name],
            requirement=requirement(queue),
            units=queue.units,
            enqueued_at=0,
            due_at=0,
            priority=0,
            rung=0,
            target_ms=round(target_s * 1000),
        )
        return {"place": place.arguments(), "target_ms": round(target_s * 1000), "slower": 0}


def _changes(rest: Rest, agent: RestAgent, number: int, seed: int) -> Iterator[list[Any]]:
    """Yields when an agent comes and goes; who serves somebody now comes once that is over."""
    free_s = 0.0
    if agent.busy:
        served = [queue for queue in rest.queues if queue.name in agent.queues]
        free_s = Random(f"{seed} {agent.name}").expovariate(1 / served[0].aht_s) if served else 0.0  # noqa: S311
    for since, until in agent.takes:
        if max(since, free_s) < until:
            yield [round(max(since, free_s) * 1000), number, True]
            yield [round(until * 1000), number, False]


def _count(found: Result, queue: RestQueue, one: DrawnContact, outcome: tuple[int, int, int], until_s: float) -> None:
    agent, since, left = outcome
    ended_s = since / 1000 if agent else left / 1000 if left >= 0 else until_s
    in_time = ended_s - one.came_s <= queue.target_s + 0.001  # times are whole ms
    if agent or not in_time:
        found.counted += 1
        found.in_time += bool(agent) and in_time
