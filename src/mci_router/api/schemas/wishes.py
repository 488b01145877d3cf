"""What a contact says of its customer's wish for a person."""

from typing import Annotated

from pydantic import Field

from mci_router.api.schemas.common import Answer, Moment


class PersonWish(Answer):
    """Since when a customer asks for a person, and when one answered."""

    person_asked_at: Annotated[
        Moment | None, Field(description="Since when the customer asks for a person; null: the customer does not.")
    ] = None
    person_reached_at: Annotated[
        Moment | None, Field(description="When a person has answered since; known a moment later.")
    ] = None
