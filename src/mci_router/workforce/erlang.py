"""Erlang's formulas: what a line of like agents does with calls that come at random. Pure.

Calls come as a Poisson stream; the time that each takes, and each customer's patience, are exponential. Nothing here is
fitted or interpolated: a stationary birth-death chain is summed, all of whose terms are positive, so that nothing
cancels.

Sources: A. K. Erlang (1917) for B and C; C. Palm (1946) and Garnett, Mandelbaum and Reiman, "Designing a call center
with impatient customers", M&SOM 4(3), 2002, for A; Whitt, "Engineering solution of a basic call-center model",
Management Science 51(2), 2005, for the wait of those who are served.
"""

from dataclasses import dataclass
from math import exp, expm1, inf, log

from mci_router.workforce.waiting import (
    MOST_STATES,
    NEGLIGIBLE,
    TOO_LONG,
    answered_in_time,
    check,
    left_in_time,
    waiting_states,
)

ENOUGH_DIGITS = 1e-12  # of the whole, where agents are looked for: no goal has as many digits
LEAST_FLOAT = 1e-300
MOST_AGENTS = 100_000
MOST_WAITING = 20_000
"""Agents ÷ those who are free, in a line for which agents are looked for: one more is needed where that is higher."""

MOST_EXPONENT = 600
"""Of the likelihood of the longest line, beside that of none: e to the 709 is the highest float."""


@dataclass(frozen=True, slots=True)
class LineFigures:
    """What a line does in the long run: shares are of all calls that come, waits are in seconds.

    `in_time` are answered within the target, `left_in_time` give up within it; `blocked` find no place to wait.
    `mean_wait_s` is over those who came in: answered at once, after a wait, or gone.
    """

    waiting: float
    in_time: float
    left_in_time: float
    abandoned: float
    blocked: float
    mean_wait_s: float
    queue_length: float
    occupancy: float

    @property
    def service_level(self) -> float:
        """Answered within the target ÷ all but those who left within it; 1 if all did."""
        counted = 1 - self.left_in_time
        return min(1.0, self.in_time / counted) if counted > 0 else 1.0


def erlang_b(agents: int, load: float) -> float:
    """Returns the share of calls that find all `agents` busy where nobody can wait; `load` in erlangs.

    1/B(n) = 1 + n/a·(1 + (n−1)/a·(1 + …)): all states beside that in which all are busy, the nearest first, so that few
    of them are summed. 0 where it is below the lowest float. Raises ValueError for a negative argument.
    """
    check(agents >= 0 and load >= 0, "the number of agents and the load are 0 or more")
    if not load:
        return 0.0 if agents else 1.0
    state = whole = 1.0
    for busy in range(agents, 0, -1):
        share = busy / load
        state *= share
        whole += state
        if share < 1 and state < NEGLIGIBLE * whole * (1 - share):
            break
    return 1 / whole


def erlang_c(agents: int, load: float) -> float:
    """Returns the share of calls that wait where all wait for ever; 1 where the load is not below the agents.

    C = n·B / (n − a·(1 − B)). Raises ValueError for a negative argument.
    """
    check(agents >= 0 and load >= 0, "the number of agents and the load are 0 or more")
    if load >= agents:
        return 1.0 if load else 0.0
    blocked = erlang_b(agents, load)
    return agents * blocked / (agents - load * (1 - blocked))


def line_figures(
    agents: int,
    calls_per_s: float,
    aht_s: float,
    *,
    patience_s: float | None = None,
    target_s: float = 20.0,
    room: int | None = None,
) -> LineFigures:
    """Returns the figures of a line: Erlang A with a mean patience, C without, either with `room` to wait for so many.

    A line that grows for ever has infinite waits and answers nobody in time. Raises ValueError for arguments that make
    no line, and for a line of millions of patient customers.
    """
    check(0 < agents <= MOST_AGENTS, f"the number of agents is from 1 to {MOST_AGENTS}")
    check(calls_per_s > 0 and aht_s > 0 and target_s >= 0, "calls, handle time and target are positive")
    check(patience_s is None or patience_s > 0, "patience is positive, or None for ever")
    load = calls_per_s * aht_s
    if patience_s is None and room is None and load >= agents:
        return LineFigures(1.0, 0.0, 0.0, 0.0, 0.0, inf, inf, 1.0)
    return _summed(agents, calls_per_s, aht_s, patience_s, target_s, room)


