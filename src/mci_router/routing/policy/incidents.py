"""Whether an open incident answers a contact. Pure.

In doubt it does not: a customer who is told of somebody else's outage has been told nothing, and waits for a fix that will not help.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

SERVICE_KEYS = ("service", "services")
REGION_KEYS = ("region", "regions")
DEFAULT_LANGUAGE = "en"
MOST_SAID = 50  # values of one kind that are read in a context


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """An open incident, as contacts are matched with it. `services` and `regions` are casefolded; both empty: it names none.

    `topics` are its own and those whose services are all affected; of `partly` only some are, so that the contact has to say which service
    it is about. `status` is what customers are told, by language. `update` is the number of the update it reflects: a customer who was
    answered with it is told of later ones only.
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

    def text_for(self, language: str | None) -> str | None:
        """What a customer of that language is told."""
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
    """The open incident that answers a contact; None if none does, or in doubt.

    `certain`: triage acts on the topic, or the adapter named it. `context` is the contact's, `attributes` are its customer's. Of several
    the one that asks most of a contact answers, and of those the newest.
    """
    if topic is None or not certain or sensitive or wants_person or vulnerable:
        return None
    services, regions = said(SERVICE_KEYS, context, attributes), said(REGION_KEYS, context, attributes)
    found = [incident for incident in incidents if _answers(incident, topic, services, regions)]
    return max(found, key=_narrowness, default=None)


def _answers(incident: OpenIncident, topic: str, services: frozenset[str], regions: frozenset[str]) -> bool:
    if topic not in incident.topics and not (topic in incident.partly and services & incident.services):
        return False
    if incident.services and services and not services & incident.services:
        return False
    return not incident.regions or bool(regions & incident.regions)


def _narrowness(incident: OpenIncident) -> tuple[bool, bool, datetime, str]:
    return bool(incident.regions), bool(incident.services), incident.opened_at, incident.id


def said(keys: Sequence[str], *sources: Mapping[str, Any]) -> frozenset[str]:
    """What the first source that says any of these keys says, casefolded: a contact's own context goes before its customer's facts."""
    for source in sources:
        if values := frozenset(_values(source.get(key) for key in keys)):
            return values
    return frozenset()


def _values(found: Iterable[Any]) -> Iterator[str]:
    for value in found:
        for one in value[:MOST_SAID] if isinstance(value, list) else (value,):
            if isinstance(one, str) and one.strip():
                yield folded(one)


def folded(label: str) -> str:
    """A service or region as it is compared."""
    return " ".join(label.split()).casefold()


def text_for(status: Mapping[str, str], language: str | None) -> str | None:
    """The text in that language, else in English, else in any; None if there is none."""
    for wanted in (language, DEFAULT_LANGUAGE):
        if wanted and wanted in status:
            return status[wanted]
    return next((status[found] for found in sorted(status)), None)
