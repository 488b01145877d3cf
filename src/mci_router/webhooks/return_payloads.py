"""The payload of a customer's return."""

from typing import Annotated

from pydantic import Field

from mci_router.vocabulary import Outcome, ServedBy
from mci_router.webhooks.payloads import Payload


class ReturnPayload(Payload):
    """A customer who came back with a matter that had counted as settled."""

    customer: str
    resolved: Annotated[str, Field(description="The contact that had been settled.")]
    returned: Annotated[str, Field(description="The contact with which the customer came back.")]
    case: Annotated[str, Field(description="The case of that.")]
    matter: Annotated[str, Field(description="The topic.")]
    outcome: Annotated[Outcome, Field(description="What had settled it: `automation` or `community`.")]
    served_by: Annotated[ServedBy | None, Field(description="What the customer got then.")] = None
    ref: Annotated[str | None, Field(description="Its name or id.")] = None
    version: Annotated[int | None, Field(description="The article's version then.")] = None
