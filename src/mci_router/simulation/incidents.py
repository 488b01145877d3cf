"""Whom the incidents of a day inform, and who of them comes again. Pure.

Shares are kept by counting: of every ten contacts, a share of 0.3 takes the same three in every run.
"""

from collections import Counter
from collections.abc import Iterable

from mci_router.simulation.trace import Contact, Incident

STILL_BROKEN_PRIORITY = 5  # points, each counts as a minute waited: as much as the service raises it


class Incidents:
    """The incidents of one day. Contacts are to be told of in order of arrival."""

    def __init__(self, incidents: Iterable[Incident]) -> None:
        self._incidents = list(incidents)
        self._came: Counter[int] = Counter()
        self._informed: Counter[int] = Counter()

    def informing(self, contact: Contact) -> Incident | None:
        """The incident that answers a contact as it comes; None if it is to go into line."""
        for place, incident in enumerate(self._incidents):
            if str(incident.queue) == str(contact.queue) and incident.declared_t <= contact.t < incident.fixed_t:
                self._came[place] += 1
                return incident if _is_of_share(self._came[place], incident.matched) else None
        return None

    def still_broken_at(self, incident: Incident, contact: Contact) -> float | None:
        """When (s) a contact just informed will say that it is still broken; None if it never will.

        Who was informed earlier says so earlier.
        """
        place = self._incidents.index(incident)
        self._informed[place] += 1
        if not _is_of_share(self._informed[place], incident.still_broken):
            return None
        passed = (contact.t - incident.declared_t) / (incident.fixed_t - incident.declared_t)
        return round(incident.fixed_t + passed * incident.still_broken_within_s, 6)


def _is_of_share(number: int, share: float) -> bool:
    """Whether the contact of this number, from 1, is of the share; digits of a float below the ninth mean nothing."""
    return int(round(number * share, 9)) > int(round((number - 1) * share, 9))
