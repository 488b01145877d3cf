"""The payload of an answer to a survey: the score, and no word of what was written beside it."""

from typing import Annotated

from pydantic import Field

from mci_router.vocabulary import Cell, Channel, SurveyKind
from mci_router.webhooks.payloads import Payload


class SurveyAnsweredPayload(Payload):
    """An answer to a survey about a contact that has ended."""

    contact: str
    case: str
    customer: str
    survey: Annotated[str, Field(description="Its name.")]
    kind: SurveyKind
    score: Annotated[int, Field(description="On the scale of its kind: 1 to 5, 1 to 7, or 0 to 10.")]
    changes: Annotated[int, Field(description="How often the customer has changed the answer.")]
    channel: Channel
    cell: Cell
    topic: str | None = None
    queue: str | None = None
    holder: Annotated[str | None, Field(description="The agent who completed the contact.")] = None
