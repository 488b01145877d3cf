"""On which days an agent has a skill that asks for a certificate."""

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from mci_router.specs.certificates import Certificate, Standing, certified, lapsed, standings
from mci_router.specs.resources import AgentSpec
from mci_router.specs.skills import SkillSpec
from mci_router.vocabulary import CertificateState

BEGAN = date(2026, 6, 1)
GATES = {"gates": [{"days": 30, "score": 0.85}, {"days": 90, "score": 0.9}], "valid_days": 365}


def agent(since: date | None = BEGAN) -> AgentSpec:
    return AgentSpec.model_validate(
        {
            "name": "ann",
            "title": "Ann",
            "since": since,
            "skills": [{"skill": "fraud"}, {"skill": "billing"}],
            "capacity": {"channels": {"chat": 1}},
        }
    )


def skills(**certificate: Any) -> dict[str, SkillSpec]:
    asking = SkillSpec.model_validate({"name": "fraud", "certificate": certificate or GATES})
    return {"fraud": asking, "billing": SkillSpec(name="billing")}


def granted(score: float, on: date, number: int = 1, valid_days: int = 365) -> Certificate:
    return Certificate(f"crt_{number}", "ann", "fraud", score, on, on + timedelta(days=valid_days))


def stands(day: date, *certificates: Certificate, since: date | None = BEGAN) -> Standing:
    (found,) = standings([agent(since)], skills(), certificates, day)
    return found


def day(number: int) -> date:
    return BEGAN + timedelta(days=number)


def test_before_the_first_gate_the_skill_is_had_without_a_certificate() -> None:
    """Whoever has just begun works, and is listed with the day on which that ends."""
    found = stands(day(29))
    assert (found.state, found.has, found.needed) == (CertificateState.NOT_NEEDED_YET, True, None)
    assert found.without_from == day(30)
    assert stands(day(30)).state is CertificateState.MISSING


@pytest.mark.parametrize(
    ("on", "score", "state"),
    [
        (30, 0.84, CertificateState.SCORE_TOO_LOW),
        (30, 0.85, CertificateState.HOLDS),
        (89, 0.85, CertificateState.HOLDS),
        (90, 0.85, CertificateState.SCORE_TOO_LOW),
        (90, 0.9, CertificateState.HOLDS),
    ],
)
def test_each_gate_asks_for_its_score(on: int, score: float, state: CertificateState) -> None:
    """30 days 85 %, 90 days 90 %: a certificate that was enough at one gate need not be at the next."""
    assert stands(day(on), granted(score, day(20))).state is state


def test_a_certificate_ends_with_its_days() -> None:
    """It holds on its last day, and not on the next; what is planned for that day knows it before."""
    certificate = granted(0.95, day(100), valid_days=10)
    assert stands(day(109), certificate).without_from == day(110)
    assert stands(day(110), certificate).state is CertificateState.EXPIRED
    assert lapsed([agent()], skills(), [certificate], day(109)) == {}
    assert lapsed([agent()], skills(), [certificate], day(110)) == {"ann": frozenset({"fraud"})}


def test_the_next_gate_ends_a_certificate_that_is_not_enough_for_it() -> None:
    """Who is about to lapse is known by the gates, not by the certificate's own end alone."""
    assert stands(day(40), granted(0.87, day(30))).without_from == day(90)
    assert stands(day(40), granted(0.92, day(30))).without_from == day(30 + 365)


def test_the_latest_certificate_counts_also_if_it_is_worse() -> None:
    """A test that is failed takes the skill away: the one that was passed before does not outlive it."""
    better, worse = granted(0.95, day(20), 1), granted(0.5, day(40), 2)
    assert stands(day(39), better, worse).has
    assert stands(day(40), better, worse).state is CertificateState.SCORE_TOO_LOW
    assert stands(day(40), worse, better).latest == worse


def test_who_began_nobody_knows_when_meets_the_last_gate() -> None:
    """Leaving the day out is no way around the gates."""
    assert stands(day(0), since=None).state is CertificateState.MISSING
    assert stands(day(0), granted(0.89, day(0)), since=None).state is CertificateState.SCORE_TOO_LOW
    assert stands(day(0), granted(0.9, day(0)), since=None).has


def test_agents_have_the_skills_of_the_day() -> None:
    """Only what has lapsed is missing; what asks for no certificate stays, in place."""
    agents = {"ann": agent()}
    assert certified(agents, skills(), [], day(0))["ann"] is agents["ann"]
    assert [has.skill for has in certified(agents, skills(), [], day(30))["ann"].skills] == ["billing"]


@pytest.mark.parametrize(
    "gates",
    [
        [],
        [{"days": 30, "score": 0.9}, {"days": 30, "score": 0.9}],
        [{"days": 90, "score": 0.9}, {"days": 30, "score": 0.8}],
        [{"days": 30, "score": 0.9}, {"days": 90, "score": 0.8}],
        [{"days": 0, "score": 85}],
    ],
)
def test_gates_that_make_no_sense_are_refused(gates: list[dict[str, Any]]) -> None:
    """Out of order, falling, none, or in percent."""
    with pytest.raises(ValidationError):
        skills(gates=gates)


@pytest.mark.parametrize(
    "since", [20_000, "2026-06-01T00:00:00Z", "1969-12-31", "2200-01-01", "2026-02-30", "1.6.2026"]
)
def test_a_day_is_written_as_a_day(since: Any) -> None:
    """Numbers and times are not taken for days."""
    with pytest.raises(ValidationError):
        AgentSpec.model_validate({**agent().model_dump(mode="json"), "since": since})
