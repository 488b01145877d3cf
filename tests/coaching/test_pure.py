"""Cohorts and their ranks, scores of forms, samples, weeks and months."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from mci_router.coaching.calendar import month, week, week_of, weeks_of
from mci_router.coaching.cohorts import band_of, beside, cohorts, companions
from mci_router.coaching.sampling import sample
from mci_router.coaching.scoring import AnswersRefused, scored
from mci_router.insight.agent_tallies import Tally, of_times
from mci_router.intake.fingerprints import Fingerprints
from mci_router.specs.quality import QualityFormSpec
from mci_router.specs.resources import AgentSpec
from mci_router.vocabulary import CohortKind
from tests.support.rows import every

DAY = date(2026, 11, 2)


def agent(name: str, **spec: Any) -> AgentSpec:
    return AgentSpec.model_validate(
        {"name": name, "title": name.title(), "capacity": {"channels": {"chat": 1}}, "team": "floor", **spec}
    )


def answered(good: int, of: int) -> dict[date, Tally]:
    return {DAY: Tally(handled=of, handle_ms=of * 300_000, answered=of, good=good)}


def placed(**csat: tuple[int, int]) -> dict[str, tuple[int | None, str | None]]:
    """The ranks by CSAT of agents with so many good answers of so many."""
    tallies = {name: answered(*counts) for name, counts in csat.items()}
    (cohort,) = cohorts([agent(name) for name in csat], CohortKind.TEAM, DAY, tallies, {})
    return {one.agent.name: (one.figures["csat"].rank, one.figures["csat"].why) for one in cohort.agents}


def test_agents_whose_intervals_overlap_have_no_rank() -> None:
    """90 of 100 is not certainly better than 85 of 100: neither has a place, and the answer says why."""
    found = placed(ann=(90, 100), ben=(85, 100), cyd=(20, 100))
    assert found["ann"] == found["ben"] == (None, "its interval overlaps that of one other")
    assert found["cyd"] == (3, None)


def test_agents_whose_intervals_lie_apart_are_ranked() -> None:
    """Best first."""
    found = placed(ann=(300, 1000), ben=(900, 1000), cyd=(600, 1000))
    assert [found[name][0] for name in ("ben", "cyd", "ann")] == [1, 2, 3]


def test_a_chain_of_overlaps_ranks_nobody_in_it() -> None:
    """The best and the worst lie apart, but those between leave no order among them."""
    found = placed(ann=(90, 100), ben=(82, 100), cyd=(74, 100))
    assert {rank for rank, _ in found.values()} == {None}
    assert found["ann"][1] == "its interval overlaps that of 2 others, directly or through others between them"


def test_few_answers_are_not_measured() -> None:
    """29 are not enough to be placed by, however good, and others are ranked without them."""
    found = placed(ann=(29, 29), ben=(900, 1000), cyd=(600, 1000))
    assert found["ann"] == (None, "not measured yet: 29 of the 30 that it takes")
    assert (found["ben"][0], found["cyd"][0]) == (1, 2)


def test_nobody_is_ranked_by_handle_time() -> None:
    """A short one is not better in itself: it is bought with CSAT."""
    (cohort,) = cohorts([agent("ann"), agent("ben")], CohortKind.TEAM, DAY, {"ann": answered(1, 50)}, {})
    for measure in ("aht_s", "transferred", "escalated"):
        figure = cohort.agents[0].figures[measure]
        assert figure.rank is None
        assert "CSAT" in str(figure.why)


def test_adherence_stands_beside_the_cohorts_and_ranks_nobody() -> None:
    """Of an agent over days, of the cohort over its agents; who was not planned in has none, and who kept less has no
    place for it.
    """
    days = [date(2026, 11, 2), date(2026, 11, 3)]
    kept = {"ann": dict.fromkeys(days, (8.0, 8.0)), "ben": {days[0]: (4.0, 8.0), days[1]: (8.0, 8.0)}}
    (cohort,) = cohorts([agent(name) for name in ("ann", "ben", "cyd")], CohortKind.TEAM, DAY, {}, kept)
    ann, ben, cyd = (one.figures["adherence"] for one in cohort.agents)
    assert [(one.figure.value, one.figure.n) for one in (ann, ben, cyd)] == [(1.0, 16), (0.75, 16), (None, 0)]
    assert cohort.figures["adherence"].figure == of_times([(16, 16), (12, 16)])
    assert {one.rank for one in (ann, ben, cyd, cohort.figures["adherence"])} == {None}


def test_an_agent_is_in_the_cohort_of_each_skill() -> None:
    """By skills as they are configured; whoever has none is among those without."""
    agents = [agent("ann", skills=[{"skill": "fraud"}, {"skill": "billing"}]), agent("ben"), agent("cyd", team=None)]
    by_skill = cohorts(agents, CohortKind.SKILL, DAY, {}, {})
    assert [(one.name, [mine.agent.name for mine in one.agents]) for one in by_skill] == [
        *(("billing", ["ann"]), ("fraud", ["ann"])),
        (None, ["ben", "cyd"]),
    ]
    by_team = cohorts(agents, CohortKind.TEAM, DAY, {}, {}, only="floor")
    assert [(one.name, one.size) for one in by_team] == [("floor", 2)]


@every(
    ("since", "band"),
    [
        (date(2026, 11, 2), "first_30_days"),
        (date(2026, 10, 4), "first_30_days"),
        (date(2026, 10, 3), "days_30_to_89"),
        (date(2026, 8, 4), "days_90_to_364"),
        (date(2025, 11, 2), "days_365_and_more"),
        (None, None),
    ],
)
def test_tenure_comes_in_bands(since: date | None, band: str | None) -> None:
    """Those of the gates: the first 30 days, and the first 90."""
    assert band_of(since, DAY) == band


def test_a_week_counts_its_own_days_only() -> None:
    """The tallies of a month have more than the week's."""
    tallies = {"ann": {DAY: Tally(handled=3), date(2026, 11, 9): Tally(handled=4)}}
    found = beside(agent("ann"), [agent("ann"), agent("ben")], CohortKind.TEAM, week("2026-W45"), tallies, {})
    assert (found.handled, found.cohorts[0].handled, found.cohorts[0].agents) == (3, 3, 2)


