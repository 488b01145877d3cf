"""Coaching: figures beside those of others, drawn conversations, reviews and actions."""

from datetime import date
from typing import Annotated

from pydantic import Field, StrictBool, StrictInt, StringConstraints

from mci_router.api.schemas.common import Answer, Body, Moment
from mci_router.api.schemas.surveys import ContactId
from mci_router.coaching.scoring import LONGEST_ANSWER
from mci_router.specs.base import Day, Name, Text
from mci_router.specs.quality import MOST_QUESTIONS, QualityFormSpec
from mci_router.vocabulary import ActionState, Channel, CohortKind, QuestionKind, SurveyKind

WeekName = Annotated[str, StringConstraints(pattern=r"^\d{4}-W\d{2}$"), Field(examples=["2026-W45"])]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4_000)]
ReviewId = Annotated[str, StringConstraints(pattern=r"^rvw_[0-9a-f]{32}$")]
Answers = dict[
    Name,
    StrictBool | StrictInt | Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_ANSWER)] | None,
]


class FigureOut(Answer):
    """A figure of `n` contacts or answers, and the interval in which it lies in 19 of 20 cases."""

    value: Annotated[float | None, Field(description="Null where nothing counts.")]
    low: float | None
    high: float | None
    n: int
    measured: Annotated[bool, Field(description="Whether there are enough to say more than the interval.")]


class FiguresOut(Answer):
    """Figures by their names. AHT stands beside CSAT, since one buys the other."""

    aht_s: Annotated[FigureOut, Field(description="Mean handle time: talk, hold and wrap-up.")]
    csat: Annotated[FigureOut, Field(description="The share of good scores among answers to surveys of the kind csat.")]
    fcr: Annotated[FigureOut, Field(description="First-contact resolution, of contacts of at least 7 days ago.")]
    transferred: Annotated[FigureOut, Field(description="Of handled contacts, those passed on by a transfer.")]
    escalated: Annotated[FigureOut, Field(description="Of handled contacts, those passed up the matrix.")]


class PeriodFiguresOut(FiguresOut):
    """Figures of a week or a month, by their names."""

    adherence: Annotated[
        FigureOut, Field(description="The share of scheduled time in what was planned; `n` is the scheduled hours.")
    ]


class RankedOut(FigureOut):
    """A figure among those of others."""

    rank: Annotated[int | None, Field(description="Its place, 1 the best; null where no order is certain.")]
    why: Annotated[str | None, Field(description="Why there is no rank.")]


class RankedFiguresOut(Answer):
    """Figures among those of others, by their names."""

    aht_s: RankedOut
    csat: RankedOut
    fcr: RankedOut
    transferred: RankedOut
    escalated: RankedOut
    adherence: RankedOut


class CohortAgentOut(Answer):
    """An agent in a cohort."""

    agent: str
    title: str
    team: str | None
    since: date | None
    handled: Annotated[int, Field(description="Stays in queues that the agent answered and that ended.")]
    figures: RankedFiguresOut


class CohortOut(Answer):
    """Agents that can be compared, ranked among each other where their intervals allow it."""

    name: Annotated[str | None, Field(description="Null: those of whom it is not known.")]
    size: Annotated[int, Field(description="How many agents are in it.")]
    handled: int
    figures: RankedFiguresOut
    agents: Annotated[list[CohortAgentOut], Field(description="In the order of their names.")]


class CohortsOut(Answer):
    """Cohorts, in the order of their names, ranked among each other where their intervals allow it."""

    by: CohortKind
    since: date
    until: Annotated[date, Field(description="The last day.")]
    cohorts: list[CohortOut]


class BesideOut(Answer):
    """The figures of a cohort that the agent is in."""

    name: str | None
    agents: Annotated[int, Field(description="How many, the agent included.")]
    handled: int
    figures: PeriodFiguresOut


class DrawnOut(Answer):
    """A conversation that was drawn to be looked at."""

    contact_id: str
    case_id: str
    channel: Channel
    topic: str | None
    queue: str | None
    accepted_at: Moment
    sensitive: bool
    survey_kind: SurveyKind | None
    survey_score: Annotated[int | None, Field(description="What its customer answered to the survey.")]


