"""Query parameters: an unknown one is refused, so that a typing error never silently gives another answer."""

from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from itertools import islice
from typing import get_origin

from fastapi import Request
from fastapi.dependencies.models import Dependant

from mci_router.api.problems import MOST_ERRORS
from mci_router.errors import InvalidRequest
from mci_router.storable import storable

LONGEST_SHOWN = 60  # characters of an unknown name
NEAR = 0.6  # how similar a known name must be to be suggested


async def refuse_unknown_query(request: Request) -> None:
    """Checks the query parameters of a route that depends on it. Raises InvalidRequest."""
    if not request.query_params:
        return
    known = dict(sorted(_known(request.scope["route"].dependant)))
    faults = list(islice(_faults(request, known), MOST_ERRORS))
    if faults:
        raise InvalidRequest(f"{faults[0]['where']}: {faults[0]['problem']}", errors=faults)


def _faults(request: Request, known: Mapping[str, bool]) -> Iterator[dict[str, str]]:
    for name, times in Counter(name for name, _ in request.query_params.multi_items()).items():
        if name not in known:
            yield {"where": f"query.{name[:LONGEST_SHOWN]}", "problem": _unknown(name[:LONGEST_SHOWN], list(known))}
        elif times > 1 and not known[name]:
            yield {"where": f"query.{name}", "problem": f"is sent {times} times; it takes one value"}
        elif any(storable(value) != value for value in request.query_params.getlist(name)):
            yield {"where": f"query.{name}", "problem": "has a character that no text has: leave NUL out"}


def _unknown(name: str, known: list[str]) -> str:
    if not known:
        return "is unknown: this route takes no query parameters"
    near = get_close_matches(name, known, 1, NEAR)
    meant = f" Did you mean {near[0]}?" if near else ""
    return f"is unknown.{meant} This route takes {', '.join(known)}"


def _known(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """Yields the names that are known, each with whether it takes several values."""
    yield from ((field.alias, get_origin(field.field_info.annotation) is list) for field in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _known(inner)
