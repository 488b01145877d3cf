"""Topics, ladders and the escalation matrix: what would leave a contact without help is refused."""

from typing import Any

import pytest
from pydantic import ValidationError

from mci_router.specs import AgentSpec, EscalationSpec, PolicySpec, TopicSpec
from mci_router.vocabulary import Outcome, Severity


def ladder(*rungs: dict[str, Any]) -> PolicySpec:
    return PolicySpec.model_validate({"name": "low_volume_low_touch", "ladder": list(rungs)})


@pytest.mark.parametrize(
    ("rungs", "words"),
    [
        ([{"outcome": "community", "limit_s": 9}], "the last rung must be an agent"),
        ([{"outcome": "agent"}, {"outcome": "agent"}], "only the last rung can be an agent"),
        ([{"outcome": "agent", "limit_s": 9}], "an agent rung has no limit"),
        ([{"outcome": "automation", "queue": "desk"}, {"outcome": "agent"}], "only an agent rung names a queue"),
        ([], "at least 1 item"),
        ([{"outcome": "incident"}, {"outcome": "agent"}], "outcome"),
    ],
)
def test_a_ladder_ends_with_a_person(rungs: list[dict[str, Any]], words: str) -> None:
    """And says what is wrong with one that does not."""
    with pytest.raises(ValidationError, match=words):
        ladder(*rungs)


def test_a_ladder_may_begin_in_any_order() -> None:
    """As long as it ends with an agent."""
    rungs = (Outcome.COMMUNITY, Outcome.AUTOMATION, Outcome.AGENT)
    assert tuple(rung.outcome for rung in ladder(*({"outcome": outcome} for outcome in rungs)).ladder) == rungs


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"sensitive": True, "touch": "low"}, "is sensitive, so its touch must be high"),
        ({"sensitive_kind": "fraud", "touch": "high"}, "so it must be sensitive"),
        ({"name": "Card Stolen"}, "name"),
    ],
)
def test_a_topic_that_contradicts_itself_is_refused(more: dict[str, Any], words: str) -> None:
    """A sensitive one is never for automation."""
    with pytest.raises(ValidationError, match=words):
        TopicSpec.model_validate({"name": "card_stolen", "title": "Card stolen", **more})


@pytest.mark.parametrize(("severity", "hours"), [(Severity.P1, 4), (Severity.P2, 24), (Severity.P3, 72)])
def test_a_severity_has_a_response_target_of_its_own(severity: Severity, hours: int) -> None:
    """Unless the row names another."""
    assert EscalationSpec(name=severity, queue="tier_2").target_s == hours * 3_600
    assert EscalationSpec(name=severity, queue="tier_2", response_target_s=60).target_s == 60


@pytest.mark.parametrize(
    "capacity", [{"channels": {"chat": True}}, {"channels": {"chat": 1}, "queues": {"desk": True}}]
)
def test_yes_is_no_number_of_contacts(capacity: dict[str, Any]) -> None:
    """Nor in a map of them: it would be 1."""
    with pytest.raises(ValidationError, match="must be a number, not true or false"):
        AgentSpec.model_validate({"name": "zoe", "title": "Zoe", "capacity": capacity})


def test_a_skill_that_is_named_twice_counts_at_its_best() -> None:
    """In any order, as a queue that asks for one twice asks for more."""
    for levels in ([5, 1], [1, 5]):
        skills = [{"skill": "welsh", "proficiency": level} for level in levels]
        agent = AgentSpec.model_validate(
            {"name": "zoe", "title": "Zoe", "capacity": {"channels": {"chat": 1}}, "skills": skills}
        )
        assert agent.abilities == {"tier": 1, "welsh": 5}
