"""The rest of a day tried out: against Erlang's formula, move by move, and what always holds."""

from dataclasses import replace
from itertools import pairwise

import pytest

from mci_router.vocabulary import MoveKind
from mci_router.workforce.erlang import line_figures
from mci_router.workforce.intraday.moves import outlook
from mci_router.workforce.intraday.rest import Move, Rest, RestAgent, RestQueue, moved
from mci_router.workforce.intraday.trial import drawn, tried

HOUR = 3_600.0
CALLS = RestQueue("calls", goal=0.8, target_s=20, aht_s=180, arrivals=(25,) * 16, spread=0, patience_s=240)
MAILS = RestQueue("mails", goal=0.8, target_s=4 * HOUR, aht_s=300, arrivals=(6,) * 16, spread=0, deferrable=True)


def agents(number: int, queues: set[str], until_s: float = 4 * HOUR, **more: float) -> tuple[RestAgent, ...]:
    names = "_".join(sorted(queues))
    return tuple(
        RestAgent(f"{names}_{one}", frozenset(queues), ((0.0, until_s),), most_s=more.get("most_s", 0.0))
        for one in range(number)
    )


def rest(queues: tuple[RestQueue, ...], people: tuple[RestAgent, ...], until_s: float = 4 * HOUR) -> Rest:
    return Rest(until_s, queues, people, {})


def level(of: Rest, queue: str, days: int = 20) -> float:
    found = [tried(of, seed)[queue] for seed in range(days)]
    return sum(one.in_time for one in found) / sum(one.counted for one in found)


@pytest.mark.parametrize("staff", [5, 6, 7])
def test_one_line_is_as_erlang_a_says(staff: int) -> None:
    """Calls of one kind and like agents: the long-run service level of the formula, within two points."""
    calls = replace(CALLS, arrivals=(25,) * 64)
    expected = line_figures(staff, 25 / 900, 180, patience_s=240, target_s=20).service_level
    day = rest((calls,), agents(staff, {"calls"}, 16 * HOUR), 16 * HOUR)
    assert level(day, "calls") == pytest.approx(expected, abs=0.02)


def test_the_same_seed_draws_the_same_contacts_whatever_is_moved() -> None:
    """Common random numbers: a trial with a move differs by the move alone."""
    first = [(one.came_s, one.handle_s, one.leaves_s) for one in drawn(CALLS, 7)]
    assert first == [(one.came_s, one.handle_s, one.leaves_s) for one in drawn(CALLS, 7)]
    assert first != [(one.came_s, one.handle_s, one.leaves_s) for one in drawn(CALLS, 8)]
    assert all(0 <= came < 4 * HOUR for came, _, _ in first)


def test_who_waits_already_is_served_first_and_counts_with_the_wait_so_far() -> None:
    """Three have waited for a minute: all three are late, whatever happens."""
    queue = replace(CALLS, arrivals=(), waited=(60.0, 60.0, 60.0), patience_s=None)
    found = tried(rest((queue,), agents(3, {"calls"})), 1)["calls"]
    assert (found.in_time, found.counted) == (0, 3)


def test_more_agents_never_make_a_day_worse_on_the_whole() -> None:
    """And nobody at all serves nobody."""
    levels = [level(rest((CALLS, MAILS), agents(staff, {"calls", "mails"})), "calls", 10) for staff in (5, 7, 9)]
    assert all(fewer < more for fewer, more in pairwise(levels))
    nobody = tried(rest((replace(CALLS, patience_s=None),), ()), 1)["calls"]
    assert (nobody.in_time, nobody.counted > 0) == (0, True)


def test_mails_that_are_held_back_are_not_begun() -> None:
    """Until the moment given; agents who serve nobody else wait, too."""
    mails = replace(MAILS, target_s=HOUR / 2)
    held = Rest(2 * HOUR, (mails,), agents(4, {"mails"}), {"mails": 2 * HOUR})
    assert tried(held, 3)["mails"].in_time == 0
    assert tried(replace(held, held={}), 3)["mails"].in_time > 0


