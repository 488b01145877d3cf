"""Answers to surveys over REST: adapters send what customers choose on their channels, and others read them."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query, Request, Response

from mci_router.access.keys import Caller, Scope
from mci_router.access.sight import sees_sensitive
from mci_router.api.paging import PAGED, Cursor, Limit, paged
from mci_router.api.parts import Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.router import Router
from mci_router.api.schemas.surveys import SurveyAnswered, SurveyAnswerIn, SurveyAnswerOut, SurveyAnswers
from mci_router.api.survey_answering import answered
from mci_router.errors import NotFound
from mci_router.specs.base import Name
from mci_router.vocabulary import SurveyWay

router = Router(prefix="/v1", tags=["surveys"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.CONTACTS_READ)]
Writer = Annotated[Caller, needs(Scope.CONTACTS_WRITE)]


@dataclass
class _Row:
    id: str
    columns: Any


@router.post("/survey-answers", summary="Send the answer to a survey")
async def post_survey_answer(body: SurveyAnswerIn, caller: Writer, parts: Service) -> SurveyAnswered:
    """Takes what a customer chose, in place of the answer before, until the survey expires. Idempotent.

    An adapter answers surveys about its own contacts alone.
    """
    known = body.contact_id, body.score, body.comment
    found = await answered(parts, caller.workspace_id, *known, SurveyWay.ADAPTER, caller.adapter)
    if found.score is None or found.expires_at is None:  # it was erased in this moment
        raise NotFound(f"No survey was sent about the contact {body.contact_id!r}.")
    return SurveyAnswered(
        contact_id=found.contact,
        survey=found.survey,
        kind=found.kind,
        score=found.score,
        expires_at=found.expires_at,
    )


@router.get("/survey-answers", summary="List answers to surveys", responses=PAGED)
async def list_survey_answers(
    request: Request,
    response: Response,
    caller: Reader,
    parts: Service,
    survey: Annotated[Name | None, Query(description="Of this survey alone.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> SurveyAnswers:
    """Lists them, those about the newest contacts first. Their words stand here alone: no event has them."""
    found = await parts.survey_answers.newest(
        caller.workspace_id, survey=survey, sensitive=sees_sensitive(caller), after=cursor, limit=limit + 1
    )
    rows, following = paged(request, response, [_Row(one["contact_id"], one) for one in found], limit)
    return SurveyAnswers(items=[_shown(row.columns) for row in rows], next_cursor=following)


def _shown(columns: Any) -> SurveyAnswerOut:
    facts = {name: columns[name] for name in SurveyAnswerOut.model_fields}
    where = {name: facts[name] or None for name in ("queue", "agent", "topic")}
    return SurveyAnswerOut.model_validate({**facts, **where})
