"""A request is compared only with routes whose paths begin as its own does, and goes where it always went."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import httpx
from fastapi import FastAPI, Request
from starlette.routing import BaseRoute, Mount

from mci_router.api import route_table
from mci_router.api.route_table import RouteTable
from mci_router.app import create_app
from mci_router.settings import Settings
from tests.support.rows import every

PARAMETER = re.compile(r"\{[^}]*\}")
VALUES = ("con_1", "desk", "", "a/b", "{", "ü", "x" * 300)
MISTYPED = ("{}/", "{}\n", "{}/\n", "{}//", "{}/x", "{}x", "{}%20", "/{}", "x{}")
NOWHERE = ("", "/", "//", "\n", "/\n", "/v1", "/v1/", "/v1//", "/v1/nothing", "/nothing/at/all", "nothing", "*")


def _paths(routes: list[BaseRoute]) -> Iterator[str]:
    """Every path of the service, with several values for its parameters, and as somebody may mistype it."""
    yield from NOWHERE
    for path in {getattr(route, "path", "/") for route in routes}:
        yield from (PARAMETER.sub(value, path) for value in VALUES)
        whole = PARAMETER.sub("x", path)
        yield from (mistyped.format(whole) for mistyped in MISTYPED)
        yield whole.upper()


def _matching(routes: list[BaseRoute], path: str) -> list[BaseRoute]:
    return [route for route in routes if getattr(route, "path_regex").match(path)]  # noqa: B009 — each kind has one


def test_whatever_matches_a_path_is_compared_with_it_in_the_same_order(settings: Settings) -> None:
    """So the first that takes the method is the same, and without one the same methods are allowed."""
    router = create_app(settings).router
    table = RouteTable(router)
    for path in set(_paths(router.routes)):
        assert _matching(table.routes_for(path), path) == _matching(router.routes, path), path


def test_no_path_of_the_service_is_compared_with_all_routes(settings: Settings) -> None:
    """Each comparison takes a microsecond: a fifth of all routes is what the largest resource has."""
    router = create_app(settings).router
    table = RouteTable(router)
    most = max(len(table.routes_for(path)) for path in _paths(router.routes))
    assert most < len(router.routes) / 5


def test_the_service_looks_its_routes_up(settings: Settings) -> None:
    """What is made last is looked up like the rest: the address of the API's description."""
    app = create_app(settings)
    table = app.router.middleware_stack
    assert isinstance(table, RouteTable)
    assert "/openapi.json" in [getattr(route, "path", "") for route in table.routes_for("/openapi.json")]


def _app(*paths: str, redirect_slashes: bool = True) -> FastAPI:
    """An app that answers each path with the route's own, and `/deep/here` by an app that is mounted."""
    app = FastAPI(redirect_slashes=redirect_slashes)

    async def path_of(request: Request) -> dict[str, Any]:
        return {"route": request.scope["route"].path, "with": request.path_params}

    for path in paths:
        app.get(path)(path_of)
    inner = FastAPI()
    inner.get("/here/{name}")(path_of)
    app.routes.append(Mount("/deep", inner))
    return app


PATHS = ("/v1/things", "/v1/{kind}", "/{place}/things", "/v1/things/{name}", "/{rest:path}/end", "/slash/", "/a.b/c")
ASKED = ("/v1/things", "/v1/others", "/v2/things", "/v1/things/a", "/v1/things/end", "/v1/things/a/end", "/x/y/z/end")


@cache
def _with_and_without(redirect_slashes: bool) -> tuple[FastAPI, FastAPI]:
    plain, looked_up = (_app(*PATHS, redirect_slashes=redirect_slashes) for _ in range(2))
    route_table.install(looked_up)
    return plain, looked_up


@every("path", [*ASKED, "/slash", "/slash/", "/v1/things/", "/a.b/c", "/aXb/c", "/deep/here/x", "/v3"])
@every("method", ["GET", "POST"])
@every("redirect_slashes", [True, False])
@every("root_path", ["", "/v1", "/elsewhere"])
async def test_an_app_answers_as_without_the_table(
    path: str, method: str, redirect_slashes: bool, root_path: str
) -> None:
    """Parameters at the beginning of a path, redirects, mounted apps and refused methods among them."""
    answers = []
    for app in _with_and_without(redirect_slashes):
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app, root_path=root_path), base_url="http://here"
        ) as client:
            answer = await client.request(method, path)
        answers.append(
            (answer.status_code, answer.content, answer.headers.get("Location"), answer.headers.get("Allow"))
        )
    assert answers[0] == answers[1]
