"""What a flood of one topic does to the other queues, with and without an incident: `python -m benchmarks.triage_flood
[--days 5]`.

Days of calls for five queues, made here and the same in every run: 36 agents with two skills each, busy for five sixths
of the time. Each day is simulated by `mci_router.simulation`, so by the engine that serves customers, without a flood
and with several. A flood is contacts of customers who cannot sign in, in a queue of their own that 31 of the agents
serve beside theirs. Its incident is declared 3 minutes after the first of them may come, and from then on answers who
comes; it is fixed when the flood ends, and one in ten says within half an hour that it is still broken, and goes into
line with raised priority. Compared is the share of the other queues' contacts that were abandoned, day by day: mean of
the differences ± its standard error.
"""

import argparse
import math
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product
from multiprocessing import get_context
from random import Random
from statistics import mean, stdev

from benchmarks.table import Row
from mci_router.simulation.figures import spared_by
from mci_router.simulation.outcomes import Abandoned, LineOutcome, in_line
from mci_router.simulation.policies import SimulatedPolicy
from mci_router.simulation.run import Day, private_valkey, simulate
from mci_router.simulation.trace import Trace, TraceAgent, TraceContact, TraceIncident, TraceQueue

DAYS = 5
WORKERS = 2
HOUR_S = 3600.0
DAY_S = 8 * HOUR_S
NOON_S = 3 * HOUR_S  # when a flood of an hour begins
DECLARED_AFTER_S = 180.0
SAID_WITHIN_S = 1800.0  # after the fix, who says that it is still broken has said so
MOST_POINTS = 1.0
UNITS = 6


@dataclass(frozen=True, slots=True)
class Line:
    """A queue, the contacts that come to it in an hour, and how they are: means in seconds."""

    name: str
    an_hour: float
    handle_s: float
    patience_s: float
    target_s: float = 20
    goal: float = 0.8
    weight: float = 1


LINES = [
    Line("account", 91, 240, 240),
    Line("billing", 72, 360, 240),
    Line("tech", 38, 900, 240),
    Line("sales", 42, 480, 240),
    Line("vip", 14.5, 420, 300, target_s=10, goal=0.9),
    Line("login", 0, 150, 240, target_s=120, weight=0.5),
]
ACCOUNT, BILLING, TECH, SALES, VIP, LOGIN = range(len(LINES))
AGENTS = {
    (ACCOUNT, TECH, LOGIN): 7,
    (BILLING, TECH, VIP, LOGIN): 7,
    (TECH, SALES, LOGIN): 6,
    (ACCOUNT, SALES, LOGIN): 5,
    (ACCOUNT, BILLING, VIP, LOGIN): 3,
    (ACCOUNT, BILLING, LOGIN): 3,
    (BILLING, SALES): 3,
    (BILLING, SALES, VIP): 2,
}
FLOOD_AN_HOUR = sum(line.an_hour for line in LINES) * 0.3 / 0.7  # which makes it 30 % of all contacts while it lasts
STEEP_AN_HOUR = FLOOD_AN_HOUR * DAY_S / HOUR_S  # as many in an hour as that would be in a day


@dataclass(frozen=True, slots=True)
class Flood:
    """Contacts of one topic from `start_s` on, and the incident that answers them; none is declared if `declared` is
    false.
    """

    what: str
    an_hour: float
    start_s: float = NOON_S
    length_s: float = HOUR_S
    declared: bool = True
    still_broken: float = 0.1
    matched: float = 1.0

    def incidents(self) -> list[TraceIncident]:
        """Its incident, if there is one."""
        incident = TraceIncident(
            queue=LOGIN,
            declared_t=self.start_s + DECLARED_AFTER_S,
            fixed_t=self.start_s + self.length_s,
            still_broken=self.still_broken,
            still_broken_within_s=SAID_WITHIN_S,
            matched=self.matched,
        )
        return [incident] if self.declared else []


NO_FLOOD = Flood("no flood", 0, declared=False)
FLOODS = [
    Flood("an hour's flood, 30 % of that hour's contacts", FLOOD_AN_HOUR),
    Flood("the same, no incident declared", FLOOD_AN_HOUR, declared=False),
    Flood("a day's flood, 30 % of the day's contacts", FLOOD_AN_HOUR, 0, DAY_S),
    Flood("the same, no incident declared", FLOOD_AN_HOUR, 0, DAY_S, declared=False),
    Flood("an hour's flood, 30 % of the day's contacts", STEEP_AN_HOUR),
    Flood("the same, 20 % still broken and 10 % not recognised", STEEP_AN_HOUR, still_broken=0.2, matched=0.9),
    Flood("the same, no incident declared", STEEP_AN_HOUR, declared=False),
]
WITHIN_THE_GOAL = [FLOODS[0], FLOODS[2], FLOODS[4]]


def trace(seed: int, flood: Flood) -> Trace:
    """A day, which is the same for a seed but for the flood."""
    usual = Random(seed)
    contacts = [one for place, line in enumerate(LINES) for one in _contacts(usual, place, line.an_hour, 0, DAY_S)]
    contacts += _contacts(Random(f"flood {seed}"), LOGIN, flood.an_hour, flood.start_s, flood.start_s + flood.length_s)
    skills = [able for able, number in AGENTS.items() for _ in range(number)]
    return Trace(
        title=f"day {seed}, {flood.what}",
        queues={str(place): _queue(place, line) for place, line in enumerate(LINES)},
        agents={
            str(n): TraceAgent(id=n, capacity=UNITS, skills={str(skill): 1.0 for skill in able})
            for n, able in enumerate(skills)
        },
        contacts=sorted(contacts, key=lambda contact: contact.t),
        incidents=flood.incidents(),
    )


