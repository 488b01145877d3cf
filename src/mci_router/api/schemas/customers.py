"""Customers as adapters name them, and what became of the addresses that they sent."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, FiniteFloat, StringConstraints, WithJsonSchema

from mci_router.api.schemas.common import Answer, Body, Moment
from mci_router.intake.numbers import normal_phone
from mci_router.vocabulary import AddressKind, AddressStatus, Trust

LONGEST_SENT = 10_000  # characters: no form of an address is refused; one over 254 identifies nobody


def _as_text(value: Any) -> Any:
    """A number that some system keeps as a number."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


CustomerId = Annotated[str, Field(pattern=r"^cus_[0-9a-f]{32}$")]
Phone = Annotated[str, Field(max_length=40, examples=["+49 30 901820"]), AfterValidator(normal_phone)]
"""A number to call."""
_TEXT_OR_NUMBER = {"anyOf": [{"type": "string", "maxLength": LONGEST_SENT}, {"type": "integer"}]}
SentAddress = Annotated[
    str, BeforeValidator(_as_text), StringConstraints(max_length=LONGEST_SENT), WithJsonSchema(_TEXT_OR_NUMBER)
]
CustomerName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Attributes = Annotated[
    dict[Annotated[str, StringConstraints(max_length=64)], str | bool | int | FiniteFloat | None],
    Field(
        max_length=50, description="Facts about the customer, such as `vip` or `vulnerable`.", examples=[{"vip": True}]
    ),
]


class CustomerIn(Body):
    """Who the customer is: an id of ours, or any addresses of theirs, in any form. All empty: a customer we know
    nothing about.

    An address of up to 254 characters identifies. One that names nobody, such as `anonymous` or an extension, does not,
    and the answer says so.
    """

    id: CustomerId | None = None
    external_id: Annotated[
        SentAddress | None, Field(description="Your own id of the customer. It has the trust of your key.")
    ] = None
    name: CustomerName | None = None
    email: Annotated[SentAddress | None, Field(examples=["sam@example.com"])] = None
    phone: Annotated[SentAddress | None, Field(examples=["+49 30 901820"])] = None
    trust: Annotated[
        Trust,
        Field(
            description="How far `email` and `phone` are known to be the customer's. `claimed`: a form said so. `authenticated`: the "
            "channel proved it, as an aligned mail, an SMS sender or a signed-in session does. `verified`: your own "
            "system asked. "
            "At most your key's."
        ),
    ] = Trust.CLAIMED
    attributes: Attributes = {}


class AddressTaken(Answer):
    """What became of an address that was sent."""

    kind: AddressKind
    status: Annotated[
        AddressStatus,
        Field(
            description="`kept`: it identifies. `unclear`: it may be read in two ways, so it counts as claimed. `none`: it names nobody."
        ),
    ]
    value: Annotated[str | None, Field(description="The form in which it is compared.")]
    trust: Trust
    why: Annotated[str | None, Field(description="What is unclear, or why it is none.")] = None


class CustomerTaken(Answer):
    """How the customer's addresses were understood, and the most that stands behind them."""

    trust: Trust
    addresses: list[AddressTaken]


class Verification(Body):
    """Who the customer is; left out: who has the addresses that the contact claims."""

    customer_id: CustomerId | None = None


class VerifiedOut(Answer):
    """Who the customer of a contact has been found to be, for its case."""

    id: str
    case_id: str | None = None
    customer_id: Annotated[str | None, Field(description="Null for a key that may not know it.")] = None
    verified_at: Moment


class AddressIn(Body):
    """An address to give to a customer."""

    kind: AddressKind
    value: Annotated[SentAddress, Field(examples=["sam@example.com"])]
    trust: Annotated[Trust, Field(description="How far it is known to be the customer's; at most your key's.")] = (
        Trust.CLAIMED
    )


class AddressOut(Answer):
    """An address of a customer."""

    kind: AddressKind
    value: str
    trust: Trust
    alone: Annotated[
        bool, Field(description="By this address alone the customer is meant: nobody else is known by it.")
    ]


class AddressName(Body):
    """An address, by which it is given to a customer or taken away."""

    kind: AddressKind
    value: SentAddress


class CustomerPatch(Body):
    """What is to change; what is left out stays. An attribute that is null is removed."""

    name: CustomerName | None = None
    attributes: Attributes = {}
    add: Annotated[list[AddressIn], Field(max_length=20)] = []
    remove: Annotated[list[AddressName], Field(max_length=20)] = []


class CustomerOut(Answer):
    """A customer. `attributes` has `vulnerable` only for a key with `contacts:sensitive`."""

    id: str
    name: str | None
    attributes: dict[str, Any]
    trust: Annotated[
        Trust, Field(description="The most that stands behind it. One of mere claims shows nobody's history.")
    ]
    addresses: list[AddressOut]
    merged_into: Annotated[str | None, Field(description="Who this customer turned out to be.")]
    created_at: Moment


class CustomerPage(Answer):
    """Customers, newest first. `next_cursor` continues the list; null at its end."""

    items: list[CustomerOut]
    next_cursor: str | None


class MergeIn(Body):
    """Who the customer is: the one who stays."""

    into: CustomerId


class MergeOut(Answer):
    """A merge: `customer_id` was merged into `into_id`."""

    id: str
    customer_id: str
    into_id: str
    merged_at: Moment


class SplitOut(MergeOut):
    """A merge that was undone, and the cases that went back."""

    split_at: Moment
    cases: list[str]
