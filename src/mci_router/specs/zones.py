"""Time zones, by their IANA names."""

from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator


@cache
def _zones() -> frozenset[str]:
    """Returns the names that this machine knows. To list them reads some 600 files: once is enough."""
    return frozenset(available_timezones())


def _known_zone(value: str) -> str:
    if value not in _zones():
        raise ValueError("is not an IANA time zone, such as Europe/Berlin")
    return value


Timezone = Annotated[str, AfterValidator(_known_zone)]
