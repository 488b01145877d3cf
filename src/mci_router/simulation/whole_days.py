"""A trace as whole days are driven inside a server: the same as the driver does, event by event, several times faster.

Without incidents, which the driver knows and the server does not.
"""

import json
from typing import Any
from uuid import uuid4

from mci_router.routing.calls import Placement
from mci_router.routing.engine.live_settings import live_queue, live_workspace
from mci_router.routing.engine.queues import signature
from mci_router.routing.engine.virtual_time import LEASE_S, DayServer
from mci_router.simulation.driver import changes, first_ms, last_ms
from mci_router.simulation.floor import TIMES, SimulationFailed, agent_name, proficiency, queue_spec
from mci_router.simulation.outcomes import Abandoned, Answered, LineOutcome
from mci_router.simulation.policies import SimulatedPolicy
from mci_router.simulation.trace import Trace
from mci_router.specs.workspace import WorkspaceSpec

EVENTS_A_CALL = 400


def play(server: DayServer, trace: Trace, policy: SimulatedPolicy, *, plain: bool = False) -> list[LineOutcome]:
    """Returns the outcome of every contact, in order of arrival. Raises EngineUnavailable, SimulationFailed."""
    workspace = f"wsp_{uuid4().hex}"
    server.load(workspace, day_of(trace, policy, plain=plain))
    while (left := server.drive(workspace, EVENTS_A_CALL)) > 0:
        pass
    if left < 0:
        raise SimulationFailed("the engine leaves contacts waiting for ever, with every agent idle")
    _, outcomes = server.end(workspace)
    agents = list(trace.agents.values())
    return [
        Answered(contact, agents[agent - 1], since, gone) if agent else Abandoned(contact, gone)
        for contact, (agent, since, gone) in zip(trace.contacts, outcomes, strict=True)
    ]


def day_of(trace: Trace, policy: SimulatedPolicy, *, plain: bool = False) -> dict[str, Any]:
    """Returns the day as the server takes it. Raises ValueError for a trace with incidents."""
    if trace.incidents:
        raise ValueError("a day with incidents is driven from outside of the server")
    names = {queue: f"queue_{number}" for number, queue in enumerate(trace.queues)}
    numbers = {queue: number for number, queue in enumerate(trace.queues, 1)}
    return {
        "setup": _setup(trace, names, policy, plain=plain),
        "agents": [agent_name(number) for number in range(len(trace.agents))],
        "kinds": [_kind(trace, queue, name) for queue, name in names.items()],
        "contacts": [
            [
                first_ms(one.t),
                numbers[str(one.queue)],
                one.handle_s,
                None if one.patience_s is None else last_ms(one.t + one.patience_s),
            ]
            for one in trace.contacts
        ],
        "changes": [[change.at_ms, change.agent + 1, change.comes] for change in changes(trace)],
    }


def _setup(trace: Trace, names: dict[str, str], policy: SimulatedPolicy, *, plain: bool) -> list[list[str]]:
    queues = [queue_spec(name, trace.queues[queue], policy) for queue, name in names.items()]
    workspace = WorkspaceSpec(name="simulated", title="Simulated", line_choice=policy.line_choice)
    settings = live_workspace(workspace, queues, [], TIMES) | {"plain": plain}
    setup = [["configure_workspace", "1", json.dumps(settings)]]
    setup += [["configure_queue", queue.name, "1", json.dumps(live_queue(queue))] for queue in queues]
    there = []
    for number, agent in enumerate(trace.agents.values()):
        abilities = {names[queue]: proficiency(speed) for queue, speed in agent.skills.items()}
        limits = {names[queue]: agent.capacity for queue in agent.skills}
        mark, name = signature(abilities, agent.capacity, limits), agent_name(number)
        setup.append(["configure_agent", name, "1", mark, ""])
        there.append(["connect", name, "simulated", str(LEASE_S * 1000)])
        if agent.shifts is None:
            there.append(["set_presence", name, "available", ""])
    return [*setup, ["mark_built", "1"], *there]


def _kind(trace: Trace, queue: str, name: str) -> dict[str, Any]:
    spec = trace.queues[queue]
    need = [{"skill": name, "min": 1}]
    place = Placement(
        contact="", queue=name, channel=name, requirement=need, units=spec.units,
        enqueued_at=0, due_at=0, priority=0, rung=0,
    )  # fmt: skip
    return {
        "place": place.arguments(),
        "target_ms": round(spec.target_s * 1000),
        "slower": spec.conc_slow,
        "speeds": [agent.skills.get(queue, 1.0) for agent in trace.agents.values()],
    }
