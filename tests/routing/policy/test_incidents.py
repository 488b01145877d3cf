"""Whether an open incident answers a contact, and in which words."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mci_router.routing.policy.incidents import OpenIncident, match, said, text_for
from tests.support.rows import every

LABELS = st.sampled_from(["internet", "tv", "north", "south"])
SAID = st.one_of(
    LABELS, st.lists(LABELS, max_size=3), st.none(), st.integers(), st.dictionaries(LABELS, LABELS, max_size=2)
)


def opened(
    number: int = 1, topics: str = "no_internet", services: str = "", regions: str = "", partly: str = ""
) -> OpenIncident:
    return OpenIncident(
        id=f"inc_{number}",
        topics=frozenset(topics.split()),
        services=frozenset(services.split()),
        regions=frozenset(regions.split()),
        status={"en": "We work on it."},
        title="Down",
        opened_at=datetime(2026, 1, number, tzinfo=UTC),
        partly=frozenset(partly.split()),
    )


def answering(*incidents: OpenIncident, context: Any = None, attributes: Any = None, **changes: Any) -> str | None:
    """The id of the incident that answers a contact, which is certainly about no internet unless told otherwise."""
    usual = {"topic": "no_internet", "certain": True, "sensitive": False, "wants_person": False, "vulnerable": False}
    found = match(incidents, **{**usual, **changes}, context=context or {}, attributes=attributes or {})
    return found.id if found else None


@pytest.mark.parametrize(
    "doubt",
    [
        {"certain": False},
        {"topic": None},
        {"topic": "billing"},
        {"sensitive": True},
        {"wants_person": True},
        {"vulnerable": True},
    ],
)
def test_a_contact_that_needs_a_person_is_not_answered(doubt: dict[str, Any]) -> None:
    """Unsure, about something else, sensitive, asking for a person, vulnerable: each alone is enough."""
    assert answering(opened()) == "inc_1"
    assert answering(opened(), **doubt) is None


@every(
    ("context", "attributes", "answered"),
    [
        ({}, {}, False),
        ({"region": "North"}, {}, True),
        ({"regions": ["south", " NORTH "]}, {}, True),
        ({"region": "south"}, {}, False),
        ({}, {"region": "north"}, True),
        ({"region": "south"}, {"region": "north"}, False),
        ({"region": ""}, {"region": "north"}, True),
        ({"region": 7}, {}, False),
        ({"region": {"name": "north"}}, {}, False),
    ],
)
def test_an_incident_of_a_region_answers_only_who_is_in_it(context: Any, attributes: Any, answered: bool) -> None:
    """An unsaid region is doubt; what the contact says goes before what is known of its customer."""
    assert (answering(opened(regions="north"), context=context, attributes=attributes) == "inc_1") is answered


def test_an_incident_of_a_service_does_not_answer_who_says_another() -> None:
    """Who says none is about the topic, which the incident names."""
    incident = opened(services="fiber dsl")
    assert answering(incident) == "inc_1"
    assert answering(incident, context={"service": "DSL"}) == "inc_1"
    assert answering(incident, context={"services": ["tv", "fiber"]}) == "inc_1"
    assert answering(incident, context={"service": "cable"}) is None


def test_a_topic_of_which_only_some_services_are_affected_has_to_say_which() -> None:
    """In doubt it may be about the others."""
    incident = opened(topics="", services="fiber", partly="no_internet")
    assert answering(incident) is None
    assert answering(incident, context={"service": "fiber"}) == "inc_1"
    assert answering(incident, context={"service": "cable"}) is None


def test_of_several_incidents_the_one_that_asks_most_answers() -> None:
    """Region before service before neither; of equal ones the newest."""
    wide, service, region = opened(1), opened(2, services="fiber"), opened(3, regions="north")
    newer = opened(4)
    assert answering(wide, newer, service, region, context={"region": "north"}) == "inc_3"
    assert answering(region, newer, service, wide) == "inc_2"
    assert answering(newer, wide, context={"region": "south"}) == "inc_4"
    assert answering() is None


@given(st.dictionaries(st.sampled_from(["service", "services", "region", "regions", "page"]), SAID))
def test_no_context_makes_an_incident_of_a_region_answer_another_region(context: dict[str, Any]) -> None:
    """Whatever adapters put into it."""
    answered = answering(opened(regions="north"), context=context)
    names = said(("region", "regions"), context)
    assert (answered == "inc_1") is ("north" in names)


@pytest.mark.parametrize(
    ("status", "language", "text"),
    [
        ({"en": "a", "de": "b"}, "de", "b"),
        ({"en": "a", "de": "b"}, "fr", "a"),
        ({"en": "a", "de": "b"}, None, "a"),
        ({"it": "c", "de": "b"}, "fr", "b"),
        ({}, "en", None),
    ],
)
def test_a_customer_is_told_in_their_language_or_in_english_or_in_any(
    status: dict[str, str], language: str | None, text: str | None
) -> None:
    """Something is better than nothing, and always the same."""
    assert text_for(status, language) == text
