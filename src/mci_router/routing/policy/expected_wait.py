"""Expected wait of the next contact of a line, or of one in it, as a range. Pure.

It is half the share model, half what the queue has lately shown (docs/matching.md works it through):

    share  = sum over j = 0 … ahead of 1 / (cap + j theta)
             cap = servers / handle time, theta = abandonments per second of waiting
    recent = max(wait of the head, mean of the last five waits)

The share model is the M/M/n queue with abandonment (Erlang-A): with j before it, a contact moves up at the rate at
which the agents free themselves for this line, plus that at which the j leave.
"""

import math
from dataclasses import replace

from mci_router.routing.calls import LineFigures
from mci_router.routing.policy.routes import ExpectedWait

LEAST_SPREAD = 0.25  # each way, as a share of the middle: two models that happen to agree do not make it certain
SUMMED = 1_000  # terms; what is further back in a line is integrated, so that the cost does not grow with it


def expected_wait(figures: LineFigures) -> ExpectedWait | None:
    """Returns how long the contact has to wait, from now; None when no agent who could serve it is signed in."""
    if figures.held_ms is not None:
        return _held_wait(figures, figures.held_ms / 1000)
    if figures.staffed == 0 or figures.servers <= 0:
        return None
    if figures.ready and figures.ahead == 0:
        return ExpectedWait(0, 0)
    share, recent = share_s(figures), recent_s(figures)
    middle = (share + recent) / 2
    spread = max(abs(share - recent) / 2, LEAST_SPREAD * middle)
    return ExpectedWait(max(0, middle - spread), middle + spread)


def _held_wait(figures: LineFigures, held_s: float) -> ExpectedWait:
    """Returns the wait of a contact that is held for one agent: until that agent is free, or else, from the end of that
    time on, as long as in the line.
    """
    agent_s, line = (figures.agent_ms or 0) / 1000, expected_wait(replace(figures, held_ms=None))
    likely = agent_s if line is None else min(agent_s, held_s + line.middle_s)
    latest = agent_s if line is None else min(max(agent_s, likely), held_s + line.high_s)
    return ExpectedWait((1 - LEAST_SPREAD) * likely, max((1 + LEAST_SPREAD) * likely, latest))


def share_s(figures: LineFigures) -> float:
    """Returns the seconds until the contacts before it and itself have an agent, at this line's share of the agents."""
    cap, theta, ahead = figures.servers / (figures.handle_ms / 1000), figures.abandoned_per_s, figures.ahead
    if theta <= 0:
        return (ahead + 1) / cap
    near = min(ahead, SUMMED)
    total = sum(1 / (cap + j * theta) for j in range(near + 1))
    return total + math.log((cap + (ahead + 0.5) * theta) / (cap + (near + 0.5) * theta)) / theta


def recent_s(figures: LineFigures) -> float:
    """Returns the seconds that contacts of this queue have lately waited, at least the wait of the line's head."""
    waits = figures.last_waits_ms
    mean = sum(waits) / len(waits) if waits else 0
    return max(figures.head_wait_ms, mean) / 1000
