"""Staffing, measured: what routing saves, and what a search costs.

`python -m benchmarks.workforce.staffing` prints what routing saves on a blended day, and how fast days are played;
with `--search` also a whole search for a day of 8 queues and about 60 agents, which takes up to a quarter of an hour.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from math import exp, log
from random import Random

from rich.console import Console
from tests.workforce.staffing.days import largest_day

from benchmarks.table import Row
from benchmarks.workforce.eight_queues import eight_queues
from mci_router.routing.engine.virtual_time import DayServer
from mci_router.simulation.figures import of_queue
from mci_router.simulation.policies import SimulatedPolicy
from mci_router.simulation.staffing.days import Days, servers
from mci_router.simulation.trace import Trace, TraceAgent, TraceContact, TraceQueue
from mci_router.simulation.whole_days import play
from mci_router.workforce.staffing.figures import p90
from mci_router.workforce.staffing.guess import guess
from mci_router.workforce.staffing.problem import agent_hours
from mci_router.workforce.staffing.search import Search

# A blended day of eight hours: calls for support, for sales and of VIPs, three chats at a time, e-mail. Contacts a day,
# mean handle time and mean patience in seconds; whole days of it are drawn by seed.
QUEUES = (
    TraceQueue(id=0, name="support", target_s=20.0, goal=0.8, units=6, mean_handle_s=300.0, static_priority=2),
    TraceQueue(id=1, name="sales", target_s=20.0, goal=0.8, units=6, mean_handle_s=480.0, static_priority=2),
    TraceQueue(id=2, name="vip", target_s=10.0, goal=0.9, units=6, mean_handle_s=420.0, static_priority=1),
    TraceQueue(
        id=3, name="chat", target_s=120.0, goal=0.8, units=2, mean_handle_s=600.0, static_priority=3, conc_slow=0.15
    ),
    TraceQueue(
        id=4,
        name="e-mail",
        target_s=14_400.0,
        goal=0.95,
        units=6,
        mean_handle_s=360.0,
        static_priority=4,
        deferrable=True,
    ),
)
A_DAY = (740, 315, 100, 580, 430)
PATIENCE_S = (240.0, 240.0, 300.0, 360.0, None)
BY_HOUR = (0.6, 0.9, 1.3, 1.3, 0.8, 1.2, 1.2, 0.7)
MAIL_BY_HOUR = (1.6, 1.1, 1.5, 0.8, 0.8, 0.7, 0.9, 0.6)
SKILLS = ((0, 4), (0, 3), (1, 0), (0, 1, 2), (3, 4), (1, 3), (0, 2, 4), (0, 4, 3), (1, 2, 4), (0, 1))
SPREAD = 1.1  # of handle times, as in the recorded day
MOST_AGENTS, LEAST_AGENTS = 56, 24
DAYS = 6


def rows() -> Iterator[Row]:
    """Yields what routing saves, and how fast days are played."""
    with servers([], 1) as (server,):
        needs = {}
        for policy, name in (
            (SimulatedPolicy.LONGEST_IDLE, "first come, first served, longest idle agent"),
            (SimulatedPolicy.STRICT_PRIORITY, "strict priority, longest idle agent"),
            (SimulatedPolicy.SERVICE_LEVEL, "this router"),
        ):
            plain = policy is not SimulatedPolicy.SERVICE_LEVEL
            needs[policy] = needed(server, policy, plain=plain)
            goal = "31.5 to 32.6" if not plain else "–"
            note = f"every queue's strict level at its goal, mean of {DAYS} days; an independent simulator found "
            note += {"longest_idle": "39.1", "strict_priority": "38.7"}.get(policy, "31.5 to 32.6")
            met = None if plain else needs[policy] <= 32.6
            yield Row(f"agents of a blended day, {name}", goal, f"{needs[policy]:.1f}", met, note)
        ours = needs[SimulatedPolicy.SERVICE_LEVEL]
        saved = 1 - ours / needs[SimulatedPolicy.LONGEST_IDLE]
        yield Row("agents saved beside first come, first served", "–", f"{saved:.0%}", None, "the same days")
    yield from _speed()


def needed(server: DayServer, policy: SimulatedPolicy, *, plain: bool) -> float:
    """Returns the agents with whom the mean level of every queue is at its goal, between whole numbers by a line."""
    low, high, margins = LEAST_AGENTS, MOST_AGENTS, dict[int, float]()
    while high - low > 1:
        middle = (low + high) // 2
        margins[middle] = _margin(server, policy, middle, plain=plain)
        low, high = (low, middle) if margins[middle] >= 0 else (middle, high)
    short, enough = margins.get(low), margins.get(high)
    if short is None or enough is None:
        return float(high)
    return low + -short / (enough - short)


def _margin(server: DayServer, policy: SimulatedPolicy, agents: int, *, plain: bool) -> float:
    """Returns by how much the queue that is worst off is above its goal, over the days."""
    levels: dict[str, list[float]] = {}
    for seed in range(DAYS):
        day = blended_day(agents, seed)
        outcomes = play(server, day, policy, plain=plain)
        for queue in QUEUES:
            level = of_queue(queue, outcomes).tally.strict_service_level()
            levels.setdefault(queue.name, []).append(1.0 if level is None else level)
    return min(sum(levels[queue.name]) / DAYS - queue.goal for queue in QUEUES)


def blended_day(agents: int, seed: int) -> Trace:
    """Returns a day with so many agents, of the ten kinds in turn; its contacts depend on the seed alone."""
    random = Random(seed)
    contacts = []
    for queue, number, patience_s in zip(QUEUES, A_DAY, PATIENCE_S, strict=True):
        by_hour = MAIL_BY_HOUR if queue.deferrable else BY_HOUR
        for hour, share in enumerate(by_hour):
            at = random.expovariate(1)
            rate = number * share / len(by_hour)
            while at < rate:
                contacts.append((hour * 3600 + at / rate * 3600, queue, *_person(random, queue, patience_s)))
                at += random.expovariate(1)
    contacts.sort(key=lambda one: one[0])
    return Trace(
        f"blended day {seed}",
        {str(queue.id): queue for queue in QUEUES},
        {
            str(number): TraceAgent(
                id=number, capacity=6, skills={str(one): 1.0 for one in SKILLS[number % len(SKILLS)]}
            )
            for number in range(agents)
        },
        [
            TraceContact(id=number, queue=queue.id, t=round(t, 3), handle_s=handle_s, patience_s=patience)
            for number, (t, queue, handle_s, patience) in enumerate(contacts)
        ],
    )


def _person(random: Random, queue: TraceQueue, patience_s: float | None) -> tuple[float, float | None]:
    variance = log(1 + SPREAD**2)
    work = queue.mean_handle_s * exp(random.gauss(0, 1) * variance**0.5 - variance / 2)
    return round(work, 3), None if patience_s is None else round(random.expovariate(1 / patience_s), 3)


def _speed() -> Iterator[Row]:
    problem = eight_queues()
    began = time.perf_counter()
    plan = guess(problem)
    took = time.perf_counter() - began
    most = max(sum(agents) for agents in zip(*plan.values(), strict=True))
    yield Row("guess by Erlang A, 8 queues", "< 2 s", f"{took:.2f} s", took < 2, f"{most} agents at most at once")
    began = time.process_time()
    guess(largest_day())
    took = time.process_time() - began
    yield Row("guess by Erlang A, 50 queues and 50 groups", "< 2 s", f"{took:.2f} s", took < 2, "of a core, 1,900 busy")
    with servers([], 2) as found:
        began = time.perf_counter()
        days = Days(found, problem)(plan, range(4))
        took = (time.perf_counter() - began) / len(days)
        calls = sum(day.calls for day in days) / len(days)
    note = f"{calls:,.0f} calls of the engine a day; {sum(day.seconds for day in days) / len(days):.1f} s on one server"
    yield Row("seconds a simulated day, two servers at once", "–", f"{took:.2f} s", None, note)


def searched(seconds: float) -> Iterator[Row]:
    """Yields what a whole search finds, and how long it takes."""
    problem = eight_queues()
    plan, began = guess(problem), time.monotonic()
    with servers([], 2) as found:
        days = Days(found, problem)
        search = Search(
            problem, days, over=lambda share: time.monotonic() - began > share * seconds, at_once=days.at_once
        )
        best = search.run(plan)
    took = time.monotonic() - began
    note = f"{best.played} days played, {took / best.played:.2f} s each; {'checked' if best.checked else 'not checked'}"
    yield Row("search, 8 queues and 60 agents", "< 15 min", f"{took / 60:.1f} min", took < 900 and best.checked, note)
    gap = best.hours / agent_hours(plan) - 1
    yield Row("agent hours found, beside the guess", "–", f"{best.hours:.0f}", None, f"{gap:+.0%}")
    for queue in problem.queues:
        level = p90([day.level(queue.name) for day in best.days])
        goal = queue.service_level.goal
        yield Row(
            f"P90 day, {queue.name}",
            f"≥ {goal:.0%}",
            f"{level or 0:.1%}",
            (level or 0) >= goal,
            "unseen days" if best.checked else "days of the search",
        )


def show(rows_: Iterator[Row], console: Console) -> None:
    """Prints rows as they come: each takes minutes."""
    for row in rows_:
        mark = {True: ", met", False: ", not met", None: ""}[row.met]
        goal = "" if row.goal == "–" else f" (goal {row.goal}{mark})"
        console.print(f"{row.what}: [bold]{row.figure}[/]{goal}; {row.note}", soft_wrap=True)


def main(arguments: Sequence[str]) -> None:
    console = Console(width=None if sys.stdout.isatty() else 140)
    show(rows(), console)
    if "--search" in arguments:
        show(searched(840), console)


if __name__ == "__main__":
    main(sys.argv[1:])
