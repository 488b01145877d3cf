"""The rest of a day: who may come, who is there to serve them, and the moves that change that. Pure.

Times are seconds from the look, which is 0.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from typing import TypeAlias

from mci_router.values import value
from mci_router.vocabulary import MoveKind

Seconds: TypeAlias = float
During: TypeAlias = tuple[Seconds, Seconds]
"""From a moment until another."""

STEP_S = 900.0
"""How long each piece of the expected arrivals lasts; the first may be shorter."""


@value
class RestQueue:
    """A queue for the rest of a day.

    `arrivals` are expected in each step, of which the first lasts `first_s`; `spread` is the standard deviation of the
    whole rest around them, as a share. `waited` are the waits of those in line now. Without `patience_s`, the mean,
    nobody leaves.
    """

    name: str
    goal: float
    target_s: Seconds
    aht_s: Seconds
    arrivals: tuple[float, ...]
    first_s: Seconds = STEP_S
    spread: float = 0.1
    patience_s: Seconds | None = None
    deferrable: bool = False
    waited: tuple[Seconds, ...] = ()
    weight: float = 1.0
    units: int = 1

    @property
    def expected(self) -> float:
        """How many are still to be served, those in line among them."""
        return sum(self.arrivals) + len(self.waited)


@value
class RestAgent:
    """An agent for the rest of a day: the queues that the agent can serve, and when the agent takes contacts.

    `busy`: serves somebody now. `most_s` is how long after the end of the last piece the agent may be asked to stay.
    `units` is the capacity, of which each contact takes its queue's; of a queue that `most` names, so many at once.
    """

    name: str
    queues: frozenset[str]
    takes: tuple[During, ...]
    busy: bool = False
    most_s: Seconds = 0.0
    units: int = 1
    most: Mapping[str, int] = field(default_factory=dict)

    @property
    def leaves_s(self) -> Seconds:
        """When the agent goes home."""
        return self.takes[-1][1] if self.takes else 0.0


@value
class Rest:
    """The rest of a day until `until_s`. `held` has the queues whose contacts are not begun before a moment."""

    until_s: Seconds
    queues: tuple[RestQueue, ...]
    agents: tuple[RestAgent, ...]
    held: Mapping[str, Seconds]


@value
class Move:
    """Something that a supervisor could do, with a queue or an agent, from a moment until another."""

    kind: MoveKind
    begins_s: Seconds
    ends_s: Seconds
    queue: str | None = None
    agent: str | None = None


def moved(rest: Rest, move: Move) -> Rest:
    """Returns the rest of the day with a move made."""
    if move.kind is MoveKind.HOLD_BACK:
        return replace(rest, held={**rest.held, str(move.queue): move.ends_s})
    change = _staying if move.kind is MoveKind.OVERTIME else _going
    agents = tuple(change(one, move) if one.name == move.agent else one for one in rest.agents)
    return replace(rest, agents=agents)


def _staying(agent: RestAgent, move: Move) -> RestAgent:
    return replace(agent, takes=(*agent.takes, (move.begins_s, move.ends_s)))


def _going(agent: RestAgent, move: Move) -> RestAgent:
    cut = [(since, min(until, move.begins_s)) for since, until in agent.takes]
    return replace(agent, takes=tuple((since, until) for since, until in cut if since < until))
