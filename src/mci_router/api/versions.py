"""Versions on the wire: the `ETag` of a resource, and the preconditions `If-Match` and `If-None-Match` (RFC 9110)."""

import re
from typing import Annotated, Any

from fastapi import Depends, Header, Response

from mci_router.models.precondition import Precondition, Versions

ENTITY_TAG = r'(W/)?"[!#-~]*"'
TAGS = rf"^[ \t]*(\*|{ENTITY_TAG}([ \t]*,[ \t]*{ENTITY_TAG})*)[ \t]*$"
LONGEST = 1_000  # characters: far more tags than one request needs

ETAGGED: dict[int | str, dict[str, Any]] = {200: {"headers": {"ETag": {"$ref": "#/components/headers/ETag"}}}}
"""The answer of a route that carries the version of a resource."""

_IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        pattern=TAGS,
        max_length=LONGEST,
        description="The `ETag` you read, or several; `*`: whatever is there. Else 412. A weak tag never matches.",
        examples=['"3"'],
    ),
]
_IfNoneMatch = Annotated[
    str | None,
    Header(
        alias="If-None-Match",
        pattern=TAGS,
        max_length=LONGEST,
        description="`*`: only if there is none yet. Or tags: only if none of them is in force. Else 412.",
        examples=["*"],
    ),
]


async def _changing(if_match: _IfMatch = None) -> Precondition:
    return Precondition(_versions(if_match))


async def _putting(if_match: _IfMatch = None, if_none_match: _IfNoneMatch = None) -> Precondition:
    return Precondition(_versions(if_match), _versions(if_none_match, weak=True))


IfMatch = Annotated[Precondition, Depends(_changing)]
"""The precondition that the headers of a change state."""

IfMatchOrNone = Annotated[Precondition, Depends(_putting)]
"""The precondition that the headers of a PUT state, such as that nothing is there yet."""


def tag(response: Response, version: int) -> None:
    """Sets the `ETag` of a version."""
    response.headers["ETag"] = f'"{version}"'


def _versions(tags: str | None, *, weak: bool = False) -> Versions:
    """Returns the versions that a header names.

    A tag that is none of ours matches nothing, and neither does a weak one without `weak`.
    """
    if tags is None or tags.strip() == "*":
        return tags and "*"  # type: ignore[return-value]
    return frozenset(int(number) for mark, number in re.findall(r'(W/)?"(\d{1,18})"', tags) if weak or not mark)
