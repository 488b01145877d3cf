"""Keyset pages: a cursor is the id of the last item seen, so that pages stay right while items come in."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, Protocol, TypeVar

from fastapi import Query, Request, Response


class Identified(Protocol):
    """Something with an id."""

    id: str


Item = TypeVar("Item", bound=Identified)

CURSOR = re.compile(r"[a-z]{3}_[0-9a-f]{32}")

Limit = Annotated[int, Query(ge=1, le=200, description="Items a page.")]
Cursor = Annotated[
    str | None,
    Query(max_length=64, pattern=f"^{CURSOR.pattern}$", description="`next_cursor` of the page before."),
]


PAGED: dict[int | str, dict[str, Any]] = {200: {"headers": {"Link": {"$ref": "#/components/headers/Link"}}}}
"""The answer of a route that may have a next page."""


def paged(request: Request, response: Response, items: Sequence[Item], limit: int) -> tuple[Sequence[Item], str | None]:
    """Returns the page and the next cursor, from up to `limit` + 1 items; sets the `Link` header."""
    if len(items) <= limit:
        return items, None
    page = items[:limit]
    following = request.url.include_query_params(cursor=page[-1].id)
    response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    return page, page[-1].id
