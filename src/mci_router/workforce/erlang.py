"""Erlang's formulas: what a line of like agents does with calls that come at random. Pure.

Calls come as a Poisson stream; the time that each takes, and each customer's patience, are exponential. Nothing here is
fitted or interpolated: a stationary birth-death chain is summed, all of whose terms are positive, so that nothing
cancels.

Sources: A. K. Erlang (1917) for B and C; C. Palm (1946) and Garnett, Mandelbaum and Reiman, "Designing a call center
with impatient customers", M&SOM 4(3), 2002, for A; Whitt, "Engineering solution of a basic call-center model",
Management Science 51(2), 2005, for the wait of those who are served.
"""

from collections.abc import Iterator
from itertools import count, repeat
from math import exp, expm1, inf, log

from mci_router.values import value

NEGLIGIBLE = 1e-17  # of the whole: a term of the chain that can change no digit
LEAST_FLOAT = 1e-300
LARGE = 1e200  # a term beside which the first ones are nothing: it becomes the unit
MOST_AGENTS = 100_000
MOST_STATES = 2_000_000  # of waiting calls that are summed: a few seconds
TOO_LONG = "the line is too long to be summed: its customers wait for ever, or nearly so"


@value
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
    in_time = _answered_in_time(agents, leaving, target_s / aht_s)
    left = _left_in_time(agents, leaving, target_s / aht_s)
    for waits, weight, scale in _waiting_states(agents, load, leaving, room, whole):
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


def _waiting_states(
    agents: int, load: float, leaving: float, room: int | None, below: float
) -> Iterator[tuple[int, float, float]]:
    """Yields how many wait, and how likely that is beside nobody waiting with all busy, until it is negligible.

    `below` are as likely as that with fewer. Third comes what all earlier terms are to be multiplied by: 1, unless this
    one has become the unit, as no float holds what the longest of lines grow to.
    """
    likeliest = (load - agents) / leaving if leaving else 0  # from this many waiting on, one more is less likely
    check(room is not None or likeliest < MOST_STATES, TOO_LONG)
    weight, whole = 1.0, below
    for waits in count():
        scale = 1.0
        if weight > LARGE:
            scale, weight, whole = 1 / weight, 1.0, whole / weight
        yield waits, weight, scale
        if waits == room:
            return
        check(waits < MOST_STATES, TOO_LONG)
        shrinks = load / (agents + (waits + 1) * leaving)
        weight *= shrinks
        whole += weight
        leave = max(1.0, (waits + 1) * leaving / load)  # so much of it they are of those who leave
        if shrinks < 1 and leave * weight / (1 - shrinks) < NEGLIGIBLE * whole:
            return


def _answered_in_time(agents: int, leaving: float, target: float) -> Iterator[float]:
    """Yields the chance of a call that finds 0, 1, 2, … waiting to be answered within the target (in handle times).

    What goes before it takes a sum of exponentials of rates n, n + θ, n + 2θ, …: e to the −θ times that is beta
    distributed with n/θ and the number of them (Rényi), and the caller has to be patient for it.
    """
    shape = agents / leaving if leaving else inf
    for waits, later in enumerate(_tail(agents, leaving, target, 1 if leaving else 0)):
        patient = shape / (shape + waits + 1) if leaving else 1.0
        yield patient * (1 - later)


def _left_in_time(agents: int, leaving: float, target: float) -> Iterator[float]:
    """Yields the chance of a call that finds 0, 1, 2, … waiting to give up within the target (in handle times).

    It gives up by then unless it was answered by then, or is still there: patient, and the line before it not done.
    """
    if not leaving:
        yield from repeat(0.0)
        return
    patient = exp(-leaving * target)
    answered, not_yet = _answered_in_time(agents, leaving, target), _tail(agents, leaving, target, 0)
    for in_time, later in zip(answered, not_yet, strict=True):
        yield max(0.0, 1 - in_time - patient * later)


def _tail(agents: int, leaving: float, target: float, more: int) -> Iterator[float]:
    """Yields P(sum of the first 1, 2, 3, … exponentials > target), of rates n + `more`·θ and on, each θ above the last.

    With θ it is x^a · Σ Γ(a+i)/(Γ(a)·i!) · (1−x)^i for a = n/θ + more and x = e^(−θ·target); without, a Poisson's sum.
    Terms are kept as logarithms: the first can be too small for a float, and a later one not.
    """
    if not target:
        yield from repeat(1.0)
    term, total = -(agents + more * leaving) * target, 0.0
    gone = log(-expm1(-leaving * target)) if leaving else log(target)
    for served in count():
        total += exp(term)
        yield min(1.0, total)
        rate = agents / leaving + more + served if leaving else agents
        term += log(rate / (served + 1)) + gone


def check(holds: bool, rule: str) -> None:
    if not holds:
        raise ValueError(rule)
