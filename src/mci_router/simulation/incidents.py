"""Incidents of a simulated day: which contacts they inform, and which of these come again. Pure.

Shares are exact by counting: of every ten contacts, a share of 0.3 takes the same three in every run.
"""

from collections import Counter
from collections.abc import Iterable

from mci_router.simulation.trace import TraceContact, TraceIncident

STILL_BROKEN_PRIORITY = 5  # points, each counts as a minute waited: the same as in the service


class Incidents:
    """The incidents of one day. Pass contacts in order of arrival."""

    def __init__(self, incidents: Iterable[TraceIncident]) -> None:
        self._incidents = list(incidents)
        self._came: Counter[int] = Counter()
        self._informed: Counter[int] = Counter()

    def informing(self, contact: TraceContact) -> TraceIncident | None:
        """Returns the incident that answers a contact on arrival; None if the contact goes into line."""
        for index, incident in enumerate(self._incidents):
            if str(incident.queue) == str(contact.queue) and incident.declared_t <= contact.t < incident.fixed_t:
                self._came[index] += 1
                return incident if _is_of_share(self._came[index], incident.matched) else None
        return None

    def still_broken_at(self, incident: TraceIncident, contact: TraceContact) -> float | None:
        """Returns when (s) a contact just informed will say that it is still broken; None if never.

        A contact informed earlier says so earlier.
        """
        index = self._incidents.index(incident)
        self._informed[index] += 1
        if not _is_of_share(self._informed[index], incident.still_broken):
            return None
        passed = (contact.t - incident.declared_t) / (incident.fixed_t - incident.declared_t)
        return round(incident.fixed_t + passed * incident.still_broken_within_s, 6)


def _is_of_share(number: int, share: float) -> bool:
    """Returns whether the contact of this number, from 1, is of the share.

    A float's digits below the ninth mean nothing.
    """
    return int(round(number * share, 9)) > int(round((number - 1) * share, 9))