class SampleOut(Answer):
    """The conversations that were drawn by a keyed hash: the same ones each time, for everybody."""

    items: list[DrawnOut]
    hidden: Annotated[int, Field(description="Sensitive ones, which this key may not see.")]
    provisional: Annotated[bool, Field(description="The week goes on: new ones may take the place of these.")]


class AnsweredOut(Answer):
    """A question as it was when it was answered."""

    section: str
    name: str
    title: str
    kind: QuestionKind
    steps: int
    weight: float
    fatal: bool
    answer: Annotated[bool | int | str | None, Field(description="Null: it did not apply.")]


class ReviewOut(Answer):
    """A quality form that was filled in for a conversation."""

    id: str
    agent: str
    week: str
    contact_id: str
    form: str
    title: str
    version: Annotated[int, Field(description="Of the form.")]
    score: Annotated[float, Field(description="From 0 to 1.")]
    failed: Annotated[list[str], Field(description="Fatal questions that were answered by no.")]
    answers: list[AnsweredOut]
    comment: str
    reviewer: str
    by: Annotated[str, Field(description="The name of the key that wrote it.")]
    created_at: Moment
    corrects: str | None
    corrected_by: str | None


class ReviewWithEarlier(ReviewOut):
    """A review, and the ones that it corrects."""

    earlier: Annotated[list[ReviewOut], Field(description="The newest first.")]


class ReviewIn(Body):
    """A quality form that is filled in."""

    agent: Name
    week: WeekName
    contact_id: Annotated[ContactId, Field(description="One that was drawn for this week of the agent.")]
    form: Annotated[Name, Field(description="A quality form.")]
    answers: Annotated[
        Answers,
        Field(
            max_length=MOST_QUESTIONS,
            description="By the name of the question: true or false, a step, a text; null where it does not apply.",
            examples=[{"greeting": True, "empathy": 4, "why": "listens well"}],
        ),
    ]
    comment: Annotated[LongText, Field(description="Masked.")] = ""
    reviewer: Annotated[Text | None, Field(description="Who looked at it. Left out: the name of the key.")] = None
    corrects: Annotated[ReviewId | None, Field(description="The review that this one replaces, which is kept.")] = None


class ActionIn(Body):
    """Something that is agreed with an agent."""

    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000),
        Field(description="Masked.", examples=["Name the next step before the end of each chat."]),
    ]
    due_on: Annotated[Day, Field(description="By when.")]
    agreed_by: Annotated[
        list[Text], Field(min_length=1, max_length=5, description="Who agreed.", examples=[["Ann", "Team lead Ben"]])
    ]


class SettlementIn(Body):
    """What has become of an action."""

    state: ActionState
    outcome: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=2_000), Field(description="In words; masked.")
    ] = ""


class ActionOut(Answer):
    """An action that was agreed."""

    id: str
    agent: str
    week: str
    text: str
    due_on: date
    agreed_by: list[str]
    by: Annotated[str, Field(description="The name of the key that wrote it.")]
    created_at: Moment
    state: ActionState
    outcome: str
    settled_by: str | None
    settled_at: Moment | None


class AgentPeriodOut(Answer):
    """An agent in a period, beside the cohorts that the agent is in."""

    agent: str
    title: str
    team: str | None
    since: date | None
    first: date
    last: date
    handled: int
    figures: PeriodFiguresOut
    by: CohortKind
    cohorts: list[BesideOut]
    reviews: Annotated[list[ReviewOut], Field(description="Those in force, the oldest first.")]
    actions: Annotated[list[ActionOut], Field(description="Agreed about it, or open from before.")]


class AgentWeekOut(AgentPeriodOut):
    """A week of an agent."""

    week: str
    sample: SampleOut


class WeekOfMonthOut(Answer):
    """A week in a month's review."""

    week: str
    first: date
    last: date
    handled: int
    figures: PeriodFiguresOut
    score: Annotated[FigureOut, Field(description="The mean score of the week's reviews.")]


class AgentMonthOut(AgentPeriodOut):
    """A month of an agent. Its weeks are those whose Thursday is in it."""

    month: str
    score: Annotated[FigureOut, Field(description="The mean score of the reviews of these weeks.")]
    weeks: list[WeekOfMonthOut]


class FormsOut(Answer):
    """Quality forms."""

    items: list[QualityFormSpec]
