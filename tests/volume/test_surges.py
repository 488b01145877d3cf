"""A flood is found within minutes, a busy morning is none: the fast detector, on counts of our own making and on the
recorded ones.
"""

import math
import random
import sys
from collections.abc import Sequence
from itertools import pairwise

from benchmarks.triage_surge import recorded
from hypothesis import given
from hypothesis import strategies as st

from mci_router.volume.expectations import DAY, HISTORY
from mci_router.volume.surges import FEWEST_ALONE, UNLIKELY, Rise, surging, tail


def days(count: int, *, mean: float = 40, seed: int = 1, bunched: float = 0.1) -> list[int]:
    """Days of counts with a rhythm: busy at noon, quiet at night, in bunches (a Poisson of a gamma is a negative
    binomial).
    """
    dice = random.Random(seed)  # noqa: S311
    return [_poisson(dice, dice.gammavariate(1 / bunched, bunched * mean * _hour(slot))) for slot in range(count * DAY)]


def _hour(slot: int) -> float:
    return 1 - 0.9 * math.cos(2 * math.pi * slot / DAY)


def _poisson(dice: random.Random, mean: float) -> int:
    count, left = 0, dice.expovariate(1)
    while left < mean:
        count, left = count + 1, left + dice.expovariate(1)
    return count


def found(history: Sequence[int], *, since: int) -> list[int]:
    """The places of the buckets at the end of which a surge is under way."""
    return [end for end in range(since, len(history)) if surging(history[: end + 1])]


def test_ordinary_days_have_no_surge() -> None:
    """Through two days of noons and nights, each bucket asked about: a detector that says yes to noon is of no use."""
    history = days(9)
    assert found(history, since=7 * DAY) == []


def test_a_flood_is_found_at_once_and_over_two_hours_after_it() -> None:
    """Eight times the usual, for half an hour; what was seen and expected since is told, and an hour of the usual does
    not end it.
    """
    quiet = days(9)
    noon = 8 * DAY + DAY // 2
    flood = [count * 8 for count in quiet[noon : noon + 6]]
    history = [*quiet[:noon], *flood, *quiet[noon + 6 :]]
    told = found(history[: noon + 60], since=noon - 20)
    assert told[0] in (noon, noon + 1)
    assert told == list(range(told[0], told[-1] + 1))
    assert 23 <= told[-1] - (noon + 5) <= 50
    rise = surging(history[: noon + 6])
    assert rise is not None
    assert rise.began in (4, 5)
    assert rise.seen == sum(history[noon + 5 - rise.began : noon + 6])
    assert 5 < rise.seen / rise.expected < 11
    assert 0 <= rise.probability < UNLIKELY


