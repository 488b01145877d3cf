"""Sessions of customers, and the keys with which sites sign for their customers."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from mci_router.api.schemas.common import Answer, Body, Moment
from mci_router.vocabulary import KeyAlgorithm, Trust


class SessionIn(Body):
    """How long the session may last, and how far the customer is known to be the one."""

    expires_s: Annotated[
        int | None,
        Field(ge=60, le=86_400, description="Seconds until the token expires. Null: MCI_CUSTOMER_SESSION_TTL_S."),
    ] = None
    trust: Annotated[
        Trust,
        Field(
            description="How sure it is that the browser is this customer's: `authenticated` or `verified`, and at "
            "most the trust of your key."
        ),
    ] = Trust.AUTHENTICATED


class SessionOut(Answer):
    """A token with which one customer's browser opens the customer socket. It is shown only this once."""

    customer_id: str
    token: str
    trust: Trust
    expires_at: Moment


class CustomerKeyIn(Body):
    """A key with which a site of yours signs its customers' tokens."""

    name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), Field(examples=["shop"])
    ]
    algorithm: Annotated[
        KeyAlgorithm, Field(description="How the site signs. The tokens' own word for it is not asked.")
    ] = KeyAlgorithm.HS256
    public_key: Annotated[
        Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000)] | None,
        Field(description="In PEM; for all but HS256, whose secret the answer shows."),
    ] = None

    @model_validator(mode="after")
    def has_what_it_verifies_by(self) -> Self:
        """Raises ValueError for a public key too many or too few."""
        if (self.public_key is None) is not (self.algorithm is KeyAlgorithm.HS256):
            raise ValueError(
                "public_key is left out for HS256, whose secret is made here, and needed for every other algorithm"
            )
        return self


class CustomerKeyOut(Answer):
    """A customer key, without its secret."""

    id: Annotated[str, Field(description="What a token names as `kid`.")]
    name: str
    algorithm: KeyAlgorithm
    public_key: str | None
    created_at: Moment
    revoked_at: Moment | None


class CustomerKeyMade(CustomerKeyOut):
    """A new customer key. `secret` is shown only this once."""

    secret: Annotated[str | None, Field(description="What HS256 signs with, as it is: it is not encoded.")]
    audience: Annotated[str, Field(description="What a token has as `aud`: the workspace.")]


class CustomerKeyPage(Answer):
    """All customer keys of the workspace, oldest first."""

    items: list[CustomerKeyOut]
