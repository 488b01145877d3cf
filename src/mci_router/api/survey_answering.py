"""Answering surveys: what all ways to answer one have in common."""

from mci_router.api.parts import Parts
from mci_router.errors import NotFound
from mci_router.intake.masking import MaskingPolicy, mask
from mci_router.surveys.answers import Invitation
from mci_router.vocabulary import SurveyWay


async def answered(
    parts: Parts,
    workspace: str,
    contact: str,
    score: int,
    comment: str | None,
    way: SurveyWay,
    adapter: str | None = None,
) -> Invitation:
    """Takes the answer to the survey of a contact, and returns the survey as it is answered now; with `adapter`, of a
    contact of that adapter alone.

    Raises NotFound, SurveyOver, InvalidRequest, DatabaseUnavailable.
    """
    found = await parts.survey_answers.of_contact(workspace, contact)
    if adapter is not None and found.adapter != adapter:
        raise NotFound(f"No survey was sent about the contact {contact!r}.")
    await take(parts, found, score, comment, way)
    return await parts.survey_answers.of_contact(workspace, contact)


async def take(parts: Parts, survey: Invitation, score: int, comment: str | None, way: SurveyWay) -> bool:
    """Takes an answer, its words masked as all are. Returns whether anything has changed. Raises as `answered`."""
    if comment is not None:
        snapshot = await parts.snapshots.get(survey.workspace)
        comment = mask(comment, MaskingPolicy(**snapshot.spec.masking.model_dump())).text
    return await parts.survey_answers.answer(survey, score, comment, way)
