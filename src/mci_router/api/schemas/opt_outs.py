"""Opt-outs as senders ask for them and people change them."""

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
    """What the customer wants to be done with an address."""

    address: Address
    opted_out: Annotated[bool, Field(description="False takes an opt-out back.")]


class OptOutOut(Answer):
    """An address."""

    kind: Annotated[str, Field(description="`email`, `phone` or `external_id`.")]
    opted_out_at: Annotated[
        Moment | None, Field(description="Since when nothing may be sent there unasked. Null: it may.")
    ]


class OptOutPage(Answer):
    """The addresses that read so: mostly one, none for an address that nobody has."""

    items: list[OptOutOut]
