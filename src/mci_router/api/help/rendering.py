"""Rendering: pages from templates that escape all they are given, with headers that allow nothing else."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mci_router.api.help import times
from mci_router.api.help.forms import MOST_FILES
from mci_router.api.help.seals import PASS_S, Pass
from mci_router.api.help.texts import TEXTS, said
from mci_router.api.help.visits import FALLBACK, Visit, language_of
from mci_router.api.problems import BodyRefused
from mci_router.errors import InvalidRequest, NotFound, Problem

TEMPLATES = Path(__file__).parents[2] / "web" / "help"

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
PRIVATE = HEADERS | {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}

templates = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def page(visit: Visit, template: str, status: int = 200, *, private: bool = False, **data: Any) -> Response:
    """Returns a page of the portal. A private one is kept nowhere."""
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
        "languages": [(one, said(one, "language")) for one in visit.portal.languages if one != language],
    }
    text = templates.get_template(template).render({**shown, **data})
    headers = (PRIVATE if private else PUBLIC) | {"Content-Language": language}
    return HTMLResponse(text, status, headers)


def _moment(written: str | datetime) -> datetime:
    return datetime.fromisoformat(written) if isinstance(written, str) else written


def _size(size: int) -> str:
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{-(-size // 1024)} kB"


def leads_to(visit: Visit, path: str, **query: Any) -> Response:
    """Returns the answer to a form that was taken: the browser gets another page, which can be reloaded."""
    return RedirectResponse(visit.link(path, **query), HTTPStatus.SEE_OTHER, PRIVATE)


def with_pass(response: Response, visit: Visit, holder: Pass | None) -> Response:
    """Adds the pass to what is answered; None takes it back."""
    secure = visit.request.url.scheme == "https"
    kept: dict[str, Any] = {"path": "/", "secure": secure, "httponly": True, "samesite": "strict"}
    if holder:
        response.set_cookie(visit.cookie_name, visit.seals.pass_for(holder), max_age=PASS_S, **kept)
    else:
        response.delete_cookie(visit.cookie_name, **kept)
    return response


class PageRoute(APIRoute):
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
    visit: Visit | None = getattr(request.state, "visit", None)
    language = visit.language if visit else language_of(request, ("en", "de"))[0]
    kind = "not_found" if isinstance(problem, NotFound) else problem.slug
    key = kind if f"problem.{kind}" in TEXTS else "unavailable" if problem.status >= 500 else "refused"
    text = templates.get_template("problem.html").render(
        visit=visit,
        t=partial(said, language or FALLBACK),
        link=visit.link if visit else None,
        key=key,
        language=language,
    )
    headers = PRIVATE | {"Content-Language": language}
    if problem.retry_after_s is not None:
        headers["Retry-After"] = str(problem.retry_after_s)
    return HTMLResponse(text, problem.status, headers)
