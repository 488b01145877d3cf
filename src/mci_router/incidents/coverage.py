"""Which topics an incident covers, and whether it may: it must match something, and never everything. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from mci_router.errors import IncidentMatchesEverything, IncidentMatchesNothing, TopicSensitive, UnknownTopic
from mci_router.routing.policy.incidents import folded
from mci_router.specs.resources import TopicSpec

FEW_TOPICS = 4  # a workspace with fewer may well be down as a whole
LARGEST_SHARE = 0.5  # of the topics, without a service or a region to tell contacts apart


@dataclass(frozen=True, slots=True)
class Coverage:
    """Topics that an incident covers, and those of which only some services are affected. Never a sensitive one."""

    topics: frozenset[str]
    partly: frozenset[str]


def coverage(topics: Mapping[str, TopicSpec], named: Collection[str], services: Collection[str]) -> Coverage:
    """What an incident with these topics and services covers in a workspace.

    Topics that are gone, or sensitive by now, are left out.
    """
    affected = {folded(service) for service in services}
    whole, partly = set(named), set[str]()
    for name, topic in topics.items():
        its = {folded(service) for service in topic.services}
        if its & affected:
            (whole if its <= affected else partly).add(name)
    open_to_all = {name for name, topic in topics.items() if not topic.sensitive}
    return Coverage(frozenset(whole & open_to_all), frozenset((partly - whole) & open_to_all))


def refuse(
    topics: Mapping[str, TopicSpec], named: Collection[str], services: Collection[str], regions: Collection[str]
) -> None:
    """Whether contacts may be matched with such an incident.

    Raises:
        UnknownTopic, TopicSensitive: a topic that it names is not there, or must never be answered by an incident.
        IncidentMatchesEverything: nothing tells its contacts from all others.
        IncidentMatchesNothing: no topic has its services.
    """
    for name in named:
        if name not in topics:
            raise UnknownTopic(
                f"There is no topic {name!r} in this workspace.",
                errors=[{"where": "topics", "problem": f"no topic {name!r}"}],
            )
        if topics[name].sensitive:
            raise TopicSensitive(
                f"The topic {name!r} is sensitive: its contacts always go to a person, so name it in no incident."
            )
    if not named and not services:
        raise IncidentMatchesEverything(
            "The incident names no topic and no service, so it would answer every contact: name what is broken."
        )
    found = coverage(topics, named, services)
    if not found.topics and not found.partly:
        raise IncidentMatchesNothing(
            "No topic has these services. Name topics, or add the services to the topics that are about them."
        )
    if len(topics) >= FEW_TOPICS and len(found.topics) > LARGEST_SHARE * len(topics) and not services and not regions:
        raise IncidentMatchesEverything(
            f"The incident names {len(found.topics)} of {len(topics)} topics, so it would answer most contacts: name "
            "the service or region."
        )
