"""The page of a survey, `/s/{token}`: works without scripts, is kept nowhere, and is found by nobody without its link.

A link only chooses: mail scanners follow every link. What counts is sent by the button.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request, Response
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse

from mci_router.access.survey_links import TOKEN
from mci_router.api.parts import Parts, Service
from mci_router.api.router import Router
from mci_router.api.schemas.transfers import readable
from mci_router.api.survey_answering import take
from mci_router.errors import InvalidRequest, NotFound, Problem, SurveyOver
from mci_router.portal.link_bounds import pay
from mci_router.portal.rendering import HEADERS, PRIVATE, templates
from mci_router.portal.surveys.words import LANGUAGES, said
from mci_router.portal.visits import language_of
from mci_router.specs.survey_words import options, words_of
from mci_router.storable import storable
from mci_router.surveys.answers import LONGEST_COMMENT, Invitation
from mci_router.vocabulary import SurveyWay

router = Router(include_in_schema=False)

BOTH = ["GET", "HEAD"]
LONGEST_BODY = 32_768  # the longest comment in the longest writing, percent-encoded
NUMBERS = {str(score): score for score in range(11)}
WEB = Path(__file__).parents[2] / "web"
FILES = {
    "survey.css": WEB / "survey" / "survey.css",
    "shared.css": WEB / "assets" / "shared.css",
    "icon.svg": WEB / "assets" / "icon.svg",
}
TEMPLATES = WEB / "survey"


@dataclass(frozen=True)
class Shown:
    """What the page of a survey shows beside its question."""

    chosen: int | None
    comment: str = ""
    fault: str = ""
    saved: bool = False


@router.api_route("/s/{token}", methods=BOTH)
async def survey_page(token: str, request: Request, parts: Service) -> Response:
    """Serves the question, with what the link chooses, or what was answered. Nothing is kept of that."""
    try:
        survey = await _found(request, parts, token)
    except Problem as problem:
        return _refused(request, problem)
    chosen = NUMBERS.get(request.query_params.get("score", ""))
    chosen = chosen if chosen in survey.kind.scale else survey.score
    saved = request.query_params.get("saved") == "1" and survey.score is not None
    return await _page(parts, token, survey, Shown(chosen, saved=saved))


@router.post("/s/{token}")
async def answer_survey(token: str, request: Request, parts: Service) -> Response:
    """Takes the answer, and leads to the page that says so."""
    try:
        survey = await _found(request, parts, token)
        sent = await _sent(request)
        score, comment = NUMBERS.get(sent.get("score", "")), sent.get("comment", "")
        if score not in survey.kind.scale or score is None:
            return await _page(parts, token, survey, Shown(None, comment, said(survey.language, "choose")))
        if len(comment) > LONGEST_COMMENT:
            fault = said(survey.language, "long", most=LONGEST_COMMENT)
            return await _page(parts, token, survey, Shown(score, comment, fault))
        await take(parts, survey, score, comment or None, SurveyWay.PAGE)
    except Problem as problem:
        return _refused(request, problem)
    return RedirectResponse(f"{token}?saved=1", HTTPStatus.SEE_OTHER, PRIVATE)


@router.api_route("/s/files/{name}", methods=BOTH)
async def file(name: str) -> Response:
    """Serves the style sheets and the icon."""
    if name not in FILES:
        raise NotFound("There is no such file.")
    return FileResponse(FILES[name], headers=HEADERS | {"Cache-Control": "public, max-age=600"})


async def _found(request: Request, parts: Parts, token: str) -> Invitation:
    """Returns the survey of a token. Raises TooManyTries, NotFound, SurveyOver."""
    await pay(request, parts)
    if not TOKEN.fullmatch(token):
        raise NotFound("There is no such survey.")
    survey = await parts.survey_answers.by_token(token)
    if survey.over:
        raise SurveyOver
    return survey


async def _sent(request: Request) -> dict[str, str]:
    """Returns the fields of a form. Raises InvalidRequest for a body that is none, or is too long."""
    body = b""
    async for piece in _pieces(request):
        body += piece
        if len(body) > LONGEST_BODY:
            raise InvalidRequest("The body is longer than any answer.")
    try:
        fields = dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=10))
    except ValueError as error:
        raise InvalidRequest("The body is no form.") from error
    texts = {name: storable(value).replace("\r\n", "\n").strip() for name, value in fields.items()}
    return {name: value if readable(value) else "" for name, value in texts.items()}


def _pieces(request: Request) -> AsyncIterator[bytes]:
    return request.stream()


async def _page(parts: Parts, token: str, survey: Invitation, shown: Shown) -> Response:
    snapshot = await parts.snapshots.get(survey.workspace)
    until = survey.expires_at.astimezone(snapshot.spec.zone).date().isoformat() if survey.expires_at else ""
    data = {
        "survey": survey,
        "title": snapshot.spec.title,
        "heading": survey.question,
        "options": options(survey.kind, words_of(survey.kind, survey.language)),
        "until": until,
        "token": token,
        "most": LONGEST_COMMENT,
        **vars(shown),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if shown.fault else HTTPStatus.OK
    return _rendered(survey.language, status, data)


def _refused(request: Request, problem: Problem) -> Response:
    """Returns the page of a problem: alike for a token that is unknown, and for what is no token."""
    key = {NotFound: "unknown", SurveyOver: "over", InvalidRequest: "choose"}.get(type(problem), "later")
    status = HTTPStatus.GONE if key == "over" else problem.status
    language = language_of(request, LANGUAGES)[0]
    response = _rendered(language, status, {"survey": None, "title": "", "heading": said(language, key)})
    if problem.retry_after_s is not None:
        response.headers["Retry-After"] = str(problem.retry_after_s)
    return response


def _rendered(language: str, status: int, data: dict[str, Any]) -> Response:
    language = language if language in LANGUAGES else LANGUAGES[0]
    text = templates(TEMPLATES).get_template("survey.html").render(language=language, t=partial(said, language), **data)
    return HTMLResponse(text, status, PRIVATE | {"Content-Language": language})
