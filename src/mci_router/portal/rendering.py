"""Rendering: pages from templates that escape all they are given, with headers that allow nothing else."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

from mci_router.api.problems import BodyRefused
from mci_router.api.router import Route
from mci_router.errors import InvalidRequest, NotFound, Problem
from mci_router.imports import later
from mci_router.portal import times
from mci_router.portal.forms import MOST_FILES
from mci_router.portal.texts import TEXTS, said
from mci_router.portal.visits import FALLBACK, PageVisit, language_of

if TYPE_CHECKING:
    import jinja2
else:
    jinja2 = later("jinja2")  # the first page needs it

WEB = Path(__file__).parents[1] / "web"
TEMPLATES = [WEB / folder for folder in ("public", "help", "community", "status")]
STYLES = {
    "portal.css": WEB / "public" / "portal.css",
    "shared.css": WEB / "assets" / "shared.css",
    "icon.svg": WEB / "assets" / "icon.svg",
}
"""The files that every page loads, by name."""

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Vary": "Accept-Language, Cookie",
}
PUBLIC = HEADERS | {"Cache-Control": "no-cache"}
NOT_LISTED = {"X-Robots-Tag": "noindex"}
"""Search engines do not list what has this."""
PRIVATE = HEADERS | {"Cache-Control": "no-store"} | NOT_LISTED


@cache
def templates(*folders: Path) -> "jinja2.Environment":
    """Returns the templates of some folders, which escape all they are given and miss nothing."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(
    visit: PageVisit, template: str, status: int = 200, *, private: bool = False, listed: bool = True, **data: Any
) -> Response:
    """Returns a page. A private one is kept nowhere; one that is not `listed` is not for search engines."""
    language = visit.language
    shown = {
        "visit": visit,
        "t": partial(said, language),
        "link": visit.link,
        "at": partial(times.at, language, visit.snapshot.spec.zone),
        "lasting": partial(times.lasting, language),
        "moment": _moment,
        "size_of": _size,
        "most_files": MOST_FILES,
        "most_mb": visit.parts.settings.attachment_most_bytes >> 20,
        "here": "",
        "languages": [(one, said(one, "language")) for one in visit.languages if one != language],
        "listed": listed and not private,
    }
    text = templates(*TEMPLATES).get_template(template).render({**shown, **data})
    headers = (PRIVATE if private else PUBLIC if listed else PUBLIC | NOT_LISTED) | {"Content-Language": language}
    return HTMLResponse(text, status, headers)


def style(name: str) -> Response:
    """Returns a file that every page loads. Raises NotFound."""
    if name not in STYLES:
        raise NotFound("There is no such file.")
    return FileResponse(STYLES[name], headers=HEADERS | {"Cache-Control": "public, max-age=600"})


def _moment(written: str | datetime) -> datetime:
    return datetime.fromisoformat(written) if isinstance(written, str) else written


def _size(size: int) -> str:
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{-(-size // 1024)} kB"


def leads_to(visit: PageVisit, path: str, **query: Any) -> Response:
    """Returns the answer to a form that was taken: the browser gets another page, which can be reloaded."""
    return RedirectResponse(visit.link(path, **query), HTTPStatus.SEE_OTHER, PRIVATE)


def with_cookie(response: Response, visit: PageVisit, sealed: str | None, keep_s: int = 0) -> Response:
    """Adds a sealed pass to what is answered; None takes it back."""
    secure = visit.request.url.scheme == "https"
    kept: dict[str, Any] = {"path": "/", "secure": secure, "httponly": True, "samesite": "strict"}
    if sealed:
        response.set_cookie(visit.cookie_name, sealed, max_age=keep_s, **kept)
    else:
        response.delete_cookie(visit.cookie_name, **kept)
    return response


class PageRoute(Route):
    """A route whose problems are pages, too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Returns what answers a request: the route, or the page of what went wrong."""
        usual = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await usual(request)
            except Problem as problem:
                return refusal(request, problem)
            except BodyRefused as refused:
                return refusal(request, refused.problem)
            except RequestValidationError:
                return refusal(request, InvalidRequest())

        return handle


def refusal(request: Request, problem: Problem) -> Response:
    """Returns the page of a problem: what to do, and nothing of what is inside."""
    visit: PageVisit | None = getattr(request.state, "visit", None)
    language = visit.language if visit else language_of(request, ("en", "de"))[0]
    kind = "not_found" if isinstance(problem, NotFound) else problem.slug
    key = kind if f"problem.{kind}" in TEXTS else "unavailable" if problem.status >= 500 else "refused"
    text = (
        templates(*TEMPLATES)
        .get_template("problem.html")
        .render(
            visit=visit,
            t=partial(said, language or FALLBACK),
            link=visit.link if visit else None,
            key=key,
            language=language,
        )
    )
    headers = PRIVATE | {"Content-Language": language}
    if problem.retry_after_s is not None:
        headers["Retry-After"] = str(problem.retry_after_s)
    return HTMLResponse(text, problem.status, headers)