def test_a_flood_need_not_wait_for_the_clock() -> None:
    """A bucket that is still filling and holds many times what all of it should is enough."""
    history = days(8)
    before = history[: 7 * DAY + DAY // 2]
    assert surging([*before, 1_000]) is not None
    assert surging([*before, 80]) is None


def test_yesterdays_outage_is_not_todays_expectation() -> None:
    """Medians of the time of day forget one day: the same flood a day later is found again."""
    history = days(10)
    for day in (7, 8):
        for slot in range(6):
            history[day * DAY + DAY // 2 + slot] *= 8
    assert surging(history[: 8 * DAY + DAY // 2 + 6]) is not None


def test_what_comes_every_day_at_its_time_is_no_surge() -> None:
    """A newsletter at nine is expected at nine, and only then."""
    history = days(9, mean=6)
    for day in range(9):
        for slot in range(4):
            history[day * DAY + 108 + slot] = 90
    assert surging(history[: 8 * DAY + 111]) is None
    history[8 * DAY + 200 : 8 * DAY + 204] = [90] * 4
    assert surging(history[: 8 * DAY + 204]) is not None


def test_a_rare_topic_needs_contacts_enough() -> None:
    """Nine in five minutes may be beyond all chance where one a day comes, and are still no incident."""
    rare = [1 if slot % DAY == 5 else 0 for slot in range(6 * DAY)]
    assert surging([*rare, 9, 9, 9]) is None
    assert surging([*rare, 11, 11]) is not None


def test_a_topic_without_a_past_is_found_by_cusum() -> None:
    """Forty contacts of a new topic are a surge at once; twenty in five minutes are where it begins; five each bucket
    are not.
    """
    assert surging([]) is None
    assert surging([0] * 50) is None
    assert surging([FEWEST_ALONE - 1]) is None
    rise = surging([40])
    assert rise is not None
    assert (rise, rise.probability < UNLIKELY) == (Rise(0, 2, 40, rise.probability, cold=True), True)
    assert surging([0] * 30 + [5] * 40) is None
    assert surging([40], cold_start=False) is None


def test_a_young_topic_may_double_by_day_and_not_become_six_times_as_many() -> None:
    """Without times of day CUSUM looks for several times as many, against the level there has been, and ends."""
    young = days(1, mean=20, seed=2)[DAY // 4 : DAY // 4 + 60]
    usual = sorted(young)[len(young) // 2]
    assert surging([*young, *([usual * 2] * 10)]) is None
    flooded = [*young, *([usual * 6] * 3)]
    rise = surging(flooded)
    assert rise is not None
    assert (rise.began <= 2, rise.seen) == (True, usual * 6 * (rise.began + 1))
    assert surging([*flooded, *young[:30]]) is None


def test_recorded_bursts_are_found_at_their_height() -> None:
    """Every labelled window of the two series whose bursts rise above their days; the whole of it is in the proof of
    triage.
    """
    series = {one.name: one for one in recorded() if one.name in ("AAPL", "AMZN")}
    if not series:
        print("../shared/data/volume is absent: no recorded bursts to find")
    for one in series.values():
        for first, last in one.windows:
            largest = sorted(range(first, last + 1), key=one.counts.__getitem__)[-6:]
            assert any(surging(one.counts[: end + 1]) for end in largest), (one.name, first)
            assert not surging(one.counts[: first + 1]), (one.name, first)


def test_a_rare_topic_has_expectations_too() -> None:
    """A dozen contacts an hour are one or none in each bucket; a flood of twenty in each is found at its second."""
    dice = random.Random(4)  # noqa: S311
    history = [_poisson(dice, 1) for _ in range(8 * DAY)]
    assert surging(history) is None
    assert surging([*history, 20, 20]) is not None


def test_only_eight_days_matter() -> None:
    """What is older changes nothing, so nothing older need be kept."""
    history = days(9, seed=3)
    newest = [*history, 300, 310]
    assert surging([9_999] * DAY + newest[-HISTORY:]) == surging(newest[-HISTORY:])
    assert surging(newest) == surging(newest[-HISTORY:])


@given(st.integers(1, 400), st.floats(0.5, 100), st.floats(0.02, 3))
def test_the_tail_bounds_the_exact_one_closely(seen: int, expected: float, dispersion: float) -> None:
    """Never below the sum of all probabilities from there on, and in the tail less than twice as much."""
    size, grows = 1 / dispersion, expected / (expected + 1 / dispersion)
    term = math.exp(
        math.lgamma(seen + size)
        - math.lgamma(size)
        - math.lgamma(seen + 1)
        + size * math.log1p(-grows)
        + seen * math.log(grows)
    )
    exact, count = 0.0, seen
    while term > exact * 1e-12 and count < 1_000_000:
        exact, term, count = exact + term, term * (count + size) / (count + 1) * grows, count + 1
    bound = tail(seen, expected, dispersion)
    assert bound >= min(1.0, exact) * (1 - 1e-6) - sys.float_info.min  # below it, numbers have few digits
    if seen > 3 * expected + 3:
        assert bound <= 2 * exact


@given(st.lists(st.integers(0, 1_000_000), max_size=3 * DAY + 40), st.integers(0, 1_000_000))
def test_any_counts_get_an_answer(history: list[int], newest: int) -> None:
    """Zeros, one bucket, jumps: an answer with sense in it, without a warning."""
    rise = surging([*history, newest])
    if rise:
        assert 0 <= rise.began < min(DAY, len(history) + 1)
        assert rise.seen >= FEWEST_ALONE
        assert rise.expected > 0
        assert 0 <= rise.probability <= UNLIKELY * (1 + 1e-9)


def test_the_tail_falls_as_more_are_seen() -> None:
    """A larger count is never likelier."""
    values = [tail(seen, 20, 0.3) for seen in range(21, 400)]
    assert all(later <= earlier for earlier, later in pairwise(values))


def topics(count: int, *, length: int = 9, mean: float = 20) -> list[list[int]]:
    """Days of several topics, each with a rhythm of its own making."""
    return [days(length, mean=mean, seed=seed) for seed in range(count)]


def beside(own: Sequence[int], *others: Sequence[int]) -> list[int]:
    """What the others have together, bucket by bucket."""
    return [sum(counts) for counts in zip(*others, strict=True)] or [0] * len(own)


def test_what_rises_with_everything_else_is_traffic() -> None:
    """Six times as many of everything is no surge of anything; of one topic alone it is found in the very same bucket
    as without a look at the rest.
    """
    own, *others = topics(8)
    noon = 8 * DAY + DAY // 2
    flooded = [count * 6 if noon <= slot < noon + 12 else count for slot, count in enumerate(own)]
    everywhere = [
        [count * 6 if noon <= slot < noon + 12 else count for slot, count in enumerate(one)] for one in others
    ]
    for end in range(noon - 2, noon + 14):
        rest, risen = beside(own, *others)[:end], beside(own, *everywhere)[:end]
        alone = surging(flooded[:end])
        assert surging(flooded[:end], rest=risen, others=7) is None
        beside_others = surging(flooded[:end], rest=rest, others=7)
        assert (alone is None, alone and alone.seen) == (beside_others is None, beside_others and beside_others.seen)


def test_a_new_workspace_has_traffic_and_no_surges() -> None:
    """Contacts that are spread evenly are none, however many topics; one topic's flood among a few others is one, and is
    cold: it rests on no past.
    """
    for others, each in ((1, 40), (2, 25), (7, 50), (30, 400)):
        assert surging([each], rest=[each * others], others=others) is None
        assert surging([each // 2, each], rest=[each * others // 2, each * others], others=others) is None
    rise = surging([60], rest=[14], others=7)
    assert rise is not None
    assert rise.cold
    weeks = surging([*days(8)[:-1], 900], rest=days(8, seed=5), others=1)
    assert weeks is not None
    assert not weeks.cold


def test_a_surge_right_after_days_off_is_cold() -> None:
    """On the first morning after a closed weekend times of day prove little; later that day they do again."""
    opens = 7 * DAY + DAY // 3
    week = [0 if 5 * DAY <= slot < opens else count for slot, count in enumerate(days(8))]
    rest = [count * 10 for count in week]

    def judged(later: int) -> Rise | None:
        return surging([*week[: opens + later], 2_000, 2_000], rest=rest[: opens + later + 2], others=5)

    judgements = [judged(later) for later in (5, 10, 20, 30)]
    assert [rise and rise.cold for rise in judgements] == [True, True, False, False]
