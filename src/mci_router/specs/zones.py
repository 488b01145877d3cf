"""Time zones, by their IANA names, and countries, by their two letters."""

from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

import phonenumbers
from pydantic import AfterValidator, StringConstraints


@cache
def _zones() -> frozenset[str]:
    """Returns the names that this machine knows. To list them reads some 600 files: once is enough."""
    return frozenset(available_timezones())


def _known_zone(value: str) -> str:
    if value not in _zones():
        raise ValueError("is not an IANA time zone, such as Europe/Berlin")
    return value


Timezone = Annotated[str, AfterValidator(_known_zone)]


def _known_country(value: str) -> str:
    if value not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError("is no country: send the two letters of ISO 3166, such as DE")
    return value


Country = Annotated[str, StringConstraints(to_upper=True, pattern=r"^[A-Za-z]{2}$"), AfterValidator(_known_country)]
