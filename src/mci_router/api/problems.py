"""Problems on the wire: every error of every route is a problem document."""

import logging
import re
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from mci_router.api.route_table import routes_for
from mci_router.api.router import Route, Router
from mci_router.api.schemas.common import ProblemDocument, ProblemKind, Reference
from mci_router.database_errors import Raced, lost_race, raced_by
from mci_router.errors import (
    BodyTooLarge,
    InternalError,
    InvalidRequest,
    MalformedJson,
    MethodNotAllowed,
    NotFound,
    Overtaken,
    Problem,
    TooManyRequests,
    problems,
)
from mci_router.patterns import lazy_pattern

log = logging.getLogger(__name__)
router = Router()

MEDIA_TYPE = "application/problem+json"
OF_AN_ENUM = lazy_pattern(r"<\w+\.\w+: ('[^']*')>")  # as pydantic names a value that would be right
MOST_ERRORS = 20
SECRET_PATH = re.compile(r"^(/calendar/|/s/)[^/]+$")  # who has the address has what is there: it is not logged
MOST_INPUT = 60  # characters of a wrong value that are shown back

MEANINGS = {
    400: "The body is not JSON.",
    401: "No valid key.",
    403: "The key lacks a scope.",
    404: "Not found in this workspace.",
    408: "The body took too long.",
    409: "The state does not allow it.",
    412: "The resource has changed since it was read.",
    413: "The body is too large.",
    415: "The content is of another type than is said.",
    422: "The request is not valid.",
    429: "Too many requests of this key or workspace; `Retry-After` says when to send it again.",
    503: "The ledger or the live state is away, or another request was first; `Retry-After` says when to try again.",
}


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Returns the description of these answers; every one is a problem document.

    It is named, not given as a model: the framework would build one for each status of each route, at each start.
    """
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    return {status: {"description": MEANINGS[status], "content": content} for status in statuses}


RESPONSES = responses(401, 403, 404, 409, 413, 422, 429, 503)
"""The problems that a route with a key may answer; `openapi` adds those that follow from its form, 400 and 412."""

OPEN_RESPONSES = {status: {**known, "model": ProblemDocument} for status, known in responses(413, 422).items()}
"""The problems that a route without a key may answer; these few bring the schema into the document."""


class BodyRefused(HTTPException):
    """A problem found while a body is read. The framework takes any other exception there for bad JSON."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.status)
        self.problem = problem


def install(app: FastAPI) -> None:
    """Makes the app answer every failure with a problem document."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Raced, raced)
    app.add_exception_handler(DBAPIError, raced)
    app.add_exception_handler(Exception, _unknown)


def answer(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    """Returns the problem as a response."""
    headers = dict(headers or {})
    if problem.retry_after_s is not None:
        headers["Retry-After"] = str(problem.retry_after_s)
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(problem, TooManyRequests):
        headers |= {name.decode(): value.decode() for name, value in problem.fields}
    return JSONResponse(problem.document(), problem.status, headers, media_type=MEDIA_TYPE)


def describe(errors: Sequence[Any]) -> list[dict[str, Any]]:
    """Returns validation errors as `{where, problem}`. It never shows a wrong value: that may be a secret."""
    return [
        {"where": ".".join(map(str, error["loc"])), "problem": _in_words(str(error["msg"]))}
        for error in errors[:MOST_ERRORS]
    ]


def _in_words(said: str) -> str:
    return OF_AN_ENUM.sub(r"\1", said.removeprefix("Value error, "))


def invalid(errors: Sequence[Any]) -> InvalidRequest:
    """Returns validation errors as a problem; its detail is the first of them."""
    faults = describe(errors)
    return InvalidRequest(f"{faults[0]['where'] or 'body'}: {faults[0]['problem']}", errors=faults)


async def _problem(request: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, Problem)  # noqa: S101 — what it is registered for
    return answer(problem)


async def raced(request: Request, error: Exception) -> JSONResponse:
    """Answers where two transactions wanted the same. Most of our own are done again before anybody hears of it.

    Raises the error if it is another one.
    """
    if isinstance(error, Problem):
        return answer(error)
    if not (isinstance(error, Raced) or lost_race(error)):
        raise error
    log.warning("%s %s was overtaken: %s", request.method, _logged_path(request), raced_by(error))
    return answer(Overtaken())


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    errors = error.errors()
    _let_go(error, errors)
    if any(one["type"] == "json_invalid" for one in errors):
        return answer(MalformedJson(errors=describe(errors)))
    if request.method != "PUT" and all(one["loc"][0] == "path" for one in errors):
        return answer(NotFound("Nothing can have that name or id."))
    return answer(invalid(errors))


def _let_go(error: RequestValidationError, errors: Sequence[Any]) -> None:
    """Parts an error from the frames that it came through. They have it, and the body, which would stay until the
    collector looks: that counts objects, and a body may be a few large ones.
    """
    error.__traceback__ = error.__cause__ = error.__context__ = error.body = None
    for one in errors:
        if isinstance(raised := one.get("ctx", {}).get("error"), Exception):  # of a validator of ours
            raised.__traceback__ = None


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    if isinstance(error, BodyRefused):
        return answer(error.problem)
    kinds: dict[int, type[Problem]] = {400: MalformedJson, 404: NotFound, 405: MethodNotAllowed, 413: BodyTooLarge}
    kind = kinds.get(error.status_code, InvalidRequest if error.status_code < 500 else InternalError)
    problem = kind(f"There is nothing at {request.url.path}." if kind is NotFound else "")
    headers = dict(error.headers or {})
    if kind is MethodNotAllowed:
        headers["Allow"] = _allowed(request) or ", ".join(sorted(headers.get("Allow", "").split(", ")))
    return answer(problem, headers)


def _allowed(request: Request) -> str:
    """Returns every method of the path: the router knows only those of the first route that matches.

    The routes say it: the API's description does, too, but takes seconds to make, in which nothing else is answered.
    """
    path, found = request.url.path, dict[str, set[str]]()
    for route in routes_for(request.app, path):
        if isinstance(route, Route) and route.include_in_schema and route.path_regex.match(path):
            found.setdefault(route.path, set()).update(route.methods or ())
    methods = [found[path]] if path in found else found.values()
    return ", ".join(sorted(set().union(*methods)))


async def _unknown(request: Request, error: Exception) -> JSONResponse:
    instance = f"urn:uuid:{uuid4()}"
    log.error("%s %s failed, instance %s", request.method, _logged_path(request), instance, exc_info=error)
    return answer(InternalError(instance=instance))


def _logged_path(request: Request) -> str:
    return SECRET_PATH.sub(r"\1…", request.url.path)


@router.get(
    "/problems/{slug}",
    tags=["problems"],
    summary="What a kind of problem means",
    responses=OPEN_RESPONSES | responses(404),
)
async def explain(slug: Reference) -> ProblemKind:
    """Returns the meaning of a problem's `type`, and how to mend it."""
    kind = problems().get(slug)
    if kind is None:
        raise NotFound(f"There is no problem named {slug!r}.")
    return ProblemKind(type=f"/problems/{slug}", status=kind.status, meaning=kind.meaning())
