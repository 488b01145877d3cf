"""Response times: shares by the product limit, intervals, and how a promise was kept."""

import random
from typing import Any

from mci_router.insight.response_times import Response, ResponseTime, kept, proposed_s, response_times
from tests.support.rows import every


def answered(*seconds: float) -> list[Response]:
    return [Response(one, "answered") for one in seconds]


def response_time(some: list[Response], share: float) -> ResponseTime:
    (found,) = response_times(some, [share])
    return found


def test_without_anybody_unanswered_it_is_the_plain_quantile() -> None:
    """Of ten answered after 1 to 10 s, eight had it within 8 s."""
    found = response_time(answered(*range(1, 11)), 0.8)
    assert found.seconds == 8
    assert found.low is not None
    assert found.low < 8


def test_the_product_limit_is_that_of_kaplan_and_meier() -> None:
    """The 6-MP arm of Freireich's trial (1963), as textbooks work it out: the median remission is 23 weeks."""
    events = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored: list[Any] = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    found = response_time([*answered(*events), *(Response(one, "waits") for one in censored)], 0.5)
    assert (found.seconds, found.low, found.high) == (23, 13, None)  # R: survfit(conf.type = "log-log")


def test_several_shares_are_found_at_one_go() -> None:
    """In the order in which they are asked for; nobody at all has none."""
    some = [*answered(3, 1, 2, 2), Response(5, "waits")]
    assert [one.seconds for one in response_times(some, (0.8, 0.2, 0.6))] == [3, 1, 2]
    assert [one.seconds for one in response_times([], (0.8, 0.9))] == [None, None]


def test_leaving_contacts_unanswered_makes_a_desk_no_quicker() -> None:
    """Half answered after a minute, half still waiting after a day: nobody had 80 in 100 within any time seen."""
    some = [*answered(*[60.0] * 50), *[Response(86_400, "waits")] * 50]
    assert response_time(some, 0.8).seconds is None


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    """300 desks whose true 80 % point is known, a third of whose contacts are cut off at random: about 95 % of the
    intervals have it.
    """
    drawn, covered = random.Random(7), 0  # noqa: S311 — to draw examples
    truth = 1.6094379  # of an exponential time with mean 1
    for _ in range(300):
        some = []
        for _ in range(80):
            answer, cut = drawn.expovariate(1), drawn.expovariate(0.5)
            some.append(Response(answer, "answered") if answer <= cut else Response(cut, "abandoned"))
        found = response_time(some, 0.8)
        covered += (found.low or 0) <= truth <= (found.high or 1e9)
    assert 0.91 <= covered / 300 <= 0.99


def test_a_promise_counts_what_it_can_judge() -> None:
    """In time, late, left late and still waiting late are judged; who left early, and what is not due yet, is not."""
    some = [
        *answered(10, 20, 130),
        Response(90, "abandoned"),
        Response(200, "abandoned"),
        Response(500, "otherwise"),
        Response(60, "waits"),
        Response(300, "waits"),
    ]
    found = kept((one, 120) for one in some)
    assert (found.in_time, found.late, found.left_late, found.waiting_late) == (2, 1, 1, 1)
    assert (found.pending, found.excused, found.contacts) == (1, 2, 8)
    assert (found.share.share, found.share.n, found.share.measured) == (0.4, 5, False)


@every(("had", "proposed"), [(3.2, 5), (61, 90), (3_601, 7_200), (90_000, 129_600), (None, None)])
def test_a_proposal_is_a_round_time(had: float | None, proposed: float | None) -> None:
    """On the next step that people agree on; nothing where nobody can say."""
    assert proposed_s(had) == proposed
