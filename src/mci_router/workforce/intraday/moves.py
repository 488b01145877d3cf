"""Moves: which could help the rest of a day, and what each did when it was tried out. Pure.

Every move is tried on the same drawn days as the day without it. What counts is how many contacts are missing to the
goals: of each queue, goal × counted − answered in time, where that is positive. The `certainty` of a move is the share
of the drawn days on which it helps; of an early release, that on which nothing is lost by it. None is proposed by which
a queue would miss the goal that it reaches without.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from mci_router.values import value
from mci_router.vocabulary import MoveKind
from mci_router.workforce.intraday.rest import Move, Rest, RestAgent, RestQueue, moved
from mci_router.workforce.intraday.trial import Result, tried

HOURS_HELD = (1, 2)
STAYS_S, LEAVES_S = 3_600.0, 3_600.0  # how much longer an agent stays, at most; how much earlier one goes, at least
NOTICE_S = 1_800.0  # from the look until somebody goes home
SPARE = 0.03  # above the goal, in every queue: only then somebody may go home
MOST_TRIED = 5  # agents who could stay, or go
MOST_PROPOSED = {MoveKind.HOLD_BACK: 1, MoveKind.OVERTIME: 3, MoveKind.EARLY_RELEASE: 2}
HELPS, LOSES_NOTHING = 0.7, 0.9  # the least certainty
LEAST_GAIN = 1.0  # contacts missing to the goals, on the mean day
MOST_WORK = 200_000  # contacts that are drawn, over all trials
FEWEST, MOST_DAYS = 8, 40

Days = Sequence[Mapping[str, Result]]
Trial = Callable[[Rest, int], Mapping[str, Result]]


@value
class QueueEffect:
    """The service level of a queue over the drawn days, without and with a move; None where nothing is counted."""

    without: float | None
    with_it: float | None


@value
class Tried:
    """A move that was tried out: on how many drawn `days`, with what effect on each queue, and how certain.

    `gain`: so many contacts fewer are missing to the goals, on the mean day.
    """

    move: Move
    queues: Mapping[str, QueueEffect]
    gain: float
    certainty: float
    days: int


@value
class Outlook:
    """How the rest of a day is going to be as it stands: each queue's service level, and how certain its goal is.

    `certainty` of a queue: the share of the drawn days on which its goal is met.
    """

    levels: Mapping[str, float | None]
    certainty: Mapping[str, float | None]
    days: int
    proposed: Sequence[Tried]


def outlook(rest: Rest) -> Outlook:
    """Returns how the rest of a day is going to be by the model, and the moves that help it, the best first."""
    drawn = sum(queue.expected for queue in rest.queues)
    days = round(min(MOST_DAYS, max(FEWEST, MOST_WORK / max(1.0, drawn * 10))))
    base = [tried(rest, seed) for seed in range(days)]
    levels = {queue.name: _level(base, queue.name) for queue in rest.queues}
    short = [queue for queue in rest.queues if (level := levels[queue.name]) is not None and level < queue.goal]
    moves = _helping(rest, short) if short else _releasing(rest, levels)
    found = [one for move in moves if not _robs(rest, one := _tried(rest, move, base, tried))]
    met = {queue.name: _met(base, queue) for queue in rest.queues}
    return Outlook(levels, met, days, list(_proposed(found, releasing=not short)))


def checked(rest: Rest, found: Outlook, trial: Trial, days: int) -> Outlook:
    """Returns an outlook that another trial, of better rules and slower, holds to be so: the levels are its own, and of
    the proposals only those stay that help by its rules, too.
    """
    base = [trial(rest, seed) for seed in range(days)]
    levels = {queue.name: _level(base, queue.name) for queue in rest.queues}
    tries = [_tried(rest, one.move, base, trial) for one in found.proposed]
    releasing = any(one.move.kind is MoveKind.EARLY_RELEASE for one in tries)
    kept = _proposed((one for one in tries if not _robs(rest, one)), releasing=releasing)
    return Outlook(levels, {queue.name: _met(base, queue) for queue in rest.queues}, days, list(kept))


def _helping(rest: Rest, short: Sequence[RestQueue]) -> Iterator[Move]:
    """Yields what could help queues that are short: work that can wait waits, and agents stay."""
    names = {queue.name for queue in short}
    for queue in rest.queues:
        if queue.deferrable and queue.name not in names and queue.expected and _shares(rest, queue.name, names):
            for hours in HOURS_HELD:
                yield Move(MoveKind.HOLD_BACK, 0.0, min(hours * 3_600.0, rest.until_s), queue=queue.name)
    staying = [one for one in rest.agents if one.queues & names and one.most_s > 0 and one.leaves_s < rest.until_s]
    for agent in islice(sorted(staying, key=lambda one: one.leaves_s), MOST_TRIED):
        ends = min(agent.leaves_s + min(STAYS_S, agent.most_s), rest.until_s)
        yield Move(MoveKind.OVERTIME, agent.leaves_s, ends, agent=agent.name)


def _shares(rest: Rest, queue: str, names: set[str]) -> bool:
    return any(queue in agent.queues and agent.queues & names for agent in rest.agents)


def _releasing(rest: Rest, levels: Mapping[str, float | None]) -> Iterator[Move]:
    """Yields who could go home early, where every queue has more than its goal: who stays longest first."""
    known = [(level, queue.goal) for queue in rest.queues if (level := levels[queue.name]) is not None]
    if not known or any(level < min(1.0, goal + SPARE) for level, goal in known):
        return
    staying = [one for one in rest.agents if one.leaves_s - NOTICE_S >= LEAVES_S and not _alone(rest, one)]
    for agent in islice(sorted(staying, key=lambda one: (-one.leaves_s, len(one.queues), one.name)), MOST_TRIED):
        yield Move(MoveKind.EARLY_RELEASE, NOTICE_S, agent.leaves_s, agent=agent.name)


def _alone(rest: Rest, agent: RestAgent) -> bool:
    """Returns whether a queue would be left without anybody for a time."""
    others = [one for one in rest.agents if one.name != agent.name]
    return any(
        not any(queue in one.queues and one.leaves_s >= agent.leaves_s for one in others) for queue in agent.queues
    )


def _tried(rest: Rest, move: Move, base: Days, trial: Trial) -> Tried:
    changed = moved(rest, move)
    days = [trial(changed, seed) for seed in range(len(base))]
    effects = {queue.name: QueueEffect(_level(base, queue.name), _level(days, queue.name)) for queue in rest.queues}
    gains = [_missing(rest, before) - _missing(rest, after) for before, after in zip(base, days, strict=True)]
    releasing = move.kind is MoveKind.EARLY_RELEASE
    good = [gain >= 0 if releasing else gain > 0 for gain in gains]
    return Tried(move, effects, sum(gains) / len(gains), sum(good) / len(good), len(days))


def _robs(rest: Rest, one: Tried) -> bool:
    """Returns whether a queue misses its goal with the move, and not without it."""
    pairs = [(queue.goal, one.queues[queue.name]) for queue in rest.queues]
    return any(
        effect.without is not None and effect.without >= goal and (effect.with_it is None or effect.with_it < goal)
        for goal, effect in pairs
    )


def _proposed(found: Iterable[Tried], *, releasing: bool) -> Iterator[Tried]:
    """Yields what is certain enough, the best first, few of each kind, and each queue or agent once."""
    left, seen = dict(MOST_PROPOSED), set[str | None]()
    for one in sorted(found, key=lambda tried_: (-tried_.certainty, -tried_.gain) if releasing else (-tried_.gain, 0)):
        what = one.move.queue or one.move.agent
        good = one.certainty >= LOSES_NOTHING if releasing else one.certainty >= HELPS and one.gain >= LEAST_GAIN
        if good and left[one.move.kind] and what not in seen:
            left[one.move.kind] -= 1
            seen.add(what)
            yield one


def _level(days: Days, queue: str) -> float | None:
    counted = sum(day[queue].counted for day in days)
    return sum(day[queue].in_time for day in days) / counted if counted else None


def _met(days: Days, queue: RestQueue) -> float | None:
    known = [day[queue.name] for day in days if day[queue.name].counted]
    met = sum(1 for one in known if one.in_time >= queue.goal * one.counted)
    return met / len(known) if known else None


def _missing(rest: Rest, day: Mapping[str, Result]) -> float:
    """Returns how many contacts are missing to the goals of all queues."""
    return sum(
        max(0.0, queue.goal * day[queue.name].counted - day[queue.name].in_time) * queue.weight for queue in rest.queues
    )
