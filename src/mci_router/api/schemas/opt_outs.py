"""Schemas of opt-outs."""

from typing import Annotated

from pydantic import Field, StringConstraints

from mci_router.api.schemas.common import Answer, Body, Moment

Address = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=254),
    Field(
        description="An e-mail address, a telephone number, or the customer's external id.",
        examples=["sam@example.com"],
    ),
]


class OptOutIn(Body):
    """An address, and what the customer wants of it."""

    address: Address
    opted_out: Annotated[bool, Field(description="False takes an opt-out back.")]


class OptOutOut(Answer):
    """An address, and since when it is opted out."""

    kind: Annotated[str, Field(description="`email`, `phone` or `external_id`.")]
    opted_out_at: Annotated[
        Moment | None, Field(description="Since when nothing may be sent there unasked. Null: it is not opted out.")
    ]


class OptOutPage(Answer):
    """The addresses that match: mostly one; none for an address that no customer has."""

    items: list[OptOutOut]
