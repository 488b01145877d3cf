"""The routes by how their paths begin: a request is compared with those only that it can be for.

The framework compares a request with one route after the other. For some four hundred routes that takes longer than
many of them take to answer.
"""

from collections import defaultdict
from copy import copy
from itertools import takewhile
from typing import TypeAlias

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

SEGMENTS = 2  # of a path, by which routes are told apart: `/v1/contacts/{contact}` stands under `v1`, `contacts`

Beginning: TypeAlias = tuple[str, ...]


class RouteTable:
    """ASGI app: what a router with fewer routes answers. Those that are left out could not match.

    It knows the routes that there are when it is made.
    """

    def __init__(self, router: APIRouter) -> None:
        self._all = router
        under: dict[Beginning, list[tuple[int, BaseRoute]]] = defaultdict(list, {(): []})
        for place, route in enumerate(router.routes):
            under[beginning(getattr(route, "path", ""))].append((place, route))
        self._of = {begins: _with_routes(router, _alike(under, begins)) for begins in tuple(under)}

    def routes_for(self, path: str) -> list[BaseRoute]:
        """Returns the routes with which a path is compared, in their order."""
        return self._router_for(path).routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope.get("root_path"):
            await self._all.app(scope, receive, send)
            return
        scope["router"] = self._all
        await self._router_for(scope["path"]).app(scope, receive, send)

    def _router_for(self, path: str) -> APIRouter:
        begins = beginning(path)
        while begins not in self._of:
            begins = begins[:-1]
        return self._of[begins]


def beginning(path: str) -> Beginning:
    """Returns the first segments of a path; of a route's, as far as they are fixed.

    A line end is not part of it: patterns of paths end before one.
    """
    segments = path.removesuffix("\n").split("/", SEGMENTS + 1)[1 : SEGMENTS + 1]
    return tuple(takewhile(lambda segment: segment and "{" not in segment, segments))


def install(app: FastAPI) -> None:
    """Has the app look its routes up. Call it when it has all of them."""
    app.router.middleware_stack = RouteTable(app.router)


def routes_for(app: FastAPI, path: str) -> list[BaseRoute]:
    """Returns the routes of an app that a path may be for, in their order; all, where it does not look them up."""
    table = app.router.middleware_stack
    return table.routes_for(path) if isinstance(table, RouteTable) else app.routes


def _alike(under: dict[Beginning, list[tuple[int, BaseRoute]]], begins: Beginning) -> list[BaseRoute]:
    """Returns the routes that begin so, or as far as they are fixed."""
    found = [one for length in range(len(begins) + 1) for one in under.get(begins[:length], ())]
    return [route for _, route in sorted(found, key=lambda one: one[0])]


def _with_routes(router: APIRouter, routes: list[BaseRoute]) -> APIRouter:
    narrowed = copy(router)
    narrowed.routes = routes
    return narrowed
