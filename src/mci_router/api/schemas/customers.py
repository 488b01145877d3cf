"""Schemas of customers, and of how their addresses were understood."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, FiniteFloat, StringConstraints, WithJsonSchema

from mci_router.api.schemas.common import Answer, Body, Moment, empty
from mci_router.intake.numbers import normal_phone
from mci_router.storable import StorableInt
from mci_router.vocabulary import AddressKind, AddressStatus, Trust

LONGEST_SENT = 10_000  # characters: no form of an address is refused; one over 254 characters identifies nobody


def _as_text(value: Any) -> Any:
    """Returns an integer as text, since some systems keep telephone numbers and ids as numbers."""
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
    dict[Annotated[str, StringConstraints(max_length=64)], str | bool | StorableInt | FiniteFloat | None],
    Field(
        max_length=50, description="Facts about the customer, such as `vip` or `vulnerable`.", examples=[{"vip": True}]
    ),
]


class CustomerIn(Body):
    """The customer: by our id, or by any addresses, in any form. All empty: an unknown customer.

    An address of up to 254 characters identifies the customer. One that names nobody, such as `anonymous` or an
    extension, does not, and the answer says so.
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
            description="How sure it is that `email` and `phone` are the customer's. `claimed`: a form said so. "
            "`authenticated`: the channel proved it, as an aligned mail, an SMS sender or a signed-in session does. "
            "`verified`: your own system asked. At most the trust of your key."
        ),
    ] = Trust.CLAIMED
    attributes: Attributes = empty(dict)


class AddressReading(Answer):
    """How an address that was sent was understood."""

    kind: AddressKind
    status: Annotated[
        AddressStatus,
        Field(
            description="`kept`: it identifies the customer. `unclear`: it may be read in two ways, so it counts as "
            "claimed. `none`: it names nobody."
        ),
    ]
    value: Annotated[str | None, Field(description="The form in which it is compared.")]
    trust: Trust
    why: Annotated[str | None, Field(description="What is unclear, or why it is none.")] = None


class CustomerTaken(Answer):
    """How the customer's addresses were understood, and the highest trust of them."""

    trust: Trust
    addresses: list[AddressReading]


class Verification(Body):
    """The verified customer; left out: the one who has the addresses that the contact claims."""

    customer_id: CustomerId | None = None


class VerifiedOut(Answer):
    """The verified customer of a contact, for its case."""

    id: str
    case_id: str | None = None
    customer_id: Annotated[str | None, Field(description="Null for a key that may not know it.")] = None
    verified_at: Moment


class AddressIn(Body):
    """An address to give to a customer."""

    kind: AddressKind
    value: Annotated[SentAddress, Field(examples=["sam@example.com"])]
    trust: Annotated[
        Trust, Field(description="How sure it is that this is the customer's; at most the trust of your key.")
    ] = Trust.CLAIMED


class AddressOut(Answer):
    """An address of a customer."""

    kind: AddressKind
    value: str
    trust: Trust
    alone: Annotated[
        bool, Field(description="No other customer has this address, so that it alone identifies this one.")
    ]
    failing_since: Annotated[
        Moment | None,
        Field(description="Since when messages come back from it; null once something comes from it again."),
    ] = None


class AddressName(Body):
    """An address to add to a customer, or to remove."""

    kind: AddressKind
    value: SentAddress


class CustomerPatch(Body):
    """A change of a customer; what is left out stays. An attribute that is null is removed."""

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
        Trust, Field(description="The highest trust of its addresses. With `claimed`, contacts show no history.")
    ]
    addresses: list[AddressOut]
    merged_into: Annotated[str | None, Field(description="The customer that this one was merged into.")]
    created_at: Moment


class CustomerPage(Answer):
    """Customers, newest first. `next_cursor` continues the list; null at its end."""

    items: list[CustomerOut]
    next_cursor: str | None


class MergeIn(Body):
    """The customer to merge into: the one who stays."""

    into: CustomerId


class MergeOut(Answer):
    """A merge: `customer_id` was merged into `into_id`."""

    id: str
    customer_id: str
    into_id: str
    merged_at: Moment


class SplitOut(MergeOut):
    """A merge that was undone, and the cases that moved back."""

    split_at: Moment
    cases: list[str]
