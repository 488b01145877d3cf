"""The trial of the rest of a day beside the engine itself: the same contacts, the same agents, in virtual time."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from mci_router.embedded import Servers
from mci_router.simulation.outcomes import Abandoned, Answered
from mci_router.simulation.policies import SimulatedPolicy
from mci_router.simulation.run import simulate
from mci_router.simulation.trace import Trace, TraceAgent, TraceContact, TraceQueue
from mci_router.workforce.intraday.rest import Rest, RestAgent, RestQueue
from mci_router.workforce.intraday.trial import Result, drawn, tried

HOUR = 3_600.0
CALLS = RestQueue("calls", goal=0.8, target_s=20, aht_s=180, arrivals=(22,) * 16, spread=0, patience_s=240)
FRAUD = RestQueue("fraud", goal=0.9, target_s=20, aht_s=300, arrivals=(5,) * 16, spread=0, patience_s=300)
MAILS = RestQueue("mails", goal=0.8, target_s=2 * HOUR, aht_s=360, arrivals=(4,) * 16, spread=0, deferrable=True)
QUEUES = (CALLS, FRAUD, MAILS)
SEEDS = range(4)


def team(number: int, *queues: str) -> list[RestAgent]:
    names = "_".join(queues)
    return [RestAgent(f"{names}_{one}", frozenset(queues), ((0.0, 4 * HOUR),)) for one in range(number)]


def day(people: Sequence[RestAgent], queues: Sequence[RestQueue] = QUEUES) -> Rest:
    return Rest(4 * HOUR, tuple(queues), tuple(people), {})


def trace_of(rest: Rest, seed: int) -> Trace:
    """The drawn day as the engine's simulator takes it."""
    contacts = [
        TraceContact(
            id=f"{queue.name} {number}",
            queue=queue.name,
            t=one.came_s,
            handle_s=one.handle_s,
            patience_s=None if queue.patience_s is None else one.leaves_s - one.came_s,
        )
        for queue in rest.queues
        for number, one in enumerate(drawn(queue, seed))
    ]
    queues = {
        queue.name: TraceQueue(
            id=queue.name,
            name=queue.name,
            target_s=queue.target_s,
            goal=queue.goal,
            units=1,
            mean_handle_s=queue.aht_s,
            deferrable=queue.deferrable,
        )
        for queue in rest.queues
    }
    agents = {
        agent.name: TraceAgent(id=agent.name, capacity=1, skills=dict.fromkeys(sorted(agent.queues), 1.0))
        for agent in rest.agents
    }
    return Trace("drawn", queues, agents, sorted(contacts, key=lambda one: one.t))


def by_engine(rest: Rest, seed: int, url: str) -> dict[str, Result]:
    """What the engine makes of the drawn day, counted as the trial counts."""
    found = {queue.name: Result() for queue in rest.queues}
    for one in simulate(trace_of(rest, seed), SimulatedPolicy.SERVICE_LEVEL, url).outcomes:
        assert isinstance(one, Answered | Abandoned)
        queue = next(queue for queue in rest.queues if queue.name == one.contact.queue)
        in_time = one.left_ms / 1000 - one.contact.t <= queue.target_s
        if isinstance(one, Answered) or not in_time:
            found[queue.name].counted += 1
            found[queue.name].in_time += isinstance(one, Answered) and in_time
    return found


def level(days: Sequence[dict[str, Result]], queue: str) -> float:
    return sum(day[queue].in_time for day in days) / sum(day[queue].counted for day in days)


PEOPLE = [*team(5, "calls"), *team(3, "calls", "mails"), *team(2, "fraud", "calls"), *team(1, "fraud")]


@pytest.mark.parametrize("fewer", [0, 2])
def test_the_trial_is_near_the_engine(servers: Servers, fewer: int) -> None:
    """A blended day, enough staff and too few: the service level of each live queue is within six points of the
    engine's on the same contacts, and the trial ranks the two days as the engine does.
    """
    rest = day(PEOPLE[fewer:])
    engine = [by_engine(rest, seed, servers.valkey.url) for seed in SEEDS]
    trial = [dict(tried(rest, seed)) for seed in SEEDS]
    differences = {queue.name: level(trial, queue.name) - level(engine, queue.name) for queue in QUEUES}
    print({name: (round(level(engine, name), 3), round(level(trial, name), 3)) for name in differences})
    assert all(abs(one) <= 0.06 for one in differences.values()), differences


def test_one_line_is_the_engine_to_the_contact(servers: Servers) -> None:
    """Where there is nothing to choose, every contact is answered when the engine answers it."""
    rest = day(team(5, "calls"), [replace(CALLS, patience_s=None)])
    engine, trial = by_engine(rest, 1, servers.valkey.url), dict(tried(rest, 1))
    assert trial["calls"].in_time == engine["calls"].in_time
