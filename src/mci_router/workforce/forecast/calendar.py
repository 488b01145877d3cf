"""Calendar: which days a forecast learns from, and as what. Pure."""

from collections.abc import Collection
from datetime import date

from mci_router.specs.queues import QueueSpec
from mci_router.specs.workspace import WorkspaceSpec
from mci_router.values import value


@value
class Calendar:
    """The holidays of a queue, and the marked days that nothing is learnt from."""

    holidays: Collection[date]
    excluded: Collection[date]

    @classmethod
    def of(cls, spec: WorkspaceSpec, queue: QueueSpec) -> "Calendar":
        """Returns it by the workspace's configuration, the queue's hours with their calendars in them."""
        named = {day for name in spec.forecast.holiday_calendars for day in spec.holiday_calendars.get(name, ())}
        own = queue.hours.holidays if queue.hours else ()
        return cls(frozenset({*named, *own}), frozenset(spec.forecast.exclude))

    def ordinary(self, day: date) -> bool:
        """Returns whether a day is as its weekday is."""
        return day not in self.holidays and day not in self.excluded

    def holidays_before(self, day: date, most: int) -> list[date]:
        """Returns the last holidays before a day, that are not excluded, oldest first."""
        return sorted(one for one in self.holidays if one < day and one not in self.excluded)[-most:]
