"""Which skills an agent is planned with: those of the day, not of today."""

from dataclasses import replace
from datetime import date, timedelta

from mci_router.specs.certificates import Certificate
from mci_router.specs.resources import AgentSpec
from mci_router.specs.skills import SkillSpec
from mci_router.workforce.schedules.people import able_on
from tests.support.snapshots import snapshot_of

BEGAN, LAPSES = date(2026, 6, 1), date(2026, 11, 30)
FRAUD = SkillSpec.model_validate({"name": "fraud", "certificate": {"gates": [{"days": 30, "score": 0.85}]}})


def test_a_skill_whose_certificate_lapses_is_planned_out_from_that_day_on() -> None:
    """In one week, and although the agent of today has it, or has lost it already."""
    ann = AgentSpec.model_validate(
        {
            "name": "ann",
            "title": "Ann",
            "since": BEGAN,
            "skills": [{"skill": "fraud"}, {"skill": "phones"}],
            "capacity": {"channels": {"voice": 1}},
        }
    )
    held = Certificate("crt_1", "ann", "fraud", 0.9, LAPSES - timedelta(days=90), LAPSES)
    snapshot = replace(
        snapshot_of({}, agents=[ann]),
        skills={"fraud": FRAUD, "phones": SkillSpec(name="phones")},
        resources={"agent": {"ann": ann}},
        certificates=(held,),
    )
    without = ann.model_copy(update={"skills": ann.skills[1:]})
    for agent in (ann, without):
        assert able_on(snapshot, agent, LAPSES - timedelta(days=1)) == {"fraud", "phones"}
        assert able_on(snapshot, agent, LAPSES) == {"phones"}
    assert able_on(replace(snapshot, certificates=()), ann, BEGAN + timedelta(days=29)) == {"fraud", "phones"}
    assert able_on(replace(snapshot, certificates=()), ann, BEGAN + timedelta(days=30)) == {"phones"}
