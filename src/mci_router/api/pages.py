"""The agent desk and the supervisor wallboard: static files, served by us alone and locked down by their headers."""

from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.staticfiles import StaticFiles

router = APIRouter(include_in_schema=False)

WEB = Path(__file__).parents[1] / "web"
HEADERS = {
    # Nothing but our own files. Forms cannot be sent either, so that no key ends up in a URL where a script fails to load.
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",  # asked again by ETag each time: a desk never runs half of an old release
}
_files = StaticFiles(directory=WEB)


@router.get("/desk")
@router.head("/desk")
async def desk(request: Request) -> Response:
    """The agent desk."""
    return await _file("desk.html", request)


@router.get("/wallboard")
@router.head("/wallboard")
async def wallboard(request: Request) -> Response:
    """The supervisor wallboard."""
    return await _file("wallboard.html", request)


@router.get("/assets/{name}")
@router.head("/assets/{name}")
async def asset(name: str, request: Request) -> Response:
    """A script, a style or the icon of the pages."""
    return await _file(f"assets/{name}", request)


async def _file(path: str, request: Request) -> Response:
    response = await _files.get_response(path, request.scope)
    response.headers.update(HEADERS)
    return response
