"""The report of surveys."""

from typing import Annotated

from pydantic import Field

from mci_router.api.schemas.interval_reports import OF_GROUP, IntervalReport, ReportRow
from mci_router.api.schemas.reports import Share
from mci_router.vocabulary import Cell, Channel, SurveyKind

CELLS = [*Cell]
Figure = Annotated[
    float | None,
    Field(
        description="The share of good scores (4 and 5 of `csat`, 5 to 7 of `ces`), in [0, 1]; of `nps` the share of "
        "promoters (9, 10) less that of detractors (0 to 6), times 100. Null: not measured yet."
    ),
]
ByCell = Annotated[dict[Cell, int], Field(description="By the cell of the contact.")]


class SurveysRow(ReportRow):
    """The surveys that were sent in an interval to a group, and what was answered to them until now.

    While surveys that were sent in it can still be answered, it is provisional. A figure is there once it is measured;
    of an agent there is an interval with fewer answers, too.
    """

    MEMBERS = {"scores": [str(score) for score in range(11)], "sent_by_cell": CELLS, "answered_by_cell": CELLS}

    kind: SurveyKind
    survey: Annotated[str | None, Field(description=OF_GROUP)] = None
    queue: Annotated[str | None, Field(description=OF_GROUP)] = None
    agent: Annotated[str | None, Field(description=f"Who completed the contact. {OF_GROUP}")] = None
    topic: Annotated[str | None, Field(description=OF_GROUP)] = None
    channel: Annotated[Channel | None, Field(description=OF_GROUP)] = None
    cell: Annotated[Cell | None, Field(description=OF_GROUP)] = None
    sent: int
    answered: int
    response_rate: Share
    measured: Annotated[
        bool,
        Field(
            description="The group has as many answers in the 30 days before the period's end as a figure takes: "
            "`MCI_SURVEY_MEASURED_FROM`."
        ),
    ]
    figure: Figure
    low: Annotated[float | None, Field(description="The figure is not below it, 95 times out of 100.")]
    high: Annotated[float | None, Field(description="Nor above this.")]
    mean: Annotated[float | None, Field(description="Of the scores. Null: not measured yet.")]
    rank: Annotated[
        int | None,
        Field(
            description="By agent alone: the place among those of the same interval and groups, from 1. Agents whose "
            "intervals overlap, directly or through others, share it."
        ),
    ]
    tied: Annotated[int | None, Field(description="How many share the place; 1: nobody else does.")]
    scores: Annotated[dict[str, int], Field(description="Answers by score.")]
    sent_by_cell: ByCell
    answered_by_cell: ByCell


class SurveysReport(IntervalReport):
    """Surveys by intervals."""

    measured_from: Annotated[int, Field(description="Answers in 30 days from which on a figure counts as measured.")]
    rows: list[SurveysRow]
