"""Trends, pure: false ones stay as rare as promised, whatever days are like; sizes and words are what they are."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from mci_router.insight.trends.counting import Contacts, Series, series
from mci_router.insight.trends.finding import changed_words, compared
from mci_router.insight.trends.significance import FALSE, Days, p_values, q_values, size_of
from mci_router.insight.trends.words import log_odds, uses, words_in

MONDAY = date(2026, 3, 2)
RUNS = 200
WEEK = np.array([1.4, 1.2, 1.1, 1.0, 1.0, 0.4, 0.3])  # Mondays have most, Sundays least


def dated(number: int, later: int, usual: Any = None) -> Days:
    days = [MONDAY + timedelta(days=place) for place in range(number)]
    return Days(days, number - later, [10] * number if usual is None else [int(one) for one in usual])


def drawn_days(drawn: Any, days: Days, values: int, *, bunched: float, weekly: bool) -> Any:
    """Contacts of values that do not change: of very different sizes, in bunches, with or without weekdays."""
    profile = WEEK[[day.weekday() for day in days.days]] if weekly else np.ones(len(days.days))
    mean = np.exp(drawn.normal(0.5, 1.2, size=values))[:, None] * profile
    counts = drawn.poisson(mean * drawn.gamma(1 / bunched, bunched, size=mean.shape) if bunched else mean)
    return counts[counts.sum(axis=1) >= 10]


@pytest.mark.parametrize(
    ("number", "later", "bunched", "weekly"),
    [(35, 7, 0.0, False), (35, 7, 1.0, True), (31, 3, 0.5, True), (60, 30, 0.5, True)],
)
def test_false_trends_are_as_rare_as_promised(number: int, later: int, bunched: float, weekly: bool) -> None:
    """200 workspaces in which nothing changes, 60 values each: in at most 5 in 100 of them anything is reported, with
    room for the chance of 200 draws. Where nothing is true, that is the false-discovery rate.
    """
    drawn, wrong = np.random.default_rng(number + later), 0
    for _ in range(RUNS):
        counts = drawn_days(drawn, dated(number, later), 60, bunched=bunched, weekly=weekly)
        days = dated(number, later, counts.sum(axis=0))
        wrong += any(q <= FALSE for q in q_values(list(p_values(days, counts))))
    assert wrong / RUNS <= FALSE + 2 * (FALSE * (1 - FALSE) / RUNS) ** 0.5


def test_among_true_trends_few_are_false() -> None:
    """100 workspaces, in which 10 of 60 values triple their contacts: most are found, and of what is found at most 5 in
    100 did not change.
    """
    drawn, true, false = np.random.default_rng(1), 0, 0
    days = dated(35, 7)
    for _ in range(100):
        mean = np.full((60, 35), 6.0)
        mean[:10, 28:] *= 3
        counts = drawn.poisson(mean * drawn.gamma(5, 0.2, size=mean.shape))
        found = [place for place, q in enumerate(q_values(list(p_values(days, counts)))) if q <= FALSE]
        true += sum(place < 10 for place in found)
        false += sum(place >= 10 for place in found)
    assert true >= 800
    assert false / (true + false) <= FALSE


def test_the_adjusted_ps_are_those_of_benjamini_and_hochberg() -> None:
    """The example of R's `p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "BH")`, in another order, and with a tie."""
    assert q_values([0.05, 0.01, 0.04, 0.02, 0.03]) == pytest.approx([0.05] * 5)
    assert q_values([0.001, 0.5, 0.001]) == pytest.approx([0.0015, 0.5, 0.0015])


def test_a_busy_day_widens_the_interval() -> None:
    """As many contacts more: spread over the week they are sure, on one day they may be anything."""
    days, before = dated(35, 7), [4] * 28
    spread, burst = size_of(days, [*before, *[8] * 7]), size_of(days, [*before, 4, 4, 4, 4, 4, 4, 32])
    assert (spread.ratio, burst.ratio) == (2.0, 2.0)
    assert spread.low > 1 > burst.low


