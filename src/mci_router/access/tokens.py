"""Agent tokens: short-lived, signed, for one agent of one workspace."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt

from mci_router.clock import utc_now
from mci_router.errors import NotAuthenticated

ALGORITHM = "HS256"
AUDIENCE = "mci-agent-socket"


@dataclass(frozen=True, slots=True)
class AgentIdentity:
    """Whose desk a socket is."""

    workspace_id: str
    agent: str


class Tokens:
    """Signs and reads agent tokens."""

    def __init__(self, secret: str, *, ttl_s: int) -> None:
        self._secret = secret
        self._ttl = timedelta(seconds=ttl_s)

    def make(self, identity: AgentIdentity) -> tuple[str, datetime]:
        """A token and when it expires."""
        expires = utc_now() + self._ttl
        claims = {"sub": identity.agent, "wsp": identity.workspace_id, "aud": AUDIENCE, "exp": expires}
        return jwt.encode(claims, self._secret, ALGORITHM), expires

    def read(self, token: str) -> AgentIdentity:
        """Raises NotAuthenticated."""
        try:
            claims = jwt.decode(token, self._secret, [ALGORITHM], audience=AUDIENCE, options={"require": ["exp", "sub", "wsp", "aud"]})
        except jwt.InvalidTokenError as error:
            raise NotAuthenticated("The agent token is invalid or has expired. Get one from POST /v1/agents/{id}/token.") from error
        return AgentIdentity(str(claims["wsp"]), str(claims["sub"]))
