"""Time zones, by their IANA names, and countries, by their two letters."""

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from pydantic import AfterValidator, StringConstraints

# Other forms of the same zones, in folders beside them, and the machine's own: another machine may not know the name,
# or mean another zone by it.
NOT_NAMES = ("posix/", "right/", "posixrules", "localtime")


def _is_known(name: str) -> bool:
    """Returns whether this machine knows the zone: reads its file, where to list all of them reads some 600."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return not name.startswith(NOT_NAMES)


def _known_zone(value: str) -> str:
    if not _is_known(value):
        raise ValueError("is not an IANA time zone, such as Europe/Berlin")
    return value


Timezone = Annotated[str, AfterValidator(_known_zone)]


def _known_country(value: str) -> str:
    if value not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError("is no country: send the two letters of ISO 3166, such as DE")
    return value


Country = Annotated[str, StringConstraints(to_upper=True, pattern=r"^[A-Za-z]{2}$"), AfterValidator(_known_country)]