FORM = {
    "name": "form",
    "title": "Form",
    "sections": [
        {
            "title": "All",
            "questions": [
                {"name": "safe", "title": "Safe", "fatal": True},
                {"name": "kind", "title": "Kind", "kind": "scale", "steps": 4, "weight": 3, "may_be_left_out": True},
                {"name": "note", "title": "Note", "kind": "text"},
            ],
        }
    ],
}


@every(
    ("answers", "score"),
    [
        ({"safe": True, "kind": 4}, 1),
        ({"safe": True, "kind": 1}, 0.25),
        ({"safe": True, "kind": 3}, (1 + 3 * 2 / 3) / 4),
        ({"safe": True}, 1),
        ({"safe": False, "kind": 4}, 0),
    ],
)
def test_a_form_gives_a_score(answers: dict[str, Any], score: float) -> None:
    """By weights, of what applies; a fatal no leaves nothing of it."""
    assert scored(QualityFormSpec.model_validate(FORM), answers).score == pytest.approx(score, abs=1e-4)


def test_where_nothing_that_counts_applies_there_is_no_score() -> None:
    """A score of nothing would be read as one."""
    form = {**FORM, "sections": [{"title": "All", "questions": [{"name": "a", "title": "A", "may_be_left_out": True}]}]}
    with pytest.raises(AnswersRefused):
        scored(QualityFormSpec.model_validate(form), {})


@every(
    "questions",
    [
        [{"name": "a", "title": "A"}, {"name": "a", "title": "B"}],
        [{"name": "a", "title": "A", "kind": "text"}],
        [{"name": "a", "title": "A", "kind": "scale", "fatal": True}],
        [{"name": f"q{number}", "title": "Q"} for number in range(61)],
        [],
    ],
)
def test_forms_that_make_no_sense_are_refused(questions: list[dict[str, Any]]) -> None:
    """Twice the same name, nothing that counts, a scale that is fatal, too many, none."""
    with pytest.raises(ValidationError):
        QualityFormSpec.model_validate({**FORM, "sections": [{"title": "All", "questions": questions}]})


def test_a_sample_is_drawn_by_the_key_alone() -> None:
    """In whatever order contacts come, the same ones; another key, agent or week draws others."""
    contacts = [f"con_{number}" for number in range(200)]
    ours = Fingerprints("secret").of
    drawn = sample(ours, "wsp_1", "agt_1", "2026-W45", contacts, 10)
    assert drawn == sample(ours, "wsp_1", "agt_1", "2026-W45", reversed(contacts), 10)
    assert drawn[:5] == sample(ours, "wsp_1", "agt_1", "2026-W45", contacts, 5)
    others = [
        sample(Fingerprints("other").of, "wsp_1", "agt_1", "2026-W45", contacts, 10),
        sample(ours, "wsp_1", "agt_2", "2026-W45", contacts, 10),
        sample(ours, "wsp_1", "agt_1", "2026-W46", contacts, 10),
    ]
    assert all(set(other) != set(drawn) for other in others)


def test_each_week_belongs_to_one_month() -> None:
    """That of its Thursday: over years every week is in exactly one month's review."""
    months = [month(f"{year}-{number:02d}") for year in range(2020, 2031) for number in range(1, 13)]
    weeks = [one.name for of_month in months for one in weeks_of(of_month)]
    assert len(weeks) == len(set(weeks))
    assert [one.name for one in weeks_of(month("2026-11"))] == [*(f"2026-W{number}" for number in range(45, 49))]
    assert week_of(date(2027, 1, 1)).name == "2026-W53"
    assert week("2026-W53").last == date(2027, 1, 3)


def test_adherence_is_of_hours_and_its_interval_of_days() -> None:
    """A share of time: hours of one day are alike, so five days tell as much as five, and one day has no interval."""
    one_day = of_times([(6.0, 8.0)])
    assert (one_day.value, one_day.low, one_day.n, one_day.measured) == (0.75, None, 8, False)
    week_long = of_times([(8.0, 8.0), (4.0, 8.0), (8.0, 8.0), (6.0, 8.0), (8.0, 8.0)])
    assert (week_long.value, week_long.n, week_long.measured) == (0.85, 40, True)
    assert week_long.low is not None
    assert week_long.low < 0.7
    assert week_long.high == 1.0
    assert of_times([(0.0, 0.0)]).value is None


def test_adherence_stands_beside_that_of_the_cohort() -> None:
    """By the days of the period, and only of those who are compared."""
    kept = {"ann": {DAY: (8.0, 8.0), date(2026, 11, 9): (0.0, 8.0)}, "ben": {DAY: (2.0, 8.0)}, "cyd": {DAY: (0.0, 8.0)}}
    agents = [agent("ann"), agent("ben"), agent("cyd", team="night")]
    found = beside(agents[0], agents, CohortKind.TEAM, week("2026-W45"), {}, kept)
    assert (found.figures["adherence"].value, found.figures["adherence"].n) == (1.0, 8)
    assert (found.cohorts[0].figures["adherence"].value, found.cohorts[0].figures["adherence"].n) == (0.625, 16)
    assert companions(agents[0], agents, CohortKind.TEAM, week("2026-W45")) == {"ann", "ben"}
