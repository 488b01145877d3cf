"""The service level of a queue. Pure.

Service level = answered within the target ÷ (answered + abandoned after the target). A customer who leaves within the
target did not suffer from the queue, and one who leaves within the short threshold did not wait at all. The strict
form, answered within the target ÷ all offered, makes no such exceptions; both are always given by name.
"""

from mci_router.values import value


@value
class ServiceLevelTally:
    """Counts of what happened to a queue's contacts.

    `*_in_time` means by their due time, `abandoned_short` within the short threshold.
    """

    answered: int = 0
    answered_in_time: int = 0
    abandoned_short: int = 0
    abandoned_in_time: int = 0
    abandoned_late: int = 0

    @property
    def abandoned(self) -> int:
        return self.abandoned_short + self.abandoned_in_time + self.abandoned_late

    @property
    def offered(self) -> int:
        return self.answered + self.abandoned

    def service_level(self) -> float | None:
        """Returns the share in [0, 1]; None while nothing counts."""
        return _share(self.answered_in_time, self.answered + self.abandoned_late)

    def strict_service_level(self) -> float | None:
        """Returns the share in [0, 1]; None while nothing was offered."""
        return _share(self.answered_in_time, self.offered)

    def abandonment(self) -> float | None:
        """Returns the share in [0, 1] of the contacts offered, without short abandons; None while nothing counts."""
        return _share(self.abandoned_in_time + self.abandoned_late, self.offered - self.abandoned_short)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