def _queue(place: int, line: Line) -> TraceQueue:
    return TraceQueue(
        id=place,
        name=line.name,
        target_s=line.target_s,
        goal=line.goal,
        units=UNITS,
        mean_handle_s=line.handle_s,
        weight=line.weight,
    )


def _contacts(random: Random, place: int, an_hour: float, start_s: float, end_s: float) -> Iterator[TraceContact]:
    """Poisson arrivals; work is lognormal with a deviation as large as its mean, patience exponential."""
    spread, moment, number, line = math.log(2), start_s, 0, LINES[place]
    while an_hour and (moment := moment + random.expovariate(an_hour / HOUR_S)) < end_s:
        handle_s = random.lognormvariate(math.log(line.handle_s) - spread / 2, math.sqrt(spread))
        patience_s = random.expovariate(1 / line.patience_s)
        yield TraceContact(id=f"{line.name} {number}", queue=place, t=moment, handle_s=handle_s, patience_s=patience_s)
        number += 1


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a day: shares abandoned in % of the other queues, of each, and of all while the hour's flood is
    felt.
    """

    others: float
    each: Sequence[float]
    felt: float
    minutes_saved: float


def told(job: tuple[int, Flood], redis_url: str) -> Told:
    """Simulates one day."""
    day = simulate(trace(*job), SimulatedPolicy.SERVICE_LEVEL, redis_url)
    others = [outcome for outcome in in_line(day.outcomes) if outcome.contact.queue != LOGIN]
    return Told(
        others=_abandoned(others),
        each=[_abandoned([outcome for outcome in others if outcome.contact.queue == place]) for place in range(LOGIN)],
        felt=_abandoned(
            [outcome for outcome in others if NOON_S <= outcome.contact.t < NOON_S + HOUR_S + SAID_WITHIN_S]
        ),
        minutes_saved=_minutes_saved(day),
    )


def _abandoned(outcomes: Sequence[LineOutcome]) -> float:
    return 100 * sum(isinstance(outcome, Abandoned) for outcome in outcomes) / len(outcomes)


def _minutes_saved(day: Day) -> float:
    return sum(spared_by(incident, day.trace, day.outcomes).minutes for incident in day.trace.incidents)


def measure(days: int) -> dict[Flood, list[Told]]:
    """What became of each day with each flood, and with none."""
    jobs = list(product(range(days), [NO_FLOOD, *FLOODS]))
    with private_valkey() as url, ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        found = dict(zip(jobs, pool.map(partial(told, redis_url=url), jobs), strict=True))
    return {flood: [found[seed, flood] for seed in range(days)] for flood in [NO_FLOOD, *FLOODS]}


def rows(days: int = DAYS) -> list[Row]:
    """The proof's rows: a flood with an incident is held to the goal, what it is compared with is not."""
    found = measure(days)
    return [_row(flood, found) for flood in FLOODS]


def _row(flood: Flood, found: Mapping[Flood, Sequence[Told]]) -> Row:
    days, without = found[flood], found[NO_FLOOD]
    points = [day.others - before.others for day, before in zip(days, without, strict=True)]
    judged = flood in WITHIN_THE_GOAL
    return Row(
        what=f"other queues' abandonment: {flood.what}",
        goal=f"≤ +{MOST_POINTS:g} point" if judged else "",
        figure=f"{mean(points):+.2f} ± {stdev(points) / math.sqrt(len(points)):.2f} points",
        met=mean(points) <= MOST_POINTS if judged else None,
        note="; ".join(_notes(flood, days, without)),
    )


def _notes(flood: Flood, days: Sequence[Told], without: Sequence[Told]) -> Iterator[str]:
    """What else is to be known of a flood: levels, the worst queue, the time in which it is felt, what its incident
    saved.
    """
    yield f"{mean(day.others for day in without):.1f} → {mean(day.others for day in days):.1f} % of {len(days)} days"
    queues = range(LOGIN)
    worse = [
        mean(day.each[queue] - before.each[queue] for day, before in zip(days, without, strict=True))
        for queue in queues
    ]
    worst = max(queues, key=worse.__getitem__)
    yield f"most in {LINES[worst].name} {worse[worst]:+.1f}"
    if flood.length_s < DAY_S:
        felt = mean(day.felt - before.felt for day, before in zip(days, without, strict=True))
        yield f"in that hour and half an hour after {felt:+.1f}"
    if flood.declared:
        yield f"{mean(day.minutes_saved for day in days):,.0f} minutes of agents' time saved a day"


def main() -> None:
    """Prints the rows, and fails if a goal is not met."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--days", type=int, default=DAYS, help="how many days, at least 2")
    found = rows(max(2, options.parse_args().days))
    for row in found:
        mark = {True: "met", False: "NOT MET", None: ""}[row.met]
        print(f"{row.what:88} {row.figure:>22}  {row.goal:11} {mark:7}  {row.note}")
    if any(row.met is False for row in found):
        raise SystemExit("a goal is not met")


if __name__ == "__main__":
    main()
