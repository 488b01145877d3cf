"""Routes are made when they are first asked for."""

from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, HTTPException

from mci_router.api.router import Route, Router, take_in
from mci_router.app import create_app
from mci_router.settings import Settings


async def _refuse() -> None:
    raise HTTPException(418)


def _app(router: APIRouter, *dependencies: object) -> FastAPI:
    app = FastAPI()
    take_in(app, router, [Depends(one) for one in dependencies])  # type: ignore[arg-type]
    return app


async def _status(app: FastAPI, method: str, path: str) -> int:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
        return (await client.request(method, path)).status_code


def _router() -> Router:
    router = Router(prefix="/things")

    @router.get("/{number}")
    async def get_thing(number: int) -> dict[str, int]:
        return {"number": number}

    @router.delete("/{number}")
    async def delete_thing(number: Annotated[int, Depends(_refuse)]) -> None: ...

    return router


def _made(app: FastAPI) -> list[str]:
    return [route.name for route in app.routes if isinstance(route, Route) and route.made]


def test_a_start_makes_none_of_the_routes(settings: Settings) -> None:
    """To make all of them takes longer than all else that is imported; one is made in a few milliseconds."""
    routes = [route for route in create_app(settings).routes if isinstance(route, Route)]
    assert len(routes) > 300
    assert not [route.path for route in routes if route.made]


async def test_a_request_makes_its_own_route_and_no_other() -> None:
    """A first request waits for one route, wherever it stands."""
    app = _app(_router())
    assert await _status(app, "GET", "/things/1") == 200
    assert _made(app) == ["get_thing"]


async def test_looking_for_a_path_and_a_method_makes_nothing() -> None:
    """What leads nowhere, or only to other methods, costs no more than before."""
    app = _app(_router())
    assert await _status(app, "GET", "/nothing") == 404
    assert await _status(app, "PUT", "/things/1") == 405
    assert not _made(app)


async def test_a_method_that_a_path_has_not_makes_nothing_of_the_service(settings: Settings) -> None:
    """Its `Allow` is known without the API's description, which takes seconds to make: anybody may ask for it."""
    app = create_app(settings)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
        allowed = [
            (await client.put(path)).headers["Allow"] for path in ("/v1/contacts", "/v1/contacts/con_1", "/desk")
        ]
    assert allowed == ["GET, POST", "GET", "GET, HEAD"]
    assert not _made(app)
    assert app.openapi_schema is None


async def test_the_dependencies_of_an_app_hold_for_each_of_its_routes() -> None:
    """What guards all routes guards those that are made late, too, and before what they do themselves."""
    app = _app(_router(), _refuse)
    assert await _status(app, "GET", "/things/1") == 418


async def test_two_apps_share_no_route() -> None:
    """A router is taken in by several apps of one process: what one makes, or depends on, is not the other's."""
    router = _router()
    open_app, guarded = _app(router), _app(router, _refuse)
    assert await _status(open_app, "GET", "/things/1") == 200
    assert not _made(guarded)
    assert await _status(guarded, "GET", "/things/1") == 418


def test_a_route_that_is_made_is_not_taken_in() -> None:
    """It could no longer be given what it is to depend on."""
    router = _router()
    first = router.routes[0]
    assert isinstance(first, Route)
    first.make()
    with pytest.raises(RuntimeError, match="is made"):
        _app(router, _refuse)


def test_a_router_of_the_framework_is_refused() -> None:
    """Who writes a new resource is told what to write, before the start is slow again."""
    router = APIRouter()
    router.get("/early")(_refuse)
    with pytest.raises(TypeError, match="write Router"):
        _app(router)