def test_moves_change_what_they_say() -> None:
    """Overtime adds time behind the end of a shift, release takes it away, and neither touches anybody else."""
    day = rest((CALLS,), agents(2, {"calls"}, 2 * HOUR))
    longer = moved(day, Move(MoveKind.OVERTIME, 2 * HOUR, 3 * HOUR, agent="calls_0"))
    assert [one.leaves_s for one in longer.agents] == [3 * HOUR, 2 * HOUR]
    shorter = moved(day, Move(MoveKind.EARLY_RELEASE, HOUR, 2 * HOUR, agent="calls_1"))
    assert [one.leaves_s for one in shorter.agents] == [2 * HOUR, HOUR]


def test_a_day_that_is_short_calls_overtime() -> None:
    """The shift of half the agents ends while calls go on: those are asked to stay, and it helps on most days."""
    day = rest((CALLS,), (*agents(5, {"calls"}), *agents(3, {"calls", "else"}, 2 * HOUR, most_s=2 * HOUR)))
    found = outlook(day)
    assert found.levels["calls"] < 0.8  # type: ignore[operator]
    assert {one.move.kind for one in found.proposed} == {MoveKind.OVERTIME}
    assert len(found.proposed) == 3
    for one in found.proposed:
        assert one.move.ends_s - one.move.begins_s == HOUR
        assert one.queues["calls"].with_it > one.queues["calls"].without  # type: ignore[operator]
        assert one.certainty >= 0.7
        assert one.gain >= 1
    tired = replace(day, agents=tuple(replace(one, most_s=0.0) for one in day.agents))
    assert outlook(tired).proposed == []


def test_mails_wait_where_they_take_agents_from_calls() -> None:
    """A backlog that has used most of its target takes agents; held back for the busy hour, both reach their goals. Had
    it less time left, it would miss its own, and nothing is proposed.
    """
    calls = replace(CALLS, arrivals=(25,) * 4 + (5,) * 12)
    mails = replace(MAILS, target_s=8 * HOUR, waited=(5.6 * HOUR,) * 60)
    found = outlook(rest((calls, mails), agents(7, {"calls", "mails"})))
    (one,) = found.proposed
    assert (one.move.kind, one.move.queue) == (MoveKind.HOLD_BACK, "mails")
    calls_effect, mails_effect = one.queues["calls"], one.queues["mails"]
    assert calls_effect.with_it > calls_effect.without + 0.1  # type: ignore[operator]
    assert mails_effect.with_it >= mails.goal  # type: ignore[operator]
    hurried = replace(mails, waited=(7.2 * HOUR,) * 60)
    assert outlook(rest((calls, hurried), agents(7, {"calls", "mails"}))).proposed == []


def test_a_quiet_day_lets_somebody_go() -> None:
    """Where every queue has more than its goal, one may go home at half an hour's notice, and nothing is lost."""
    found = outlook(rest((replace(CALLS, arrivals=(8,) * 16),), agents(8, {"calls"})))
    assert {one.move.kind for one in found.proposed} == {MoveKind.EARLY_RELEASE}
    assert len(found.proposed) == 2
    assert all(one.move.begins_s == 1_800 and one.certainty >= 0.9 for one in found.proposed)
    assert found.certainty["calls"] == 1
    few = outlook(rest((replace(CALLS, arrivals=(1,) * 16),), agents(1, {"calls"})))
    assert few.proposed == []  # nobody would be left


def test_a_day_without_anybody_or_anything_proposes_nothing() -> None:
    """No queue, no arrivals, no agents: no level, no moves."""
    assert outlook(rest((), ())).proposed == []
    empty = outlook(rest((replace(CALLS, arrivals=()),), agents(3, {"calls"})))
    assert (empty.levels, empty.certainty, empty.proposed) == ({"calls": None}, {"calls": None}, [])
