"""Matching: whether an open incident answers a contact. Pure.

In doubt it does not: a customer who reads of somebody else's outage has no answer, and waits for a fix that will not
help.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any

from mci_router.values import value

SERVICE_KEYS = ("service", "services")
REGION_KEYS = ("region", "regions")
DEFAULT_LANGUAGE = "en"
MOST_SAID = 50  # values of one kind that are read in a context


@value
class OpenIncident:
    """An open incident, as contacts are matched with it.

    `services` and `regions` are casefolded; both empty: it names none.

    `topics` are its own and those whose services are all affected. Of the services of the topics `partly` only some
    are, so that the contact has to name the service. `status` is the text for customers, by language. `update` is the
    number of the update it reflects: a customer who was answered with it gets later ones only.
    """

    id: str
    topics: frozenset[str]
    services: frozenset[str]
    regions: frozenset[str]
    status: Mapping[str, str]
    title: str
    opened_at: datetime
    expected_fix_at: datetime | None = None
    update: int = 0
    partly: frozenset[str] = field(default_factory=frozenset)
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def in_force(self, now: datetime) -> bool:
        """Returns whether it answers contacts at a moment: planned maintenance does from its start until its end."""
        return (self.starts_at is None or self.starts_at <= now) and (self.ends_at is None or now < self.ends_at)

    def text_for(self, language: str | None) -> str | None:
        """Returns the text for a customer of that language."""
        return text_for(self.status, language)


def match(
    incidents: Iterable[OpenIncident],
    *,
    topic: str | None,
    certain: bool,
    sensitive: bool,
    wants_person: bool,
    vulnerable: bool,
    context: Mapping[str, Any],
    attributes: Mapping[str, Any],
) -> OpenIncident | None:
    """Returns the open incident that answers a contact; None if none does, or in doubt.

    `certain`: triage acts on the topic, or the adapter named it. `context` is the contact's, `attributes` are its
    customer's. Of several incidents the most specific one answers, and of those the newest.
    """
    if topic is None or not certain or sensitive or wants_person or vulnerable:
        return None
    services, regions = said(SERVICE_KEYS, context, attributes), said(REGION_KEYS, context, attributes)
    answering = [incident for incident in incidents if _answers(incident, topic, services, regions)]
    return max(answering, key=_narrowness, default=None)


def _answers(incident: OpenIncident, topic: str, services: frozenset[str], regions: frozenset[str]) -> bool:
    if topic not in incident.topics and not (topic in incident.partly and services & incident.services):
        return False
    if incident.services and services and not services & incident.services:
        return False
    return not incident.regions or bool(regions & incident.regions)


def _narrowness(incident: OpenIncident) -> tuple[bool, bool, datetime, str]:
    return bool(incident.regions), bool(incident.services), incident.opened_at, incident.id


def said(keys: Sequence[str], *sources: Mapping[str, Any]) -> frozenset[str]:
    """Returns the values of these keys in the first source that has any, casefolded.

    A contact's context comes before its customer's attributes.
    """
    for source in sources:
        if values := frozenset(_values(source.get(key) for key in keys)):
            return values
    return frozenset()


def _values(members: Iterable[Any]) -> Iterator[str]:
    for member in members:
        for said in member[:MOST_SAID] if isinstance(member, list) else (member,):
            if isinstance(said, str) and said.strip():
                yield folded(said)


def folded(label: str) -> str:
    """Returns a service or region in the form in which they are compared."""
    return " ".join(label.split()).casefold()


def text_for(status: Mapping[str, str], language: str | None) -> str | None:
    """Returns the text in that language, else in English, else in any; None if there is none."""
    for wanted in (language, DEFAULT_LANGUAGE):
        if wanted and wanted in status:
            return status[wanted]
    return next((status[other] for other in sorted(status)), None)