def test_what_was_not_there_before_has_a_size() -> None:
    """Without a contact before, half a one is added to both: the ratio is large, and not infinite."""
    found = size_of(dated(35, 7), [*[0] * 28, *[2] * 7])
    assert found.ratio == pytest.approx(14.5 / 7 / (0.5 / 28), rel=1e-3)


def test_few_contacts_and_few_customers_are_not_compared() -> None:
    """They are no hypotheses either: what is looked at less costs the others nothing."""
    days = dated(35, 7)
    once, late, always = [0] * 30 + [9] + [0] * 4, [0] * 28 + [9] * 7, [9] * 35
    rare = Series("topic", "rare", 9, once, once)
    private = Series("context.order", "4711", 4, late, late)
    common = Series("topic", "common", 50, always, always)
    assert compared(days, [rare, private, common]).tested == 1


def test_contacts_and_customers_are_counted_by_day() -> None:
    """A contact that is named twice counts once, and a customer once a day; the newest contacts are named."""
    contacts = Contacts([f"con_{row:02}" for row in range(24)], [7, 7, -9, 7] * 6, [0, 0, 0, 1, 1, 2] * 4, 3)
    found = series(contacts, "topic", "bill", [5, 0, 1, 2, 3, 3])
    assert (found.by_day, found.people, found.customers) == ([3, 1, 1], [2, 1, 1], 2)
    assert found.contacts == ["con_05", "con_03", "con_02", "con_01", "con_00"]
    everything = series(contacts, "topic", "all", range(24))
    assert everything.by_day == contacts.by_day() == [12, 8, 4]
    assert everything.contacts == [f"con_{row:02}" for row in range(23, 13, -1)]


def test_words_are_counted_once_a_contact_and_masks_are_none() -> None:
    """A word has three letters or more; what masking left, and numbers, are nobody's word."""
    assert words_in("Hello hello, my card is [card number removed] 4711, it's the München-app") == {
        *("hello", "card", "it's", "the", "münchen-app"),
    }


def test_a_word_that_rose_has_higher_odds() -> None:
    """The log-odds of Monroe, Colaresi and Quinn: nothing where shares are the same, more where they are not, and less
    of it where a word is rare.
    """
    assert log_odds(40, 10, 4_000, 1_000)[0] == pytest.approx(0, abs=1e-9)
    often, rare = log_odds(40, 40, 4_000, 1_000), log_odds(4, 4, 4_000, 1_000)
    assert often[0] > 1
    assert often[1] > rare[1] > 0
    assert log_odds(400, 10, 4_000, 1_000)[1] < -1


def test_a_word_of_many_customers_is_found_and_one_of_few_is_not() -> None:
    """`spinning` is written by 30 customers in the last week, `zebedee` by one, every day."""
    days = dated(35, 7)
    said = [(f"cus_{place % 40}", day, "I cannot sign in") for place, day in enumerate([*days.days] * 12)]
    said += [(f"cus_{place}", days.days[28 + place % 7], "it is spinning") for place in range(30)]
    said += [("cus_me", day, "zebedee again") for day in days.days[28:]]
    contacts = Contacts(
        [f"con_{row:03}" for row in range(len(said))],
        [hash(customer) for customer, _, _ in said],
        [days.days.index(day) for _, day, _ in said],
        len(days.days),
    )
    found = changed_words(days, contacts, {row: text for row, (_, _, text) in enumerate(said)})
    rose = {one.value for one in found.findings if one.rose}
    assert "spinning" in rose
    assert "zebedee" not in rose


def test_a_word_is_known_by_the_texts_that_use_it() -> None:
    """However often one of them does; of a stop word nothing is said."""
    assert uses({3: "Hello hello there", 8: "there"}) == {"hello": [3], "there": [3, 8]}
    days = dated(35, 7)
    contacts = Contacts([f"con_{row:03}" for row in range(70)], list(range(70)), [row // 2 for row in range(70)], 35)
    texts = {row: "there it is" if row >= 56 else "there" for row in range(70)}
    assert changed_words(days, contacts, texts, ["there"]).tested == 0
    assert changed_words(days, contacts, texts).tested == 1
