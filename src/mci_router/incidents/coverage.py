"""Coverage: the topics that an incident covers. It must match something, and must not match everything. Pure."""

from collections.abc import Collection, Iterable, Mapping

from mci_router.errors import IncidentMatchesEverything, IncidentMatchesNothing, TopicSensitive, UnknownTopic
from mci_router.routing.policy.incidents import folded
from mci_router.specs.resources import TopicSpec
from mci_router.values import value

FEW_TOPICS = 4  # a workspace with fewer may well be down as a whole
LARGEST_SHARE = 0.5  # of the topics, where neither a service nor a region narrows the incident down


@value
class Coverage:
    """The topics that an incident covers, and those of which it affects only some services. None is sensitive."""

    topics: frozenset[str]
    partly: frozenset[str]


def coverage(topics: Mapping[str, TopicSpec], named: Collection[str], services: Collection[str]) -> Coverage:
    """Returns what an incident with these topics and services covers in a workspace.

    Leaves out topics that were removed or have become sensitive.
    """
    affected = {folded(service) for service in services}
    whole, partly = set(named), set[str]()
    for name, topic in topics.items():
        its = {folded(service) for service in topic.services}
        if its & affected:
            (whole if its <= affected else partly).add(name)
    open_to_all = {name for name, topic in topics.items() if not topic.sensitive}
    return Coverage(frozenset(whole & open_to_all), frozenset((partly - whole) & open_to_all))


def covers_most(
    topics: Mapping[str, TopicSpec], incidents: Iterable[tuple[Collection[str], Collection[str], Collection[str]]]
) -> bool:
    """Returns whether incidents, each of topics, services and regions, would together answer most contacts.

    One with a service or region is told apart by that, and not counted.
    """
    broad = (named for named, services, regions in incidents if not services and not regions)
    covered = frozenset[str]().union(*(coverage(topics, named, ()).topics for named in broad))
    return len(topics) >= FEW_TOPICS and len(covered) > LARGEST_SHARE * len(topics)


def refuse(
    topics: Mapping[str, TopicSpec], named: Collection[str], services: Collection[str], regions: Collection[str]
) -> None:
    """Checks that contacts may be matched with such an incident.

    Raises:
        UnknownTopic, TopicSensitive: a topic that it names does not exist, or must never be answered by an incident.
        IncidentMatchesEverything: it would match all contacts, or most of them.
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
    covered = coverage(topics, named, services)
    if not covered.topics and not covered.partly:
        raise IncidentMatchesNothing(
            "No topic has these services. Name topics, or add the services to the topics that are about them."
        )
    if covers_most(topics, [(named, services, regions)]):
        raise IncidentMatchesEverything(
            f"The incident names {len(covered.topics)} of {len(topics)} topics, so it would answer most contacts: name "
            "the service or region."
        )
