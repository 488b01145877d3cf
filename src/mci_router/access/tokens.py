"""Agent tokens: short-lived, signed, for one agent of one workspace, and bound to the key that made them."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mci_router.clock import utc_now
from mci_router.errors import NotAuthenticated
from mci_router.imports import later
from mci_router.values import value

if TYPE_CHECKING:
    import jwt
else:
    jwt = later("jwt")  # the first desk needs it

ALGORITHM = "HS256"
AUDIENCE = "mci-agent-socket"
CLAIMS = ("exp", "sub", "wsp", "aud", "key", "gen")


@value
class AgentIdentity:
    """The agent of a socket, by name and by the id of its resource, and the key that made its token."""

    workspace_id: str
    agent: str
    generation: str
    key_id: str


class Tokens:
    """Signs and reads agent tokens."""

    def __init__(self, secret: str, *, ttl_s: int) -> None:
        self._secret = secret
        self._ttl = timedelta(seconds=ttl_s)

    def make(self, identity: AgentIdentity) -> tuple[str, datetime]:
        """Returns a token, and when it expires."""
        expires = utc_now() + self._ttl
        claims = {
            "sub": identity.agent,
            "wsp": identity.workspace_id,
            "gen": identity.generation,
            "key": identity.key_id,
            "aud": AUDIENCE,
            "exp": expires,
        }
        return jwt.encode(claims, self._secret, ALGORITHM), expires

    def read(self, token: str) -> tuple[AgentIdentity, datetime]:
        """Returns whose the token is, and when it expires. Raises NotAuthenticated."""
        try:
            claims = jwt.decode(token, self._secret, [ALGORITHM], audience=AUDIENCE, options={"require": list(CLAIMS)})
        except jwt.InvalidTokenError as error:
            raise NotAuthenticated(
                "The agent token is invalid or has expired (MCI_AGENT_TOKEN_TTL_S). Get one from POST "
                "/v1/agents/{id}/token."
            ) from error
        identity = AgentIdentity(str(claims["wsp"]), str(claims["sub"]), str(claims["gen"]), str(claims["key"]))
        return identity, datetime.fromtimestamp(claims["exp"], UTC)
