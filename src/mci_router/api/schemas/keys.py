"""API keys and agent tokens."""

from typing import Annotated

from pydantic import Field, StringConstraints

from mci_router.access.keys import Scope
from mci_router.api.schemas.common import Answer, Body, Moment
from mci_router.specs.base import Name
from mci_router.specs.rates import RateSpec
from mci_router.vocabulary import Trust


class KeyIn(Body):
    """A key to make."""

    name: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
        Field(examples=["web chat adapter"]),
    ]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=50)]
    trust: Annotated[
        Trust,
        Field(
            description="The highest trust that it may assert of a customer's addresses (`customer.trust`); external "
            "ids from it have this trust."
        ),
    ] = Trust.CLAIMED
    rate_limit: Annotated[RateSpec | None, Field(description="Its own rate limit. Null: that of the service.")] = None
    adapter: Annotated[
        Name | None,
        Field(
            description="The channel adapter whose key it is: what it posts is the adapter's, and it may assert no "
            "more than the adapter."
        ),
    ] = None


class KeyOut(Answer):
    """A key, without its secret."""

    id: str
    name: str
    hint: Annotated[str, Field(description="The key's first characters.")]
    scopes: list[str]
    trust: Annotated[Trust, Field(description="The highest trust that it may assert of a customer's addresses.")]
    rate_limit: Annotated[RateSpec | None, Field(description="Its own rate limit. Null: that of the service.")] = None
    adapter: Annotated[str | None, Field(description="The channel adapter whose key it is.")]
    created_at: Moment
    revoked_at: Moment | None


class KeyMade(KeyOut):
    """A new key. `key` is shown only this once."""

    key: str


class KeyPage(Answer):
    """All keys of the workspace, oldest first."""

    items: list[KeyOut]


class TokenOut(Answer):
    """A short-lived token for one agent's desk."""

    agent: str
    token: str
    expires_at: Moment
