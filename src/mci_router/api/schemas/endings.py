"""What ends a contact, or a rung of it, and what the customer answers."""

from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from mci_router.api.schemas.common import Answer, Body
from mci_router.api.schemas.transfers import says_something
from mci_router.vocabulary import AskKind, ContactState, EndedBy


class Ending(Body):
    """The reason why a contact ends."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class Resolving(Ending):
    """The reason why a contact is settled, and who says so."""

    confirmed: Annotated[
        bool, Field(description="False: its customer has not said so. It counts once the customer stays away.")
    ] = True


class ConversationEnd(Body):
    """Who ended the conversation, and why."""

    by: EndedBy = EndedBy.CUSTOMER
    why: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class Over(Answer):
    """The contact's state now: `wrapping_up` while its agent is not done with it."""

    id: str
    state: ContactState


class Unresolved(Body):
    """The rung that did not help: `route.rung` of the answer that the customer means."""

    rung: Annotated[int | None, Field(ge=-1, le=100)] = None


class Consent(Body):
    """The customer's answer to what `route.ask` asks."""

    to: Annotated[AskKind, Field(description="What was asked.")]
    agree: bool = True
    text: Annotated[
        str | None,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000),
        Field(description="The customer's own wording instead of the draft. It is judged and masked as the draft was."),
    ] = None

    @field_validator("text")
    @classmethod
    def readable(cls, value: str | None) -> str | None:
        return None if value is None else says_something(value)


class Ended(Answer):
    """The contact's final state; `queued` or `offered` if it waits on as a callback."""

    id: str
    state: ContactState
