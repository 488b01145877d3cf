"""The chain of waiting calls, state by state: how likely each is, and what becomes of a call that finds it. Pure.

The terms of `erlang.py`, which says what they are summed to and whose formulas they are.
"""

from collections.abc import Iterator
from itertools import count, repeat
from math import exp, expm1, inf, log

NEGLIGIBLE = 1e-17  # of the whole: a term of the chain that can change no digit
LARGE = 1e200  # a term beside which the first ones are nothing: it becomes the unit
MOST_STATES = 2_000_000  # of waiting calls that are summed: a few seconds
TOO_LONG = "the line is too long to be summed: its customers wait for ever, or nearly so"


def waiting_states(
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


def answered_in_time(agents: int, leaving: float, target: float) -> Iterator[float]:
    """Yields the chance of a call that finds 0, 1, 2, … waiting to be answered within the target (in handle times).

    What goes before it takes a sum of exponentials of rates n, n + θ, n + 2θ, …: e to the −θ times that is beta
    distributed with n/θ and the number of them (Rényi), and the caller has to be patient for it.
    """
    shape = agents / leaving if leaving else inf
    for waits, later in enumerate(_tail(agents, leaving, target, 1 if leaving else 0)):
        patient = shape / (shape + waits + 1) if leaving else 1.0
        yield patient * (1 - later)


def left_in_time(agents: int, leaving: float, target: float) -> Iterator[float]:
    """Yields the chance of a call that finds 0, 1, 2, … waiting to give up within the target (in handle times).

    It gives up by then unless it was answered by then, or is still there: patient, and the line before it not done.
    """
    if not leaving:
        yield from repeat(0.0)
        return
    patient = exp(-leaving * target)
    answered, not_yet = answered_in_time(agents, leaving, target), _tail(agents, leaving, target, 0)
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
    """Raises ValueError with the rule where it does not hold."""
    if not holds:
        raise ValueError(rule)
