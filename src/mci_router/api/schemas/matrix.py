"""The matrix, and the moves of topics between its cells."""

from typing import Annotated, Literal

from pydantic import Field

from mci_router.api.schemas.common import Answer, Moment
from mci_router.specs.resources import Rung
from mci_router.vocabulary import Cell, Touch, Volume

Share = Annotated[float, Field(description="In [0, 1].", examples=[0.12])]


class MeasuredTouch(Answer):
    """The touch that a topic's contacts needed in the last 30 days. It is shown beside the operator's setting, and
    changes nothing.
    """

    touch: Touch
    effort: Annotated[
        float,
        Field(
            description="The work of one of its contacts, as a multiple of that of an average contact.", examples=[1.4]
        ),
    ]
    handled: Annotated[int, Field(description="Contacts that agents completed, of the newest 10,000.")]
    handle_time_s: Annotated[float, Field(description="Seconds from the answer to the end of the wrap-up, on average.")]
    transferred: Share
    reopened: Annotated[float, Field(description="Share whose customer came back with the topic within a week.")]
    escalated: Share
    suggestion: Annotated[
        str | None, Field(description="Given where it contradicts the operator's setting, over 30 contacts or more.")
    ]


class TopicInMatrix(Answer):
    """A topic in the matrix, with its cell."""

    topic: str
    title: str
    contacts_last_hour: int
    share: Annotated[
        float | None, Field(description="Of the last hour's contacts whose topic is known; null without any.")
    ]
    volume: Volume
    measured: Annotated[
        bool,
        Field(description="True: the volume was measured. False: it is the expected one, for lack of contacts."),
    ]
    touch: Touch
    sensitive: bool
    cell: Cell
    since: Annotated[Moment | None, Field(description="When it came to this cell; null until it was first seen there.")]
    measured_touch: Annotated[
        MeasuredTouch | None, Field(description="Null while nobody has handled a contact of the topic.")
    ]


class MatrixOut(Answer):
    """Every topic with its cell, and every cell with its ladder."""

    topics: list[TopicInMatrix]
    ladders: dict[Cell, list[Rung]]


class TopicMove(Answer):
    """A topic's move from one cell to another. `rate` and `share` are those of the hour before it."""

    id: str
    at: Moment
    topic: str
    from_cell: Cell
    to_cell: Cell
    volume: Volume
    rate: Annotated[int, Field(description="Contacts an hour.")]
    share: Share
    cause: Annotated[
        Literal["volume", "touch"], Field(description="The measured volume, or the operator's setting of the touch.")
    ]


class MovePage(Answer):
    """Moves, newest first."""

    items: list[TopicMove]
    next_cursor: str | None
