"""Customer tokens: short-lived, for one customer of one workspace; made here, or signed by a site of the workspace.

What a site has signed names its key by `kid`. How it is verified is the key's to say, never the token's.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from mci_router.clock import utc_now
from mci_router.errors import NotAuthenticated
from mci_router.imports import later
from mci_router.storable import storable
from mci_router.values import value
from mci_router.vocabulary import KeyAlgorithm, Trust

if TYPE_CHECKING:
    import jwt
else:
    jwt = later("jwt")  # the first customer with a token needs it

ALGORITHM = "HS256"
AUDIENCE = "mci-customer-socket"
CLAIMS = ("exp", "iat", "sub", "wsp", "aud", "key", "trust")
CLAIMS_OF_A_SITE = ("exp", "iat", "sub", "aud")
LONGEST_TOKEN = 4_096  # characters
LONGEST_VALID = timedelta(hours=24)
SKEW = timedelta(seconds=60)  # by which the clock of a site may be wrong
LONGEST_NAME = 200
LONGEST_ADDRESS = 254


@value
class CustomerIdentity:
    """The customer of a socket, the key by which it was opened, and how far it is trusted.

    `issued_at` is when the token was made: one from before the customer's sessions were ended is not valid.
    """

    workspace_id: str
    customer: str
    key_id: str
    trust: Trust
    issued_at: datetime


@value
class SiteKey:
    """A key of a workspace, by which one of its sites signs. `material` is a secret, or a public key in PEM."""

    id: str
    workspace_id: str
    algorithm: KeyAlgorithm
    material: str


@value
class SiteClaims:
    """A site's word on who its customer is. Only addresses that it has verified are more than a claim."""

    key: SiteKey
    external_id: str
    issued_at: datetime
    expires_at: datetime
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    email_verified: bool = False
    phone_verified: bool = False


class CustomerTokens:
    """Signs and reads the tokens that the router makes for customers."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def make(self, identity: CustomerIdentity, ttl_s: float) -> tuple[str, datetime]:
        """Returns a token, and when it expires."""
        expires = identity.issued_at + timedelta(seconds=ttl_s)
        claims = {
            "sub": identity.customer,
            "wsp": identity.workspace_id,
            "key": identity.key_id,
            "trust": identity.trust,
            "aud": AUDIENCE,
            "iat": identity.issued_at.timestamp(),
            "exp": expires,
        }
        return jwt.encode(claims, self._secret, ALGORITHM), expires

    def read(self, token: str) -> tuple[CustomerIdentity, datetime]:
        """Returns whose the token is, and when it expires. Raises NotAuthenticated."""
        try:
            options: Any = {"require": list(CLAIMS), "strict_aud": True}
            claims = jwt.decode(token, self._secret, [ALGORITHM], audience=AUDIENCE, options=options)
            trust, issued = Trust(claims["trust"]), datetime.fromtimestamp(claims["iat"], UTC)
        except (jwt.InvalidTokenError, ValueError) as error:
            raise NotAuthenticated(
                "The customer token is invalid or has expired. Get one from POST /v1/customers/{id}/session, or have "
                "your site sign one and name its key by `kid`."
            ) from error
        identity = CustomerIdentity(str(claims["wsp"]), str(claims["sub"]), str(claims["key"]), trust, issued)
        return identity, datetime.fromtimestamp(claims["exp"], UTC)


def key_named_by(token: str) -> str | None:
    """Returns the `kid` of a token; None if it names no key, as the router's own do. Raises NotAuthenticated."""
    if len(token) > LONGEST_TOKEN:
        raise NotAuthenticated(f"The customer token is longer than {LONGEST_TOKEN:,} characters.")
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as error:
        raise NotAuthenticated("The customer token is no JWT.") from error
    if header.get("crit") or header.get("b64") is False:
        raise NotAuthenticated("The customer token asks for extensions of JWT, of which none is taken.")
    kid = header.get("kid")
    return None if kid is None else str(kid)[:100]


def signed_by(token: str, key: SiteKey, audiences: tuple[str, ...]) -> SiteClaims:
    """Returns what a site has signed. `audiences` are what the token may be for: the workspace's id, its name.

    Raises NotAuthenticated, with what is wrong, for those who have to mend the site's signing.
    """
    try:
        options: Any = {"require": list(CLAIMS_OF_A_SITE), "verify_aud": False}
        claims = jwt.decode(token, key.material, [key.algorithm], options=options, leeway=SKEW)
    except jwt.ExpiredSignatureError as error:
        raise NotAuthenticated("The customer token has expired. Have your site sign another one.") from error
    except jwt.MissingRequiredClaimError as error:
        raise NotAuthenticated(f"The customer token lacks `{error.claim}`.") from error
    except jwt.ImmatureSignatureError as error:
        raise NotAuthenticated(
            "The customer token is of the future (`iat`, `nbf`): set the clock of the server that signs."
        ) from error
    except jwt.PyJWTError as error:
        raise NotAuthenticated(
            f"The customer token is not one that the key {key.id} has signed with {key.algorithm}."
        ) from error
    return _claims(claims, key, audiences)


def _claims(claims: Mapping[str, Any], key: SiteKey, audiences: tuple[str, ...]) -> SiteClaims:
    if claims["aud"] not in audiences:
        raise NotAuthenticated("`aud` of the customer token is not the workspace of the key.")
    try:
        issued, expires = (datetime.fromtimestamp(float(claims[name]), UTC) for name in ("iat", "exp"))
    except (ValueError, TypeError, OverflowError) as error:
        raise NotAuthenticated("`iat` and `exp` of the customer token are seconds since the epoch.") from error
    if expires - issued > LONGEST_VALID or expires > utc_now() + LONGEST_VALID + SKEW:
        raise NotAuthenticated("The customer token is valid for longer than 24 hours: `exp` is too far from `iat`.")
    return SiteClaims(
        key,
        _text(claims, "sub", LONGEST_ADDRESS) or "",
        issued,
        expires,
        name=_text(claims, "name", LONGEST_NAME),
        email=_text(claims, "email", LONGEST_ADDRESS),
        phone=_text(claims, "phone", LONGEST_ADDRESS),
        email_verified=claims.get("email_verified") is True,
        phone_verified=claims.get("phone_verified") is True,
    )


def _text(claims: Mapping[str, Any], name: str, longest: int) -> str | None:
    value = claims.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > longest:
        raise NotAuthenticated(f"`{name}` of the customer token is a text of {longest} characters at most.")
    return storable(value).strip() or None
