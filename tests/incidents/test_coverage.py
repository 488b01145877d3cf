"""Which topics an incident covers."""

from typing import Any

import pytest

from mci_router.errors import IncidentMatchesEverything, Problem
from mci_router.incidents.coverage import Coverage, coverage, refuse
from mci_router.specs import TopicSpec
from mci_router.vocabulary import Touch


def topics(*names: str, **services: list[str]) -> dict[str, TopicSpec]:
    made = {name: TopicSpec(name=name, title=name) for name in names}
    return made | {name: TopicSpec(name=name, title=name, services=its) for name, its in services.items()}


def test_an_incident_covers_the_topics_of_its_services() -> None:
    """Wholly where all of a topic's services are affected, partly where some are; a topic that it names, wholly; upper
    case is none.
    """
    held = topics("billing", down=["fiber"], slow=["fiber", "dsl"], tv=["cable"])
    assert coverage(held, [], ["Fiber"]) == Coverage(frozenset({"down"}), frozenset({"slow"}))
    assert coverage(held, ["slow", "billing"], ["fiber"]) == Coverage(
        frozenset({"down", "slow", "billing"}), frozenset()
    )
    assert coverage(held, [], ["fiber", "dsl"]) == Coverage(frozenset({"down", "slow"}), frozenset())


def test_a_sensitive_topic_is_covered_by_nothing() -> None:
    """Not by its service, and not if it was named before it became sensitive; one that is gone is left out."""
    held = topics("billing") | {
        "fraud": TopicSpec(name="fraud", title="Fraud", touch=Touch.HIGH, sensitive=True, services=["cards"])
    }
    assert coverage(held, ["fraud", "billing", "gone"], ["cards"]) == Coverage(frozenset({"billing"}), frozenset())


@pytest.mark.parametrize(
    ("how_many", "named", "told_apart", "refused"),
    [
        (3, 3, {}, False),
        (4, 2, {}, False),
        (4, 3, {}, True),
        (10, 6, {}, True),
        (10, 6, {"regions": ["north"]}, False),
        (4, 0, {}, True),
    ],
)
def test_most_topics_are_everything(how_many: int, named: int, told_apart: dict[str, Any], refused: bool) -> None:
    """More than half of four or more, with nothing to tell their contacts apart."""
    held = topics(*(f"topic_{number}" for number in range(how_many)))
    wanted = {"services": [], "regions": [], **told_apart}
    if not refused:
        refuse(held, list(held)[:named], **wanted)
        return
    with pytest.raises(IncidentMatchesEverything):
        refuse(held, list(held)[:named], **wanted)


def test_a_service_that_no_topic_has_needs_a_topic() -> None:
    """Contexts may name services that topics do not."""
    held = topics("billing")
    with pytest.raises(Problem, match="No topic has"):
        refuse(held, [], ["tv"], [])
    refuse(held, ["billing"], ["tv"], [])
