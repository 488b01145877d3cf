"""The pages: agent desk, wallboard, reports, workforce, the API's documentation; and the chat that any site may embed.

They are static files, served by this process only, and their headers allow nothing else. Other sites may load the chat
alone: it holds nothing private.
"""

from importlib.resources import files
from pathlib import Path

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles

from mci_router.api.router import Router
from mci_router.errors import NotFound

router = Router(include_in_schema=False)

WEB = Path(__file__).parent
SWAGGER = Path(str(files("fastapi_swagger.resources")))
SWAGGER_FILES = ("swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png")

BOTH = ["GET", "HEAD"]

LOCKED = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""Allows nothing but our own files, in no frame.

Forms cannot be sent either, so that no key gets into a URL where a script fails to load.
"""

HEADERS = {
    "Content-Security-Policy": f"{LOCKED}; require-trusted-types-for 'script'; trusted-types 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",  # browsers ask by ETag each time: a desk never runs half of an old release
}
DOCS_HEADERS = HEADERS | {"Content-Security-Policy": f"{LOCKED}; img-src 'self' data:"}
"""Swagger UI has its icons in its style sheet, and writes descriptions as markup, which it cleans itself."""

EMBEDDED_HEADERS = {
    "Access-Control-Allow-Origin": "*",  # a module of another origin is fetched by CORS
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "public, max-age=600",  # then by ETag: a new release is everywhere in ten minutes
}
"""A script that other sites load. It is public; what it may see, the customer's own token says."""

_files, _swagger = StaticFiles(directory=WEB), StaticFiles(directory=SWAGGER)


@router.get("/")
async def root() -> Response:
    """Redirects to the documentation."""
    return RedirectResponse("docs")


@router.api_route("/desk", methods=BOTH)
async def desk(request: Request) -> Response:
    """Serves the agent desk."""
    return await _file("desk.html", request)


@router.api_route("/wallboard", methods=BOTH)
async def wallboard(request: Request) -> Response:
    """Serves the supervisor wallboard."""
    return await _file("wallboard.html", request)


@router.api_route("/reports", methods=BOTH)
async def reports(request: Request) -> Response:
    """Serves the reports."""
    return await _file("reports.html", request)


@router.api_route("/workforce", methods=BOTH)
async def workforce(request: Request) -> Response:
    """Serves forecasts, staffing and schedules."""
    return await _file("workforce.html", request)


@router.api_route("/docs", methods=BOTH)
async def docs(request: Request) -> Response:
    """Serves the API's documentation."""
    return await _file("docs/index.html", request, DOCS_HEADERS)


@router.api_route("/docs/start.js", methods=BOTH)
async def docs_script(request: Request) -> Response:
    """Serves the script of the documentation's page."""
    return await _file("docs/start.js", request, DOCS_HEADERS)


@router.api_route("/swagger/{name}", methods=BOTH)
async def swagger(name: str, request: Request) -> Response:
    """Serves a file of Swagger UI, from the installed package."""
    if name not in SWAGGER_FILES:
        raise NotFound(f"There is nothing at {request.url.path}.")
    return await _file(name, request, DOCS_HEADERS, _swagger)


@router.api_route("/chat/mci-chat.js", methods=BOTH)
async def chat(request: Request) -> Response:
    """Serves the customer's chat, `<mci-chat>`, to the pages of any site."""
    return await _file("assets/mci-chat.js", request, EMBEDDED_HEADERS)


@router.api_route("/assets/{name}", methods=BOTH)
async def asset(name: str, request: Request) -> Response:
    """Serves a script, a style sheet or the icon of the pages."""
    return await _file(f"assets/{name}", request)


async def _file(
    path: str, request: Request, headers: dict[str, str] = HEADERS, directory: StaticFiles = _files
) -> Response:
    response = await directory.get_response(path, request.scope)
    response.headers.update(headers)
    return response
