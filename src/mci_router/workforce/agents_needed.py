"""How many agents of one line a goal needs: the least of whom Erlang's formulas say that they reach it. Pure."""

from math import exp, expm1, inf, log

from mci_router.workforce.erlang import LEAST_FLOAT, MOST_STATES, TOO_LONG, check, erlang_b, erlang_c

ENOUGH_DIGITS = 1e-12  # of the whole: no goal has as many digits
MOST_WAITING = 20_000
"""Agents ÷ those who are free, in a line for which agents are looked for: one more is needed where that is higher."""

MOST_EXPONENT = 600
"""Of the likelihood of the longest line, beside that of none: e to the 709 is the highest float."""


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
    # In one loop what `_waiting_states` and `_answered_in_time` yield: a day asks this 20,000 times.
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