def agents_needed(
    calls_per_s: float,
    aht_s: float,
    *,
    goal: float,
    target_s: float,
    patience_s: float | None = None,
    near: int | None = None,
) -> int:
    """Returns the least agents of one line who answer the share `goal` of all calls within the target; 0 for no calls.

    The strict service level: who leaves counts against it. `near` is where they are looked for first: it changes how
    long that takes, and nothing else. Raises ValueError for a goal that is not below 1.
    """
    check(0 < goal < 1, "a goal is between 0 and 1")
    if calls_per_s <= 0:
        return 0

    def enough(agents: int) -> bool:
        return _in_time(agents, calls_per_s, aht_s, patience_s, target_s) >= goal

    load, step = calls_per_s * aht_s, 1
    low = int(goal * load)  # fewer than goal × load cannot serve that share
    high = max(low + 1, round(load) if near is None else near)
    if enough(high):
        while high - step > low:
            if not enough(high - step):
                low = high - step
                break
            high, step = high - step, 2 * step
    else:
        low, high = high, high + step
        while not enough(high):
            step *= 2
            low, high = high, high + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _in_time(agents: int, calls_per_s: float, aht_s: float, patience_s: float | None, target_s: float) -> float:
    """Returns the share of all calls that are answered in time.

    A line too long to be summed is taken for a stream: with patience, each waits as long as it takes until as many have
    left as cannot be served (Whitt, "Fluid models for multiserver queues with abandonments", Operations Research 54(1),
    2006); without, for ever.
    """
    load = calls_per_s * aht_s
    if patience_s is None:
        return 0.0 if load >= agents * (1 - 1 / MOST_WAITING) else _summed_in_time(agents, load, aht_s, None, target_s)
    patience, over = patience_s / aht_s, load - agents
    if over > 0 and agents and patience * (over - agents * log(load / agents)) > MOST_EXPONENT:
        return agents / load if patience_s * log(load / agents) <= target_s else 0.0
    return _summed_in_time(agents, load, aht_s, patience_s, target_s)


def _summed_in_time(agents: int, load: float, aht_s: float, patience_s: float | None, target_s: float) -> float:
    """Returns `in_time` of the line's figures, and sums nothing else, nor further than an answer needs it."""
    if patience_s is None:
        return 1 - erlang_c(agents, load) * exp((load - agents) * target_s / aht_s)
    leaving, blocked = aht_s / patience_s, erlang_b(agents, load)
    if blocked < LEAST_FLOAT:  # nobody ever waits
        return 1.0
    # In one loop what `waiting_states` and `answered_in_time` yield: a day asks this 20,000 times.
    shape, target = agents / leaving, target_s / aht_s
    gone = log(-expm1(-leaving * target)) if target else -inf
    term, later, weight, whole, served = -(agents + leaving) * target, 0.0, 1.0, 1 / blocked, 1 / blocked - 1
    waits = 0
    while True:
        waits += 1
        later += exp(term)
        if later < 1:
            served += weight * shape / (shape + waits) * (1 - later)
        shrinks = load / (agents + waits * leaving)
        weight *= shrinks
        if shrinks < 1 and max(1.0, waits * leaving / load) * weight < (1 - shrinks) * ENOUGH_DIGITS * whole:
            return served / whole
        if waits == MOST_STATES:
            raise ValueError(TOO_LONG)
        whole += weight
        term += log((shape + waits) / waits) + gone


def _summed(
    agents: int, calls_per_s: float, aht_s: float, patience_s: float | None, target_s: float, room: int | None
) -> LineFigures:
    """Sums the chain, at first with the state in which all agents are busy and nobody waits as the unit.

    1/B is the sum of all states up to it.
    """
    load, leaving = calls_per_s * aht_s, 0.0 if patience_s is None else aht_s / patience_s
    blocked = erlang_b(agents, load)
    if blocked < LEAST_FLOAT:  # nobody ever waits
        return LineFigures(0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, load / agents)
    unit, whole = 1.0, 1 / blocked
    free = whole - 1
    served, gone, waiting, length, last = free, 0.0, 0.0, 0.0, 0.0
    in_time = answered_in_time(agents, leaving, target_s / aht_s)
    left = left_in_time(agents, leaving, target_s / aht_s)
    for waits, weight, scale in waiting_states(agents, load, leaving, room, whole):
        if scale != 1:
            before = (unit, whole, free, served, gone, waiting, length)
            unit, whole, free, served, gone, waiting, length = (scale * one for one in before)
        whole += weight if waits else 0.0
        length += waits * weight
        if room is not None and waits == room:
            last = weight
            break
        waiting += weight
        served += weight * next(in_time)
        gone += weight * next(left)
    busy = (agents * (whole - free) + _busy_below(agents, load, free, unit)) / whole
    refused, queue = last / whole, length / whole
    return LineFigures(
        waiting=waiting / whole,
        in_time=served / whole,
        left_in_time=gone / whole,
        abandoned=leaving * queue / load,
        blocked=refused,
        mean_wait_s=queue / (calls_per_s * (1 - refused)),
        queue_length=queue,
        occupancy=busy / agents,
    )


def _busy_below(agents: int, load: float, free: float, unit: float) -> float:
    """Returns the busy agents over the states with a free one: one more is busy after each call taken there."""
    # Σ j·π_j for j < n is a·Σ π_j for j < n − 1, and the last of those is n/a of the unit.
    return load * free - agents * unit
