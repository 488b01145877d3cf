"""Surveys on their way to customers: with their options, and the link that no conversation in the ledger has."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from mci_router.access.survey_links import SurveyLinks
from mci_router.lazy_schemas import LazyModel
from mci_router.specs.survey_words import options, words_of
from mci_router.vocabulary import Channel, SurveyKind

MOST_LINES = 7
"""Options for each of which a mail has a line with a link: more would be a wall of links."""

SURVEY = """CASE WHEN m.kind = 'system' THEN (
        SELECT jsonb_build_object('kind', i.kind, 'language', i.language, 'nonce', encode(i.nonce, 'hex'),
          'channel', c.channel)
        FROM message_keys y JOIN survey_invitations i ON i.contact_id = y.key
        WHERE y.workspace_id = o.workspace_id AND y.owner = 'survey' AND y.key = o.contact_id AND y.message_id = m.id)
      END"""
"""The survey that a message is, in SQL; null for nearly all."""


class SurveyOption(LazyModel):
    """An answer that may be given."""

    score: int
    label: Annotated[str, Field(description="In the customer's language.", examples=["5 – very satisfied"])]


class OutboundSurvey(LazyModel):
    """A question about a contact that has ended. `POST /v1/survey-answers` takes what the customer chooses."""

    kind: SurveyKind
    options: list[SurveyOption]
    url: Annotated[str, Field(description="The page on which it can be answered, by anybody who has this address.")]
    channel: Annotated[Channel, Field(exclude=True)]


def survey_of(row: Mapping[str, Any], links: SurveyLinks) -> OutboundSurvey:
    """Returns the survey that `SURVEY` has read."""
    kind = SurveyKind(row["kind"])
    return OutboundSurvey(
        kind=kind,
        options=[SurveyOption.model_validate(one) for one in options(kind, words_of(kind, row["language"]))],
        url=links.link(bytes.fromhex(row["nonce"])),
        channel=Channel(row["channel"]),
    )


def with_link(text: str, survey: OutboundSurvey | None, links: SurveyLinks) -> str:
    """Returns what a message says to its customer: a survey with its link; in a mail with one that chooses for each of
    a few options. Where it is not known how customers reach this service, there is none.
    """
    if survey is None or not links.reachable:
        return text
    if survey.channel in (Channel.EMAIL, Channel.WEB) and len(survey.options) <= MOST_LINES:
        lines = [f"{one.label}: {survey.url}?score={one.score}" for one in survey.options]
        return "\n".join([text, "", *lines])
    return f"{text}\n\n{survey.url}"
